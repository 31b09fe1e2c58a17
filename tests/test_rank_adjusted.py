"""An adjustment moves the scores of another fusion, and nothing where nothing was learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linernotes.errors import ModelError
from linernotes.rank import AdjustedFusion, Adjustment, FixedFusion, read_adjustment, write_adjustment
from linernotes.types import Candidates

NAN = float("nan")
LEARNED = Adjustment(
    base="fixed",
    features=("lexical.score", "fact.year"),
    means=(1.0, 1990.0),
    deviations=(0.5, 10.0),
    weights=(0.0, -1.0),
)


def candidates(years: list[float]) -> Candidates:
    """Candidates 1, 2, ... that words found equally well but for the third, from these years."""
    ranks = np.array([[2.0], [2.0], [5.0]], dtype=np.float32)[: len(years)]
    return Candidates(
        ids=np.arange(1, len(years) + 1, dtype=np.int64),
        channels=("lexical",),
        scores=np.asarray(1 / ranks, dtype=np.float32),
        ranks=ranks,
        verified=np.ones(len(years), dtype=bool),
        traits={"fact.year": np.array(years, dtype=np.float32)},
    )


def test_what_was_learned_moves_the_score_in_log_odds() -> None:
    some = candidates([1980.0, 2000.0, NAN])
    base = FixedFusion().score(some)
    moved = AdjustedFusion(FixedFusion(), LEARNED, "ranker@1").score(some)
    odds = base / (1 - base)
    expected = odds * np.exp([1.0, -1.0, 0.0])
    assert moved[1:].tolist() == pytest.approx((expected / (1 + expected))[1:].tolist(), rel=1e-4)
    assert moved[0] > moved[1]


def test_where_nothing_is_known_or_learned_the_base_stands() -> None:
    some = candidates([NAN, NAN, NAN])
    nothing = replace(LEARNED, weights=(0.0, 0.0))
    for learned, given in ((LEARNED, some), (nothing, candidates([1950.0, 2020.0, 1990.0]))):
        base, moved = FixedFusion().score(given), AdjustedFusion(FixedFusion(), learned, "r").score(given)
        assert moved.tolist() == pytest.approx(base.tolist(), abs=1e-5)


def test_one_far_value_counts_no_more_than_three_deviations() -> None:
    far, farther = AdjustedFusion(FixedFusion(), LEARNED, "r").score(candidates([1000.0, 1.0]))
    assert far == farther


def test_no_candidates_have_no_scores() -> None:
    assert AdjustedFusion(FixedFusion(), LEARNED, "r").score(candidates([])).shape == (0,)


def test_an_adjustment_is_read_as_it_was_written() -> None:
    assert read_adjustment(write_adjustment(LEARNED)) == LEARNED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"base": "fixed"}',
        write_adjustment(replace(LEARNED, weights=(1.0,))),
        write_adjustment(replace(LEARNED, weights=(NAN, 1.0))),
        write_adjustment(replace(LEARNED, deviations=(0.0, 1.0))),
    ],
)
def test_what_is_no_adjustment_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="no adjustment"):
        read_adjustment(data)


def test_an_adjustment_of_another_base_is_refused() -> None:
    other = FixedFusion()
    other.name = "other"
    with pytest.raises(ModelError, match="learned on fixed, not on other"):
        AdjustedFusion(other, LEARNED, "r")
