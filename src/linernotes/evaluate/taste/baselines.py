"""What a personal ranker has to beat, each with the settings that find most on a part of what is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from linernotes.evaluate.taste.factors import fit_als, fit_bpr, fit_folded_bpr
from linernotes.evaluate.taste.lists import found, lists_by
from linernotes.evaluate.taste.neighbours import fit_item_knn, fit_popularity
from linernotes.evaluate.taste.ridge import fit_ease
from linernotes.evaluate.taste.values import Fit, Listening, Split

_WEIGHTS_OF_ALS: Final = (
    (30.0, 0.2),
    (60.0, 0.2),
    (60.0, 0.25),
    (60.0, 0.3),
    (60.0, 0.4),
    (100.0, 0.2),
    (100.0, 0.25),
    (200.0, 0.2),
    (300.0, 0.15),
)
"""Regularisation, and the weight of what is played as a share of it."""
_WEIGHTS_OF_BPR: Final = tuple(
    (rounds, regularization) for rounds in (300, 1000) for regularization in (0.003, 0.01, 0.03, 0.05)
)
"""How often it learns, and regularisation; with other factors and rates it finds no more."""

GRIDS: Final[Mapping[str, Sequence[Fit]]] = {
    "popularity": (fit_popularity,),
    "item-kNN": [
        partial(fit_item_knn, shrink=shrink, neighbours=neighbours)
        for shrink in (0.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
        for neighbours in (300, 0)
    ],
    "ALS": [
        partial(fit_als, factors=factors, regularization=regularization, alpha=share * regularization)
        for factors in (128, 256)
        for regularization, share in _WEIGHTS_OF_ALS
    ],
    "BPR": [
        partial(fit_bpr, factors=128, regularization=regularization, rate=0.05, rounds=rounds)
        for rounds, regularization in _WEIGHTS_OF_BPR
    ],
    "EASE": [
        partial(fit_ease, strength=strength)
        for strength in (60.0, 100.0, 150.0, 300.0, 1000.0, 3000.0, 10000.0, 30000.0)
    ],
}
"""What is tried of each: what was best was never at an edge where more would have helped."""

GRIDS_FOR_STRANGERS: Final[Mapping[str, Sequence[Fit]]] = {
    **GRIDS,
    "BPR": [
        partial(fit_folded_bpr, factors=128, regularization=regularization, rate=0.05, rounds=rounds)
        for rounds, regularization in _WEIGHTS_OF_BPR
    ],
}
"""The same; BPR has no place for listeners that it was not fitted on, and is given one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """The settings that found most, and the nDCG@20 that they had there."""

    fit: Fit
    ndcg: float


def tune(
    grid: Sequence[Fit], known: Listening, splits: list[Split], tell: Callable[[], None] = lambda: None
) -> list[Tuned]:
    """For each split the member of the grid that finds most of it, fitted on ``known``; the first of equals.

    ``tell`` is called before each is tried.
    """
    tried: list[list[Tuned]] = []
    for fit in grid:
        tell()
        values = [
            float(found(lists, split).ndcg.mean())
            for lists, split in zip(lists_by(fit, known, splits), splits, strict=True)
        ]
        tried.append([Tuned(fit=fit, ndcg=value) for value in values])
    return [max(of_split, key=lambda one: one.ndcg) for of_split in zip(*tried, strict=True)]
