"""The several tastes of a listener: groups of liked tracks, as many as there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.listener.likeness import Rows, itself, likeness
from linernotes.types import Vector

MOST: Final = 150
"""Liked tracks that are grouped, those that count most."""
APART: Final = 0.95
"""Groups stay apart whose tracks are on average less alike than this share of a library's pairs."""
MOST_APART: Final = 0.15
"""Between a usual pair and the same track, no more than this: a library may hold but two kinds of music."""
FEWEST: Final = 20
"""Of fewer tracks nothing can be said of a library's pairs; then it is USUAL."""
USUAL: Final = 0.1
LEAST_SHARE: Final = 0.08
"""A group with less of the liking is a whim, and no taste of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """Liked tracks that belong together, ``share`` of all liking, 0 to 1."""

    track_ids: tuple[int, ...]
    share: float


def alikeness(rows: Rows) -> float:
    """How much alike two tracks of a library must be to belong together, from a sample of it."""
    if len(rows) < FEWEST:
        return USUAL
    pairs = _alike(rows)[np.triu_indices(len(rows), 1)]
    usual, apart = np.quantile(pairs, [0.5, APART])
    return float(min(apart, usual + MOST_APART * (1.0 - usual)))


def tastes(rows: Rows, weights: Vector, *, least: float = USUAL) -> tuple[Taste, ...]:
    """The groups of liked tracks, largest first; ``weights (n,)`` is how much each counts.

    Agglomerative clustering with average linkage, on likeness, until no two groups are alike enough:
    on average more than ``least``.
    """
    if not len(rows):
        return ()
    rows, weights = rows.take(np.arange(min(len(rows), MOST))), weights[:MOST]
    alike = _alike(rows)
    groups = [group for group in _groups(alike, least) if weights[group].sum() >= LEAST_SHARE * weights.sum()]
    groups = groups or [list(range(len(rows)))]
    total = sum(float(weights[group].sum()) for group in groups)
    found = [
        Taste(
            track_ids=tuple(int(rows.ids[place]) for place in _telling(group, alike, weights)),
            share=float(weights[group].sum()) / total,
        )
        for group in groups
    ]
    return tuple(sorted(found, key=lambda taste: (-taste.share, taste.track_ids)))


def _alike(rows: Rows) -> Vector:
    """``(n, n) float32``: likeness, 1 for the same track."""
    norms = np.sqrt(np.maximum(itself(rows), 1e-6))
    return np.asarray(likeness(rows, rows) / np.outer(norms, norms), dtype=np.float32)


def _groups(alike: Vector, least: float) -> list[list[int]]:
    """The places of each group."""
    groups = [[place] for place in range(len(alike))]
    sums = alike.astype(np.float64).copy()
    sizes = np.ones(len(alike))
    while len(groups) > 1:
        means = sums / np.outer(sizes, sizes)
        np.fill_diagonal(means, -1.0)
        first, second = sorted(divmod(int(means.argmax()), len(groups)))
        if means[first, second] < least:
            break
        groups[first] += groups.pop(second)
        sums[first] += sums[second]
        sums[:, first] += sums[:, second]
        sizes[first] += sizes[second]
        sums = np.delete(np.delete(sums, second, axis=0), second, axis=1)
        sizes = np.delete(sizes, second)
    return groups


def _telling(group: list[int], alike: Vector, weights: Vector) -> list[int]:
    """The places of a group, those most like the others of it first."""
    worth = (alike[np.ix_(group, group)] @ weights[group]) * weights[group]
    return [group[place] for place in np.argsort(-worth, kind="stable").tolist()]
