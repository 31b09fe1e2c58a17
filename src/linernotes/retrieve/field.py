"""The tracks that a search may find, each with a row, so that facts are held against all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.types import Family, Hits, Ids, Vector

Rows = NDArray[np.intp]

TAGGED: Final[Mapping[str, Family]] = {"genres": "genre", "moods": "mood", "instruments": "instrument"}
"""Fields of several values, of which never all are noted, and what the lexicon calls each."""
LEAST_SHARE: Final = 0.05
"""A track with less than this of what was asked for has none of it."""

_SCATTER = np.uint64(0x9E3779B97F4A7C15)
"""Multiplier of Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): spreads equal scores."""
_TIE = 1e-6
_SPARSE = 50


class Field:
    """Sorted ids and the row of each; a search through all tracks or through a part of them."""

    def __init__(self, ids: Ids) -> None:
        """``ids`` rise."""
        self.ids = ids
        self._rows = self._table()

    def _table(self) -> Rows | None:
        """The row by id, where the ids are not too far apart for it."""
        if not len(self.ids) or self.ids[0] < 0 or self.ids[-1] > _SPARSE * len(self.ids):
            return None
        table = np.full(int(self.ids[-1]) + 1, -1, dtype=np.intp)
        table[self.ids] = np.arange(len(self.ids))
        return table

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: Ids) -> Rows:
        """The rows of those of the ids that are here, in their order."""
        if not len(self.ids) or not len(ids):
            return np.zeros(0, dtype=np.intp)
        if self._rows is None:
            rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            return np.asarray(rows[self.ids[rows] == ids], dtype=np.intp)
        rows = self._rows[ids[ids < len(self._rows)]]
        return np.asarray(rows[rows >= 0], dtype=np.intp)

    def mask(self, ids: Ids) -> NDArray[np.bool_]:
        """``(n,) bool``: which rows are those of the ids."""
        mask = np.zeros(len(self.ids), dtype=bool)
        mask[self.rows(ids)] = True
        return mask

    def zeros(self) -> Vector:
        """``(n,) float32``."""
        return np.zeros(len(self.ids), dtype=np.float32)

    def best(self, scores: Vector, k: int, least: float = LEAST_SHARE) -> Hits:
        """The ``k`` largest ``scores (n,)`` from 0 to 1; equal ones from all over, not the lowest ids."""
        rows = np.flatnonzero(scores >= least)
        spread = (self.ids[rows].astype(np.uint64) * _SCATTER) >> np.uint64(11)
        keys = scores[rows] + spread.astype(np.float64) * (_TIE / 2**53)
        if k < len(rows):
            kept = np.argpartition(-keys, k)[:k]
            rows, keys = rows[kept], keys[kept]
        rows = rows[np.argsort(-keys, kind="stable")]
        return Hits(ids=self.ids[rows], scores=np.asarray(scores[rows], dtype=np.float32))
