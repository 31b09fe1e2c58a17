"""A few picks of an answer that are made to find out: what may please, and of which little is known."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from linernotes.rank.ranking import Ranking, ordered
from linernotes.types import Vector

DEEP: Final = 3
"""How many answers' lengths below the last pick are looked at: what is explored still fits the request."""
PLACE: Final = 0.6
"""Where in the answer explored picks stand: not where they spoil the first look."""
STEP: Final = "explored"


def explore(ranking: Ranking, hope: Vector, *, n: int, share: float) -> Ranking:
    """The ranking with about ``share`` of its first ``n`` places given to tracks from below them.

    ``hope (n,)``, in the ranking's order, is how much a track may be liked at best: its liking and the
    doubt of it (upper confidence bound, Auer 2002); minus infinity for one that is not to be explored. A
    share that is less than half a pick explores nothing, and the first pick never is.
    """
    count = min(int(n * min(share, 1.0) + 0.5), n - 1)
    if count < 1 or len(ranking) <= n:
        return ranking
    below = np.flatnonzero((ranking.verified == ranking.verified[0]) & np.isfinite(hope))
    below = below[(below >= n) & (below < n * (1 + DEEP))]
    chosen = below[np.argsort(-np.asarray(hope)[below], kind="stable")[:count]]
    count = len(chosen)
    at = min(math.ceil(PLACE * n), n - count)
    change = np.zeros(len(ranking), dtype=np.float32)
    change[chosen] = np.nextafter(ranking.scores[at], np.float32(np.inf)) - ranking.scores[chosen]
    return ordered(replace(ranking, scores=ranking.scores + change, traces={**ranking.traces, STEP: change}))
