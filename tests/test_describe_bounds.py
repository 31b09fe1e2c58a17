"""What a text about a sheet may not say: what the check would refuse, and nothing that people say."""

from __future__ import annotations

from pathlib import Path

import pytest

from linernotes.describe.bounds import bounds_of
from linernotes.describe.check import check_note
from linernotes.describe.check.form import BARE_TALK
from linernotes.learn.corpora import Lesson, read_notes
from linernotes.types import CollectionSheet, FactSheet, Sheet
from linernotes.words import lexicon, tokenise

SLOW = FactSheet(
    genres=("drum and bass",),
    instruments=("drum machine",),
    vocals="female vocals",
    moods=("bleak",),
    tempo_bpm=64.0,
    energy=0.1,
    duration_s=218.0,
    country="United States",
    language="English",
    year=1997,
)


@pytest.fixture(scope="module")
def lessons() -> list[Lesson]:
    return read_notes(Path(__file__).parents[1] / "corpora" / "liner_notes", source="", licence="")


def test_words_that_no_fact_bears_out_are_barred() -> None:
    barred = bounds_of(SLOW).barred
    for word in ("fast", "joyful", "spanish", "piano", "man", "instrumental", "polka", "loud"):
        assert word in barred


def test_words_in_which_the_facts_may_be_told_are_not() -> None:
    barred = bounds_of(SLOW).barred
    for word in ("slow", "bleak", "english", "american", "drum", "bass", "woman", "sings"):
        assert word not in barred


def test_nearly_every_barred_word_is_one_that_the_check_refuses() -> None:
    """The others are names of the lexicon that claim nothing when they stand alone."""
    sheet = CollectionSheet(kind="genre", tracks=9, artists=4, instruments=("piano",), mode="all minor")
    for one in (SLOW, sheet):
        barred = bounds_of(one).barred
        places = {
            word for word in barred if {"country", "language"} & {f for f, _ in lexicon().meanings(word)}
        }
        said = {word: word.title() if word in places else word for word in barred}
        refused = [word for word in barred if _refuses(f"It is {said[word]}.", said[word], one)]
        assert len(barred) > 1000
        assert len(refused) / len(barred) > 0.97


def _refuses(text: str, said: str, sheet: Sheet) -> bool:
    return any(said in problem for problem in check_note(text, sheet))


def test_where_nobody_sings_that_may_be_said() -> None:
    silent = bounds_of(FactSheet(vocals="instrumental", genres=("dub",))).barred
    assert not {"instrumental", "singer", "voice", "nobody"} & set(silent)
    assert {"man", "woman", "rapped"} <= set(silent)


def test_the_numbers_are_those_of_the_facts_in_all_their_forms() -> None:
    assert bounds_of(SLOW).numbers == ("0", "10", "1997", "218", "3", "38", "64")
    old = CollectionSheet(kind="genre", tracks=12, origin="Italy, 13th century", decades=(1960, 1970))
    assert bounds_of(old).numbers == ("12", "13th", "1960s", "1970s")
    assert bounds_of(FactSheet(genres=("C86", "2-step"))).numbers == ("2", "C86")


def test_words_for_numbers_are_those_of_the_facts_and_figures_of_speech() -> None:
    barred = bounds_of(SLOW).barred_numbers
    assert {"thirteen", "seventy"} <= set(barred)
    assert not {"two", "three", "four", "thirty", "eight"} & set(barred)
    counted = bounds_of(CollectionSheet(kind="genre", tracks=14, artists=3)).barred_numbers
    assert {"four", "thirteen", "fifteen"} <= set(counted)
    assert not {"one", "three", "fourteen"} & set(counted)


def test_people_do_without_the_barred_words(lessons: list[Lesson]) -> None:
    """Notes by hand, all of which pass the check, hardly ever need one: 1 in 50 of those held out."""
    notes = [lesson for lesson in lessons if lesson.is_held_out]
    used = [lesson for lesson in notes if {token.word for token in tokenise(lesson.text)} & _barred(lesson)]
    assert len(notes) > 200
    assert len(used) / len(notes) <= 0.03


def _barred(lesson: Lesson) -> set[str]:
    bounds = bounds_of(lesson.sheet)
    return {*bounds.barred, *bounds.barred_numbers}


def test_praise_history_and_other_versions_are_barred() -> None:
    assert {"album", "debut", "legendary", "wonderful", "studio", "christmas", "live"} <= set(
        bounds_of(SLOW).barred
    )
    remix = bounds_of(FactSheet(genres=("trance",), styles=("remix",), live=False)).barred
    assert not {"remix", "studio"} & set(remix)
    assert {"karaoke", "christmas", "live"} <= set(remix)


def test_every_bare_word_of_talk_is_refused_by_the_check() -> None:
    for word in BARE_TALK:
        assert any(word in problem for problem in check_note(f"It is {word}.", FactSheet(genres=("dub",))))


def test_the_placeholders_are_those_of_the_kind() -> None:
    assert bounds_of(SLOW).placeholders == ("title", "artist", "album")
    assert bounds_of(SLOW, {"title": "Fire"}).placeholders == ("title",)
    assert bounds_of(SLOW, ()).placeholders == ()
    assert bounds_of(CollectionSheet(kind="genre", tracks=9)).placeholders == ("genre",)


def test_numbers_do_not_count_what_they_are_not_the_number_of() -> None:
    counted = dict(bounds_of(CollectionSheet(kind="genre", tracks=225, artists=20)).barred_units)
    assert {"tracks", "songs", "bpm", "minutes"} <= set(counted["20"])
    assert "artists" not in counted["20"]
    assert "artists" in counted["225"]
    assert "tracks" not in counted["225"]
    song = dict(bounds_of(SLOW).barred_units)
    assert "bpm" not in song.get("64", ())
    assert "seconds" not in song.get("218", ())
    assert {"bpm", "minutes"} <= set(song["218"])
    assert "minutes" not in song.get("3", ())
    assert "seconds" not in song.get("38", ())
    assert {"bpm", "minutes"} <= set(song["38"])
