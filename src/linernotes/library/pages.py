"""What ``show`` and ``status`` return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from linernotes.audio import ANALYSER_VERSION
from linernotes.config import Settings
from linernotes.describe import fill, plain_collection_note, plain_note, sentences_of
from linernotes.describe.writer import TOO_FEW_FACTS
from linernotes.facts import sheet_of
from linernotes.ingest import collections_summary, join_version
from linernotes.ingest.collections import STAGE
from linernotes.ingest.shelves import (
    Subject,
    all_sheets,
    artist_subjects,
    genre_subjects,
    member_sheets,
    read_library,
    subject_sheet,
)
from linernotes.library.finding import find_entry
from linernotes.store import Store
from linernotes.store.collections import CollectionKind
from linernotes.types import CollectionSheet, Description, Fact, FactSheet, Failure, NameEntry, Track
from linernotes.words import fold

__all__ = [
    "COLLECTION_TRACKS",
    "CollectionKind",
    "CollectionPage",
    "NoteOrigin",
    "SongPage",
    "StageStatus",
    "Status",
    "read_collection",
    "read_song",
    "read_status",
]

NoteOrigin = Literal["written", "fallback", "bare", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SongPage:
    """A song with its note and every fact, whoever claims it.

    ``origin`` says whether the model wrote the note, whether it fell back to a plain sentence, whether too
    little is known to ask a model (``bare``), or whether it has not been its turn yet (``plain``).
    ``sentences`` are those of the note, each of which may be found wrong.
    """

    track: Track
    note: str
    origin: NoteOrigin
    model: str | None
    facts: tuple[Fact, ...]
    adapter: str | None = None
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionPage:
    """An artist or a genre: what its tracks have in common, and some of them, best known first.

    ``origin`` is as on a song's page; ``sheet`` is what the note rests on.
    """

    kind: CollectionKind
    name: str
    note: str
    track_count: int
    tracks: tuple[Track, ...]
    origin: NoteOrigin = "plain"
    model: str | None = None
    adapter: str | None = None
    sheet: CollectionSheet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStatus:
    """How far one stage of the ingest is, in tracks, or in artists and genres."""

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
    sheet = sheet_of(facts)
    template = note.template if note is not None else plain_note(sheet)
    filled = partial(fill, title=track.title, artists=track.artists, album=track.album)
    return SongPage(
        track=track,
        note=filled(template),
        origin=_origin(note),
        model=note.model if note is not None else None,
        facts=facts,
        adapter=note.adapter if note is not None else None,
        sentences=tuple(map(filled, sentences_of(template, sheet))),
    )


def _origin(note: Description | None) -> NoteOrigin:
    if note is None:
        return "plain"
    return "bare" if TOO_FEW_FACTS in note.problems else note.status


def read_collection(store: Store, kind: CollectionKind, name: str) -> CollectionPage:
    """The page of an artist or a genre. Raises InputError with the closest names for an unknown one.

    A plain sentence from the facts stands in for a note that is not written yet.
    """
    subjects = artist_subjects(store) if kind == "artist" else genre_subjects(store)
    subject = _find(name, subjects, kind)
    sheets = member_sheets(store, subject) or all_sheets(store, subject)
    note = store.notes.current(kind, [subject.id]).get(subject.id)
    sheet = _sheet(store, subject, sheets, subjects)
    template = note.template if note is not None else plain_collection_note(sheet)
    tracks = store.catalogue.tracks(sheets).values()
    shown = sorted(tracks, key=lambda track: (-(track.popularity or 0.0), track.title))
    return CollectionPage(
        kind=kind,
        name=subject.name,
        note=fill(template, artists=(subject.name,), genre=subject.name),
        track_count=len(tracks),
        tracks=tuple(shown[:COLLECTION_TRACKS]),
        origin=_origin(note),
        model=note.model if note is not None else None,
        adapter=note.adapter if note is not None else None,
        sheet=sheet,
    )


def read_status(store: Store, settings: Settings) -> Status:
    """How far the library is."""
    counts = store.catalogue.counts()
    notes = store.notes.counts_by_status("song", "artist", "genre")
    audio_only = settings.notes_for == "audio"
    stages = tuple(
        StageStatus(stage=name, done=summary.done, pending=summary.pending, failed=summary.failed)
        for name, summary in (
            ("join", store.jobs.summary("join", join_version(settings))),
            ("audio", store.jobs.summary("audio", ANALYSER_VERSION)),
            ("notes", store.jobs.summary("describe", with_audio=audio_only)),
            (STAGE, collections_summary(store, audio_only=audio_only)),
        )
    )
    return Status(
        library_dir=settings.library_dir,
        tracks=counts.answerable,
        missing=counts.missing,
        stages=stages,
        notes={str(status): count for status, count in notes.items()},
        failures=store.jobs.failures(),
    )


def _find(name: str, subjects: Sequence[Subject], kind: CollectionKind) -> Subject:
    """The artist or genre that is meant, under any name that the catalogue has for it."""
    entries = [
        NameEntry(kind="artist", name=subject.name, key=fold(key), ids=(place,), weight=subject.tracks)
        for place, subject in enumerate(subjects)
        for key in {subject.name, *subject.names}
    ]
    return subjects[find_entry(name, entries, what=kind).ids[0]]


def _sheet(
    store: Store, subject: Subject, sheets: Mapping[int, FactSheet], subjects: Sequence[Subject]
) -> CollectionSheet:
    neighbours = [other.name for other in subjects]
    return subject_sheet(store, subject, sheets, neighbours=neighbours, library=read_library(store))
