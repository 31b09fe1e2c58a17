"""From scores to lists of artists, and how many of them are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.metrics import ndcg_at, recall_at
from linernotes.evaluate.taste.counts import artists_by_listener, artists_of
from linernotes.evaluate.taste.values import Fit, Listening, Played, Split
from linernotes.types import Ids, Vector

DEPTH: Final = 20
"""Artists of an answer that are looked at."""


def asked(split: Split) -> Ids:
    """The listeners with something to be found, ``(n,) int64``, in order."""
    return np.flatnonzero(artists_by_listener(split.right)).astype(np.int64)


def best(scores: Vector, played: Played, depth: int = DEPTH) -> Ids:
    """For each listener the best artists without those played, ``(n, depth) int64``, best first.

    Equal scores are in the order of the artists.
    """
    own = scores.copy()
    own[played.nonzero()] = -np.inf
    first = np.sort(np.argpartition(-own, depth - 1, axis=1)[:, :depth], axis=1)
    order = np.argsort(-np.take_along_axis(own, first, axis=1), axis=1, kind="stable")
    return np.take_along_axis(first, order, axis=1).astype(np.int64)


def lists_by(fit: Fit, known: Listening, splits: list[Split]) -> list[Ids]:
    """What a signal that was fitted on ``known`` lists for those who are asked of each split."""
    signal = fit(known)
    lists = [best(signal.scores(split.known.played), split.known.played) for split in splits]
    return [own[asked(split)] for own, split in zip(lists, splits, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """nDCG@20 and Recall@20 of each list, ``(n,)``."""

    ndcg: NDArray[np.float64]
    recall: NDArray[np.float64]


def found(lists: Ids, split: Split) -> Found:
    """What is found by lists of 20 for those who are asked, in their order."""
    ndcg, recall = [], []
    for own, listener in zip(lists, asked(split).tolist(), strict=True):
        right = artists_of(split.right, listener)
        ndcg.append(ndcg_at(places_of(own, right), len(right), DEPTH))
        recall.append(recall_at(places_of(own, right), len(right), DEPTH))
    return Found(ndcg=np.array(ndcg), recall=np.array(recall))


def places_of(own: Ids, right: Ids) -> list[int]:
    """Where the right artists stand in a list, from 1."""
    return (np.flatnonzero(np.isin(own, right)) + 1).tolist()
