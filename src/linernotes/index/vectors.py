"""Vectors held as bytes and compared exactly.

A row is the vector scaled so that its largest part is 127, beside the factor that undoes it. On 384
dimensions the cosine is off by less than 0.01. numkong compares such rows several
times faster than numpy does floats, so that no approximate index is needed.
"""

from __future__ import annotations

from collections.abc import Iterable

import numkong
import numpy as np
from numpy.typing import NDArray

from linernotes.index.protocol import VectorRows
from linernotes.types import Hits, Ids, Vector

Bytes = NDArray[np.int8]
FULL_SCALE = 127
_PART = 500
_FEW = 5
"""Where less than one row in so many is allowed, only those are compared."""


def pack(vector: Vector) -> bytes:
    """The vector as int8, one byte a dimension."""
    largest = float(np.abs(vector).max()) if vector.size else 0.0
    scaled = vector * (FULL_SCALE / largest) if largest else vector
    return np.rint(scaled).astype(np.int8).tobytes()


class ByteMatrix:
    """Rows of packed vectors with the ids of their tracks, rising."""

    def __init__(self, ids: Ids, blobs: Iterable[bytes]) -> None:
        """``blobs`` are packed vectors of one length, in the order of ``ids``."""
        self.ids = ids
        flat = np.frombuffer(b"".join(blobs), dtype=np.int8)
        self._rows: Bytes = flat.reshape(len(ids), -1) if len(ids) else np.zeros((0, 0), dtype=np.int8)
        self._norms = self._row_norms()

    def search(self, vector: Vector, k: int, allowed: Ids | None) -> Hits:
        """The ``k`` rows with the largest cosine, best first; see ``Index.search_vector``."""
        if not len(self.ids) or vector.shape != (self._rows.shape[1],):
            return no_hits()
        query = np.frombuffer(pack(vector), dtype=np.int8)
        if allowed is None:
            return best(self.ids, self._cosines(query), k)
        places = self._places(allowed)
        if len(places) * _FEW < len(self.ids):
            return best(self.ids[places], self._cosines(query, places), k)
        return best(self.ids[places], self._cosines(query)[places], k)

    def take(self, track_ids: Iterable[int]) -> VectorRows:
        """The vectors of those of the tracks that are here, as float32 of norm 1."""
        places = self._places(np.unique(np.fromiter(track_ids, dtype=np.int64)))
        rows = self._rows[places].astype(np.float32) / self._norms[places, np.newaxis]
        return VectorRows(ids=self.ids[places], vectors=rows)

    def _places(self, wanted: Ids) -> NDArray[np.intp]:
        """Where those of the tracks stand that are here; ``wanted`` rises."""
        if not len(self.ids):
            return np.zeros(0, dtype=np.intp)
        places = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return np.asarray(places[self.ids[places] == wanted])

    def _cosines(self, query: Bytes, places: NDArray[np.intp] | None = None) -> Vector:
        rows, norms = (
            (self._rows, self._norms) if places is None else (self._rows[places], self._norms[places])
        )
        if not len(rows):
            return norms
        dots = np.asarray(numkong.cdist(query[np.newaxis, :], rows, "dot"), dtype=np.float32)[0]
        length = float(np.linalg.norm(query.astype(np.float32))) or 1.0
        return np.asarray(dots / (norms * length), dtype=np.float32)

    def _row_norms(self) -> Vector:
        norms = np.empty(len(self.ids), dtype=np.float32)
        for start in range(0, len(norms), _PART):
            rows = self._rows[start : start + _PART].astype(np.float32)
            norms[start : start + len(rows)] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        norms[norms == 0.0] = 1.0
        return norms


def best(ids: Ids, scores: Vector, k: int) -> Hits:
    """The ``k`` largest scores, best first; equal scores by rising id, so that answers repeat."""
    if k < len(ids):
        kept = np.argpartition(-scores, k - 1)[:k] if k > 0 else np.zeros(0, dtype=np.intp)
        ids, scores = ids[kept], scores[kept]
    order = np.lexsort((ids, -scores))
    return Hits(ids=ids[order], scores=scores[order].astype(np.float32))


def no_hits() -> Hits:
    """Nothing found."""
    return Hits(ids=np.zeros(0, dtype=np.int64), scores=np.zeros(0, dtype=np.float32))
