"""How sure a mean is: intervals by the bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean and the ends between which it lies with 95 % confidence."""

    mean: float
    low: float
    high: float


def mean_interval(values: Sequence[float], *, seed: int = 0) -> Interval:
    """The mean with its percentile interval over resampled texts (Efron 1979). Raises ValueError for none."""
    if not len(values):
        raise ValueError("no values, no mean")
    sample = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(seed)
    means = sample[drawn.integers(len(sample), size=(RESAMPLES, len(sample)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(mean=float(sample.mean()), low=float(low), high=float(high))
