"""How well a ranking finds what was meant: measures of the places of the right items, counted from 1.

``places`` are those of the right items that were found, in any order; ``right`` is how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def hit_at(places: Sequence[int], k: int) -> float:
    """1 if a right item is among the first ``k``, else 0."""
    return float(any(place <= k for place in places))


def recall_at(places: Sequence[int], right: int, k: int) -> float:
    """Share of the right items among the first ``k``. Raises ValueError where nothing is right."""
    _check(places, right)
    return sum(place <= k for place in places) / right


def reciprocal_rank(places: Sequence[int]) -> float:
    """1 over the place of the first right item; 0 if none was found."""
    return 1 / min(places) if places else 0.0


def ndcg_at(places: Sequence[int], right: int, k: int) -> float:
    """Normalised discounted cumulative gain of right or wrong (Järvelin and Kekäläinen, TOIS 2002).

    Raises ValueError where nothing is right.
    """
    _check(places, right)
    gained = sum(1 / math.log2(place + 1) for place in places if place <= k)
    return gained / sum(1 / math.log2(place + 1) for place in range(1, min(right, k) + 1))


def ndcg_of_gains(gains: Sequence[float], possible: Sequence[float], k: int) -> float:
    """The same of graded gains: those of a ranking, in its order, against the greatest of all possible ones.

    Raises ValueError where nothing can be gained, or a gain is negative.
    """
    if not len(possible) or max(possible) <= 0 or min(min(gains, default=0.0), min(possible)) < 0:
        raise ValueError(f"{len(possible)} possible gains: none may be negative, and one must be above 0")
    best = sorted(possible, reverse=True)
    return _discounted(gains[:k]) / _discounted(best[:k])


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, start=1))


def _check(places: Sequence[int], right: int) -> None:
    if not 0 < right >= len(places):
        raise ValueError(f"{len(places)} places of {right} right items")
