"""How people react to what they hear: by their pleasure, with noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from linernotes.evaluate.simulated.songs import Numbers

NOISE: Final = 0.1
"""Standard deviation of a moment's mood, on a scale where pleasure goes from 0 to 1."""
GOOD: Final = 0.5
BETTER_SHARE: Final = 1 / 3
"""A song is liked from this pleasure on, or if it is in the better third of what was just heard."""
_SKIPPED_AFTER: Final = (0.05, 0.4)
"""The share of a song that is heard before it is skipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What somebody does with a song they hear, and the share of it that they listened to."""

    row: int
    kind: Literal["like", "skip"]
    value: float


def react(rows: Sequence[int], pleasures: Numbers, rng: np.random.Generator) -> list[Reaction]:
    """A reaction to each of the songs that are heard together; ``pleasures`` are those of all songs."""
    felt = pleasures[list(rows)] + rng.normal(0.0, NOISE, size=len(rows))
    bar = min(GOOD, float(np.quantile(felt, 1 - BETTER_SHARE))) if len(rows) else GOOD
    return [
        Reaction(row=row, kind="like", value=1.0)
        if feeling >= bar
        else Reaction(row=row, kind="skip", value=float(rng.uniform(*_SKIPPED_AFTER)))
        for row, feeling in zip(rows, felt.tolist(), strict=True)
    ]


def favourites(pleasures: Numbers, count: int, rng: np.random.Generator, *, among: int = 60) -> list[int]:
    """Songs that somebody has long liked: drawn from as many of the best, as they felt them that day."""
    felt = pleasures + rng.normal(0.0, NOISE, size=len(pleasures))
    best = np.argsort(-felt, kind="stable")[:among]
    return [int(row) for row in rng.permutation(best)[:count]]
