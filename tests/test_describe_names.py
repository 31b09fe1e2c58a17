from __future__ import annotations

import pytest

from linernotes.describe import fill, names_of
from linernotes.types import Track


@pytest.mark.parametrize(
    ("artists", "joined"),
    [
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C"], "A, B and C"),
        ([], "an unknown artist"),
        (["  "], "an unknown artist"),
    ],
)
def test_artists_are_joined_as_in_a_sentence(artists: list[str], joined: str) -> None:
    assert fill("{title} by {artist}.", title="T", artists=artists) == f"T by {joined}."


@pytest.mark.parametrize(
    ("title", "artists", "names"),
    [
        ("Fire", ("Ann", " ", "Ben"), {"title": "Fire", "artist": "Ann and Ben"}),
        ("Fire", ("", " "), {"title": "Fire"}),
        (" ", (), {}),
    ],
)
def test_a_song_has_the_names_that_are_known(
    title: str, artists: tuple[str, ...], names: dict[str, str]
) -> None:
    assert names_of(Track(id=1, title=title, artists=artists, artist_ids=())) == names


def test_names_go_in_as_they_are() -> None:
    filled = fill(
        "{title} by {artist} on {album}.", title="{artist} <b>", artists=["{album}\\1"], album="{x}"
    )
    assert filled == "{artist} <b> by {album}\\1 on {x}."


def test_unknown_names_open_a_sentence_with_a_capital() -> None:
    assert fill("{artist} played. {artist} sang on {album}.") == (
        "An unknown artist played. An unknown artist sang on an unknown album."
    )
    assert fill("{title} is rock.", title="") == "An untitled song is rock."


def test_other_braces_are_left_alone() -> None:
    assert fill("{name} {title", title="T") == "{name} {title"


def test_genres_have_a_placeholder_of_their_own() -> None:
    assert fill("Here is {genre}.", genre="dub") == "Here is dub."
