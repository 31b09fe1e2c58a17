"""Whether the famous fare better than the obscure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

THIRDS = ("obscure", "middling", "popular")


def thirds(popularity: Sequence[float]) -> list[str]:
    """For each number the third of all in which it lies; equal numbers come into the same third.

    A number goes where the middle of all that are equal to it lies, so thirds may differ in size.
    """
    places = (_ranks(popularity) - 0.5) / max(len(popularity), 1)
    return [THIRDS[min(int(place * 3), 2)] for place in places]


def spearman(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Spearman's rank correlation, -1 to 1; None where one series is constant.

    Equal values share their middle rank. Raises ValueError for series of different lengths.
    """
    if len(left) != len(right):
        raise ValueError(f"{len(left)} and {len(right)} values: as many of each are needed")
    ranks = [_ranks(left), _ranks(right)]
    if len(left) < 2 or any(np.ptp(series) == 0 for series in ranks):
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Ranks from 1, equal values sharing the middle one, ``(n,) float64``."""
    _, inverse, counts = np.unique(
        np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True
    )
    last = np.cumsum(counts)
    middles: NDArray[np.float64] = last - (counts - 1) / 2
    return middles[inverse]
