"""As much of the well known and of the little known as a listener has, whatever is easiest to recommend.

Recommenders give everybody more of what is popular than they listen to (Abdollahpouri et al., "User-centered
evaluation of popularity bias", UMAP 2021; calibration: Steck, RecSys 2018).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.rank.ranking import Ranking, add
from linernotes.types import Ids, Vector

HEAD, MIDDLE, TAIL = range(3)
GROUPS: Final = 3
EDGE: Final = 0.2
"""The most popular together make up this share of all listening, and so do the least popular: the groups of
Abdollahpouri et al. 2021."""


STRENGTH: Final = 0.5
"""How far an answer leans to the listener's own mix, 0 to 1: half the way, as on HetRec costs no accuracy."""
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

    ``scores`` and ``groups (c,)`` are the candidates'. The groups get the shares that the best ``n`` have
    (``strength`` 0), those of ``mix`` (1), or what lies between, and each is filled with its best; what a
    group cannot fill goes to the best of the others. Without a mix (zeros) nothing changes.
    """
    order = np.argsort(-scores, kind="stable")
    plain = order[:n]
    if not mix.any() or not strength:
        return plain.astype(np.int64)
    share = min(max(strength, 0.0), 1.0)
    wanted = (1 - share) * mix_of(groups[plain]) + share * mix
    places = _whole(wanted * len(plain))
    place_in_group = np.empty(len(order), dtype=np.int64)
    for group in range(GROUPS):
        own = order[groups[order] == group]
        place_in_group[own] = np.arange(len(own))
    kept = place_in_group[order] < places[groups[order]]
    rows = np.concatenate([order[kept], order[~kept]])[: len(plain)]
    return rows[np.argsort(-scores[rows], kind="stable")].astype(np.int64)


def _whole(parts: NDArray[np.float64]) -> Ids:
    """Whole numbers with the same sum, by largest remainder."""
    whole = np.floor(parts + 1e-9).astype(np.int64)
    left = round(float(parts.sum())) - int(whole.sum())
    whole[np.argsort(-(parts - whole), kind="stable")[:left]] += 1
    return whole


def calibrate(ranking: Ranking, groups: Ids, mix: NDArray[np.float64], *, n: int) -> Ranking:
    """The ranking whose first ``n`` lean towards the listener's mix of popularity, by STRENGTH.

    ``groups (c,)`` are those of its tracks. What is lifted into the first ``n``, and what makes room for it,
    gets the score of that place; unverified tracks stay behind verified ones.
    """
    sure = int(ranking.verified.sum())
    count = min(n, sure)
    if not count:
        return ranking
    rows = calibrated(ranking.scores[:sure], groups[:sure], mix, n=count, strength=STRENGTH)
    chosen = np.zeros(len(ranking), dtype=bool)
    chosen[rows] = True
    edge = float(ranking.scores[count - 1])
    first = np.arange(len(ranking)) < count
    change = np.where(chosen & ~first, edge - ranking.scores, 0.0)
    change = np.where(first & ~chosen, edge - _BELOW - ranking.scores, change)
    return add(ranking, "calibration", np.asarray(change, dtype=np.float32))
