"""Other forms of a lesson: what may change, and that text and sheet go on agreeing."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linernotes.describe.check import sentences_of
from linernotes.learn.corpora import Lesson, augmented, read_notes
from linernotes.learn.corpora.agreement import SheetFact, facts_of, is_told, passes, sheet_with
from linernotes.learn.corpora.augment import leans_back, without_some_facts
from linernotes.learn.corpora.notations import otherwise_said
from linernotes.types import CollectionSheet, FactSheet, Sheet
from linernotes.words import band_of

CORPUS = Path(__file__).resolve().parents[1] / "corpora" / "liner_notes"
SEEDS = range(60)


@cache
def corpus() -> tuple[Lesson, ...]:
    return tuple(read_notes(CORPUS, source="ours", licence="CC-BY-4.0"))


def lesson(text: str, sheet: Sheet) -> Lesson:
    made = Lesson(id="a", sheet=sheet, text=text, source="s", licence="l")
    assert passes(made), "the lesson of a test must pass the check itself"
    return made


def forms(made: Lesson) -> set[str]:
    """All texts that saying it otherwise comes to."""
    return {otherwise_said(made, random.Random(seed)).text for seed in range(400)}


SURF = lesson(
    "Electric guitar and drums play surf rock in F-sharp minor. A man sings over them, at a brisk 124 BPM."
    " The year is 1963, and the song lasts 3:12.",
    FactSheet(
        genres=("surf rock",),
        instruments=("electric guitar", "drums"),
        vocals="male vocals",
        tempo_bpm=124.0,
        key="F# minor",
        duration_s=192.0,
        year=1963,
    ),
)

# --- properties ------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0), st.integers(min_value=0))
def test_what_passed_the_check_passes_in_every_other_form(place: int, seed: int) -> None:
    original = corpus()[place % len(corpus())]
    other = augmented(original, random.Random(seed))
    assert passes(other) or not passes(original)
    assert (other.id, other.source, other.licence) == (original.id, original.source, original.licence)


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0), st.integers(min_value=0))
def test_a_shorter_lesson_is_made_of_the_sentences_and_facts_of_the_longer(place: int, seed: int) -> None:
    original = corpus()[place % len(corpus())]
    shorter = without_some_facts(original, random.Random(seed))
    kept = facts_of(shorter.sheet)
    assert len(kept) >= 2 or shorter == original
    assert set(kept) <= set(facts_of(original.sheet))
    assert all(sentence in original.text for sentence in sentences_of(shorter.text, shorter.sheet))
    if shorter != original:
        assert all(is_told(fact, shorter.text, shorter.sheet) for fact in kept)
        assert not leans_back(sentences_of(shorter.text, shorter.sheet)[0])


def test_the_same_seed_makes_the_same_form() -> None:
    for original in corpus()[::50]:
        assert augmented(original, random.Random(7)) == augmented(original, random.Random(7))


def test_the_original_is_not_changed() -> None:
    copy = replace(SURF)
    augmented(SURF, random.Random(1))
    assert copy == SURF


def test_most_of_the_corpus_can_lose_facts() -> None:
    rng = random.Random(1)
    sample = corpus()[::20]
    assert sum(without_some_facts(one, rng) != one for one in sample) > len(sample) / 3


# --- fewer facts -----------------------------------------------------------------------------------


def test_facts_go_with_the_sentences_that_tell_them() -> None:
    shorter = {without_some_facts(SURF, random.Random(seed)) for seed in SEEDS}
    by_text = {one.text: one.sheet for one in shorter}
    first = "Electric guitar and drums play surf rock in F-sharp minor."
    assert by_text[first] == FactSheet(
        genres=("surf rock",), instruments=("electric guitar", "drums"), key="F# minor"
    )
    last = "The year is 1963, and the song lasts 3:12."
    assert by_text[f"{first} {last}"] == FactSheet(
        genres=("surf rock",),
        instruments=("electric guitar", "drums"),
        key="F# minor",
        duration_s=192.0,
        year=1963,
    )


def test_a_sentence_that_leans_back_never_stands_alone() -> None:
    texts = {without_some_facts(SURF, random.Random(seed)).text for seed in SEEDS}
    assert not any(text.startswith("A man sings over them") for text in texts)


def test_no_lesson_is_cut_down_to_one_fact() -> None:
    two = lesson("Jazz. A piano plays.", FactSheet(genres=("jazz",), instruments=("piano",)))
    assert all(without_some_facts(two, random.Random(seed)) == two for seed in SEEDS)


def test_half_a_truth_is_not_kept() -> None:
    both = lesson(
        "A man sings rock over drums. A woman sings too, over piano and drums. The banjo is sad.",
        FactSheet(
            genres=("rock",),
            instruments=("drums", "piano", "banjo"),
            vocals="male and female vocals",
            moods=("sad",),
        ),
    )
    for seed in SEEDS:
        shorter = without_some_facts(both, random.Random(seed))
        assert isinstance(shorter.sheet, FactSheet)
        if shorter.sheet.vocals:
            assert "man sings" in shorter.text
            assert "woman sings" in shorter.text


def test_artists_and_genres_lose_facts_as_songs_do() -> None:
    sheet = CollectionSheet(
        kind="artist",
        tracks=9,
        genres=("slowcore",),
        first_year=1994,
        last_year=2001,
        instruments=("guitar", "drums"),
        tempo_low_bpm=54.0,
        tempo_high_bpm=71.0,
    )
    text = (
        "{artist} is here with nine slowcore tracks from 1994 to 2001. Guitar and drums go from 54 to 71 BPM."
    )
    shorter = {without_some_facts(lesson(text, sheet), random.Random(seed)) for seed in SEEDS}
    assert {one.sheet for one in shorter} == {
        sheet,
        CollectionSheet(kind="artist", tracks=9, genres=("slowcore",), first_year=1994, last_year=2001),
        CollectionSheet(
            kind="artist", instruments=("guitar", "drums"), tempo_low_bpm=54.0, tempo_high_bpm=71.0
        ),
    }


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("It is slow.", True),
        ("That is a banjo.", True),
        ("Over them a man sings.", True),
        ("{title} keeps its head down.", False),
        ("The same goes for the drums.", True),
        ("A woman sings, too.", True),
        ("Jazz from France, 1961.", False),
        ("Itself a waltz.", True),
    ],
)
def test_sentences_that_need_the_one_before_are_known(sentence: str, leans: bool) -> None:
    assert leans_back(sentence) is leans


# --- the same otherwise ----------------------------------------------------------------------------


def test_a_tempo_moves_within_its_band_in_text_and_sheet() -> None:
    for seed in range(200):
        other = otherwise_said(SURF, random.Random(seed))
        assert isinstance(other.sheet, FactSheet)
        assert other.sheet.tempo_bpm is not None
        assert band_of("tempo_bpm", other.sheet.tempo_bpm) == band_of("tempo_bpm", 124.0)
        assert f" {other.sheet.tempo_bpm:.0f} " in other.text
    assert len({text.partition(" at ")[2] for text in forms(SURF)}) > 10


def test_a_year_moves_within_its_decade_in_text_and_sheet() -> None:
    years = set()
    for seed in range(200):
        other = otherwise_said(SURF, random.Random(seed))
        assert isinstance(other.sheet, FactSheet)
        assert f"The year is {other.sheet.year}" in other.text
        years.add(other.sheet.year)
    assert years == set(range(1960, 1970))


def test_numbers_that_the_text_plays_with_stay() -> None:
    played = lesson(
        "Rock at 119 bpm, almost fast, is the last word of 1969.",
        FactSheet(genres=("rock",), moods=("fast",), tempo_bpm=119.0, year=1969),
    )
    sheets = {otherwise_said(played, random.Random(seed)).sheet for seed in SEEDS}
    assert sheets == {played.sheet}


def test_notations_change_and_mean_the_same() -> None:
    texts = forms(SURF)
    for notation in ("F-sharp minor", "F# minor", "F sharp minor", "3:12", "192 seconds"):
        assert any(notation in text for text in texts), notation
    for unit in (" BPM", " bpm", " beats a minute", " beats per minute"):
        assert any(unit in text for text in texts), unit


def test_a_word_of_the_table_stands_for_another_of_its_band() -> None:
    texts = forms(lesson("Rock, and the energy is gentle.", FactSheet(genres=("rock",), energy=0.3)))
    assert texts == {"Rock, and the energy is gentle.", "Rock, and the energy is soft."}


def test_the_article_follows_the_word() -> None:
    texts = forms(lesson("Rock at an up-tempo 124 bpm.", FactSheet(genres=("rock",), tempo_bpm=124.0)))
    assert any("at a brisk 12" in text or "at a fast 1" in text for text in texts)
    assert not any("an brisk" in text or "an fast" in text or "a up-tempo" in text for text in texts)


def test_a_number_gains_its_word_and_loses_it() -> None:
    bare = forms(
        lesson("Rock in F minor at 92 bpm.", FactSheet(genres=("rock",), key="F minor", tempo_bpm=92.0))
    )
    assert any("at an unhurried " in text for text in bare)
    told = lesson(
        "Rock in F minor at an unhurried 92 bpm.", FactSheet(genres=("rock",), key="F minor", tempo_bpm=92.0)
    )
    assert any(" minor at 9" in text or " minor at 8" in text for text in forms(told))


def test_a_word_that_is_also_a_mood_of_the_sheet_stays() -> None:
    dark = lesson("Rock that is dark.", FactSheet(genres=("rock",), moods=("dark",), valence=0.1))
    assert forms(dark) == {"Rock that is dark."}


def test_lists_change_their_order_and_keep_their_values() -> None:
    orders = set()
    for seed in range(100):
        sheet = augmented(SURF, random.Random(seed)).sheet
        assert isinstance(sheet, FactSheet)
        if len(sheet.instruments) == 2:
            orders.add(sheet.instruments)
    assert orders == {("electric guitar", "drums"), ("drums", "electric guitar")}


def test_a_lesson_that_fails_the_check_keeps_its_text() -> None:
    wrong = Lesson(id="a", sheet=FactSheet(genres=("rock",)), text="A banjo. Rock.", source="s", licence="l")
    assert all(augmented(wrong, random.Random(seed)).text == wrong.text for seed in SEEDS)


# --- agreement -------------------------------------------------------------------------------------


def test_zero_is_a_fact_and_not_live_needs_no_telling() -> None:
    sheet = FactSheet(energy=0.0, live=False)
    assert facts_of(sheet) == (SheetFact(fields=("energy",), values=(0.0,)),)
    assert sheet_with(sheet, ()) == FactSheet(live=False)


def test_part_of_a_name_does_not_tell_it() -> None:
    sheet = FactSheet(instruments=("electric guitar",), genres=("Arabic pop",), language="Arabic")
    guitar, language = (
        SheetFact(fields=("instruments",), values=("electric guitar",)),
        SheetFact(fields=("language",), values=("Arabic",)),
    )
    assert not is_told(guitar, "A guitar plays.", sheet)
    assert is_told(guitar, "Electric guitars play.", sheet)
    assert not is_told(language, "This is Arabic pop.", sheet)
    assert is_told(language, "This is Arabic pop, sung in Arabic.", sheet)
