"""Candidates as rows of numbers, for a fusion that was learned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linernotes.rank.fuse import FixedFusion
from linernotes.types import Candidates, Vector

FIXED = "fixed"
"""The score of the fixed fusion: what the learned one falls back on where it has learned nothing."""


def feature_names(channels: Sequence[str], traits: Sequence[str], asked: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns that these channels, traits and numbers of the request give."""
    by_channel = [f"{channel}.{what}" for channel in channels for what in ("score", "rank")]
    return (*by_channel, *traits, *(f"asked.{name}" for name in asked), FIXED)


def features(candidates: Candidates, names: Sequence[str]) -> Vector:
    """The columns with these names, ``(n, f) float32``; NaN for what is not known.

    A channel gives its score and the logarithm of its rank.
    """
    known: dict[str, Vector] = {}
    for column, channel in enumerate(candidates.channels):
        known[f"{channel}.score"] = candidates.scores[:, column]
        known[f"{channel}.rank"] = np.log(candidates.ranks[:, column])
    known |= candidates.traits
    rows = len(candidates.ids)
    known |= {
        f"asked.{name}": np.full(rows, value, dtype=np.float32) for name, value in candidates.asked.items()
    }
    if FIXED in names:
        known[FIXED] = FixedFusion().score(candidates)
    missing = np.full(rows, np.nan, dtype=np.float32)
    columns = [known.get(name, missing) for name in names]
    return np.stack(columns, axis=1).astype(np.float32) if columns else np.zeros((rows, 0), dtype=np.float32)
