"""Numbers in a text, in digits or in words, with the place where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONES = {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_TEENS = {"nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15}
_LATER_TEENS = {"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_VALUES = {**_ONES, **_TEENS, **_LATER_TEENS, **_TENS, "ninety": 90}
_SCALES = {"hundred": 100, "thousand": 1000}
_WORD = "|".join((*_VALUES, *_SCALES))
NUMBER_WORDS = (*_VALUES, *_SCALES)
"""The words that numbers are written in."""
_WORDED = re.compile(rf"\b(?:{_WORD})(?:(?:(?<=hundred) and |(?<=thousand) and |[\s-]+)(?:{_WORD}))*\b")
_DIGITS = re.compile(
    r"(?<![\w.,:#])[-−–]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:(?<=\d)\.\d+|(?<!\w)\.\d+|(?<=\d))(?!\d|:\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number and its place; ``worded`` if it is written in words."""

    value: float
    start: int
    end: int
    worded: bool


def numerals(prose: str) -> Iterator[Numeral]:
    """The numbers of a lower-case text, those in digits first. Clock times ("3:24") are not among them."""
    for match in _DIGITS.finditer(prose):
        if any(char.isdigit() for char in match.group()):
            value = float(re.sub(r"[−–]", "-", match.group()).replace(",", ""))
            yield Numeral(value=value, start=match.start(), end=match.end(), worded=False)
    for match in _WORDED.finditer(prose):
        for value in _spoken(re.split(r"[\s-]+", match.group())):
            yield Numeral(value=value, start=match.start(), end=match.end(), worded=True)


def _spoken(words: list[str]) -> Iterator[float]:
    """The value of a number in words; "nineteen seventy-four" is read as the year it stands for."""
    values = [_VALUES.get(word) for word in words if word != "and"]
    if not any(word in _SCALES for word in words):
        years = [value for value in values if value is not None]
        if len(years) in (2, 3) and 17 <= years[0] <= 20 and years[1] >= 10:
            yield 100.0 * years[0] + sum(years[1:])
            return
    total, current = 0, 0
    for word in words:
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            total, current = (total + current, 0) if word == "thousand" else (total, current)
        elif word != "and":
            current += _VALUES[word]
    yield float(total + current)
