"""Facts as listeners type them, and what their denials take out of the sheet."""

import pytest

from linernotes.errors import InputError
from linernotes.facts import facts_given, sheet_of
from linernotes.types import Fact, FactSheet, FactValue


def given(*pairs: str) -> list[tuple[str, FactValue]]:
    return [(fact.name, fact.value) for fact in facts_given(pairs, "listener:me").facts]


def fact(name: str, value: FactValue, source: str = "listener:me", confidence: float = 1.0) -> Fact:
    return Fact(name=name, value=value, source=source, confidence=confidence)


@pytest.mark.parametrize(
    ("pair", "facts"),
    [
        ("tempo=92", [("tempo_bpm", 92.0)]),
        ("Tempo = 92,5 BPM", [("tempo_bpm", 92.5)]),
        ("energy=0.3", [("energy", 0.3)]),
        ("key=am", [("key", "A minor")]),
        ("key=F sharp", [("key", "F# major")]),
        ("year=1994", [("year", 1994)]),
        ("live=no", [("live", False)]),
        ("genre=Death Metal; jazz", [("genre", "death metal"), ("genre", "jazz")]),
        ("moods!=sad", [("not mood", "sad")]),
        ("voice=no vocals", [("vocals", "instrumental")]),
        ("language=german", [("language", "German")]),
        ("country=Blorpland", [("country", "Blorpland")]),
    ],
)
def test_facts_are_read_under_canonical_names_and_values(
    pair: str, facts: list[tuple[str, FactValue]]
) -> None:
    assert given(pair) == facts


def test_facts_bear_their_listener_and_their_unit() -> None:
    [tempo] = facts_given(["tempo=92"], "listener:me").facts
    assert (tempo.source, tempo.unit, tempo.confidence) == ("listener:me", "bpm", 1.0)


def test_the_same_fact_twice_is_one() -> None:
    assert given("mood=sad", "mood=sad") == [("mood", "sad")]


@pytest.mark.parametrize("pair", ["tempo", "=92", "tempo=", "  ", " " * 50_000, "tempo=\x00"])
def test_what_is_no_pair_is_refused_quickly(pair: str) -> None:
    with pytest.raises(InputError, match="write name=value"):
        given(pair)


@pytest.mark.parametrize(
    ("facts", "sheet"),
    [
        ([fact("genre", "Rock; Pop", "tag"), fact("not genre", "rock")], FactSheet(genres=("pop",))),
        ([fact("genre", "death metal", "tag"), fact("not genre", "metal")], FactSheet()),
        ([fact("mood", "calm", "tag"), fact("not mood", "sad")], FactSheet(moods=("calm",))),
        ([fact("tempo_bpm", 62.0, "audio:x"), fact("not tempo_bpm", 62.0)], FactSheet()),
        (
            [
                fact("tempo_bpm", 62.0, "audio:x"),
                fact("tempo_bpm", 124.0, "tag"),
                fact("not tempo_bpm", 62.0),
            ],
            FactSheet(tempo_bpm=124.0),
        ),
        ([fact("key", "Am", "tag"), fact("not key", "A minor")], FactSheet()),
        (
            [fact("year", 1994, "tag"), fact("decade", "1990s", "joined:x"), fact("not year", 1994)],
            FactSheet(decades=(1990,)),
        ),
        ([fact("vocals", "female vocals", "tag"), fact("not vocals", "vocals")], FactSheet()),
        ([fact("live", True, "tag"), fact("not live", True)], FactSheet()),
        ([fact("not mood", "sad"), fact("mood", "sad", "listener:you")], FactSheet(moods=("sad",))),
        ([fact("mood", "sad", "listener:you"), fact("not mood", "sad")], FactSheet()),
        ([fact("key", "Am", "listener:you"), fact("key", "C", "listener:me")], FactSheet(key="C major")),
    ],
)
def test_what_is_denied_is_not_in_the_sheet(facts: list[Fact], sheet: FactSheet) -> None:
    assert sheet_of(facts) == sheet
