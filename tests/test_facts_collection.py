"""Artists and genres as one sheet, and when a note on them has to be written again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linernotes.facts import summarise
from linernotes.facts.collection import collection_hash, relatives
from linernotes.facts.contrast import summarise_library
from linernotes.types import CollectionSheet, FactSheet

SHEET = CollectionSheet(
    kind="artist", tracks=40, genres=("rock",), first_year=1990, last_year=1999, tempo_median_bpm=120.2
)


def test_a_genre_tells_who_made_it_and_its_kin_but_not_itself() -> None:
    sheets = [FactSheet(genres=("shoegaze", "rock"))] * 4
    summary = summarise(
        sheets,
        kind="genre",
        artists=3,
        genre="hard rock",
        neighbours=["pop", "glam rock", "hard rock", "classic rock", "surf rock", "pub rock"],
    )
    assert (summary.artists, summary.genres, summary.parents) == (3, (), ("rock",))
    assert summary.relatives == ("glam rock", "classic rock", "surf rock")


def test_an_artist_has_genres_and_no_kin() -> None:
    summary = summarise([FactSheet(genres=("hard rock",))] * 2, artists=7, neighbours=["glam rock"])
    assert (summary.genres, summary.artists) == (("hard rock",), None)
    assert (summary.parents, summary.relatives) == ((), ())


def test_medians_are_told_where_enough_tracks_are_known() -> None:
    known = [FactSheet(tempo_bpm=float(bpm), acousticness=share) for bpm, share in ((90, 0.1), (130, 0.5))]
    summary = summarise([*known, FactSheet(tempo_bpm=100.0)])
    assert (summary.tempo_median_bpm, summary.acousticness_median) == (100.0, 0.3)
    rare = summarise([*known, *[FactSheet()] * 5])
    assert (rare.tempo_median_bpm, rare.acousticness_median) == (None, None)


def test_what_stands_out_is_told_against_a_library_alone() -> None:
    slow = [FactSheet(tempo_bpm=60.0)] * 3
    library = summarise_library(FactSheet(tempo_bpm=100.0 + place) for place in range(40))
    assert summarise(slow, library=library).stands_out == ("slower than most of the library",)
    assert summarise(slow).stands_out == ()


def test_relatives_share_a_parent_and_the_closest_come_first() -> None:
    assert relatives("blues rock", ["southern rock", "pop", "acoustic blues", "blues rock"]) == (
        "southern rock",
        "acoustic blues",
    )
    assert relatives("art rock", ["rock", "progressive rock"]) == ()
    assert relatives("rock", ["pop"]) == ()
    assert relatives("no such genre", ["pop"]) == ()
    assert relatives(None, ["pop"]) == ()


def test_closer_relatives_come_before_commoner_ones() -> None:
    assert relatives("pop rock", ["hard rock", "synth-pop", "soft rock"])[0] == "soft rock"


def test_the_hash_changes_with_what_is_told() -> None:
    before = collection_hash(SHEET)
    for changed in (
        replace(SHEET, kind="genre"),
        replace(SHEET, genres=("rock", "pop")),
        replace(SHEET, last_year=2000),
        replace(SHEET, tempo_median_bpm=121.0),
        replace(SHEET, stands_out=("slower than most of the library",)),
    ):
        assert collection_hash(changed) != before
    assert collection_hash(replace(SHEET, tempo_median_bpm=120.4)) == before


@pytest.mark.parametrize("name", ["tracks", "artists"])
def test_a_count_that_grew_by_less_than_a_tenth_is_no_other_sheet(name: str) -> None:
    def hashed(count: int) -> str:
        return collection_hash(replace(SHEET, **{name: count}))  # type: ignore[arg-type]

    assert hashed(42) == hashed(43)
    for count in (1, 2, 5, 10, 40, 500, 12_345):
        assert hashed(count) != hashed(count + max(1, -(-count // 10)))


def test_the_hash_of_nothing_is_a_hash() -> None:
    assert collection_hash(CollectionSheet(kind="genre")) != collection_hash(CollectionSheet(kind="artist"))
