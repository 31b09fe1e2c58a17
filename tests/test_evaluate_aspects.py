"""What people noted of a clip, as a sheet."""

from __future__ import annotations

import pytest

from linernotes.evaluate.aspects import sheet_from_aspects
from linernotes.types import FactSheet


def test_no_aspects_give_an_empty_sheet() -> None:
    assert sheet_from_aspects([]) == sheet_from_aspects(["", "  ", "{}"]) == FactSheet()


def test_each_aspect_goes_where_the_lexicon_files_it_in_its_own_words() -> None:
    aspects = ["Sad", "folk song", "mellow piano melody", "slow tempo", "e-guitar", "punchy kick", "dj"]
    assert sheet_from_aspects(aspects) == FactSheet(
        genres=("folk song",),
        instruments=("mellow piano melody", "e-guitar", "punchy kick", "dj"),
        moods=("sad", "slow tempo"),
    )


def test_what_is_heard_is_no_mood_and_what_is_felt_no_genre() -> None:
    sheet = sheet_from_aspects(
        ["mellow kick hits", "groovy rhythm", "triangle", "latin vibe", "medium to uptempo"]
    )
    assert sheet.instruments == ("mellow kick hits", "groovy rhythm", "triangle")
    assert sheet.moods == ("latin vibe", "medium to uptempo")


def test_a_version_is_a_style_and_a_kind_of_song_a_genre() -> None:
    assert sheet_from_aspects(["cover", "christmas song"]) == FactSheet(
        styles=("cover",), genres=("christmas song",)
    )


def test_an_aspect_stands_once() -> None:
    assert sheet_from_aspects(["groovy", "Groovy", "groovy"]).moods == ("groovy",)


@pytest.mark.parametrize(
    ("aspects", "vocals"),
    [
        (["male singer"], "male vocals"),
        (["soft female vocal"], "female vocals"),
        (["male voice singing", "female backup singers"], "male and female vocals"),
        (["male"], "male vocals"),
        (["vocalisation"], "vocals"),
        (["instrumental"], "instrumental"),
        (["no voices", "instrumental music"], "instrumental"),
        (["no singer", "male voice talking"], "spoken word"),
        (["male rapping"], "rap vocals"),
        (["no percussion"], None),
        (["piano"], None),
    ],
)
def test_the_voice_takes_one_of_the_names_that_sheets_have(aspects: list[str], vocals: str | None) -> None:
    assert sheet_from_aspects(aspects).vocals == vocals


def test_what_a_voice_is_like_stays_with_its_words() -> None:
    assert sheet_from_aspects(["fruity male vocal", "male singer"]).instruments == ("fruity male vocal",)


def test_what_is_not_there_is_no_fact() -> None:
    assert sheet_from_aspects(["no percussion", "without bass", "no other instruments"]) == FactSheet()


def test_a_live_performance_is_live() -> None:
    assert sheet_from_aspects(["live performance"]) == FactSheet(live=True)
    assert sheet_from_aspects(["piano"]).live is None


def test_long_phrases_are_cut_like_all_that_goes_to_a_model() -> None:
    (value,) = sheet_from_aspects(["very loud guitar " * 10]).instruments
    assert len(value) <= 40
