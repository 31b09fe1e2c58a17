"""Comparisons as conditions: "faster" is faster than what is named, or than the answer before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from linernotes.retrieve.field import Field
from linernotes.types import Comparison, Condition, Ids

if TYPE_CHECKING:
    from linernotes.index import Index

STEP: Final = 0.02
"""The least difference that anybody notices, as a share of a tempo or a length, and of the scale 0 to 1."""
_RATIOS: Final = frozenset({"tempo_bpm", "duration_s"})


def compared(comparisons: Iterable[Comparison], reference: Ids, index: Index) -> Iterator[Condition]:
    """What each comparison asks, from the middle of the ``reference``'s known numbers on.

    A track of which the number is not known is not held to it; nothing is asked where it is known of none
    of the reference.
    """
    field = Field(index.ids())
    rows = field.rows(np.unique(reference))
    for comparison in comparisons:
        numbers = index.numbers(comparison.field)[rows]
        known = numbers[~np.isnan(numbers)]
        if not len(known):
            continue
        end = _moved(float(np.median(known)), comparison)
        yield Condition(
            field=comparison.field,
            promise=comparison.text,
            low=end if comparison.more else None,
            high=None if comparison.more else end,
            if_known=True,
        )


def _moved(middle: float, comparison: Comparison) -> float:
    sign = 1.0 if comparison.more else -1.0
    if comparison.field in _RATIOS:
        return middle * (1.0 + sign * STEP)
    return middle + sign * (1.0 if comparison.field == "year" else STEP)
