"""Which of a writer's texts are like people's."""

from __future__ import annotations

import pytest

from linernotes.learn.likeness import Likeness
from linernotes.types import CollectionSheet, FactSheet, Sheet

PEOPLE: list[tuple[str, Sheet]] = [
    ("{title} is a slow song of soul and funk.", FactSheet(genres=("soul", "funk"))),
    ("A man sings this slow blues song.", FactSheet(genres=("blues",), vocals="male vocals")),
    ("{artist} has nine tracks of folk.", CollectionSheet(kind="artist", genres=("folk",), tracks=9)),
]
OWN: list[tuple[str, Sheet]] = [
    ("{title} is at hand, a slow song of rock and pop.", FactSheet(genres=("rock", "pop"))),
    ("This slow song by jazz is at hand.", FactSheet(genres=("jazz",))),
    ("{title} is a slow song of jazz.", FactSheet(genres=("jazz",))),
]


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    return Likeness(PEOPLE, OWN)


def test_habits_of_the_writer_and_what_nobody_says_count_against_a_text(likeness: Likeness) -> None:
    habit, odd, plain = (likeness.of(*one) for one in OWN)
    assert plain > habit
    assert plain > odd


def test_it_makes_no_difference_which_values_are_told_and_how_many(likeness: Likeness) -> None:
    several = FactSheet(genres=("drum and bass", "jungle", "house"))
    one = likeness.of("{title} is a slow song of jazz.", FactSheet(genres=("jazz",)))
    assert likeness.of("{title} is a slow song of drum and bass, jungle and house.", several) == one
    assert likeness.of("{artist} has 31 tracks of folk.", FactSheet(genres=("folk",))) == likeness.of(
        "{artist} has 9 tracks of soul.", FactSheet(genres=("soul",))
    )


def test_a_sheet_without_words_and_a_text_without_any_are_read(likeness: Likeness) -> None:
    assert likeness.of("A man sings.", FactSheet()) > likeness.of("It is at hand.", FactSheet())
    assert isinstance(likeness.of("", FactSheet()), float)
