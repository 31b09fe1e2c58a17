"""As much of the well known and of the little known as a listener has, whatever is easiest to recommend.

Recommenders give everybody more of what is popular than they listen to (Abdollahpouri et al., "User-centered
evaluation of popularity bias", UMAP 2021; calibration: Steck, RecSys 2018).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.rank.blend import standard
from linernotes.rank.ranking import Ranking, add
from linernotes.types import Ids, Vector

HEAD, MIDDLE, TAIL = range(3)
GROUPS: Final = 3
EDGE: Final = 0.2
"""The most popular together make up this share of all listening, and so do the least popular: the groups of
Abdollahpouri et al. 2021."""


STRENGTH: Final = 0.5
"""How much an answer gives up for the listener's own mix; on HetRec .65 costs half a percent of accuracy."""
MOST: Final = 100
"""Places of a long answer that are looked at: there are quadratically many ways to fill them."""
_BELOW: Final = 1e-4


def popularity_groups(popularity: Vector) -> Ids:
    """The group of each, ``(n,) int64``: 0 the head, 1 the middle, 2 the tail; equals are in one group.

    ``popularity`` counts listeners or plays. Those that nobody plays are in the tail.
    """
    values, counts = np.unique(popularity, return_counts=True)
    listening = values * counts
    total = max(float(listening.sum()), float(np.finfo(np.float32).tiny))
    up_to = np.cumsum(listening) / total
    above = 1 - up_to + listening / total
    groups = np.full(len(values), MIDDLE, dtype=np.int64)
    groups[above - listening / total / 2 <= EDGE] = HEAD
    groups[up_to - listening / total / 2 <= EDGE] = TAIL
    return groups[np.searchsorted(values, popularity)]


def mix_of(groups: Ids) -> NDArray[np.float64]:
    """The share of each group, ``(3,)``; of nothing, zeros."""
    counts = np.bincount(groups, minlength=GROUPS).astype(np.float64)
    return counts / max(len(groups), 1)


def calibrated(scores: Vector, groups: Ids, mix: NDArray[np.float64], *, n: int, strength: float) -> Ids:
    """The rows of the ``n`` to be recommended, best score first, ``(n,) int64``; fewer if there are fewer.

    ``scores`` and ``groups (c,)`` are the candidates'. Of all lists the one with the largest mean of standard
    scores is chosen, less ``strength`` times the distance of its mix from ``mix`` (Steck 2018, by Jensen and
    Shannon's divergence, and exact: each way to fill ``n`` places from three groups is tried). Without a
    strength (0) or a mix (zeros) the best are chosen.
    """
    order = np.argsort(-scores, kind="stable")
    places = min(n, len(order))
    if not mix.any() or strength <= 0 or not places:
        return order[:places].astype(np.int64)
    ways = _ways(places)
    group_of = groups[order]
    gains = standard(scores)[order].astype(np.float64)
    best = [_best_sums(gains[group_of == group], places) for group in range(GROUPS)]
    means = sum(best[group][ways[:, group]] for group in range(GROUPS)) / places
    way = ways[np.argmax(means - strength * _apart(ways / places, mix))]
    kept = [np.flatnonzero(group_of == group)[: way[group]] for group in range(GROUPS)]
    return order[np.sort(np.concatenate(kept))].astype(np.int64)


def calibrate(ranking: Ranking, groups: Ids, mix: NDArray[np.float64], *, n: int) -> Ranking:
    """The ranking whose first ``n`` lean towards the listener's mix of popularity, by STRENGTH.

    ``groups (c,)`` are those of its tracks. What is lifted into the first ``n``, and what makes room for it,
    gets the score of that place; unverified tracks stay behind verified ones.
    """
    sure = int(ranking.verified.sum())
    count = min(n, sure, MOST)
    if not count:
        return ranking
    rows = calibrated(ranking.scores[:sure], groups[:sure], mix, n=count, strength=STRENGTH)
    chosen = np.zeros(len(ranking), dtype=bool)
    chosen[rows] = True
    edge = float(ranking.scores[count - 1])
    first = np.arange(len(ranking)) < count
    change = np.where(chosen & ~first, edge - ranking.scores, 0.0)
    change = np.where(~chosen & (ranking.scores >= edge), edge - _BELOW - ranking.scores, change)
    return add(ranking, "calibration", np.asarray(change, dtype=np.float32))


@lru_cache(maxsize=8)
def _ways(places: int) -> Ids:
    """All ways to fill so many places from three groups, ``(ways, 3) int64``."""
    pairs = [(head, middle) for head in range(places + 1) for middle in range(places + 1 - head)]
    return np.array([(head, middle, places - head - middle) for head, middle in pairs], dtype=np.int64)


def _best_sums(gains: NDArray[np.float64], places: int) -> NDArray[np.float64]:
    """The sum of the best 0, 1, ... ``places``; minus infinity where there are not so many."""
    sums = np.full(places + 1, -np.inf)
    own = gains[:places]
    sums[: len(own) + 1] = np.concatenate([[0.0], np.cumsum(own)])
    return sums


def _apart(mixes: NDArray[np.float64], mix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Jensen and Shannon's divergence in bits: the entropy of the middle less the mean of the entropies."""
    return np.asarray(_entropy((mixes + mix) / 2) - (_entropy(mixes) + _entropy(mix)) / 2)


def _entropy(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-(shares * np.log2(np.where(shares > 0, shares, 1.0))).sum(axis=-1))
