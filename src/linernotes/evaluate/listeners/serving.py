"""Which of two tastes the songs of an answer serve, and the baseline that knows but one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.evaluate.listeners.world import PICKS
from linernotes.evaluate.simulated.songs import Numbers, Songs
from linernotes.evaluate.simulated.tastes import SUBGENRES

BEST_SHARE: Final = 0.1
"""A song serves a taste if it is in this best part of all songs for it, and pleases the other less."""
LEAST: Final = 0.35
"""The share of an answer with which a taste counts as served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The shares of the first picks that serve one taste and the other; a place without a song is lost."""

    one: float
    other: float


def served(rows: Sequence[int], one: Numbers, other: Numbers) -> Served:
    """What the first 20 of these songs serve."""
    return Served(one=_share(rows[:PICKS], one, other), other=_share(rows[:PICKS], other, one))


def space_of(songs: Songs) -> Numbers:
    """Songs as points, ``(n, d)``: their numbers in standard deviations and their genres as 0 or 1."""
    genres = [songs.of_genre(genre) for family, own in SUBGENRES.items() for genre in (family, *own)]
    return np.column_stack([*songs.standard.values(), *genres]).astype(np.float64)


def nearest_to_mean(space: Numbers, liked: Sequence[int]) -> list[int]:
    """The songs nearest to the mean of the liked ones, which are left out; best first."""
    distances = np.linalg.norm(space - space[list(liked)].mean(axis=0), axis=1)
    known = set(liked)
    return [row for row in np.argsort(distances, kind="stable").tolist() if row not in known][:PICKS]


def _share(rows: Sequence[int], own: Numbers, other: Numbers) -> float:
    bar = np.quantile(own, 1 - BEST_SHARE)
    return sum(bool(own[row] >= bar and own[row] > other[row]) for row in rows) / PICKS
