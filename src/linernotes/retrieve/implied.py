"""What a track is likely to be, by what else is known of it: facts that nobody noted.

Tags are never complete: whoever noted "ambient" and "synthesizer" may have left out "calm". From how values
go together in this library a linear model tells each from the others (EASE: Steck, Embarrassingly Shallow
Autoencoders for Sparse Data, WWW 2019), without any training but on the library itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from linernotes.retrieve.field import TAGGED, Field
from linernotes.retrieve.wishes import Wish
from linernotes.types import Ids, Vector

if TYPE_CHECKING:
    from linernotes.index import Index

MOST_VALUES: Final = 600
"""The most frequent values of a library; the rare ones teach nothing."""
LEAST_TRACKS: Final = 3
SAMPLE: Final = 20_000
"""Tracks from which it is learned, spread over the library."""
RIDGE: Final = 0.01
"""The penalty on large weights, for each track; between 0.004 and 0.01 made no difference on MTG-Jamendo."""
MOST_TELLING: Final = 40
"""Values from which one is told, those with the largest weights."""
LEAST: Final = 1e-3
"""Nothing is impossible."""
MOST: Final = 0.9
"""Nothing that nobody noted is sure."""
REMEMBERED: Final = 64
"""Values whose likelihoods are kept once they were asked for, 4 bytes a track each."""
_BLOCK = 4096


class Implied:
    """How likely the tracks of an index as it is are to have a value that nobody noted."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._field = Field(index.ids())
        self._likely = lru_cache(maxsize=REMEMBERED)(self._likely_of)
        noted = [
            (field, value, tracks)
            for field in TAGGED
            for value, tracks in index.find(field, index.values(field)).items()
            if len(tracks) >= LEAST_TRACKS
        ]
        noted.sort(key=lambda one: -len(one[2]))
        kept = noted[:MOST_VALUES]
        self._values = [(field, value) for field, value, _ in kept]
        self._places = {value: place for place, value in enumerate(self._values)}
        self._weights = _weights([tracks for _, _, tracks in kept], self._field.ids)

    def likelihood(self, field: str, value: str | int, among: Field) -> Vector | None:
        """For each track of ``among`` how likely it is to have the value, by its others: ``(n,) float32``.

        From 0 to below 1; None where the library does not tell.
        """
        place = self._places.get((field, value))
        if place is None:
            return None
        likely = self._likely(place)
        if among.ids is self._field.ids:
            return likely
        rows = np.minimum(np.searchsorted(self._field.ids, among.ids), len(self._field) - 1)
        return np.where(self._field.ids[rows] == among.ids, likely[rows], np.float32(0.0))

    def _likely_of(self, place: int) -> Vector:
        weights = self._weights[:, place]
        total = self._field.zeros()
        for at in np.argsort(-np.abs(weights), kind="stable")[:MOST_TELLING]:
            field, value = self._values[at]
            total[self._field.rows(self._index.find(field, (value,))[value])] += np.float32(weights[at])
        return np.clip(total, 0.0, MOST)

    def shares(self, wishes: Iterable[Wish], index: Index, among: Field) -> Vector | None:
        """How likely each track has all that is wished for: ``(n,) float32``, 0 to 1, the geometric mean.

        Kinds of a thing are not the thing here: whether who notes "indie pop" would have noted "pop" is for
        the library to tell. None where no wish is one that it tells of.
        """
        total, weights = among.zeros(), 0.0
        for wish in wishes:
            if wish.value is None or wish.value[0] not in TAGGED:
                continue
            field, value = wish.value
            likely = self.likelihood(field, value, among)
            if likely is None:
                continue
            share = likely.copy()
            share[among.rows(index.find(field, (value,))[value])] = 1.0
            total += np.float32(wish.weight) * np.log(np.maximum(share, np.float32(LEAST)))
            weights += wish.weight
        return np.exp(total / np.float32(weights)) if weights else None


def _weights(noted: list[Ids], ids: Ids) -> Vector:
    """How much each value says for each other, ``(v, v) float32``: column ``j`` tells value ``j``."""
    if not noted:
        return np.zeros((0, 0), dtype=np.float32)
    step = max(len(ids) // SAMPLE, 1)
    sample = Field(ids[::step])
    together = np.zeros((len(noted), len(noted)), dtype=np.float64)
    rows_of = [sample.rows(tracks) for tracks in noted]
    for start in range(0, len(sample), _BLOCK):
        block = np.zeros((min(_BLOCK, len(sample) - start), len(noted)), dtype=np.float32)
        for place, rows in enumerate(rows_of):
            low, high = np.searchsorted(rows, (start, start + _BLOCK))
            block[rows[low:high] - start, place] = 1.0
        together += block.T @ block
    together[np.diag_indices_from(together)] += max(RIDGE * len(sample), 1.0)
    inverse = np.linalg.inv(together)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights.astype(np.float32)
