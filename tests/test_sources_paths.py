"""What folders and file names suggest about a track."""

from __future__ import annotations

import pytest

from linernotes.sources.paths import PathGuess, guess_from_key


def told(key: str) -> dict[str, str | int]:
    guess = guess_from_key(key)
    names = ("artist", "album", "year", "disc_number", "track_number", "title")
    return {name: value for name in names if (value := getattr(guess, name)) is not None}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        # folders of artist and album
        (
            "Mira Vale/Salt/03 - Low Tide.flac",
            {"artist": "Mira Vale", "album": "Salt", "track_number": 3, "title": "Low Tide"},
        ),
        (
            "Mira_Vale/Salt/03_Low_Tide.mp3",
            {"artist": "Mira Vale", "album": "Salt", "track_number": 3, "title": "Low Tide"},
        ),
        (
            "Music/Mira Vale/1997 - Salt/CD 2/03. Low Tide.mp3",
            {
                "artist": "Mira Vale",
                "album": "Salt",
                "year": 1997,
                "disc_number": 2,
                "track_number": 3,
                "title": "Low Tide",
            },
        ),
        (
            "Mira Vale/Salt (1997) [FLAC]/203 Low Tide.flac",
            {"artist": "Mira Vale", "album": "Salt", "year": 1997, "title": "203 Low Tide"},
        ),
        (
            "Mira Vale/Salt (Live) [1997-05-21]/2-03 Low Tide.flac",
            {
                "artist": "Mira Vale",
                "album": "Salt (Live)",
                "year": 1997,
                "disc_number": 2,
                "track_number": 3,
                "title": "Low Tide",
            },
        ),
        (
            "Mira Vale/1989/12 Low Tide.mp3",
            {"artist": "Mira Vale", "album": "1989", "track_number": 12, "title": "Low Tide"},
        ),
        (
            "Mira Vale - Salt/03 Low Tide.mp3",
            {"artist": "Mira Vale", "album": "Salt", "track_number": 3, "title": "Low Tide"},
        ),
        (
            "Mira Vale - 1997 - Salt/03 Low Tide.mp3",
            {"artist": "Mira Vale", "album": "Salt", "year": 1997, "track_number": 3, "title": "Low Tide"},
        ),
        (
            "Mira Vale - 1989/03 Low Tide.mp3",
            {"artist": "Mira Vale", "album": "1989", "track_number": 3, "title": "Low Tide"},
        ),
        (
            "Mira Vale/Salt/Mira Vale - Salt - 03 - Low Tide.mp3",
            {"artist": "Mira Vale", "album": "Salt", "track_number": 3, "title": "Low Tide"},
        ),
        (
            "Mira Vale/Salt/Mira Vale - Salt - Low Tide.mp3",
            {"artist": "Mira Vale", "album": "Salt", "title": "Low Tide"},
        ),
        # one folder, or none
        ("Mira Vale/Low Tide.mp3", {"artist": "Mira Vale", "title": "Low Tide"}),
        ("Salt/03 Low Tide.mp3", {"album": "Salt", "track_number": 3, "title": "Low Tide"}),
        ("Downloads/Mira Vale - Low Tide.mp3", {"artist": "Mira Vale", "title": "Low Tide"}),
        ("Mira Vale - Low Tide.mp3", {"artist": "Mira Vale", "title": "Low Tide"}),
        ("Mira Vale – Low Tide.mp3", {"artist": "Mira Vale", "title": "Low Tide"}),
        ("03. Mira Vale - Low Tide.mp3", {"artist": "Mira Vale", "track_number": 3, "title": "Low Tide"}),
        ("Mira Vale - 03 - Low Tide.mp3", {"artist": "Mira Vale", "track_number": 3, "title": "Low Tide"}),
        (
            "Mira Vale - Salt - 03 - Low Tide.mp3",
            {"artist": "Mira Vale", "album": "Salt", "track_number": 3, "title": "Low Tide"},
        ),
        ("Mira Vale - Salt - Low Tide.mp3", {"artist": "Mira Vale", "album": "Salt", "title": "Low Tide"}),
        ("01 Low Tide.mp3", {"track_number": 1, "title": "Low Tide"}),
        ("Low Tide", {"title": "Low Tide"}),
        # numbers that are names
        ("99 Luftballons.mp3", {"title": "99 Luftballons"}),
        ("Nena/Nena/99 Luftballons.mp3", {"artist": "Nena", "album": "Nena", "title": "99 Luftballons"}),
        ("311 - Amber.mp3", {"artist": "311", "title": "Amber"}),
        ("Rock/30 Seconds to Mars - The Kill.mp3", {"artist": "30 Seconds to Mars", "title": "The Kill"}),
        ("7 Years.mp3", {"title": "7 Years"}),
        ("3.14.mp3", {"title": "3.14"}),
        ("24-7 Blues.mp3", {"title": "24-7 Blues"}),
        ("1979.mp3", {"title": "1979"}),
        # a dash within a title
        (
            "Mira Vale/Salt/03 Intro - Outro.mp3",
            {"artist": "Mira Vale", "album": "Salt", "track_number": 3, "title": "Intro - Outro"},
        ),
        (
            "Various Artists/Salt/03 - Mira Vale - Low Tide.mp3",
            {"artist": "Mira Vale", "album": "Salt", "track_number": 3, "title": "Low Tide"},
        ),
        # nothing to be learnt
        ("Unknown Artist/Unknown Album/Track 01.mp3", {}),
        ("Mira Vale/Salt/03.mp3", {"artist": "Mira Vale", "album": "Salt", "track_number": 3}),
        ("track_07.wav", {}),
        # names that are not UTF-8
        ("%:Caf%E9/%:Na%EFve.mp3", {"artist": "Café", "title": "Naïve"}),
    ],
)
def test_the_usual_ways_of_naming_are_understood(key: str, expected: dict[str, str | int]) -> None:
    assert told(key) == expected


def test_the_name_itself_is_kept_for_a_title_of_last_resort() -> None:
    assert guess_from_key("a/b/Track_01.mp3").name == "Track 01"


@pytest.mark.parametrize(
    "key", ["", "/", " .mp3", ".mp3", "   /  / - - .mp3", "(1997)/[]/().mp3", "-/-/-.mp3", "0 .mp3"]
)
def test_odd_names_are_no_trouble(key: str) -> None:
    guess = guess_from_key(key)
    assert isinstance(guess, PathGuess)
    assert guess.name
