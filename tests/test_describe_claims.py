"""Which facts a piece of text rests on."""

import pytest

from linernotes.describe import facts_behind
from linernotes.types import FactSheet, FactValue

SHEET = FactSheet(
    genres=("rock", "dark ambient"),
    moods=("sad", "dark"),
    instruments=("piano", "electric guitar"),
    vocals="female vocals",
    tempo_bpm=62.0,
    key="A minor",
    valence=0.1,
    energy=0.8,
    year=1994,
    country="France",
    language="French",
    live=True,
    duration_s=215.0,
)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("", []),
        ("x" * 10_000, []),
        ("a happy polka with tuba", []),
        ("a sad song", [("mood", "sad"), ("valence", 0.1)]),
        ("a rock song", [("genre", "rock")]),
        ("dark ambient", [("genre", "dark ambient")]),
        ("a dark song", [("mood", "dark"), ("valence", 0.1)]),
        ("sung by a woman", [("vocals", "female vocals")]),
        ("she sings in French", [("vocals", "female vocals"), ("language", "French")]),
        ("a slow song", [("tempo_bpm", 62.0)]),
        ("at 62 bpm", [("tempo_bpm", 62.0)]),
        ("in A minor", [("key", "A minor")]),
        ("energetic", [("energy", 0.8)]),
        ("from 1994", [("year", 1994)]),
        ("it lasts 3:35", [("duration_s", 215.0)]),
        ("recorded live in France", [("country", "France"), ("live", True)]),
        ("guitar and piano", [("instrument", "piano"), ("instrument", "electric guitar")]),
    ],
)
def test_a_text_rests_on_the_facts_that_it_needs(text: str, facts: list[tuple[str, FactValue]]) -> None:
    assert [(one.name, one.value) for one in facts_behind(text, SHEET)] == facts


def test_an_empty_sheet_bears_nothing_out() -> None:
    assert facts_behind("a sad song", FactSheet()) == ()
