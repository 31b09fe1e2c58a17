"""How much a listener would like a track, from what they think of others, and how sure that is.

A Gaussian process over the likeness of tracks (Rasmussen and Williams, Gaussian Processes for Machine
Learning, 2006, chapter 2): near to what was liked it is high, near to what was disliked low, far from all
that is known 0 and unsure. So it holds several tastes and disliked regions without knowing how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.listener.likeness import Rows, itself, likeness
from linernotes.listener.opinions import Opinion
from linernotes.types import Ids, Vector

MOST: Final = 300
"""Opinions that are looked at, those that count most."""
NOISE: Final = 0.35
"""Variance of an opinion that counts 1; of one that counts half, twice that."""


NOBODY: Final = -1
"""Stands for no track where none speaks for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Of some tracks, row for row: ``liking (n,)``, about -1 to 1; ``doubt (n,)``, its standard deviation.

    ``closest (n,)`` is the liked track that speaks most for each, NOBODY where none does.
    """

    liking: Vector
    doubt: Vector
    closest: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Affinity:
    """Opinions on ``rows``, ready to be asked about other tracks."""

    rows: Rows
    values: Vector
    _weights: Vector
    _inverse_root: Vector

    def of(self, tracks: Rows) -> Judgement:
        """What may be expected of these tracks."""
        alike = likeness(tracks, self.rows)
        spread = self._inverse_root @ alike.T
        variance = itself(tracks) - (spread**2).sum(axis=0)
        said = alike * np.maximum(self._weights, 0.0) * (self.values > 0)
        places = said.argmax(axis=1)
        speaks = np.take_along_axis(said, places[:, None], axis=1)[:, 0] > 0
        return Judgement(
            liking=np.asarray(alike @ self._weights, dtype=np.float32),
            doubt=np.sqrt(np.maximum(variance, 0.0)).astype(np.float32),
            closest=np.where(speaks, self.rows.ids[places], NOBODY),
        )


def affinity(opinions: Sequence[Opinion], rows: Rows) -> Affinity | None:
    """From opinions and the rows of their tracks, one for each; None without any."""
    if not opinions:
        return None
    values = np.array([one.value for one in opinions], dtype=np.float32)
    weights = np.array([one.weight for one in opinions], dtype=np.float32)
    covariance = likeness(rows, rows) + np.diag(NOISE / weights)
    inverse_root = np.linalg.inv(np.linalg.cholesky(covariance)).astype(np.float32)
    solved = inverse_root.T @ (inverse_root @ values)
    return Affinity(rows=rows, values=values, _weights=solved, _inverse_root=inverse_root)
