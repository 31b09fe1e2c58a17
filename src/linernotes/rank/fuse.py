"""Relevance: the scores of the retrieval channels become one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np

from linernotes.rank.ranking import Ranking, add, ordered
from linernotes.types import Candidates, Ids, Vector

RANK_OFFSET: Final = 60
"""k of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009."""

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "lexical": 1.0,
        "dense": 1.0,
        "facts": 0.5,
        "implied": 0.3,
        "echoes": 1.0,
        "audio": 1.0,
        "seed_text": 0.7,
        "seed_facts": 0.7,
        "by": 0.3,
        "history": 1.0,
        "liked_artists": 0.7,
        "sessions": 0.5,
        "session_artists": 0.3,
        "together": 0.5,
        "together_artists": 0.3,
        "browse": 0.1,
    }
)
"""How much each channel counts until a fusion has been learned: words, meaning and sound alike, facts less,
because many tracks have them in common."""

GRADES: Final[Mapping[str, float]] = MappingProxyType(
    {"facts": 0.3, "implied": 0.3, "seed_facts": 0.3, "browse": 0.1}
)
"""Channels whose score is itself a share from 0 to 1, and how much of it counts beside the rank: ranks
cannot tell a track that has all that was asked for from the best of those that have a half of it."""


class Fusion(Protocol):
    """A way to make one score of the channels' scores and ranks; ``name`` changes with what it says."""

    name: str
    reads_traits: bool

    def score(self, candidates: Candidates) -> Vector:
        """``(n,) float32``, larger is better, in the order of the candidates."""


class FixedFusion:
    """Weighted reciprocal rank fusion, and the plain scores of the channels that are shares.

    Sum over channels of ``weight * (k + 1) / (k + rank)``, so that the first of a channel gets its whole
    weight, and of ``grade * score``; divided by the sum of the weights in play, so that the best possible
    score is 1 whatever was asked.
    """

    name = "fixed"
    reads_traits = False

    def __init__(
        self,
        weights: Mapping[str, float] = WEIGHTS,
        grades: Mapping[str, float] = GRADES,
        rank_offset: int = RANK_OFFSET,
    ) -> None:
        self._weights = weights
        self._grades = grades
        self._rank_offset = rank_offset

    def score(self, candidates: Candidates) -> Vector:
        """``(n,) float32`` from 0 to 1; channels without a weight are passed over."""
        weights = self._row(self._weights, candidates.channels)
        grades = self._row(self._grades, candidates.channels)
        by_rank = (self._rank_offset + 1) / (self._rank_offset + candidates.ranks)
        by_grade = np.clip(candidates.scores, 0.0, 1.0)
        total = np.nan_to_num(by_rank) @ weights + np.nan_to_num(by_grade) @ grades
        best = float(weights.sum() + grades.sum())
        return np.asarray(total / best if best else total, dtype=np.float32)

    @staticmethod
    def _row(by_channel: Mapping[str, float], channels: tuple[str, ...]) -> Vector:
        return np.array([by_channel.get(channel, 0.0) for channel in channels], dtype=np.float32)


def named_first(ranking: Ranking, named: Ids) -> Ranking:
    """The tracks that were asked for by name before all others: no score reaches their 1 more."""
    return add(ranking, "named", np.isin(ranking.ids, named).astype(np.float32)) if len(named) else ranking


def relevance(candidates: Candidates, fusion: Fusion) -> Ranking:
    """The candidates in the order of the fusion: the first step of every ranking."""
    scores = np.asarray(fusion.score(candidates), dtype=np.float32)
    return ordered(
        Ranking(
            ids=candidates.ids,
            scores=scores,
            verified=candidates.verified,
            traces={"relevance": scores},
        )
    )
