"""The dated part of HetRec 2011 Last.fm-2k: when its listeners first tagged which artist, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from linernotes.errors import InputError
from linernotes.evaluate.taste.data import FOLDER, read_rows
from linernotes.types import Ids

MONTHS: Final = 12
_COLUMNS: Final = ("user_id", "artist_id", "tag_id", "year", "month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What happened when, months counted by ``month_number``; plays have no date and are left out.

    ``firsts (n, 3) int64`` are listener, artist and the month in which the one first tagged the other;
    ``taggings (m, 4) int64`` listener, artist, tag and month. All but months are counted from 0.
    """

    listeners: int
    artists: int
    firsts: Ids
    taggings: Ids


def month_number(year: int, month: int) -> int:
    """Months counted on through the years; ``month`` is 1 to 12."""
    return MONTHS * year + month - 1


def month_name(number: int) -> str:
    """A month as people write it: 2010-01."""
    return f"{number // MONTHS}-{number % MONTHS + 1:02}"


def read_events(data_dir: Path) -> Events:
    """All dated events. Raises InputError where the data is missing or malformed."""
    path = data_dir / FOLDER / "tag_events.csv.gz"
    rows = read_rows(path, _COLUMNS)
    wrong = np.flatnonzero((rows[:, 4] < 1) | (rows[:, 4] > MONTHS))
    if len(wrong):
        raise InputError(f"{path}: month {rows[wrong[0], 4]} should be 1 to {MONTHS}")
    listener, artist, tag = (np.unique(rows[:, column], return_inverse=True)[1] for column in range(3))
    month = MONTHS * rows[:, 3] + rows[:, 4] - 1
    return events_of(np.stack([listener, artist, tag, month], axis=1).astype(np.int64))


def events_of(taggings: Ids) -> Events:
    """The events of taggings, whose listeners, artists and tags are counted from 0."""
    in_time = taggings[np.lexsort((taggings[:, 3], taggings[:, 1], taggings[:, 0]))]
    _, first = np.unique(in_time[:, :2], axis=0, return_index=True)
    return Events(
        listeners=int(taggings[:, 0].max(initial=-1)) + 1,
        artists=int(taggings[:, 1].max(initial=-1)) + 1,
        firsts=in_time[first][:, [0, 1, 3]],
        taggings=in_time,
    )
