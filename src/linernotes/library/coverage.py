"""Where the songs come from, which files are new there, and how many songs have what answers rest on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from linernotes import ingest
from linernotes.errors import InputError
from linernotes.index import Index, Space
from linernotes.sources import FoundFile, fs_path
from linernotes.store import Store

log = logging.getLogger(__name__)

_ON_SOUND: Final = ("genre", "mood", "instrument", "vocals", "tempo_bpm", "key", "energy")
"""Facts that tell how a song sounds; names, years and lengths do not."""
_VECTORS_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many songs there are, and how many have facts on their sound, notes and vectors."""

    songs: int
    with_recording: int
    with_facts: int
    with_note: int
    with_text_vector: int
    with_audio_vector: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder or table that songs come from; ``folder`` is None for what is no folder."""

    kind: str
    location: str
    songs: int
    folder: Path | None
    is_there: bool


def read_coverage(store: Store, index: Index) -> Coverage:
    """How many songs have what answers rest on."""
    counts = store.catalogue.counts()
    return Coverage(
        songs=counts.answerable,
        with_recording=counts.with_audio,
        with_facts=store.catalogue.count_told(_ON_SOUND),
        with_note=sum(store.notes.counts_by_status("song").values()),
        with_text_vector=_count_vectors(index, "text"),
        with_audio_vector=_count_vectors(index, "audio"),
    )


def read_places(store: Store) -> tuple[Place, ...]:
    """Where the songs come from, in the order in which it was added."""
    songs = store.catalogue.tracks_by_source()
    places = []
    for source in store.catalogue.sources():
        folder = fs_path(source.location) if source.kind == "folder" else None
        places.append(
            Place(
                kind=source.kind,
                location=source.location,
                songs=songs.get(source.id, 0),
                folder=folder,
                is_there=folder is None or folder.is_dir(),
            )
        )
    return tuple(places)


def read_fresh_files(store: Store) -> dict[Path, frozenset[FoundFile]]:
    """The files of known folders that are new or changed, by folder; of those that can be read."""
    fresh: dict[Path, frozenset[FoundFile]] = {}
    for source in store.catalogue.sources():
        if source.kind == "folder":
            try:
                fresh[fs_path(source.location)] = ingest.fresh_files(source, store)
            except InputError as err:
                log.info("not looked into: %s", err)
    return fresh


def _count_vectors(index: Index, space: Space) -> int:
    ids = index.ids()
    parts = (ids[start : start + _VECTORS_AT_ONCE] for start in range(0, len(ids), _VECTORS_AT_ONCE))
    return sum(len(index.vectors(space, part).ids) for part in parts)
