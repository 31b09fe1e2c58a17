"""A small adjustment on top of another fusion: what the answers and reactions of one library have taught."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from linernotes.errors import ModelError
from linernotes.rank.features import features
from linernotes.rank.fuse import Fusion
from linernotes.types import Candidates, Vector

FARTHEST: Final = 3.0
"""Deviations from the mean beyond which a feature counts no more."""
SUREST: Final = 1e-6
"""Scores of the base are held so far from 0 and 1 that their log-odds are finite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What was learned: a weight for each of the ``features``, in deviations from their means.

    ``base`` is the name of the fusion that it was learned on.
    """

    base: str
    features: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]

    def columns(self, candidates: Candidates) -> Vector:
        """The standardised features, ``(n, f) float32``; 0, the mean, for what is not known."""
        return standardised(features(candidates, self.features), self.means, self.deviations)


def standardised(columns: Vector, means: Sequence[float], deviations: Sequence[float]) -> Vector:
    """The columns in deviations from the means, at most 3; 0 for what is not known."""
    scaled = (columns - np.array(means, dtype=np.float32)) / np.array(deviations, dtype=np.float32)
    return np.nan_to_num(np.clip(scaled, -FARTHEST, FARTHEST)).astype(np.float32)


def write_adjustment(adjustment: Adjustment) -> bytes:
    """The adjustment as the JSON that ``read_adjustment`` reads; equal ones are equal byte for byte."""
    return json.dumps(asdict(adjustment), indent=1, sort_keys=True).encode()


def read_adjustment(data: bytes) -> Adjustment:
    """What ``write_adjustment`` wrote. Raises ModelError for anything else."""
    try:
        told = json.loads(data)
        names = tuple(str(name) for name in told["features"])
        means, deviations, weights = (
            tuple(float(one) for one in told[part]) for part in ("means", "deviations", "weights")
        )
        adjustment = Adjustment(
            base=str(told["base"]), features=names, means=means, deviations=deviations, weights=weights
        )
    except (ValueError, KeyError, TypeError) as err:
        raise ModelError(f"this is no adjustment of a ranker: {err}") from err
    lengths = {len(names), len(means), len(deviations), len(weights)}
    is_finite = bool(np.isfinite([*means, *deviations, *weights]).all())
    if len(lengths) != 1 or not is_finite or min(deviations, default=1.0) <= 0:
        raise ModelError("this is no adjustment of a ranker: its numbers do not belong together")
    return adjustment


class AdjustedFusion:
    """The base's score moved in log-odds: ``logistic(logit(base) + features @ weights)``.

    With weights of 0 it is the base: what the base knows is not forgotten where nothing was learned.
    """

    reads_traits = True

    def __init__(self, base: Fusion, adjustment: Adjustment, name: str) -> None:
        """Raises ModelError for an adjustment that was learned on another base."""
        if adjustment.base != base.name:
            raise ModelError(f"this adjustment was learned on {adjustment.base}, not on {base.name}")
        self.name = name
        self._base = base
        self._adjustment = adjustment
        self._weights = np.array(adjustment.weights, dtype=np.float32)

    def score(self, candidates: Candidates) -> Vector:
        """``(n,) float32`` between 0 and 1."""
        moved = log_odds(self._base.score(candidates)) + self._adjustment.columns(candidates) @ self._weights
        return np.asarray(1.0 / (1.0 + np.exp(-moved)), dtype=np.float32)


def log_odds(scores: Vector) -> Vector:
    """The log-odds of scores between 0 and 1, ``(n,) float32``, finite."""
    held = np.clip(scores.astype(np.float64), SUREST, 1 - SUREST)
    return np.asarray(np.log(held) - np.log1p(-held), dtype=np.float32)
