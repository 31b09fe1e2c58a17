"""Vectors laid out on a plane, so that neighbours stay neighbours."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.types import Vector

_DIMENSIONS: Final = 40
"""Principal components that neighbours are found in: the rest is mostly noise."""
_NEIGHBOURS: Final = 12
_STRANGERS: Final = 5
"""Others, drawn anew each time, that a point is pushed away from."""
_ROUNDS: Final = 120
_NEAR: Final = 0.01
_PUSH: Final = 0.4
_HOMEWARD: Final = 0.02
"""How strongly everything is drawn to the middle, so that islands do not drift off."""
_OUTLIERS: Final = 0.01
"""Of the points so many at each side may stand at the rim."""

Places = NDArray[np.intp]


def laid_out(vectors: Vector, *, seed: int = 0) -> Vector:
    """Places ``(n, 2) float32`` from 0 to 1 for vectors ``(n, d)``; near each other what is alike.

    Principal components give a start; then each point is drawn to its nearest neighbours and pushed away
    from strangers, by the forces of UMAP (McInnes et al. 2018) with a = b = 1, all points at once.
    """
    count = len(vectors)
    if count < 3:
        return np.linspace(0.25, 0.75, 2 * count, dtype=np.float32).reshape(count, 2)
    parts = _components(vectors)
    start = parts[:, :2] / (parts[:, :2].std(axis=0) + 1e-9)
    if start.shape[1] < 2:
        start = np.hstack([start, np.zeros((count, 1), dtype=np.float32)])
    return _framed(_refined(start * 4, _nearest(parts), np.random.default_rng(seed)))


def _components(vectors: Vector) -> Vector:
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ axes[:, ::-1][:, :_DIMENSIONS], dtype=np.float32)


def _nearest(parts: Vector) -> Places:
    """The places of each point's nearest neighbours, ``(n, k)``."""
    squares = np.einsum("ij,ij->i", parts, parts)
    distances = squares[:, None] + squares[None, :] - 2 * parts @ parts.T
    np.fill_diagonal(distances, np.inf)
    kept = min(_NEIGHBOURS, len(parts) - 1)
    return np.argpartition(distances, kept - 1, axis=1)[:, :kept]


def _refined(points: Vector, nearest: Places, rng: np.random.Generator) -> Vector:
    count, kept = nearest.shape
    ones = np.repeat(np.arange(count), kept)
    others = nearest.ravel()
    degree = np.bincount(others, minlength=count) + kept
    for step in range(_ROUNDS):
        rate = 1.0 - step / _ROUNDS
        apart = points[ones] - points[others]
        pull = apart * (2 / (1 + (apart**2).sum(axis=1, keepdims=True)))
        drawn = _summed(others, pull, count) - _summed(ones, pull, count)
        away = points[:, None] - points[rng.integers(0, count, (count, _STRANGERS))]
        squared = (away**2).sum(axis=2, keepdims=True)
        pushed = (away * (2 / ((_NEAR + squared) * (1 + squared)))).clip(-4, 4).sum(axis=1)
        force = drawn / degree[:, None] + _PUSH * pushed - _HOMEWARD * points
        points = (points + rate * force.clip(-4, 4)).astype(np.float32)
    return points


def _summed(places: Places, values: Vector, count: int) -> Vector:
    columns = [np.bincount(places, weights=values[:, axis], minlength=count) for axis in (0, 1)]
    return np.stack(columns, axis=1).astype(np.float32)


def _framed(points: Vector) -> Vector:
    low, high = np.quantile(points, [_OUTLIERS, 1 - _OUTLIERS], axis=0)
    middle, half = (low + high) / 2, float((high - low).max()) / 2 or 1.0
    return np.asarray(((points - middle) / half).clip(-1.06, 1.06) / 2.12 + 0.5, dtype=np.float32)
