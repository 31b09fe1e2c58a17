"""What ``show`` and ``status`` return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from linernotes.audio import ANALYSER_VERSION
from linernotes.config import Settings
from linernotes.describe import fill, plain_collection_note, plain_note
from linernotes.facts import sheet_of, summarise
from linernotes.library.finding import find_entry
from linernotes.store import Store
from linernotes.types import Fact, Failure, NameEntry, Track
from linernotes.words import fold

CollectionKind = Literal["artist", "genre"]
NoteOrigin = Literal["written", "fallback", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SongPage:
    """A song with its note and every fact, whoever claims it.

    ``origin`` says whether the model wrote the note, whether it fell back to a plain sentence, or whether
    it has not been its turn yet.
    """

    track: Track
    note: str
    origin: NoteOrigin
    model: str | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionPage:
    """An artist or a genre: what its tracks have in common, and some of them, best known first."""

    kind: CollectionKind
    name: str
    note: str
    track_count: int
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStatus:
    """How far one stage of the ingest is, in tracks."""

    stage: str
    done: int
    pending: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far the library is, and what failed and why."""

    library_dir: Path
    tracks: int
    missing: int
    stages: tuple[StageStatus, ...]
    notes: Mapping[str, int]
    failures: tuple[Failure, ...]


COLLECTION_TRACKS = 20
"""How many of its songs an artist's or a genre's page shows."""


def read_song(store: Store, track: Track) -> SongPage:
    """The page of a song; a plain sentence stands in for a note that is not written yet."""
    facts = store.catalogue.facts([track.id])[track.id]
    note = store.notes.current("song", [track.id]).get(track.id)
    template = note.template if note is not None else plain_note(sheet_of(facts))
    return SongPage(
        track=track,
        note=fill(template, title=track.title, artists=track.artists, album=track.album),
        origin=note.status if note is not None else "plain",
        model=note.model if note is not None else None,
        facts=facts,
    )


def read_collection(store: Store, kind: CollectionKind, name: str) -> CollectionPage:
    """The page of an artist or a genre. Raises InputError with the closest names for an unknown one."""
    entry = find_entry(name, _entries(store, kind), what=kind)
    ids = _members(store, kind, entry)
    tracks = store.catalogue.tracks(ids)
    facts = store.catalogue.facts(ids)
    sheet = summarise([sheet_of(facts[track_id]) for track_id in tracks], kind=kind)
    note = fill(plain_collection_note(sheet), artists=(entry.name,), genre=entry.name)
    shown = sorted(tracks.values(), key=lambda track: (-(track.popularity or 0.0), track.title))
    return CollectionPage(
        kind=kind,
        name=entry.name,
        note=note,
        track_count=len(tracks),
        tracks=tuple(shown[:COLLECTION_TRACKS]),
    )


def read_status(store: Store, settings: Settings) -> Status:
    """How far the library is."""
    counts = store.catalogue.counts()
    stages = tuple(
        StageStatus(stage=name, done=summary.done, pending=summary.pending, failed=summary.failed)
        for name, summary in (
            ("audio", store.jobs.summary("audio", ANALYSER_VERSION)),
            ("notes", store.jobs.summary("describe", with_audio=settings.notes_for == "audio")),
        )
    )
    return Status(
        library_dir=settings.library_dir,
        tracks=counts.answerable,
        missing=counts.missing,
        stages=stages,
        notes={str(status): count for status, count in store.notes.counts_by_status().items()},
        failures=store.jobs.failures(),
    )


def _entries(store: Store, kind: CollectionKind) -> list[NameEntry]:
    if kind == "artist":
        return store.catalogue.artist_names()
    return [
        NameEntry(
            kind="artist", name=genre.name, key=fold(genre.name), ids=(genre.id,), weight=genre.track_count
        )
        for genre in store.catalogue.genres()
    ]


def _members(store: Store, kind: CollectionKind, entry: NameEntry) -> tuple[int, ...]:
    if kind == "artist":
        return store.catalogue.tracks_of_artists(entry.ids).get(entry.ids[0], ())
    return store.catalogue.tracks_of_genre(entry.name)
