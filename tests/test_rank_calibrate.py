"""A listener's own mix of the popular and the obscure, and signals on one scale."""

from __future__ import annotations

import numpy as np
import pytest

from linernotes.rank import Ranking, calibrate, calibrated, mix_of, popularity_groups
from linernotes.rank.blend import blend, standard

POPULARITY = np.array([100, 90, 80, 50, 50, 50, 20, 20, 20, 20, 0], dtype=np.float32)
"""Listeners of eleven artists: 500 in all."""


def test_the_groups_have_a_fifth_and_three_fifths_and_a_fifth_of_all_listening() -> None:
    groups = popularity_groups(POPULARITY)
    assert groups.tolist() == [0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    assert POPULARITY[groups == 0].sum() == 100


def test_what_is_equally_popular_is_in_one_group() -> None:
    assert len(set(popularity_groups(np.full(5, 3, dtype=np.float32)).tolist())) == 1


def test_what_nobody_plays_is_in_the_tail() -> None:
    assert popularity_groups(np.zeros(2, dtype=np.float32)).tolist() == [2, 2]
    assert popularity_groups(np.zeros(0, dtype=np.float32)).tolist() == []


def test_a_mix_is_the_share_of_each_group() -> None:
    assert mix_of(np.array([0, 0, 2, 1])).tolist() == [0.5, 0.25, 0.25]
    assert mix_of(np.zeros(0, dtype=np.int64)).tolist() == [0.0, 0.0, 0.0]


GROUPS = np.array([0, 0, 0, 0, 1, 1, 2, 2], dtype=np.int64)
SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2], dtype=np.float32)
"""What is popular scores best, as it mostly does."""
MIX = np.array([0.25, 0.25, 0.5])


def chosen(strength: float, n: int = 4, mix: np.ndarray = MIX) -> list[int]:
    return list(map(int, calibrated(SCORES, GROUPS, mix, n=n, strength=strength)))


def test_at_great_strength_the_list_has_the_listeners_own_mix_best_score_first() -> None:
    assert chosen(100.0) == [0, 4, 6, 7]


def test_without_strength_or_mix_the_best_are_chosen() -> None:
    assert chosen(0.0) == chosen(-1.0) == [0, 1, 2, 3]
    assert chosen(100.0, mix=np.zeros(3)) == [0, 1, 2, 3]


def test_the_stronger_the_nearer_to_the_mix() -> None:
    shares = [mix_of(GROUPS[chosen(strength)])[2] for strength in (0.0, 1.0, 3.0, 100.0)]
    assert shares == sorted(shares)
    assert 0.0 in shares
    assert 0.25 in shares


def test_equal_scores_leave_the_mix_to_decide() -> None:
    flat = np.zeros(8, dtype=np.float32)
    assert calibrated(flat, GROUPS, MIX, n=4, strength=0.1).tolist() == [0, 4, 6, 7]


def test_scores_in_another_unit_choose_the_same() -> None:
    other = calibrated(50 * SCORES[::-1] + 3, GROUPS[::-1], MIX, n=4, strength=2.0)
    assert (7 - other).tolist() == chosen(2.0)


def test_what_a_group_cannot_fill_goes_to_the_best_of_the_others() -> None:
    assert chosen(100.0, mix=np.array([0.0, 0.0, 1.0])) == [0, 1, 6, 7]


def test_there_are_never_more_than_there_are() -> None:
    assert chosen(1.0, n=20) == [0, 1, 2, 3, 4, 5, 6, 7]
    nothing = np.zeros(0, dtype=np.int64)
    assert calibrated(nothing.astype(np.float32), nothing, MIX, n=20, strength=1.0).tolist() == []


# --- signals on one scale


def test_standard_scores_have_mean_0_and_deviation_1_and_equals_have_none() -> None:
    scaled = standard(np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]], dtype=np.float32))
    assert scaled.mean(axis=1).tolist() == pytest.approx([0, 0], abs=1e-6)
    assert scaled.std(axis=1).tolist() == pytest.approx([1, 0], abs=1e-6)


def test_a_blend_does_not_care_for_the_units_of_its_signals() -> None:
    fame = np.array([[1.0, 4.0, 2.0]], dtype=np.float32)
    near = np.array([[0.3, 0.1, 0.2]], dtype=np.float32)
    weights = {"fame": 0.5, "near": 2.0}
    own = blend({"fame": fame, "near": near, "unused": near}, weights)
    other = blend({"fame": 1000 * fame, "near": near + 7}, weights)
    assert own.tolist()[0] == pytest.approx(other.tolist()[0], abs=1e-4)
    assert own.argmax() == 0


def test_a_weight_without_its_signal_is_refused() -> None:
    with pytest.raises(ValueError, match="near"):
        blend({"fame": np.zeros((1, 2), dtype=np.float32)}, {"near": 1.0})
    with pytest.raises(ValueError, match="at least one"):
        blend({}, {})


# --- the step


def ranked(scores: list[float], verified: int | None = None) -> Ranking:
    values = np.array(scores, dtype=np.float32)
    sure = np.arange(len(scores)) < (len(scores) if verified is None else verified)
    return Ranking(
        ids=np.arange(1, len(scores) + 1, dtype=np.int64),
        scores=values,
        verified=sure,
        traces={"relevance": values},
    )


def test_an_answer_leans_to_the_listeners_mix_even_where_all_scores_are_equal() -> None:
    groups = np.array([0, 0, 0, 0, 0, 0, 2, 2], dtype=np.int64)
    found = calibrate(ranked([0.5] * 8), groups, np.array([0.0, 0.0, 1.0]), n=2)
    assert set(found.ids[:2].tolist()) == {7, 8}
    total = np.sum(list(found.traces.values()), axis=0)
    assert found.scores.tolist() == pytest.approx(total.tolist())


def test_nothing_unverified_is_lifted_for_the_mix() -> None:
    groups = np.array([0, 0, 2, 2], dtype=np.int64)
    found = calibrate(ranked([0.9, 0.8, 0.7, 0.6], verified=2), groups, np.array([0.0, 0.0, 1.0]), n=2)
    assert found.ids.tolist() == [1, 2, 3, 4]
