"""Learns how much each signal counts, from lists in which some candidates are right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.rank.blend import standard
from linernotes.types import Vector

RIDGE: Final = 0.01
"""What a squared weight costs beside a list's loss: chosen among .0001 to 3 on listeners left out."""
_STEPS: Final = 20
_STILL: Final = 1e-6


def learn_weights(
    signals: Mapping[str, Vector], right: NDArray[np.bool_], *, ridge: float = RIDGE
) -> dict[str, float]:
    """A weight for each signal ``(n, c) float32``, of ``n`` lists of ``c`` candidates; see ``rank.blend``.

    The chance that a right candidate is the first is made as large as it gets (ListNet's top-one loss, Cao et
    al., ICML 2007, convex in the weights), by Newton's method. Lists without a right candidate teach nothing;
    raises ValueError if none teaches.
    """
    teaching = right.any(axis=1)
    if not teaching.any():
        raise ValueError("no list has a right candidate: there is nothing to learn from")
    columns = np.stack([standard(scores[teaching]) for scores in signals.values()], axis=-1)
    lists = _Lists(columns=columns, wanted=_shares(right[teaching]), ridge=ridge)
    weights = np.zeros(columns.shape[-1])
    loss = lists.loss(weights)
    for _ in range(_STEPS):
        weights, before = lists.step(weights, loss), loss
        loss = lists.loss(weights)
        if before - loss < _STILL:
            break
    return dict(zip(signals, weights.tolist(), strict=True))


def _shares(right: NDArray[np.bool_]) -> Vector:
    """Each right candidate's share in its list."""
    return np.asarray(right / right.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """``columns (n, c, f)`` and the shares that should be theirs, ``wanted (n, c)``."""

    columns: Vector
    wanted: Vector
    ridge: float

    def loss(self, weights: NDArray[np.float64]) -> float:
        logs = self._logs(weights)
        return float(-(self.wanted * logs).sum(axis=1).mean() + self.ridge / 2 * weights @ weights)

    def step(self, weights: NDArray[np.float64], loss: float) -> NDArray[np.float64]:
        """The weights after Newton's step, halved until it helps."""
        change = self._newton(weights)
        for _ in range(10):
            if self.loss(weights - change) < loss:
                return weights - change
            change = change / 2
        return weights

    def _newton(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        given = np.exp(self._logs(weights)).astype(np.float32)
        means = np.einsum("nc,ncf->nf", given, self.columns)
        wanted = np.einsum("nc,ncf->nf", self.wanted, self.columns)
        slope = (means - wanted).mean(axis=0) + self.ridge * weights
        flat = self.columns.reshape(-1, self.columns.shape[-1])
        squares = (flat * given.reshape(-1, 1)).T @ flat - means.T @ means
        bend = squares / len(self.columns) + self.ridge * np.eye(len(weights))
        return np.asarray(np.linalg.solve(bend, slope), dtype=np.float64)

    def _logs(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The logarithm of each candidate's chance to be the first of its list."""
        scores = (self.columns @ weights.astype(np.float32)).astype(np.float64)
        scores -= scores.max(axis=1, keepdims=True)
        logs: NDArray[np.float64] = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return logs
