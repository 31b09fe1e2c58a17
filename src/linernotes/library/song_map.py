"""The library as a map: songs near each other sound alike, or are told of in like words."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from linernotes.index import Index, IndexedTrack, Space
from linernotes.library.plane import laid_out
from linernotes.store import Store
from linernotes.types import Ids, Track
from linernotes.words import lexicon

MapBy = Literal["sound", "words"]
MOST_DOTS: Final = 3_000
MOST_AREAS: Final = 8
"""Genres with a colour of their own."""
OTHER: Final = 0
"""The area of songs of other genres, or of none."""
_SPACES: Final[dict[MapBy, Space]] = {"sound": "audio", "words": "text"}
_LEAST_REST: Final = 20
"""Laying out takes at most one part in so many of the time, while songs are added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDot:
    """A song on the map: its place, 0 to 1 from the left and the top, and the number of its area."""

    track: Track
    x: float
    y: float
    area: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SongMap:
    """A map of the library. Of more than 3,000 songs, ``total`` in all, a fair sample is shown.

    ``areas`` are the commonest genres, by their broadest names; area 0 is everything else.
    """

    by: MapBy
    generation: int
    total: int
    areas: tuple[str, ...]
    dots: tuple[MapDot, ...]


class SongMaps:
    """The maps of a library, each made once for each state of it, but not all the time."""

    def __init__(self, store: Store, index: Index) -> None:
        self._store = store
        self._index = index
        self._lock = threading.Lock()
        self._maps: dict[MapBy, SongMap] = {}
        self._until: dict[MapBy, float] = {}

    def latest(self, by: MapBy) -> SongMap:
        """The map of the library as it is, or, while it changes, as it was a short while ago."""
        with self._lock:
            generation, started = self._index.generation(), time.monotonic()
            known = self._maps.get(by)
            if known is not None and (known.generation == generation or started < self._until[by]):
                return known
            made = _drawn(by, generation, self._store, self._index)
            now = time.monotonic()
            self._maps[by], self._until[by] = made, now + _LEAST_REST * (now - started)
            return made


def _drawn(by: MapBy, generation: int, store: Store, index: Index) -> SongMap:
    space = _SPACES[by]
    ids = index.vectors(space, index.ids()).ids
    rows = index.vectors(space, _sample(ids, store))
    places = laid_out(rows.vectors)
    shown = rows.ids.tolist()
    tracks, sheets = store.catalogue.tracks(shown), index.tracks(shown)
    genre_by_track = {one: broad_genre(sheets[one]) for one in shown if one in sheets}
    areas = _areas(genre_by_track.values())
    number = {genre: place for place, genre in enumerate(areas, start=1)}
    dots = tuple(
        MapDot(
            track=tracks[one],
            x=round(float(x), 4),
            y=round(float(y), 4),
            area=number.get(genre_by_track.get(one, ""), OTHER),
        )
        for one, (x, y) in zip(shown, places.tolist(), strict=True)
        if one in tracks
    )
    return SongMap(by=by, generation=generation, total=len(ids), areas=areas, dots=dots)


def _sample(ids: Ids, store: Store) -> list[int]:
    """All songs, or a fair sample: those that can be played first, the others evenly spread."""
    every: list[int] = ids.tolist()
    if len(every) <= MOST_DOTS:
        return every
    tracks = store.catalogue.tracks(every)
    known = [one for one in every if one in tracks]
    kept = _spread([one for one in known if tracks[one].audio_path], MOST_DOTS)
    return [*kept, *_spread([one for one in known if not tracks[one].audio_path], MOST_DOTS - len(kept))]


def _spread(ids: list[int], most: int) -> list[int]:
    """So many of the ids at most, evenly spread."""
    places = np.linspace(0, len(ids) - 1, min(len(ids), most)).astype(int)
    return [ids[place] for place in places.tolist()]


def broad_genre(track: IndexedTrack) -> str:
    """The broadest name of a song's first genre ("rock" for blues rock); "" where none is known."""
    if not track.sheet.genres:
        return ""
    first, known = track.sheet.genres[0], lexicon()
    above = known.ancestors("genre", first)
    return min((one for one in above if known.ancestors("genre", one) == {one}), default=first)


def _areas(genres: Iterable[str]) -> tuple[str, ...]:
    counts: Mapping[str, int] = Counter(genre for genre in genres if genre)
    return tuple(sorted(counts, key=lambda genre: (-counts[genre], genre))[:MOST_AREAS])
