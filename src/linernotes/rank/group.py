"""One order for several listeners at once, which leaves nobody out."""

from __future__ import annotations

import numpy as np

from linernotes.rank.ranking import Ranking, add
from linernotes.types import Ids, Vector


def group_order(scores: Vector, *, n: int | None = None) -> Ids:
    """The rows of the ``n`` items for a group, best first, ``(n,) int64``; all items where there are fewer.

    ``scores (members, items) float32`` should be comparable: standardised, member by member, say. Each place
    goes to the item that most raises the product of what the members have been given (Nash's social welfare;
    Kaneko and Nakamura, Econometrica 1979), so that who was given least counts most. Of equals the earlier.
    Raises ValueError for a group of nobody.
    """
    members, items = scores.shape
    if not members:
        raise ValueError("a group of nobody has no order")
    worth = _worth(scores)
    given = np.full((members, 1), 1 / max(items, 1))  # of a mean item: the logarithm of nothing has no end
    free = np.ones(items, dtype=bool)
    order: list[int] = []
    for _ in range(items if n is None else min(n, items)):
        welfare = np.log(given + worth).sum(axis=0)
        best = int(np.where(free, welfare, -np.inf).argmax())
        free[best] = False
        given = given + worth[:, [best]]
        order.append(best)
    return np.array(order, dtype=np.int64)


def _worth(scores: Vector) -> Vector:
    """Each item's share in what is there for a member, by softmax: a point more is worth e times as much."""
    raised = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(raised / np.maximum(raised.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny))


def for_company(ranking: Ranking, scores: Vector) -> Ranking:
    """The ranking in the order for a group: ``scores (members, n)`` are each member's, in its order.

    Members' scores are standardised. Verified tracks stay first; scores fall from 1 with the place.
    """
    apart = scores - scores.mean(axis=1, keepdims=True)
    spread = np.maximum(apart.std(axis=1, keepdims=True), 1e-6)
    order = group_order(np.asarray(apart / spread, dtype=np.float32))
    wanted = np.empty(len(ranking), dtype=np.float32)
    wanted[order] = np.linspace(1.0, 0.0, num=len(ranking), dtype=np.float32)
    return add(ranking, "company", wanted - ranking.scores)
