"""How sure a mean is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean and the ends between which it lies with 95 % confidence."""

    mean: float
    low: float
    high: float


def mean_interval(values: Sequence[float], *, seed: int = 0) -> Interval:
    """The mean with its interval. Raises ValueError for none.

    Of nothing but 0 and 1 it is Wilson's (1927), which doubts even what was always so; of other numbers the
    percentiles over resampled texts (Efron 1979).
    """
    if not len(values):
        raise ValueError("no values, no mean")
    sample = np.asarray(values, dtype=np.float64)
    if np.isin(sample, (0.0, 1.0)).all():
        return _wilson(float(sample.mean()), len(sample))
    return _resampled(sample, seed)


def gain_interval(gains: Sequence[float], *, seed: int = 0) -> Interval:
    """The mean of paired differences with its interval, by resampling pairs. Raises ValueError for none.

    Where nothing was lost, differences are 0 and 1 and yet no shares: Wilson's interval would call the least
    of gains sure.
    """
    if not len(gains):
        raise ValueError("no values, no mean")
    return _resampled(np.asarray(gains, dtype=np.float64), seed)


def ratio_interval(values: Sequence[float], rivals: Sequence[float], *, seed: int = 0) -> Interval:
    """The mean of values over that of their rivals with its interval, by resampling pairs.

    Raises ValueError for none, for other numbers of the two, or where the rivals' mean can be 0.
    """
    if not len(values) or len(values) != len(rivals):
        raise ValueError(f"{len(values)} values and {len(rivals)} rivals: as many of each are needed")
    pairs = np.array([values, rivals], dtype=np.float64)
    drawn = np.random.default_rng(seed)
    picks = drawn.integers(pairs.shape[1], size=(RESAMPLES, pairs.shape[1]))
    above, below = pairs[:, picks].mean(axis=2)
    if (below <= 0).any():
        raise ValueError("the mean of the rivals can be 0: there is no ratio")
    low, high = np.quantile(above / below, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(mean=float(pairs[0].mean() / pairs[1].mean()), low=float(low), high=float(high))


def _resampled(sample: NDArray[np.float64], seed: int) -> Interval:
    drawn = np.random.default_rng(seed)
    means = [sample[drawn.integers(len(sample), size=len(sample))].mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(mean=float(sample.mean()), low=float(low), high=float(high))


def _wilson(share: float, count: int) -> Interval:
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return Interval(mean=share, low=max(0.0, middle - half), high=min(1.0, middle + half))
