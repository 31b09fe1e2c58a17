"""One score from several signals, each put on the scale of the list that it ranks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from linernotes.types import Vector


def standard(scores: Vector) -> Vector:
    """The scores with mean 0 and deviation 1 along the last axis, the candidates; 0 where all are equal.

    Signals count in units of their own and differ from listener to listener; this they have in common.
    """
    spread = scores.std(axis=-1, keepdims=True)
    centred = scores - scores.mean(axis=-1, keepdims=True)
    known = spread > np.finfo(np.float32).eps * np.abs(scores).max(axis=-1, keepdims=True, initial=0.0)
    return np.where(known, centred / np.where(known, spread, 1.0), 0.0).astype(np.float32)


def blend(signals: Mapping[str, Vector], weights: Mapping[str, float]) -> Vector:
    """The weighted sum of the signals' standard scores, of the shape of each, candidates last.

    Signals without a weight are passed over. Raises ValueError for a weight without its signal: what was
    learned with it cannot do without.
    """
    if missing := sorted(set(weights) - set(signals)):
        raise ValueError(f"no signal for the weights of {', '.join(missing)}")
    if not weights:
        raise ValueError("a blend needs at least one weight")
    total = sum(weight * standard(signals[name]) for name, weight in weights.items())
    return np.asarray(total, dtype=np.float32)
