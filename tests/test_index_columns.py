"""Conditions held against the whole catalogue, and against a plain reading of one track at a time."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linernotes.index.columns import FactColumns, sheet_to_json, sheets_from_json
from linernotes.types import Condition, FactSheet


def columns(*sheets: FactSheet, artists: Sequence[Sequence[int]] | None = None) -> FactColumns:
    """Tracks 1, 2, 3 … with these sheets."""
    n = len(sheets)
    return FactColumns(
        np.arange(1, n + 1, dtype=np.int64),
        [sheet_to_json(sheet) for sheet in sheets],
        artists or [()] * n,
        [""] * n,
        [None] * n,
    )


def outcome(held: FactColumns, *conditions: Condition) -> str:
    """A letter a track: kept, broken or unknown."""
    chosen = held.select(conditions)
    assert chosen.verified is not None
    verified, unverified = set(chosen.verified.tolist()), set(chosen.unverified.tolist())
    assert not verified & unverified
    return "".join("k" if n in verified else "u" if n in unverified else "b" for n in held.ids.tolist())


def no(field: str, *excluded: str | int | bool, **more: object) -> Condition:
    return Condition(field=field, promise="no", excluded=excluded, **more)  # type: ignore[arg-type]


def between(field: str, low: float | None, high: float | None, **more: object) -> Condition:
    return Condition(field=field, promise="in", low=low, high=high, **more)  # type: ignore[arg-type]


def test_no_condition_means_all_tracks() -> None:
    chosen = columns(FactSheet()).select([])
    assert chosen.verified is None
    assert chosen.unverified.tolist() == []


def test_an_excluded_value_breaks_and_none_at_all_is_unknown() -> None:
    held = columns(FactSheet(genres=("rock", "pop")), FactSheet(genres=("jazz",)), FactSheet())
    assert outcome(held, no("genres", "pop")) == "bku"
    assert outcome(held, no("genres", "pop", if_known=True)) == "bkk"
    assert outcome(held, no("genres", "polka")) == "kku"


def test_an_uncertain_value_is_unknown_and_an_excluded_one_beside_it_breaks() -> None:
    held = columns(
        FactSheet(instruments=("guitar",)),
        FactSheet(instruments=("guitar", "electric guitar")),
        FactSheet(instruments=("piano",)),
        FactSheet(),
    )
    assert outcome(held, no("instruments", "electric guitar", uncertain=("guitar",))) == "ubku"
    assert outcome(held, no("instruments", "electric guitar", uncertain=("guitar",), if_known=True)) == "ubkk"


def test_any_voice_excluded_leaves_only_instrumentals() -> None:
    voices = ("instrumental", "vocals", "female vocals", "humming of bees", None)
    held = columns(*(FactSheet(vocals=voice) for voice in voices))
    assert outcome(held, no("vocals", "vocals")) == "kbbbu"
    assert outcome(held, no("vocals", "vocals", "instrumental")) == "bbbbu"
    assert outcome(held, no("vocals", "female vocals", uncertain=("vocals",))) == "kubku"


def test_a_range_holds_both_ends_and_outside_turns_it_round() -> None:
    held = columns(*(FactSheet(tempo_bpm=tempo) for tempo in (99.9, 100.0, 120.0, 120.1, None)))
    assert outcome(held, between("tempo_bpm", 100, 120)) == "bkkbu"
    assert outcome(held, between("tempo_bpm", 100, 120, outside=True)) == "kbbku"
    assert outcome(held, between("tempo_bpm", 100, None)) == "bkkku"
    assert outcome(held, between("tempo_bpm", None, 100, if_known=True)) == "kkbbk"


def test_the_last_number_before_a_bound_is_not_the_bound() -> None:
    held = columns(FactSheet(energy=0.8), FactSheet(energy=0.79))
    assert outcome(held, between("energy", 0.6, math.nextafter(0.8, 0), outside=True)) == "kb"


def test_zero_is_a_number_and_false_an_answer() -> None:
    held = columns(FactSheet(energy=0.0, live=False), FactSheet(live=True), FactSheet())
    assert outcome(held, between("energy", 0, 0.1)) == "kuu"
    assert outcome(held, no("live", True)) == "kbu"


@pytest.mark.parametrize(
    ("low", "high", "outside", "expected"),
    [
        (1990, 1999, False, "kbkubbu"),
        (1990, 1999, True, "bkbukku"),
        (1994, 1994, False, "kbuubbu"),
        (1985, None, False, "kbkuuku"),
        (None, 1989, False, "bkbukbu"),
        (1985, 2004, True, "bkbuuuu"),
    ],
)
def test_the_year_decides_and_without_one_the_decades(
    low: int | None, high: int | None, outside: bool, expected: str
) -> None:
    held = columns(
        FactSheet(year=1994, decades=(1980,)),
        FactSheet(year=1984),
        FactSheet(decades=(1990,)),
        FactSheet(decades=(1980, 1990)),
        FactSheet(decades=(1980,)),
        FactSheet(decades=(2000,)),
        FactSheet(),
    )
    assert outcome(held, between("year", low, high, outside=outside)) == expected


def test_a_title_would_tell_a_style_so_none_is_an_answer() -> None:
    held = columns(FactSheet(styles=("remix",)), FactSheet())
    assert outcome(held, no("styles", "remix")) == "bk"


def test_artists_and_tracks_are_always_known() -> None:
    held = columns(FactSheet(), FactSheet(), FactSheet(), artists=[(5, 6), (7,), ()])
    assert outcome(held, no("artist_ids", 6, 99)) == "bkk"
    assert outcome(held, no("track_id", 3, 99)) == "kkb"


def test_a_broken_promise_outweighs_an_unknown_one() -> None:
    held = columns(FactSheet(genres=("pop",)), FactSheet(year=1990), FactSheet(genres=("jazz",), year=1990))
    assert outcome(held, no("genres", "pop"), between("year", 1990, 1990)) == "buk"


def test_sheets_survive_being_written() -> None:
    sheets = [
        FactSheet(),
        FactSheet(
            genres=("a", 'b"c'),
            decades=(1990,),
            live=False,
            tempo_bpm=0.1,
            year=1,
            styles=("remix",),
            key="É",
        ),
    ]
    assert sheets_from_json([sheet_to_json(sheet) for sheet in sheets]) == sheets
    assert sheets_from_json([]) == []
    assert isinstance(json.loads(sheet_to_json(sheets[0])), list)


def test_what_is_handed_out_cannot_be_changed() -> None:
    held = columns(FactSheet(year=1990))
    for array in (held.ids, held.numbers("year")):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


# --- against a plain reading

WORDS = ("a", "b", "instrumental", "vocals")
some_words = st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple)
number = st.none() | st.sampled_from((0.0, 0.25, 0.5, 1.0))
some_year = st.none() | st.integers(1978, 2012)
sheets = st.builds(
    FactSheet,
    genres=some_words,
    styles=some_words,
    vocals=st.none() | st.sampled_from(WORDS),
    live=st.none() | st.booleans(),
    energy=number,
    year=some_year,
    decades=st.lists(st.sampled_from((1980, 1990, 2000)), max_size=3, unique=True).map(tuple),
)
excluding = st.builds(
    Condition,
    field=st.sampled_from(("genres", "styles", "vocals")),
    promise=st.just("no"),
    excluded=some_words,
    uncertain=some_words,
    if_known=st.booleans(),
)
ranges = [
    st.builds(
        Condition,
        field=st.just(field),
        promise=st.just("in"),
        low=bound,
        high=bound,
        outside=st.booleans(),
        if_known=st.booleans(),
    )
    for field, bound in (("energy", number), ("year", some_year))
]


def plainly(sheet: FactSheet, condition: Condition) -> str:
    """Kept, broken or unknown, by reading the rules of ``Condition`` for one track."""
    unknown = "k" if condition.if_known else "u"
    if condition.field in ("energy", "year"):
        value = getattr(sheet, condition.field)
        low = -math.inf if condition.low is None else condition.low
        high = math.inf if condition.high is None else condition.high
        years = [start + n for start in sheet.decades for n in range(10)]
        may_be = [value] if value is not None else years if condition.field == "year" else []
        kept = {(low <= one <= high) != condition.outside for one in may_be}
        return {True: "k", False: "b"}[kept.pop()] if len(kept) == 1 else unknown
    value = getattr(sheet, condition.field)
    held = {value} - {None} if not isinstance(value, tuple) else set(value)
    any_voice = condition.field == "vocals" and "vocals" in condition.excluded
    if held & set(condition.excluded) or (any_voice and held - {"instrumental"}):
        return "b"
    if not held and condition.field != "styles":
        return unknown
    return "u" if held & set(condition.uncertain) else "k"


@settings(max_examples=200, deadline=None)
@given(
    held=st.lists(sheets, max_size=8),
    conditions=st.lists(st.one_of(excluding, *ranges), min_size=1, max_size=3),
)
def test_select_agrees_with_a_plain_reading_of_each_track(
    held: list[FactSheet], conditions: list[Condition]
) -> None:
    states = ["".join(plainly(sheet, condition) for condition in conditions) for sheet in held]
    expected = "".join("b" if "b" in one else "u" if "u" in one else "k" for one in states)
    assert outcome(columns(*held), *conditions) == expected
