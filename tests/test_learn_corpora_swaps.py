"""The same note about other values: text and sheet change together, or not at all."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from linernotes.describe.wording import spelled
from linernotes.learn.corpora import Lesson, augmented, pool_of, read_notes
from linernotes.learn.corpora.agreement import passes
from linernotes.learn.corpora.swaps import Pool, Slot, with_other_values
from linernotes.types import CollectionSheet, FactSheet, Sheet

CORPUS = Path(__file__).resolve().parents[1] / "corpora" / "liner_notes"


def slot(field: str, form: str, source: str = "s") -> Slot:
    return Slot(source=source, field=field, form=form)


POOL = Pool(
    values={
        slot("instruments", "after an article"): ("oboe",),
        slot("instruments", "bare"): ("tuba",),
        slot("instruments", "plural"): ("congas",),
        slot("instruments", "bare", "another"): ("kazoo",),
        slot("instruments", "bare, voice"): ("choir",),
        slot("instruments", "bare, several words"): ("slide guitar",),
        slot("genres", "bare"): ("ambient",),
        slot("moods", "bare"): ("angry",),
    }
)


@cache
def corpus() -> tuple[Lesson, ...]:
    return tuple(read_notes(CORPUS, source="ours", licence="CC-BY-4.0"))


def lesson(text: str, sheet: Sheet) -> Lesson:
    return Lesson(id="a", sheet=sheet, text=text, source="s", licence="l")


def forms(made: Lesson) -> dict[str, Sheet]:
    """All texts that other values come to, each with its sheet."""
    changed = (with_other_values(made, POOL, random.Random(seed)) for seed in range(300))
    return {one.text: one.sheet for one in changed}


@pytest.mark.parametrize(
    ("text", "instruments", "expected", "values"),
    [
        ("Folk with a fiddle.", ("fiddle",), "Folk with an oboe.", ("oboe",)),
        ("A fiddle plays folk.", ("fiddle",), "An oboe plays folk.", ("oboe",)),
        ("Fiddle and folk.", ("fiddle",), "Tuba and folk.", ("tuba",)),
        ("Folk with drums.", ("drums",), "Folk with congas.", ("congas",)),
    ],
)
def test_a_value_gives_way_to_one_that_is_said_in_the_same_way(
    text: str, instruments: tuple[str, ...], expected: str, values: tuple[str, ...]
) -> None:
    found = forms(lesson(text, FactSheet(genres=("folk",), instruments=instruments)))
    sheet = found[expected]
    assert isinstance(sheet, FactSheet)
    assert sheet.instruments == values


def test_other_values_are_of_the_same_source_and_form() -> None:
    made = lesson(
        "Slow… Fiddle, male voice and bass guitar.", FactSheet(instruments=("fiddle", "male voice"))
    )
    texts = set(forms(made))
    assert "Slow… Tuba, male voice and bass guitar." in texts
    assert not any("kazoo" in text for text in texts)
    voiced = lesson("Folk by a voice, with singing bowl.", FactSheet(instruments=("singing bowl",)))
    assert set(forms(voiced)) == {voiced.text, "Folk by a voice, with slide guitar."}


def test_what_the_lexicon_does_not_know_stays_and_replaces_nothing() -> None:
    muffled = lesson("Folk with a wobble.", FactSheet(instruments=("wobble",)))
    assert set(forms(muffled)) == {muffled.text}
    assert pool_of([muffled]) == Pool(values={})


def test_a_value_said_twice_or_inside_another_stays() -> None:
    twice = lesson("Fiddle and more fiddle.", FactSheet(instruments=("fiddle",)))
    inside = lesson("Guitar and bass guitar.", FactSheet(instruments=("guitar", "bass guitar")))
    assert set(forms(twice)) == {twice.text}
    assert all("uitar and" in text for text in forms(inside))


def test_counts_and_ranges_change_on_the_sheet_as_well() -> None:
    made = lesson(
        "Seven tracks of folk, from 1971 to 1988, at 70 to 120 BPM.",
        CollectionSheet(
            kind="artist",
            tracks=7,
            genres=("folk",),
            first_year=1971,
            last_year=1988,
            tempo_low_bpm=70.0,
            tempo_high_bpm=120.0,
        ),
    )
    found = forms(made)
    assert len(found) > 50
    for text, sheet in found.items():
        assert isinstance(sheet, CollectionSheet)
        assert f"from {sheet.first_year} to {sheet.last_year}" in text
        assert f"{sheet.tempo_low_bpm:.0f} to {sheet.tempo_high_bpm:.0f} BPM" in text
        assert text.lower().startswith(f"{spelled(sheet.tracks)} tracks")


def test_a_number_that_the_text_plays_with_stays() -> None:
    sheet = CollectionSheet(kind="artist", tracks=7, genres=("folk",))
    made = lesson("Seven tracks of folk, nearly one a day.", sheet)
    assert all("Seven" in text for text in forms(made))


def test_key_and_length_change_on_the_sheet_as_well() -> None:
    made = lesson("Folk in D minor, 3:12 long.", FactSheet(genres=("folk",), key="D minor", duration_s=192.0))
    found = forms(made)
    assert len({text.partition(",")[0] for text in found}) > 5
    assert len({text.partition(",")[2] for text in found}) > 50
    for text, sheet in found.items():
        assert isinstance(sheet, FactSheet)
        assert f"in {sheet.key}," in text
        seconds = round(sheet.duration_s or 0)
        assert f"{seconds // 60}:{seconds % 60:02} long" in text


def test_large_counts_and_late_years_stay_possible() -> None:
    many = CollectionSheet(
        kind="genre", tracks=90, artists=80, genres=("folk",), first_year=2024, last_year=2025
    )
    made = lesson("Ninety tracks, from 2024 to 2025.", many)
    for sheet in forms(made).values():
        assert isinstance(sheet, CollectionSheet)
        assert sheet.tracks > 80
        assert (sheet.first_year or 0) < (sheet.last_year or 0) <= 2025


def test_over_the_corpus_most_lessons_change_and_still_pass() -> None:
    taught = [one for one in corpus() if not one.is_held_out][::5]
    pool = pool_of(taught)
    others = [augmented(one, random.Random(place), pool) for place, one in enumerate(taught)]
    assert sum(one.text != other.text for one, other in zip(taught, others, strict=True)) > len(taught) * 0.7
    assert all(passes(other) for one, other in zip(taught, others, strict=True) if passes(one))
