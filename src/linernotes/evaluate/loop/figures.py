"""What was found month by month, put together: by system, pooled over months, listeners resampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.loop.systems import Month
from linernotes.evaluate.metrics import Interval
from linernotes.evaluate.metrics.intervals import CONFIDENCE, RESAMPLES
from linernotes.evaluate.taste.counts import listeners_by_artist
from linernotes.evaluate.taste.lists import asked, found
from linernotes.evaluate.values import Measured
from linernotes.rank.calibrate import TAIL, popularity_groups
from linernotes.types import Ids

Values = NDArray["np.float64"]

MEASURES: Final = ("ndcg_at_20", "recall_at_20", "tail_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finds:
    """What one system's lists are worth, a value for each listener in each month, ``(n,)``."""

    listeners: Ids
    months: Ids
    ndcg_at_20: Values
    recall_at_20: Values
    tail_share: Values

    def values(self, measure: str) -> Values:
        """Those of one of ``MEASURES``."""
        values: Values = getattr(self, measure)
        return values


def finds_of(month: Month, lists: Ids) -> Finds:
    """Of one month; the tail is that of the catalogue at its start."""
    listeners, own = asked(month.split), found(lists, month.split)
    groups = popularity_groups(listeners_by_artist(month.split.known.played))
    return Finds(
        listeners=listeners,
        months=np.full(len(listeners), month.number, dtype=np.int64),
        ndcg_at_20=own.ndcg,
        recall_at_20=own.recall,
        tail_share=(groups[lists] == TAIL).mean(axis=1).astype(np.float64),
    )


def pooled(parts: Sequence[Finds]) -> Finds:
    """Those of several months as one."""
    return Finds(
        listeners=np.concatenate([part.listeners for part in parts]),
        months=np.concatenate([part.months for part in parts]),
        ndcg_at_20=np.concatenate([part.ndcg_at_20 for part in parts]),
        recall_at_20=np.concatenate([part.recall_at_20 for part in parts]),
        tail_share=np.concatenate([part.tail_share for part in parts]),
    )


def measured(finds: Finds) -> Measured:
    """The means over listeners and months."""
    means = {measure: float(finds.values(measure).mean()) for measure in MEASURES}
    return Measured(figures={"n": len(finds.listeners), **means})


def by_listener(finds: Finds, values: Values) -> list[float]:
    """A listener's values summed over months, so scaled that their mean is that over listeners and months."""
    listeners, place = np.unique(finds.listeners, return_inverse=True)
    scaled: list[float] = (np.bincount(place, weights=values) * len(listeners) / len(values)).tolist()
    return scaled


def trend(finds: Finds, measure: str, *, seed: int = 0) -> Interval:
    """By how much a measure rises a month, on a line through the months' means, listeners resampled."""
    listeners, row = np.unique(finds.listeners, return_inverse=True)
    months, column = np.unique(finds.months, return_inverse=True)
    sums, counts = np.zeros((2, len(listeners), len(months)))
    np.add.at(sums, (row, column), finds.values(measure))
    np.add.at(counts, (row, column), 1)
    draws = np.random.default_rng(seed).multinomial(
        len(listeners), np.full(len(listeners), 1 / len(listeners)), size=RESAMPLES
    )
    centred = months - months.mean()
    lever = centred / max(float(centred @ centred), 1.0)
    slopes = ((draws @ sums) / np.maximum(draws @ counts, 1)) @ lever
    low, high = np.quantile(slopes, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    mean = float((sums.sum(axis=0) / counts.sum(axis=0)) @ lever)
    return Interval(mean=mean, low=float(low), high=float(high))
