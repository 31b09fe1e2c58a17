"""The one inverse that EASE needs, between listeners, and how it follows what a few of them do."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.taste.values import Played
from linernotes.types import Vector

Inverse = NDArray["np.float64"]
"""``(listeners, listeners)``: of YY' + strength, where Y are who knows what; see taste.ridge.Ease."""
_MOST: Final = 0.5
"""From this share of listeners with something new on, everything is inverted anew: it costs no more."""


def inverse_of(known: Played, strength: float) -> Inverse:
    """The inverse from nothing."""
    return np.asarray(np.linalg.inv(_products(known, known, strength)))


def renewed(former: Inverse, old: Played, new: Played, strength: float) -> Inverse:
    """The inverse for ``new``, from that for ``old``, whose listeners are the same.

    The listeners with something new are taken out of the former inverse and put in again, both by blocks.
    """
    changed = np.asarray(abs(new - old).sum(axis=1)).ravel() > 0
    if changed.mean() > _MOST:
        return inverse_of(new, strength)
    theirs, others = np.flatnonzero(changed), np.flatnonzero(~changed)
    if not len(theirs):
        return former
    beside = former[np.ix_(others, theirs)]
    alone = former[np.ix_(others, others)]
    alone -= beside @ np.linalg.solve(former[np.ix_(theirs, theirs)], beside.T)
    across = (new[others] @ new[theirs].T).toarray().astype(np.float64)
    reached = alone @ across
    block = np.linalg.inv(_products(new[theirs], new[theirs], strength) - across.T @ reached)
    back = reached @ block
    inverse = np.empty_like(former)
    inverse[np.ix_(theirs, theirs)] = block
    inverse[np.ix_(others, theirs)] = -back
    inverse[np.ix_(theirs, others)] = -back.T
    inverse[np.ix_(others, others)] = alone + back @ reached.T
    return inverse


def sums_within(known: Played, inverse: Inverse) -> Vector:
    """For each artist the sum of the inverse over all pairs of its listeners, ``(artists,) float32``."""
    by_artist = known.T.tocsr()
    counts = np.diff(by_artist.indptr)
    pairs = np.repeat(counts, counts)
    one = np.repeat(by_artist.indices, pairs)
    starts = np.repeat(np.repeat(by_artist.indptr[:-1], counts), pairs)
    within = np.arange(len(one)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    artists = np.repeat(np.arange(len(counts)), counts * counts)
    told = inverse[one, by_artist.indices[starts + within]]
    return np.bincount(artists, weights=told, minlength=len(counts)).astype(np.float32)


def _products(rows: Played, others: Played, strength: float) -> NDArray[np.float64]:
    products: NDArray[np.float64] = (rows @ others.T).toarray().astype(np.float64)
    products[np.diag_indices_from(products)] += strength
    return products
