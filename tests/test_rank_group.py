"""One order for several listeners: nobody is left out."""

from __future__ import annotations

import numpy as np
import pytest

from linernotes.rank import group_order
from linernotes.types import Vector


def scores(*members: list[float]) -> Vector:
    return np.array(members, dtype=np.float32)


def test_one_listener_gets_the_best_first() -> None:
    assert group_order(scores([0.1, 2.0, -1.0, 1.0])).tolist() == [1, 3, 0, 2]


def test_who_was_given_least_comes_next() -> None:
    """Two agree and one does not: the mean would give the first three places to the two."""
    together = scores([3.0, 2.0, 1.0, -2.0], [3.0, 2.0, 1.0, -2.0], [-2.0, -2.0, -2.0, 3.0])
    assert np.argsort(-together.mean(axis=0)).tolist()[:3] == [0, 1, 2]
    assert set(group_order(together, n=2).tolist()) == {0, 3}


def test_what_pleases_all_comes_first() -> None:
    together = scores([2.0, -1.0, 1.9], [-1.0, 2.0, 1.9])
    assert group_order(together, n=1).tolist() == [2]


def test_each_item_stands_once_and_equals_in_their_order() -> None:
    assert group_order(np.zeros((2, 4), dtype=np.float32)).tolist() == [0, 1, 2, 3]
    drawn = np.random.default_rng(0).normal(size=(3, 30)).astype(np.float32)
    assert sorted(group_order(drawn).tolist()) == list(range(30))
    assert group_order(drawn, n=5).tolist() == group_order(drawn).tolist()[:5]


def test_members_change_places_without_a_change_of_order() -> None:
    drawn = np.random.default_rng(1).normal(size=(3, 12)).astype(np.float32)
    assert group_order(drawn).tolist() == group_order(drawn[::-1]).tolist()


def test_scores_far_apart_are_no_trouble() -> None:
    assert group_order(scores([900.0, -900.0], [-900.0, 899.0]), n=5).tolist() == [0, 1]


def test_no_items_have_an_empty_order() -> None:
    order = group_order(np.zeros((2, 0), dtype=np.float32), n=20)
    assert order.tolist() == []
    assert order.dtype == np.int64


def test_a_group_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        group_order(np.zeros((0, 3), dtype=np.float32))
