"""Comparisons become bounds around the middle of what they are compared with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from linernotes.index import EmbeddedIndex
from linernotes.request import Gazetteer, parse
from linernotes.retrieve import compared
from linernotes.types import Comparison, Condition, Ids
from small_library import SONGS, small_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIndex]:
    opened = small_index(tmp_path_factory.mktemp("index"))
    yield opened
    opened.close()


def every() -> Ids:
    return np.arange(1, len(SONGS) + 1, dtype=np.int64)


def asked(index: EmbeddedIndex, field: str, *, more: bool) -> list[Condition]:
    return list(compared([Comparison(field=field, more=more, text="so")], every(), index))


def test_more_is_above_the_middle_and_less_below(index: EmbeddedIndex) -> None:
    known = index.numbers("tempo_bpm")
    middle = float(np.median(known[~np.isnan(known)]))
    (faster,), (slower,) = asked(index, "tempo_bpm", more=True), asked(index, "tempo_bpm", more=False)
    assert faster.low == pytest.approx(1.02 * middle)
    assert slower.high == pytest.approx(0.98 * middle)
    assert faster.high is slower.low is None
    assert faster.if_known


def test_of_what_nothing_is_known_nothing_is_asked(index: EmbeddedIndex) -> None:
    comparison = Comparison(field="tempo_bpm", more=True, text="faster")
    assert not list(compared([comparison], np.array([999], dtype=np.int64), index))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("more of that but a bit faster", [("tempo_bpm", True)]),
        ("less sad than that", [("valence", True)]),
        ("quieter and older", [("energy", False), ("year", False)]),
        ("getting louder toward the end", []),
        ("calm piano", []),
    ],
)
def test_comparisons_are_read(text: str, found: list[tuple[str, bool]]) -> None:
    request = parse(text, Gazetteer())
    assert [(one.field, one.more) for one in request.comparisons] == found


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("more like the second one", (2,)),
        ("like the first two", (1, 2)),
        ("the last three songs", (-3, -2, -1)),
        ("more like #4", (4,)),
        ("20 songs for my first dance", ()),
    ],
)
def test_picks_of_the_answer_before_are_pointed_at(text: str, places: tuple[int, ...]) -> None:
    assert parse(text, Gazetteer()).pointers == places
