"""Artists and genres as a library holds them: which there are, and what their tracks tell together."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from linernotes.facts import sheet_of, summarise
from linernotes.facts.contrast import LibrarySummary, Spread, summarise_library
from linernotes.store import Store
from linernotes.store.collections import CollectionKind, Shelf
from linernotes.types import CollectionSheet, Description, Fact, FactSheet

LIBRARY_SAMPLE = 5_000
"""Tracks that stand for the library as a whole: the error of a quartile is below one in a hundred tracks."""
_LIBRARY = "library_summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An artist or a genre that a note may be written on.

    A genre bears the name that sheets give it; ``names`` are those under which the catalogue keeps it
    ("hip-hop", "hip hop"), and ``id`` is one of theirs. The counts are upper bounds: a track may bear
    several of the names, or doubt them. ``signature`` changes with any of the tracks.
    """

    kind: CollectionKind
    id: int
    name: str
    names: tuple[str, ...]
    tracks: int
    with_audio: int
    heard: int
    signature: str


def artist_subjects(store: Store) -> list[Subject]:
    """Every artist with an answerable track, those with most tracks first."""
    return _commonest_first(
        _subject("artist", shelf.id, shelf.name, [shelf]) for shelf in store.notes.shelves("artist")
    )


def genre_subjects(store: Store) -> list[Subject]:
    """Every genre with an answerable track, the commonest first.

    What the catalogue knows under several spellings is one genre. What sheets read as several genres, or
    as none ("R&B/Soul", "unknown"), stands here under its own name, which no sheet tells.
    """
    shelves_by_name: dict[str, list[Shelf]] = {}
    for shelf in store.notes.shelves("genre"):
        told = sheet_of((Fact(name="genre", value=shelf.name, source="tag", confidence=1.0),)).genres
        shelves_by_name.setdefault(told[0] if len(told) == 1 else shelf.name, []).append(shelf)
    return _commonest_first(
        _subject("genre", shelves[0].id, name, shelves) for name, shelves in shelves_by_name.items()
    )


def member_sheets(store: Store, subject: Subject) -> dict[int, FactSheet]:
    """The sheets of the subject's tracks by id; of a genre, of the tracks whose sheets tell it."""
    sheets = all_sheets(store, subject)
    if subject.kind == "artist":
        return sheets
    return {track_id: sheet for track_id, sheet in sheets.items() if subject.name in sheet.genres}


def all_sheets(store: Store, subject: Subject) -> dict[int, FactSheet]:
    """The sheets of the tracks that bear one of the subject's names, whatever the sheets make of it."""
    facts_by_track = store.catalogue.facts(track_ids_of(store, subject))
    return {track_id: sheet_of(facts) for track_id, facts in facts_by_track.items()}


def subject_sheet(
    store: Store,
    subject: Subject,
    sheets: Mapping[int, FactSheet],
    *,
    neighbours: Sequence[str],
    library: LibrarySummary | None,
) -> CollectionSheet:
    """What these sheets of the subject's tracks tell together. ``neighbours`` are the library's genres."""
    if subject.kind == "artist":
        return summarise(list(sheets.values()), kind="artist", library=library)
    tracks = store.catalogue.tracks(sheets).values()
    return summarise(
        list(sheets.values()),
        kind="genre",
        artists=len({track.artist_ids[0] for track in tracks if track.artist_ids}) or None,
        genre=subject.name,
        neighbours=neighbours,
        library=library,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An artist or a genre with its note, the sheets of its tracks by id, and what these tell together."""

    subject: Subject
    note: Description
    sheets: Mapping[int, FactSheet]
    sheet: CollectionSheet


def noted(store: Store, kind: CollectionKind) -> Iterator[Noted]:
    """The artists or the genres of the library that have a note, the commonest first."""
    genres, library = genre_subjects(store), read_library(store)
    neighbours = [genre.name for genre in genres]
    subjects = genres if kind == "genre" else artist_subjects(store)
    notes = store.notes.current(kind, [subject.id for subject in subjects])
    for subject in subjects:
        if subject.id in notes:
            sheets = member_sheets(store, subject)
            sheet = subject_sheet(store, subject, sheets, neighbours=neighbours, library=library)
            yield Noted(subject=subject, note=notes[subject.id], sheets=sheets, sheet=sheet)


def track_ids_of(store: Store, subject: Subject) -> tuple[int, ...]:
    """The tracks that bear one of the subject's names, whatever their sheets make of it."""
    if subject.kind == "artist":
        return store.catalogue.tracks_of_artists([subject.id]).get(subject.id, ())
    ids = [track_id for name in subject.names for track_id in store.catalogue.tracks_of_genre(name)]
    return tuple(dict.fromkeys(ids))


# --- the library as a whole ------------------------------------------------------------------------


def refresh_library(store: Store) -> LibrarySummary:
    """The library as one, from a sample of its tracks; read again only where a track changed."""
    revisions = store.catalogue.revisions()
    state = hashlib.blake2b(
        revisions.ids.tobytes() + revisions.revisions.tobytes(), digest_size=8
    ).hexdigest()
    kept = store.get_meta(_LIBRARY)
    known = read_library(store)
    if kept is not None and known is not None and json.loads(kept)["state"] == state:
        return known
    step = max(1, math.ceil(len(revisions.ids) / LIBRARY_SAMPLE))
    facts = store.catalogue.facts(revisions.ids[::step])
    library = summarise_library(sheet_of(of_track) for of_track in facts.values())
    store.set_meta(_LIBRARY, json.dumps({"state": state, **asdict(library)}))
    return library


def read_library(store: Store) -> LibrarySummary | None:
    """The library as one, as of the last ``add``; None before the first."""
    kept = store.get_meta(_LIBRARY)
    if kept is None:
        return None
    values = json.loads(kept)
    return LibrarySummary(
        spread_by_field={name: Spread(**spread) for name, spread in values["spread_by_field"].items()},
        minor=values["minor"],
        instrumental=values["instrumental"],
    )


def _subject(kind: CollectionKind, subject_id: int, name: str, shelves: Sequence[Shelf]) -> Subject:
    return Subject(
        kind=kind,
        id=subject_id,
        name=name,
        names=tuple(shelf.name for shelf in shelves),
        tracks=sum(shelf.tracks for shelf in shelves),
        with_audio=sum(shelf.with_audio for shelf in shelves),
        heard=sum(shelf.heard for shelf in shelves),
        signature=" ".join(shelf.signature for shelf in shelves),
    )


def _commonest_first(subjects: Iterable[Subject]) -> list[Subject]:
    return sorted(subjects, key=lambda subject: (-subject.tracks, subject.name))
