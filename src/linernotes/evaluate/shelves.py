"""The songs of a library as subjects: real recordings, and songs known by name and tables alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from linernotes.describe import names_of
from linernotes.errors import InputError
from linernotes.evaluate.values import Subject
from linernotes.facts import sheet_of
from linernotes.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The songs of a library of which anything is known; ``heard`` are the ids of those with a recording."""

    subjects: tuple[Subject, ...]
    heard: frozenset[str]


def read_shelf(database: str | Path) -> Shelf:
    """Every song that can be answered with and has a fact to tell. Raises InputError for no library."""
    if isinstance(database, Path) and not database.is_file():
        raise InputError(f"{database} is not there: --library needs the folder of a library")
    store = Store.open(database)
    try:
        ids = store.catalogue.revisions().ids.tolist()
        tracks, facts = store.catalogue.tracks(ids), store.catalogue.facts(ids)
    finally:
        store.close()
    empty = sheet_of(())
    subjects = tuple(
        Subject(
            id=str(track_id),
            sheet=sheet,
            popularity=tracks[track_id].popularity,
            names=names_of(tracks[track_id]),
        )
        for track_id in ids
        if (sheet := sheet_of(facts[track_id])) != empty
    )
    heard = {str(track.id) for track in tracks.values() if track.audio_path is not None}
    return Shelf(subjects=subjects, heard=frozenset(heard))
