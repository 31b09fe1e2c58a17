"""Who is said to be what."""

from __future__ import annotations

import pytest

from linernotes.describe.check.reading import Reading
from linernotes.describe.check.roles import role_problems
from linernotes.types import FactSheet


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("{title} is an American artist active in the 2010s.", "calls the song an artist"),
        ("{title}, is a Canadian punk band.", "calls the song an artist"),
        ("{title} is a genre of Midwest hip hop.", "calls the song a genre"),
        ("It is loud. {artist} is a slow blues track.", "calls the artist a song"),
        ("{genre} is an artist from France.", "calls the genre a song or an artist"),
        ("A man sings; the song has been at work since the 1990s.", "says that music is at work"),
        ("Dark, the music of {artist} has been active for decades.", "says that music is at work"),
        ("{title} was active in the 1980s.", "says that music is at work"),
    ],
)
def test_a_role_that_nothing_can_have_is_a_problem(sentence: str, problem: str) -> None:
    (found,) = role_problems(Reading(sentence, FactSheet()))
    assert found.startswith(problem)


@pytest.mark.parametrize(
    "sentence",
    [
        "{title} is an American song by an artist active since the 1960s.",
        "{title} is the work of an artist from Mali.",
        "{title} is a country song.",
        "{title} is a band's song of farewell.",
        "This song by {artist} is a Christmas song.",
        "{artist} is a singer from Mali.",
        "{genre} is a kind of house music, and the artists are French.",
        "The American artist of {title} was active in the 1960s.",
        "The artist has been active since the 1990s.",
    ],
)
def test_what_songs_and_people_are_is_none(sentence: str) -> None:
    assert list(role_problems(Reading(sentence, FactSheet()))) == []
