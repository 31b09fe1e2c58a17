"""What a list of right and wrong candidates teaches about signals."""

from __future__ import annotations

import numpy as np
import pytest

from linernotes.learn.listwise import learn_weights
from linernotes.rank.blend import blend
from linernotes.types import Vector

RIGHT = np.array([[True, False, False, False], [False, False, True, True]])
TELLING = np.array([[5.0, 1.0, 2.0, 0.0], [0.0, 1.0, 7.0, 6.0]], dtype=np.float32)
CHANCE = np.array([[1.0, 3.0, 0.0, 2.0], [2.0, 0.0, 1.0, 3.0]], dtype=np.float32)


def weights_of(**signals: Vector) -> dict[str, float]:
    return learn_weights(signals, RIGHT)


def test_what_tells_right_from_wrong_weighs_more_than_chance() -> None:
    weights = weights_of(telling=TELLING, chance=CHANCE)
    assert weights["telling"] > 5 * abs(weights["chance"])
    scores = blend({"telling": TELLING, "chance": CHANCE}, weights)
    assert scores.argmax(axis=1).tolist() == [0, 2]


def test_what_points_away_has_a_negative_weight() -> None:
    weights = weights_of(away=-TELLING)
    assert weights["away"] == pytest.approx(-weights_of(telling=TELLING)["telling"], rel=1e-4)


def test_two_signals_that_say_the_same_share_their_weight() -> None:
    weights = weights_of(one=TELLING, other=TELLING)
    assert weights["one"] == pytest.approx(weights["other"], rel=1e-3)


def test_a_dearer_ridge_makes_smaller_weights() -> None:
    cheap = learn_weights({"telling": TELLING}, RIGHT, ridge=0.01)
    dear = learn_weights({"telling": TELLING}, RIGHT, ridge=1.0)
    assert 0 < dear["telling"] < cheap["telling"]


def test_lists_without_a_right_candidate_teach_nothing() -> None:
    more = np.concatenate([TELLING, CHANCE])
    right = np.concatenate([RIGHT, np.zeros_like(RIGHT)])
    assert learn_weights({"telling": more}, right) == weights_of(telling=TELLING)
    with pytest.raises(ValueError, match="nothing to learn"):
        learn_weights({"telling": TELLING}, np.zeros_like(RIGHT))
