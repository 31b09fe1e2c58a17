"""Lists whose mix of the popular and the obscure is the listener's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.taste.counts import artists_of, listeners_by_artist
from linernotes.evaluate.taste.lists import DEPTH
from linernotes.evaluate.taste.shortlists import ndcg_of
from linernotes.evaluate.taste.values import Listening, Shortlist
from linernotes.rank.calibrate import calibrated, mix_of, popularity_groups
from linernotes.types import Ids, Vector

STRENGTHS: Final = tuple(step / 20 for step in range(41))
LOSS: Final = 0.01
"""Of nDCG@20, that calibration may cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixes:
    """Each artist's group of popularity, ``(artists,) int64``, and each listener's mix, ``(n, 3)``."""

    groups: Ids
    mixes: NDArray[np.float64]


def mixes_of(known: Listening) -> Mixes:
    """Of what is known, and nothing else."""
    groups = popularity_groups(listeners_by_artist(known.played))
    listeners = range(known.played.shape[0])
    return Mixes(
        groups=groups,
        mixes=np.stack([mix_of(groups[artists_of(known.played, one)]) for one in listeners]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A shortlist with the scores that order it, and what is known of its artists and listeners."""

    shortlist: Shortlist
    scores: Vector
    mixes: Mixes

    def places(self, strength: float) -> Ids:
        """The places in the shortlist of 20 artists for each listener, ``(n, 20) int64``, best first."""
        groups = self.mixes.groups[self.shortlist.artists]
        mixes = self.mixes.mixes[self.shortlist.listeners]
        rows = zip(self.scores, groups, mixes, strict=True)
        return np.stack([calibrated(*row, n=DEPTH, strength=strength) for row in rows])

    def lists(self, strength: float) -> Ids:
        """The artists in those places."""
        return np.take_along_axis(self.shortlist.artists, self.places(strength), axis=1)

    def ndcg(self, strength: float) -> NDArray[np.float64]:
        """nDCG@20 of each list, ``(n,)``; what is right and not in the shortlist is missed."""
        return ndcg_of(self.places(strength), self.shortlist)


def strength_at(parts: Sequence[Ranked], *, loss: float = LOSS) -> float:
    """The strongest calibration that costs no more than ``loss`` of nDCG@20 (0 to 2)."""
    plain = _mean(parts, 0.0)
    kept = 0.0
    for strength in STRENGTHS[1:]:
        if _mean(parts, strength) < (1 - loss) * plain:
            break
        kept = strength
    return kept


def _mean(parts: Sequence[Ranked], strength: float) -> float:
    return float(np.concatenate([part.ndcg(strength) for part in parts]).mean())
