"""Reads who is said to be what: a song is no artist, an artist no song, and music is not at work."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from linernotes.describe.check.reading import Reading

_PEOPLE: Final = r"artists?|singers?|bands?|musicians?|rappers?|groups?|duo|trio|songwriters?|producers?"
_WORKS: Final = r"songs?|tracks?|pieces?|recordings?|tunes?|albums?"
_IS: Final = (
    r",? (?:is|was|are|were|remains|has been)(?: still| also)? (?:an?|the|one)"
    rf"(?: (?!(?:by|of|from|that|which|music|work|{_WORKS})\b)[\w&'’-]+){{0,4}}? "
)
_ALONE: Final = r"(?![\w'’-]| (?:sings?|plays?|song|track|music)\b)"
_AT_THE_HEAD: Final = r"(?:^|[.!?;:] )"
_REFUSED: Final[Mapping[str, re.Pattern[str]]] = {
    "calls the song an artist": re.compile(rf"\{{title\}}{_IS}(?:{_PEOPLE}){_ALONE}"),
    "calls the song a genre": re.compile(rf"\{{title\}}{_IS}(?:genre|decade|instrument){_ALONE}"),
    "calls the artist a song": re.compile(rf"{_AT_THE_HEAD}\{{artist\}}{_IS}(?:{_WORKS}|genre){_ALONE}"),
    "calls the genre a song or an artist": re.compile(
        rf"{_AT_THE_HEAD}\{{genre\}}{_IS}(?:{_WORKS}|{_PEOPLE}){_ALONE}"
    ),
    "says that music is at work": re.compile(
        r"(?:(?<!of )(?<!on )(?<!to )(?<!behind )\{title\}"
        r"|\b(?:songs?|tracks?|music|pieces?)(?: of \{artist\})?)"
        r",? (?:(?:has|have|had) been|is|was|are|were) (?:active|at work)\b"
    ),
}


def role_problems(reading: Reading) -> Iterator[str]:
    """A song that is said to be a person, a person who is said to be a song, and the like."""
    for problem, pattern in _REFUSED.items():
        if said := pattern.search(reading.text):
            yield f"{problem}: '{said.group().strip('.!?;: ')}'"
