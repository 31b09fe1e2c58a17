"""Fusion: scores of channels become one order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from linernotes.rank import FixedFusion, relevance, top
from linernotes.types import Candidates

NAN = float("nan")


def candidates(
    channels: Sequence[str],
    ranks: Sequence[Sequence[float]],
    scores: Sequence[Sequence[float]] | None = None,
    verified: Sequence[bool] | None = None,
) -> Candidates:
    """Candidates 11, 12, ... with these ranks, a row a track."""
    n, c = len(ranks), len(channels)
    return Candidates(
        ids=np.arange(11, 11 + n, dtype=np.int64),
        channels=tuple(channels),
        scores=np.array(scores if scores is not None else ranks, dtype=np.float32).reshape(n, c),
        ranks=np.array(ranks, dtype=np.float32).reshape(n, c),
        verified=np.array([True] * n if verified is None else verified, dtype=bool),
    )


def test_reciprocal_ranks_are_weighted_and_summed() -> None:
    fusion = FixedFusion(weights={"a": 2.0, "b": 1.0}, grades={})
    scores = fusion.score(candidates(["a", "b"], [[1, NAN], [2, 1], [NAN, 40]]))
    assert scores.tolist() == pytest.approx([2 / 3, (2 * 61 / 62 + 1) / 3, (61 / 100) / 3])


def test_first_everywhere_is_the_best_possible() -> None:
    first = candidates(["lexical", "dense", "facts"], [[1, 1, 1]], [[7.5, 0.6, 1.0]])
    assert FixedFusion().score(first).tolist() == pytest.approx([1.0])


def test_the_share_of_facts_counts_beside_the_rank() -> None:
    fusion = FixedFusion(weights={"facts": 1.0}, grades={"facts": 1.0})
    whole, half = fusion.score(candidates(["facts"], [[1], [2]], [[1.0], [0.5]])).tolist()
    assert whole - half > 0.2


def test_an_unknown_channel_counts_nothing() -> None:
    assert FixedFusion().score(candidates(["gossip"], [[1], [2]])).tolist() == [0.0, 0.0]


def test_no_candidates_have_no_scores() -> None:
    assert FixedFusion().score(candidates([], [])).shape == (0,)
    assert len(relevance(candidates([], []), FixedFusion())) == 0


def test_relevance_orders_verified_first_then_by_score_then_by_id() -> None:
    found = candidates(["dense"], [[1], [3], [2], [2]], verified=[False, True, True, True])
    ranking = relevance(found, FixedFusion())
    assert ranking.ids.tolist() == [13, 14, 12, 11]
    assert ranking.verified.tolist() == [True, True, True, False]
    assert ranking.traces["relevance"].tolist() == ranking.scores.tolist()


def test_top_keeps_the_first() -> None:
    ranking = relevance(candidates(["dense"], [[1], [2], [3]]), FixedFusion())
    assert top(ranking, 2).ids.tolist() == [11, 12]
    assert top(ranking, 9).ids.tolist() == [11, 12, 13]
