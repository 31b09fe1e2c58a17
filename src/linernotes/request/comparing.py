"""Comparisons ("faster than that", "less sad") and picks that are pointed at ("the second one")."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from linernotes.request.text import Phrases, RequestText
from linernotes.types import Comparison

_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NUMBERS: Final = ("one", "two", "three", "four", "five")
_PICK = r"(?:ones?|songs?|tracks?|picks?|tunes?|of (?:those|these|them|that list))"
_POINTED = re.compile(
    rf"\b(?:the )?(?P<ordinal>{'|'.join(_ORDINALS)}|last)(?: (?P<many>{'|'.join(_NUMBERS)}|\d))? {_PICK}\b"
    rf"|\b(?:the )?(?P<early>first|last) (?P<of>{'|'.join(_NUMBERS)}|\d)\b"
    r"|(?:\b(?:number|no\.|nr\.?|song|track|pick)\s*|#)(?P<number>\d{1,2})\b(?!\s*(?:songs|tracks|minutes|min|bpm|s\b))",
    re.IGNORECASE,
)
_MOST = 10


@cache
def _meanings() -> dict[str, tuple[str, bool]]:
    """What each phrase compares, and whether there is to be more of it."""
    text = resources.files("linernotes").joinpath("data/comparing.toml").read_text(encoding="utf-8")
    return {
        " ".join(phrase.split()): (field, direction == "more")
        for field, directions in tomllib.loads(text).items()
        for direction, phrases in directions.items()
        for phrase in phrases.split(",")
    }


@cache
def _phrases() -> Phrases:
    return Phrases(list(_meanings()))


def find_comparisons(text: RequestText, taken: frozenset[int]) -> tuple[Comparison, ...]:
    """What is to be more or less than in something else; of one field the first that is said.

    Words that are ``taken`` speak of the order of the picks.
    """
    first: dict[str, Comparison] = {}
    for comparison in _comparisons(text, taken):
        first.setdefault(comparison.field, comparison)
    return tuple(first.values())


def _comparisons(text: RequestText, taken: frozenset[int]) -> Iterator[Comparison]:
    at = 0
    while at < len(text):
        found = _phrases().longest_at(text.words, at)
        if found and at not in taken:
            field, more = _meanings()[found[1]]
            yield Comparison(field=field, more=more, text=text.piece(at, at + found[0]))
        at += found[0] if found else 1


def find_pointers(text: RequestText) -> tuple[int, ...]:
    """The places, from 1, of the picks that are meant of the answer before; -1 is the last, -2 before it."""
    places = [place for match in _POINTED.finditer(text.text) for place in _places(match)]
    return tuple(dict.fromkeys(places))[:_MOST]


def _places(match: re.Match[str]) -> Iterator[int]:
    if match["number"]:
        yield int(match["number"])
        return
    word = (match["ordinal"] or match["early"]).lower()
    many = _number(match["many"] or match["of"] or "one")
    if word == "last":
        yield from range(-many, 0)
    else:
        place = _ORDINALS.index(word) + 1
        yield from range(place, place + many)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.index(word.lower()) + 1
