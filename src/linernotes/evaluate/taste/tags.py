"""What tags say of artists, and which artists resemble what a listener knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.evaluate.taste.values import Listening, Played
from linernotes.types import Ids, Vector

ARTISTS_OF_A_TAG: Final = 5
"""A tag of fewer artists relates hardly any."""
NEIGHBOURS: Final = 20
"""Artists that stand in for one that few listeners tell of."""


def tag_vectors(known: Listening, *, least: int = ARTISTS_OF_A_TAG) -> Vector:
    """TF-IDF of tags, ``(tags, artists) float32``: each artist's column has L2 norm 1, or 0 without a tag.

    The frequency is log(1 + listeners who gave it); tags of fewer than ``least`` artists are left out.
    """
    from scipy.sparse import csr_matrix

    artists = known.played.shape[1]
    tags = int(known.taggings[:, 2].max(initial=-1)) + 1
    ones = np.ones(len(known.taggings), dtype=np.float32)
    counts = csr_matrix((ones, (known.taggings[:, 2], known.taggings[:, 1])), shape=(tags, artists))
    spread = np.diff(counts.indptr)
    counts = counts[np.flatnonzero(spread >= least)]
    rarity = np.log((1 + artists) / (1 + spread[spread >= least]))
    vectors = np.log1p(counts.toarray()) * rarity[:, np.newaxis]
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=0), 1e-9), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Cosine of an artist's tags to the mean of all that a listener knows."""

    vectors: Vector

    def scores(self, played: Played) -> Vector:
        """See Signal."""
        profiles = played @ self.vectors.T
        lengths = np.linalg.norm(profiles, axis=1, keepdims=True)
        return np.asarray((profiles / np.maximum(lengths, 1e-9)) @ self.vectors, dtype=np.float32)


def nearest(vectors: Vector, known: Ids, artists: Ids) -> Vector:
    """How near each of ``artists`` is to the nearest known one, ``(c,) float32``: the cosine of their tags.

    A listener has several tastes: what is near one of them may be far from their mean. 0 for nothing known.
    """
    likeness = vectors[:, artists].T @ vectors[:, known]
    return np.asarray(likeness.max(axis=1, initial=0.0), dtype=np.float32)


def widened(vectors: Vector, played: Played, among: Ids, *, by: int = NEIGHBOURS) -> Played:
    """What listeners play, and beside it, with less weight, what resembles it by tags.

    Each known artist brings its ``by`` nearest of ``among (m,) int64``, each with its cosine over ``by``.
    """
    from scipy.sparse import csr_matrix

    known = np.unique(played.indices)
    likeness = vectors[:, known].T @ vectors[:, among]
    near = np.argpartition(-likeness, min(by, len(among)) - 1, axis=1)[:, :by]
    weights = np.take_along_axis(likeness, near, axis=1) / by
    rows = np.repeat(known, near.shape[1])
    size = played.shape[1]
    brought = csr_matrix((weights.ravel(), (rows, among[near].ravel())), shape=(size, size))
    return csr_matrix(played + played @ brought, dtype=np.float32)
