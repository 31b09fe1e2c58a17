"""What is played by those who play the same: popularity, neighbouring artists, and chances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linernotes.evaluate.taste.counts import (
    artists_by_listener,
    listeners_by_artist,
    played_together,
)
from linernotes.evaluate.taste.values import Listening, Played
from linernotes.types import Ids, Vector

_NEAREST = 5
"""Known artists that an artist should be near to; one may be an accident."""
_HALF_HEARD = 0.1
"""Listeners of an artist that nobody is known to play: its logarithm must not be that of 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Popularity:
    """The same for everybody: how many listeners an artist has."""

    listeners: Vector

    def scores(self, played: Played) -> Vector:
        """See Signal."""
        return np.tile(self.listeners, (played.shape[0], 1))


def fit_popularity(known: Listening) -> Popularity:
    """See Popularity."""
    return Popularity(listeners=listeners_by_artist(known.played))


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The sum of an artist's likenesses to what a listener played; ``likeness`` is of all pairs."""

    likeness: Played

    def scores(self, played: Played) -> Vector:
        """See Signal."""
        return np.asarray((played @ self.likeness).toarray(), dtype=np.float32)

    def nearest(self, known: Ids, artists: Ids) -> Vector:
        """How alike each of ``artists`` is to the five nearest known ones, on the mean, ``(c,) float32``."""
        if not len(known):
            return np.zeros(len(artists), dtype=np.float32)
        own = np.sort(self.likeness[artists][:, known].toarray(), axis=1)
        return np.asarray(own[:, -_NEAREST:].mean(axis=1), dtype=np.float32)


def fit_item_knn(known: Listening, *, shrink: float, neighbours: int = 0) -> Neighbours:
    """Cosine with ``shrink`` below the line (Bell and Koren, 2007), of the nearest ``neighbours``, or all."""
    together = played_together(known.played).tocoo()
    own = listeners_by_artist(known.played)
    together.data = together.data / (np.sqrt(own[together.row] * own[together.col]) + shrink)
    likeness = together.tocsr()
    return Neighbours(likeness=_nearest(likeness, neighbours) if neighbours else likeness)


def _nearest(likeness: Played, neighbours: int) -> Played:
    """Of each artist the nearest others alone."""
    kept = likeness.copy()
    for start, end in zip(kept.indptr[:-1], kept.indptr[1:], strict=True):
        if end - start > neighbours:
            row = kept.data[start:end]
            row[row < np.partition(row, -neighbours)[-neighbours]] = 0
    kept.eliminate_zeros()
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How likely who plays one artist plays another, log of the mean over what a listener played.

    ``company`` counts what else is played by an artist's listeners; where that is little, ``backoff`` is
    added of what all play (``shares``).
    """

    together: Played
    company: Vector
    shares: Vector
    backoff: float

    def scores(self, played: Played) -> Vector:
        """See Signal; who played nothing is given what all play."""
        from scipy.sparse import diags

        own = played
        below = 1 / (self.company + self.backoff)
        counted = np.asarray((own @ diags(below) @ self.together).toarray(), dtype=np.float32)
        added = np.asarray(own @ below)[:, np.newaxis] * self.backoff * self.shares
        played = artists_by_listener(played)[:, np.newaxis]
        mean = np.where(played > 0, (counted + added) / np.maximum(played, 1), self.shares)
        return np.asarray(np.log(mean), dtype=np.float32)


def fit_chances(known: Listening, *, backoff: float) -> Chances:
    """See Chances."""
    together = played_together(known.played)
    smoothed = listeners_by_artist(known.played) + _HALF_HEARD
    return Chances(
        together=together,
        company=np.asarray(together.sum(axis=1), dtype=np.float32).ravel(),
        shares=smoothed / smoothed.sum(),
        backoff=backoff,
    )
