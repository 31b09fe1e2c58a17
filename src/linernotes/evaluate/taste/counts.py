"""Counts of who plays what."""

from __future__ import annotations

import numpy as np

from linernotes.evaluate.taste.values import Played
from linernotes.types import Ids, Vector


def dense(played: Played) -> Vector:
    """The matrix with its zeros, ``(listeners, artists) float32``."""
    return np.asarray(played.toarray(), dtype=np.float32)


def listeners_by_artist(played: Played) -> Vector:
    """How many listeners each artist has, ``(artists,) float32``."""
    return np.asarray(played.sum(axis=0), dtype=np.float32).ravel()


def artists_by_listener(played: Played) -> Vector:
    """How many artists each listener plays, ``(listeners,) float32``."""
    return np.asarray(np.diff(played.indptr), dtype=np.float32)


def artists_of(played: Played, listener: int) -> Ids:
    """The artists that a listener plays, ``(m,) int64``."""
    own = played.indices[played.indptr[listener] : played.indptr[listener + 1]]
    return np.asarray(own, dtype=np.int64)


def mean_fame(played: Played, fame: Vector) -> Vector:
    """How mainstream each listener is, ``(listeners,) float32``: the mean of what is played, or 0."""
    return np.asarray((played @ fame) / np.maximum(artists_by_listener(played), 1), dtype=np.float32)


def played_together(played: Played) -> Played:
    """How many listeners two artists share, for all pairs of artists; an artist shares none with itself."""
    together = (played.T @ played).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    return together
