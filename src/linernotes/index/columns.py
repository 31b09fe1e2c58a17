"""The facts of all tracks side by side, so that a condition is held against the whole catalogue at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linernotes.index.protocol import Numbers
from linernotes.types import Condition, FactSheet, Ids, Selection

Mask = NDArray[np.bool_]
Value = str | int
NUMBERS = (
    "tempo_bpm", "energy", "valence", "danceability", "acousticness", "loudness_lufs", "duration_s", "year",
)  # fmt: skip
SINGLE = ("vocals", "key", "country", "language", "live")
SEVERAL = ("genres", "instruments", "moods", "decades", "styles")
ALWAYS_KNOWN = frozenset({"styles", "artist_ids", "track_id"})
ANY_VOICE = "vocals"
"""Excluded, it stands for every voice, whatever it is called; only this is none:"""
NO_VOICE = "instrumental"
SHEET_FIELDS = tuple(field.name for field in fields(FactSheet))
_PLACES = {name: place for place, name in enumerate(SHEET_FIELDS)}
_TUPLES = tuple(_PLACES[name] for name in SEVERAL)

_PART = 1000


def sheet_to_json(sheet: FactSheet) -> str:
    """A sheet as a compact JSON array, in the order of its fields."""
    return json.dumps([getattr(sheet, name) for name in SHEET_FIELDS], separators=(",", ":"))


def sheets_from_json(texts: Sequence[str]) -> list[FactSheet]:
    """The sheets that ``sheet_to_json`` wrote."""
    return [_sheet(row) for row in json.loads(f"[{','.join(texts)}]")]


def _sheet(row: list[Any]) -> FactSheet:
    for place in _TUPLES:
        row[place] = tuple(row[place])
    return FactSheet(**dict(zip(SHEET_FIELDS, row, strict=True)))


def _columns(sheets_json: Sequence[str]) -> dict[str, list[Any]]:
    """The values of each field; read in parts, so that few lists are there at once."""
    columns: dict[str, list[Any]] = {name: [] for name in SHEET_FIELDS}
    for start in range(0, len(sheets_json), _PART):
        rows = json.loads(f"[{','.join(sheets_json[start : start + _PART])}]")
        for name, values in zip(SHEET_FIELDS, zip(*rows, strict=True), strict=True):
            columns[name].extend(map(tuple, values) if name in SEVERAL else values)
    return columns


class Postings:
    """Which tracks hold a value: positions, rising."""

    def __init__(self, values: Iterable[Value], positions: NDArray[np.int32]) -> None:
        """``values[i]`` stands in the track at ``positions[i]``; positions rise."""
        numbers: defaultdict[Value, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        codes = np.fromiter(map(numbers.__getitem__, values), dtype=np.int32)
        self._numbers = dict(numbers)
        self._positions = positions[np.argsort(codes, kind="stable")]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(numbers)))])
        self.present = positions

    def __getitem__(self, value: Value) -> NDArray[np.int32]:
        """The tracks that hold it; none for an unknown value."""
        number = self._numbers.get(value)
        if number is None:
            return self._positions[:0]
        return self._positions[self._starts[number] : self._starts[number + 1]]

    def __iter__(self) -> Iterator[Value]:
        """Every value that some track holds."""
        return iter(self._numbers)


def single_values(rows: Sequence[Value | None]) -> Postings:
    """The postings of rows of one value or nothing."""
    places = [place for place, value in enumerate(rows) if value is not None]
    return Postings((value for value in rows if value is not None), np.array(places, dtype=np.int32))


def several_values(rows: Sequence[Sequence[Value]]) -> Postings:
    """The postings of rows of any number of values."""
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    places = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
    return Postings(chain.from_iterable(rows), places)


class FactColumns:
    """Every field of every sheet as a column; all masks and positions are in the order of ``ids``."""

    def __init__(
        self,
        ids: Ids,
        sheets_json: Sequence[str],
        artist_ids: Sequence[Sequence[int]],
        song_keys: Sequence[str],
        popularities: Sequence[float | None],
    ) -> None:
        """``ids`` rise; the others are in their order."""
        self.ids = ids
        self.ids.flags.writeable = False
        column = _columns(sheets_json)
        self._numbers = {name: np.array(column[name], dtype=np.float64) for name in NUMBERS}
        self._numbers["popularity"] = np.array(popularities, dtype=np.float64)
        for numbers in self._numbers.values():
            numbers.flags.writeable = False
        self._postings = {name: single_values(column[name]) for name in SINGLE}
        self._postings |= {name: several_values(column[name]) for name in SEVERAL}
        self._postings["artist_ids"] = several_values(artist_ids)
        self._postings["song_key"] = single_values(song_keys)
        self._known = {name: self._known_mask(name) for name in self._postings}

    def select(self, conditions: Sequence[Condition]) -> Selection:
        """See ``Index.select``."""
        if not conditions:
            return Selection(verified=None, unverified=self.ids[:0])
        broken, unsure = self._nobody(), self._nobody()
        for condition in conditions:
            breaks, unknown = self._hold(condition)
            broken |= breaks
            unsure |= unknown
        return Selection(verified=self.ids[~broken & ~unsure], unverified=self.ids[~broken & unsure])

    def find(self, field: str, values: Iterable[str | int]) -> Mapping[str | int, Ids]:
        """See ``Index.find``."""
        postings = self._postings[field]
        return {value: self.ids[postings[value]] for value in values}

    def number_between(self, field: str, low: float | None, high: float | None) -> Ids:
        """See ``Index.number_between``."""
        column = self._numbers[field]
        return self.ids[_inside(column, column, Condition(field=field, promise="", low=low, high=high))]

    def numbers(self, field: str) -> Numbers:
        """See ``Index.numbers``."""
        return self._numbers[field]

    def values(self, field: str) -> tuple[str | int, ...]:
        """See ``Index.values``."""
        return tuple(self._postings[field])

    def _hold(self, condition: Condition) -> tuple[Mask, Mask]:
        """Which tracks are known to break the condition, and of which it is not known."""
        if condition.field == "track_id":
            excluded = np.array(condition.excluded, dtype=np.int64)
            return np.isin(self.ids, excluded), self._nobody()
        if condition.field == "year":
            breaks, unknown = self._hold_years(condition)
        elif condition.field in self._numbers:
            column = self._numbers[condition.field]
            unknown = np.isnan(column)
            breaks = ~unknown & (_inside(column, column, condition) == condition.outside)
        else:
            breaks = self._holding(condition.field, self._excluded(condition))
            unknown = ~self._known[condition.field]
        if condition.if_known:
            unknown = self._nobody()
        if condition.uncertain:
            unknown = (unknown | self._holding(condition.field, condition.uncertain)) & ~breaks
        return breaks, unknown

    def _hold_years(self, condition: Condition) -> tuple[Mask, Mask]:
        """The song's own year decides; without one, the decades in which its artist was active."""
        column = self._numbers["year"]
        dated = ~np.isnan(column)
        some_keep, some_break = self._nobody(), self._nobody()
        for start in self._postings["decades"]:
            positions = self._postings["decades"][start]
            first = np.array([float(start)])
            touches = bool(_overlaps(first, first + 9, condition)[0])
            within = bool(_inside(first, first + 9, condition)[0])
            some_keep[positions] |= not within if condition.outside else touches
            some_break[positions] |= touches if condition.outside else not within
        by_decade = ~dated & self._known["decades"]
        breaks = dated & (_inside(column, column, condition) == condition.outside)
        breaks |= by_decade & ~some_keep
        unknown = ~dated & ~(by_decade & (some_keep != some_break))
        return breaks, unknown & ~breaks

    def _excluded(self, condition: Condition) -> Collection[Value]:
        """The excluded values; where any voice is excluded, all that are not none."""
        if condition.field == "vocals" and ANY_VOICE in condition.excluded:
            return {*condition.excluded, *(set(self._postings["vocals"]) - {NO_VOICE})}
        return condition.excluded

    def _holding(self, field: str, values: Collection[Value]) -> Mask:
        held = self._nobody()
        for value in values:
            held[self._postings[field][value]] = True
        return held

    def _known_mask(self, field: str) -> Mask:
        if field in ALWAYS_KNOWN:
            return np.ones(len(self.ids), dtype=bool)
        known = self._nobody()
        known[self._postings[field].present] = True
        return known

    def _nobody(self) -> Mask:
        return np.zeros(len(self.ids), dtype=bool)


def _inside(first: Numbers, last: Numbers, condition: Condition) -> Mask:
    """Whether the whole span from ``first`` to ``last`` lies in the condition's range; NaN does not."""
    low = -np.inf if condition.low is None else condition.low
    high = np.inf if condition.high is None else condition.high
    return np.asarray((first >= low) & (last <= high))


def _overlaps(first: Numbers, last: Numbers, condition: Condition) -> Mask:
    """Whether some of the span from ``first`` to ``last`` lies in the condition's range."""
    low = -np.inf if condition.low is None else condition.low
    high = np.inf if condition.high is None else condition.high
    return np.asarray((first <= high) & (last >= low) & (low <= high))
