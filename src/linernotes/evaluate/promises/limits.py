"""Limits as people marked them in requests, read by rules of the suite's own.

They are read so that nothing which may keep a limit breaks it: "120 bpm" allows a tenth on both sides, "late
70s" all of the decade. What is not plain ("the last 5 years") is not read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from linernotes.evaluate.descriptors import Descriptor, ParsedRequest
from linernotes.evaluate.promises.rules import (
    minutes_at_most,
    number_within,
    songs_at_most,
    songs_of_an_artist_at_most,
    years_within,
)
from linernotes.evaluate.promises.values import Promise

_BPM_SLACK: Final = 0.1
_YEARS_AROUND: Final = 2
_LONGEST_SONG_MINUTES: Final = 20
"""Bounds of up to so many minutes are about each song, longer ones about all of them."""
_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twenty": 20, "thirty": 30, "an": 1, "a": 1,
}  # fmt: skip
_N: Final = rf"(?:\d+|{'|'.join(_WORDS)})"
_UPPER: Final = re.compile(
    r"\b(?:under|below|before|up to|at most|max|(?:no|not) (?:more|longer) than|shorter than)\b"
)
_LOWER: Final = re.compile(r"\b(?:over|above|after|since|at least|(?:more|longer) than|and up)\b")
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b(?!s)")
_BARE_YEAR: Final = re.compile(r"(?:(?:19|20)\d\d|[5-9]\d)")
_DECADE: Final = re.compile(r"\b(?P<century>19|20)?(?P<tens>\d)0'?s\b")
_AROUND: Final = re.compile(r"\b(?:circa|around|about|like)\s*$")
_TIME: Final = re.compile(
    rf"(?P<clock>\d+:\d\d)|(?P<half>half an hour)|(?P<hours>\b{_N}) ?(?:hours?|hrs?)\b(?P<more> and a half)?"
    rf"|(?P<minutes>\b{_N}) ?(?:minutes?|mins?)\b"
)
_PER_ARTIST: Final = re.compile(rf"\b(?P<n>{_N})\b.* per (?:artist|band|singer)")
_SONGS: Final = re.compile(
    rf"(?:(?:top|just|exactly|max|at most|no more than) )?(?P<n>{_N})(?: (?:songs?|tracks?|bangers|of them))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    low: float
    high: float


def limits_of(request: ParsedRequest) -> list[Promise]:
    """What the limits in a request, and the decades that are wanted, ask of the answer."""
    return [
        *(
            promise
            for one in request.gold
            if one.type == "Limit" and not _BARE_YEAR.fullmatch(one.text)
            for promise in _limit(one, request.query)
        ),
        *_wanted_years(request),
    ]


def years_of(text: str) -> list[range]:
    """The decades that are named in a text, two digits being of the last century, but for "00s" to "20s"."""
    return [
        range(first, first + 10)
        for match in _DECADE.finditer(text.lower())
        for first in [_century(match) + 10 * int(match["tens"])]
    ]


def _century(match: re.Match[str]) -> int:
    if match["century"]:
        return 100 * int(match["century"])
    return 2000 if match["tens"] in "012" else 1900


def _wanted_years(request: ParsedRequest) -> Iterator[Promise]:
    """From the first to the last of the decades and single years that are wanted: "80s to 90s"."""
    marked = [one for one in request.gold if one.polarity == "+" and one.type in ("Decade", "Limit")]
    years = [year for one in marked for year in _years(one, request.query)]
    if years:
        words = " to ".join(one.text for one in marked if any(_years(one, request.query)))
        yield years_within(words, low=min(years), high=max(years))


def _years(one: Descriptor, query: str) -> Iterator[int]:
    if _BARE_YEAR.fullmatch(one.text) and one.type == "Limit":
        year = int(one.text) if len(one.text) > 2 else 1900 + int(one.text)
        slack = _YEARS_AROUND if _AROUND.search(query[: one.start].lower()) else 0
        yield from (year - slack, year + slack)
    elif one.type == "Decade":
        for decade in years_of(one.text):
            yield from (decade[0], decade[-1])


def _limit(one: Descriptor, query: str) -> Iterator[Promise]:
    text, unwanted = one.text.lower(), one.polarity == "-"
    if "bpm" in text:
        yield _tempo(one, query[one.start : one.end + len(" and up")].lower())
    elif match := _PER_ARTIST.search(text):
        yield songs_of_an_artist_at_most(_number(match["n"]), one.text)
    elif _TIME.search(text):
        yield _time(one.text, unwanted=unwanted)
    elif _YEAR.search(text):
        yield _bounded_years(one.text, unwanted=unwanted)
    elif (match := _SONGS.fullmatch(text)) and not unwanted:
        yield songs_at_most(_number(match["n"]), one.text)


def _tempo(one: Descriptor, text: str) -> Promise:
    beats = [float(number) for number in re.findall(r"\d+", one.text)]
    ends = _bounded(text, beats)
    if len(beats) == 1 and ends.low == ends.high:
        ends = _Range(low=beats[0] * (1 - _BPM_SLACK), high=beats[0] * (1 + _BPM_SLACK))
    return number_within("tempo_bpm", one.text, low=ends.low, high=ends.high, outside=one.polarity == "-")


def _time(text: str, *, unwanted: bool) -> Promise:
    said = text.lower()
    minutes = [_minutes(match) for match in _TIME.finditer(said)]
    if first := re.match(r"between (?P<n>\d+) and", said):
        minutes.insert(0, float(first["n"]))
    ends = _bounded(said, minutes)
    is_bound = ends.low != ends.high
    if "each" in said or (is_bound and max(minutes) <= _LONGEST_SONG_MINUTES):
        return number_within("duration_s", text, low=ends.low * 60, high=ends.high * 60, outside=unwanted)
    return minutes_at_most(ends.high, text, strictly=is_bound)


def _bounded_years(text: str, *, unwanted: bool) -> Promise:
    years = [int(year) for year in _YEAR.findall(text)]
    ends = _bounded(text.lower(), years)
    low = ends.low + 1 if ends.high == math.inf and "after" in text.lower() else ends.low
    high = ends.high - 1 if ends.low == -math.inf and "before" in text.lower() else ends.high
    return years_within(text, low=low, high=high, outside=unwanted)


def _bounded(text: str, numbers: list[float] | list[int]) -> _Range:
    """The range of two numbers, or the one that the words around a number make of it."""
    if len(numbers) == 1 and _UPPER.search(text):
        return _Range(low=-math.inf, high=numbers[0])
    if len(numbers) == 1 and _LOWER.search(text):
        return _Range(low=numbers[0], high=math.inf)
    return _Range(low=min(numbers), high=max(numbers))


def _minutes(match: re.Match[str]) -> float:
    if match["clock"]:
        minutes, seconds = match["clock"].split(":")
        return int(minutes) + int(seconds) / 60
    if match["half"]:
        return 30.0
    if match["hours"]:
        return 60.0 * _number(match["hours"]) + (30.0 if match["more"] else 0.0)
    return float(_number(match["minutes"]))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _WORDS[text]
