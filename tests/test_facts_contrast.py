"""What stands out against the library: only what is known, clear, and not contradicted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linernotes.facts.contrast import LibrarySummary, Spread, stands_out, summarise_library, summary_hash
from linernotes.types import FactSheet

# Forty tracks, tempos 81 to 120, energies .31 to .70, half of them in minor, one in five instrumental.
LIBRARY = [
    FactSheet(
        tempo_bpm=81.0 + place,
        energy=0.31 + place / 100,
        loudness_lufs=-15.0 + place / 5,
        valence=0.3 + place / 100,
        danceability=0.3 + place / 100,
        acousticness=0.2 + place / 100,
        year=1980 + place,
        duration_s=180.0 + 3 * place,
        key="A minor" if place % 2 else "C major",
        vocals="female vocals" if place % 5 else "instrumental",
    )
    for place in range(40)
]
SUMMARY = summarise_library(LIBRARY)
USUAL = FactSheet(
    tempo_bpm=100.0,
    energy=0.5,
    loudness_lufs=-11.0,
    valence=0.5,
    danceability=0.5,
    acousticness=0.4,
    year=2000,
    duration_s=240.0,
)


def three(**values: object) -> list[FactSheet]:
    """Three tracks as the library's middle, but for these values."""
    return [replace(USUAL, **values)] * 3  # type: ignore[arg-type]


def test_the_library_is_known_by_its_quartiles_and_shares() -> None:
    assert SUMMARY.spread_by_field["tempo_bpm"] == Spread(low=90.75, middle=100.5, high=110.25)
    assert SUMMARY.spread_by_field["year"].middle == 1999.5
    assert (SUMMARY.minor, SUMMARY.instrumental) == (0.5, 0.2)


def test_what_is_as_usual_does_not_stand_out() -> None:
    assert stands_out(three(), SUMMARY) == ()


@pytest.mark.parametrize(
    ("values", "phrase"),
    [
        ({"tempo_bpm": 70.0}, "slower"),
        ({"tempo_bpm": 150.0}, "faster"),
        ({"loudness_lufs": -20.0}, "quieter"),
        ({"loudness_lufs": -5.0}, "louder"),
        ({"energy": 0.1}, "calmer"),
        ({"energy": 0.9}, "more energetic"),
        ({"valence": 0.1}, "darker"),
        ({"valence": 0.9}, "brighter"),
        ({"year": 1960}, "older"),
        ({"year": 2024}, "newer"),
        ({"duration_s": 100.0}, "shorter tracks"),
        ({"duration_s": 500.0}, "longer tracks"),
        ({"acousticness": 0.9}, "more acoustic"),
        ({"danceability": 0.9}, "more danceable"),
        ({"key": "D minor"}, "more often in minor"),
        ({"key": "D major"}, "more often in major"),
        ({"vocals": "instrumental"}, "more often instrumental"),
    ],
)
def test_each_thing_that_can_stand_out_has_its_phrase(values: dict[str, object], phrase: str) -> None:
    assert stands_out(three(**values), SUMMARY) == (f"{phrase} than most of the library",)


def test_singing_stands_out_where_most_tracks_are_instrumental() -> None:
    mostly_played = LibrarySummary(spread_by_field={}, instrumental=0.7)
    assert stands_out(three(vocals="choir"), mostly_played) == ("more often sung than most of the library",)
    assert stands_out(three(vocals="choir"), SUMMARY) == ()  # as most of this library is


def test_few_acoustic_or_danceable_tracks_have_no_phrase() -> None:
    assert stands_out(three(acousticness=0.0, danceability=0.0), SUMMARY) == ()


def test_the_two_clearest_are_told_the_clearer_first() -> None:
    told = stands_out(three(tempo_bpm=88.0, year=1950, duration_s=700.0), SUMMARY)
    assert told == ("longer tracks than most of the library", "older than most of the library")


def test_phrases_never_contradict_each_other() -> None:
    told = stands_out(three(energy=0.1, loudness_lufs=-4.0, valence=0.95, key="D minor"), SUMMARY)
    assert told == ("brighter than most of the library", "calmer than most of the library")


def test_beyond_the_quartile_but_hardly_different_is_not_told() -> None:
    even = summarise_library([FactSheet(tempo_bpm=100 + place / 10) for place in range(40)])
    assert stands_out([FactSheet(tempo_bpm=105.0)] * 3, even) == ()
    assert stands_out([FactSheet(tempo_bpm=109.0)] * 3, even) == ("faster than most of the library",)


def test_two_tracks_are_too_few_and_so_are_three_known_of_eleven() -> None:
    slow = FactSheet(tempo_bpm=60.0)
    assert stands_out([slow] * 2, SUMMARY) == ()
    assert stands_out([slow] * 3 + [FactSheet()] * 8, SUMMARY) == ()
    assert stands_out([slow] * 3 + [FactSheet()] * 7, SUMMARY) == ("slower than most of the library",)


def test_a_share_must_be_most_of_the_tracks_and_far_above_the_librarys() -> None:
    played, sung = FactSheet(vocals="instrumental"), FactSheet(vocals="choir")
    assert stands_out([played] * 5 + [sung] * 5, SUMMARY) == ()  # more than twice the share, but not most
    assert stands_out([played] * 6 + [sung] * 4, SUMMARY) == (
        "more often instrumental than most of the library",
    )
    assert stands_out([FactSheet(key="A minor")] * 7 + [FactSheet(key="A major")] * 3, SUMMARY) == ()


def test_nothing_stands_out_of_a_library_that_is_small_or_unknown() -> None:
    small = summarise_library(LIBRARY[:19])
    assert small == LibrarySummary(spread_by_field={})
    unknown = summarise_library([*LIBRARY, *[FactSheet()] * 100])
    assert unknown == small
    assert summarise_library([]) == small
    assert stands_out(three(tempo_bpm=60.0), small) == ()


def test_the_hash_of_a_library_changes_with_what_it_is_like_alone() -> None:
    faster = [replace(sheet, tempo_bpm=(sheet.tempo_bpm or 0) + 20) for sheet in LIBRARY]
    assert summary_hash(summarise_library([*LIBRARY, LIBRARY[20]])) == summary_hash(SUMMARY)
    assert summary_hash(summarise_library(faster)) != summary_hash(SUMMARY)
