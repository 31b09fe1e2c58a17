"""The writers without a model."""

from __future__ import annotations

import pytest

from linernotes.describe import check_note
from linernotes.evaluate import template
from linernotes.evaluate.judging import judge
from linernotes.evaluate.naming import without_names
from linernotes.evaluate.values import Subject, Text
from linernotes.types import CollectionSheet, FactSheet, Sheet

SONG = FactSheet(
    genres=("dub",),
    instruments=("bass", "melodica"),
    vocals="instrumental",
    moods=("hypnotic",),
    tempo_bpm=72.0,
    key="A minor",
    energy=0.3,
    valence=0.5,
    danceability=0.7,
    acousticness=0.05,
    loudness_lufs=-16.0,
    duration_s=340.0,
    year=1977,
    country="Jamaica",
)
ARTIST = CollectionSheet(
    kind="artist",
    tracks=12,
    genres=("fado",),
    instruments=("classical guitar",),
    vocals="mostly female vocals",
    moods=("melancholy",),
    first_year=1970,
    last_year=1988,
    tempo_low_bpm=62.0,
    tempo_high_bpm=98.0,
    mode="mostly minor",
    energy_median=0.3,
    country="Portugal",
)
GENRE = CollectionSheet(kind="genre", tracks=40, artists=9, parents=("house",), moods=("groovy",))


@pytest.mark.parametrize("sheet", [SONG, FactSheet(genres=("jazz",), live=True), ARTIST, GENRE])
def test_a_note_tells_every_fact_and_nothing_else(sheet: Sheet) -> None:
    judgement = judge(Subject(id="x", sheet=sheet), Text(text=template.note(sheet)))
    assert (judgement.unsupported, judgement.form) == ((), ())
    assert judgement.told == judgement.facts


def test_an_empty_sheet_gives_a_sentence() -> None:
    assert check_note(template.note(FactSheet()), FactSheet()) == ()
    assert template.caption(FactSheet()).endswith(".")


def test_the_same_sheet_gives_the_same_note_and_other_sheets_other_shapes() -> None:
    sheets = [FactSheet(genres=("rock",), moods=("sad",), year=1950 + step) for step in range(40)]
    notes = [template.note(sheet) for sheet in sheets]
    assert notes == [template.note(sheet) for sheet in sheets]
    assert len({tuple(without_names(note).split()[:3]) for note in notes}) > 5


def test_a_caption_tells_tempo_words_apart_from_moods() -> None:
    sheet = FactSheet(genres=("folk song",), vocals="male vocals", moods=("sad", "slow tempo"))
    for moods in (("sad", "slow tempo"), ("sad", "slow tempo", "warm"), ("sad", "slow tempo", "soft")):
        text = template.caption(FactSheet(genres=sheet.genres, vocals=sheet.vocals, moods=moods))
        assert "folk song" in text
        assert "The tempo is slow." in text
        assert "male vocalist singing" in text


def test_a_caption_comes_in_three_shapes() -> None:
    texts = [template.caption(FactSheet(genres=(f"pop {step}",), moods=("sad",))) for step in range(30)]
    assert len({text.split()[1] for text in texts}) == 3


def test_braces_in_a_sheet_do_not_break_a_template() -> None:
    hostile = FactSheet(genres=("{title.__class__}", "a{0}b"), instruments=("{",), moods=("}",))
    for text in (template.note(hostile), template.caption(hostile)):
        assert "__class__}" not in text
        assert "{0}" not in text


@pytest.mark.parametrize(
    ("template_", "text"),
    [
        ("{title} by {artist} is sad.", "This song is sad."),
        ("Sad: {title}. {artist} sings.", "Sad: this song. The artist sings."),
        ("In {genre}, {title} by {artist} stands.", "In this genre, this song stands."),
        ("No name.", "No name."),
    ],
)
def test_names_are_left_out_as_a_caption_would(template_: str, text: str) -> None:
    assert without_names(template_) == text
