"""A drawn plan tells every fact once, in sentences that people would make."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linernotes.describe import Plan, told_facts
from linernotes.describe.check.form import MOST_SENTENCES
from linernotes.describe.plan import draw_plan
from linernotes.types import CollectionSheet, FactSheet, Sheet

SONG = FactSheet(
    genres=("funk", "soul", "disco", "R&B"),
    instruments=("bass", "drums", "piano", "brass", "strings"),
    vocals="male vocals",
    moods=("warm", "festive", "romantic"),
    tempo_bpm=112.0,
    key="E minor",
    energy=0.7,
    loudness_lufs=-9.0,
    year=1977,
    decades=(1970, 1980),
    country="France",
)
ARTIST = CollectionSheet(
    kind="artist",
    tracks=12,
    genres=("dub", "reggae"),
    instruments=("bass", "organ"),
    moods=("calm",),
    first_year=1973,
    last_year=1981,
    country="Jamaica",
)
GENRE = CollectionSheet(kind="genre", tracks=40, artists=9, parents=("house",), moods=("dreamy",))
SEEDS = range(60)


def sizes(plan: Plan) -> list[int]:
    return [sum(len(fact.values) for fact in sentence) for sentence in plan.sentences]


@pytest.mark.parametrize("sheet", [SONG, ARTIST, GENRE], ids=["song", "artist", "genre"])
def test_every_fact_stands_in_one_sentence(sheet: Sheet) -> None:
    labels = sorted(fact.label for fact in told_facts(sheet))
    for seed in SEEDS:
        assert sorted(fact.label for fact in draw_plan(sheet, seed).facts) == labels


def test_sentences_are_neither_crowded_nor_bare() -> None:
    for seed in SEEDS:
        plan = draw_plan(SONG, seed)
        assert max(sizes(plan)) <= 8
        assert min(sizes(plan)) >= 2
        assert max(map(len, plan.sentences)) <= 4


def test_what_is_of_one_topic_stands_together() -> None:
    together = apart = 0
    for seed in SEEDS:
        for sentence in draw_plan(SONG, seed).sentences:
            labels = {fact.label for fact in sentence}
            together += {"country", "the artist's decades"} <= labels
            apart += {"country", "instruments"} <= labels
    assert together > len(SEEDS) / 2
    assert apart <= len(SEEDS) / 10


def test_a_full_sheet_has_no_more_sentences_than_a_note() -> None:
    full = replace(
        SONG,
        valence=0.2,
        danceability=0.9,
        acousticness=0.1,
        duration_s=200.0,
        language="French",
        live=True,
        styles=("remix",),
    )
    for seed in SEEDS:
        assert 3 <= len(draw_plan(full, seed).sentences) <= MOST_SENTENCES


def test_only_known_names_are_asked_for() -> None:
    for placeholders, names in (
        ((), {()}),
        (("title",), {("{title}",)}),
        (("title", "artist"), {("{title}",), ("{artist}",)}),
    ):
        assert {draw_plan(SONG, seed, placeholders).names for seed in SEEDS} == names
    nameless = replace(SONG, decades=())
    assert () in {draw_plan(nameless, seed, ("title",)).names for seed in SEEDS}


def test_no_facts_need_no_sentence() -> None:
    assert draw_plan(FactSheet(), 1).sentences == ()


def test_a_number_without_a_word_is_not_asked_for() -> None:
    sheet = FactSheet(genres=("fado",), moods=("sad",), acousticness=0.36, danceability=0.9)
    assert {fact.label for fact in draw_plan(sheet, 1).facts} == {"genres", "moods", "danceability"}
    alone = FactSheet(genres=("fado",), acousticness=0.36)
    assert {fact.label for fact in draw_plan(alone, 1).facts} == {"genres", "acousticness"}


def test_one_small_fact_may_stand_alone() -> None:
    plan = draw_plan(FactSheet(genres=("fado",)), 1)
    assert [[fact.label for fact in sentence] for sentence in plan.sentences] == [["genres"]]
