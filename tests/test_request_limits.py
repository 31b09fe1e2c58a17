"""Minutes, numbers of songs, beats per minute, years and decades."""

from __future__ import annotations

import pytest

from linernotes.request import Gazetteer, parse

EMPTY = Gazetteer([])
Range = tuple[str, float | None, float | None]


def limits(text: str) -> list[Range]:
    return [
        (limit.name, limit.low, limit.high)
        for limit in parse(text, EMPTY, this_year=2020).limits
        if not limit.excluded
    ]


def excluded(text: str) -> list[Range]:
    return [
        (limit.name, limit.low, limit.high)
        for limit in parse(text, EMPTY, this_year=2020).limits
        if limit.excluded
    ]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("45 minutes of jazz", ("total_minutes", 45, 45)),
        ("a two hour playlist", ("total_minutes", 120, 120)),
        ("an hour and a half of techno", ("total_minutes", 90, 90)),
        ("half an hour of calm piano", ("total_minutes", 30, 30)),
        ("1h30 of jazz", ("total_minutes", 90, 90)),
        ("no more than 45 minutes", ("total_minutes", None, 45)),
        ("at least 2 hours", ("total_minutes", 120, None)),
        ("songs under 4 minutes", ("duration_s", None, 240)),
        ("shorter than 3 min", ("duration_s", None, 180)),
        ("nothing over 5 minutes", ("duration_s", None, 300)),
        ("no songs longer than 6 minutes", ("duration_s", None, 360)),
        ("epics longer than 10 minutes", ("duration_s", 600, None)),
        ("pieces between 4 and 7 minutes", ("duration_s", 240, 420)),
        ("songs no longer than 2:30", ("duration_s", None, 150)),
        ("5 minute songs", ("duration_s", 240, 360)),
        ("short songs", ("duration_s", None, 120)),
        ("20 songs", ("tracks", 20, 20)),
        ("ten happy tracks", ("tracks", 10, 10)),
        ("a dozen songs", ("tracks", 12, 12)),
        ("no more than 12 tracks", ("tracks", None, 12)),
        ("top 5 jazz songs", ("tracks", 5, 5)),
        ("like 15 of them", ("tracks", 15, 15)),
        ("max 2 per artist", ("tracks_per_artist", None, 2)),
        ("one song per artist", ("tracks_per_artist", None, 1)),
        ("never the same band twice", ("tracks_per_artist", None, 1)),
        ("each tune by another singer", ("tracks_per_artist", None, 1)),
        ("don't repeat any artists", ("tracks_per_artist", None, 1)),
        ("no two tracks by the same group", ("tracks_per_artist", None, 1)),
        ("different bands only", ("tracks_per_artist", None, 1)),
        ("every artist only once", ("tracks_per_artist", None, 1)),
        ("not more than 15 minutes all told", ("total_minutes", None, 15)),
        ("overall under 18 minutes", ("total_minutes", None, 18)),
        ("a mix no longer than 12 minutes", ("total_minutes", None, 12)),
        ("11 altogether", ("tracks", 11, 11)),
        ("limit it to 7", ("tracks", 7, 7)),
        ("no slower than 95 bpm", ("tempo_bpm", 95, None)),
        ("120 bpm", ("tempo_bpm", 117, 123)),
        ("around 90 bpm", ("tempo_bpm", 85, 95)),
        ("between 120 and 130 bpm", ("tempo_bpm", 120, 130)),
        ("170-180bpm", ("tempo_bpm", 170, 180)),
        ("above 140bpm", ("tempo_bpm", 140, None)),
        ("180 bpm and up", ("tempo_bpm", 180, None)),
        ("from 1997", ("year", 1997, 1997)),
        ("1990-1995", ("year", 1990, 1995)),
        ("between 2003 and 2007", ("year", 2003, 2007)),
        ("since 2010", ("year", 2010, None)),
        ("after 2015", ("year", 2016, None)),
        ("before 1980", ("year", None, 1979)),
        ("80s", ("year", 1980, 1989)),
        ("the nineties", ("year", 1990, 1999)),
        ("90's rock", ("year", 1990, 1999)),
        ("late 60s", ("year", 1966, 1969)),
        ("early 2000s", ("year", 2000, 2003)),
        ("70s and 80s", ("year", 1970, 1989)),
        ("60s to 80s", ("year", 1960, 1989)),
        ("20s jazz", ("year", 1920, 1929)),
        ("2010s", ("year", 2010, 2019)),
        ("circa 2002", ("year", 2000, 2004)),
        ("the last 5 years", ("year", 2015, None)),
        ("nothing before 1990", ("year", 1990, None)),
        ("nothing from before 1990", ("year", 1990, None)),
        ("nothing after 2000", ("year", None, 2000)),
        ("after 1990 and before 2000", ("year", 1991, 1999)),
        ("from '86", ("year", 1986, 1986)),
    ],
)
def test_a_bound_is_read(text: str, limit: Range) -> None:
    assert limits(text) == [limit]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("nothing over 6 minutes and at most 9 songs", [("tracks", None, 9), ("duration_s", None, 360)]),
        ("no 80s and no more than 14 tracks", [("tracks", None, 14)]),
        (
            "nothing over 130 bpm or longer than 7 minutes",
            [("tempo_bpm", None, 130), ("duration_s", None, 420)],
        ),
        ("nothing under 70 bpm and over 110 bpm", [("tempo_bpm", 70, None), ("tempo_bpm", None, 110)]),
        ("avoid: metal, rap, 85 bpm or less", [("tempo_bpm", None, 85)]),
    ],
)
def test_a_negation_turns_round_no_bound_that_says_what_is_allowed(text: str, bounds: list[Range]) -> None:
    assert limits(text) == bounds


@pytest.mark.parametrize("text", ["no 80s", "anything except the 80s", "new wave not from the 80s"])
def test_an_unwanted_decade_is_excluded(text: str) -> None:
    assert excluded(text) == [("year", 1980, 1989)]
    assert limits(text) == []


def test_two_decades_apart_exclude_the_years_between() -> None:
    assert limits("60s and 90s soul") == [("year", 1960, 1999)]
    assert excluded("60s and 90s soul") == [("year", 1970, 1989)]


def test_several_bounds_are_read_together() -> None:
    found = limits("20 rock songs from the 90s under 4 minutes, around 120 bpm")
    assert sorted(found, key=str) == sorted(
        [("tracks", 20, 20), ("year", 1990, 1999), ("duration_s", None, 240), ("tempo_bpm", 115, 125)],
        key=str,
    )


@pytest.mark.parametrize(
    "text",
    [
        "i am in my 40s",
        "in 5 minutes",
        "the last 5 minutes",
        "wait a minute",
        "one guitar one voice",
        "24/7",
        "a band called 20 seconds of sunrise",
        "just one more",
        "a song",
    ],
)
def test_other_numbers_are_no_bounds(text: str) -> None:
    assert limits(text) == []


def test_a_bound_keeps_its_words() -> None:
    assert [limit.text for limit in parse("jazz, no longer than 4 minutes", EMPTY).limits] == [
        "no longer than 4 minutes"
    ]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("songs from 3025", "3025"),
        ("songs from 2040", "2040"),
        ("-5 minutes", "5 minutes"),
        ("jazz, 0 minutes", "0 minutes"),
        ("0 songs", "0 songs"),
        ("-20 songs", "20 songs"),
    ],
)
def test_a_bound_that_no_music_keeps_is_left_over(text: str, rest: str) -> None:
    request = parse(text, EMPTY, this_year=2020)
    assert request.limits == ()
    assert request.rest == rest


def test_next_year_is_a_year() -> None:
    assert limits("songs from 2021") == [("year", 2021, 2021)]


@pytest.mark.parametrize("text", ["99999 songs", "10,000 songs", "501 songs"])
def test_more_songs_than_a_playlist_holds_are_as_many_as_it_holds(text: str) -> None:
    assert limits(text) == [("tracks", 500, 500)]
