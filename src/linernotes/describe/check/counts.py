"""Reads the numbers of an artist's or a genre's note: tracks, artists, years, tempos, and any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from linernotes.describe.check.common import tempos
from linernotes.describe.check.decades import decade_problems, time_known
from linernotes.describe.check.numerals import Numeral, numerals
from linernotes.describe.check.page import Page, page_of
from linernotes.describe.check.reading import Reading
from linernotes.types import CollectionSheet

_OF_WHAT = re.compile(
    r"(?:[\s-]+(?!(?:and|or|by|from|with|to|in|at|on|of)\b)[\w'’ǁ&-]+){0,5}?[\s-]+"
    r"(?P<unit>tracks?|songs?|recordings?|pieces|tunes|cuts|titles"
    r"|artists?|acts?|performers?|beats?\b|bpm|minutes?|seconds?|hours?|lufs|albums?)\b"
)
_UNIT_BEHIND_NAME = re.compile(r"\s{2,}(?P<unit>tracks?|songs?|recordings?)\b")
_BPM_BEFORE = re.compile(r"\bbpm (?:of |is )?$")
_MIDDLE_BEFORE = re.compile(
    r"(?<!energy )\b(?:median|middle tempo|middle one)(?:[\s,]+(?:tempo|of|is|at|an?|about)){0,3}[\s,]+$"
)
_NOT_A_COUNT = re.compile(r"\b(?:no|any|of the|which)\s+$")
_SHORT_YEAR = re.compile(r"\d{4}\s?(?:[-–/]|to|and)\s?$")
_ARTISTS = ("artist", "artists", "act", "acts", "performer", "performers")
_TRACKS = ("track", "tracks", "song", "songs", "recording", "recordings", "pieces", "tunes", "cuts", "titles")
_SPEEDS = ("beat", "beats", "bpm")
_NEVER_TOLD = ("minute", "minutes", "second", "seconds", "hour", "hours", "lufs", "album", "albums")

_SMALL = 12
"""Number words up to here that count neither tracks nor artists are figures of speech."""
_DOZENS = re.compile(r"\b(?P<many>two |three |four )?dozen\b")
_MANY = {"two ": 24, "three ": 36, "four ": 48}
_BPM_TOLERANCE = 1.0
_SHARE_TOLERANCE = 0.006
_PERCENT = re.compile(r"\s*(?:%|per\s?cent\b)")


def count_problems(reading: Reading) -> Iterator[str]:
    """Numbers that the sheet of the artist or the genre does not hold, each as a line."""
    sheet = reading.collection
    if sheet is None:
        return
    page = page_of(reading)
    yield from decade_problems(page)
    for numeral in sorted(_numbers_told(page.prose), key=lambda numeral: (numeral.start, numeral.worded)):
        if page.is_free(numeral.start, numeral.end) and (problem := _problem(page, numeral, sheet)):
            yield f"says {page.prose[numeral.start : numeral.end]}{problem}"


def _numbers_told(prose: str) -> Iterator[Numeral]:
    dozens = list(_DOZENS.finditer(prose))
    for match in dozens:
        value = _MANY.get(match["many"], 12)
        yield Numeral(value=float(value), start=match.start(), end=match.end(), worded=True)
    for numeral in numerals(prose):
        if not any(match.start() <= numeral.start < match.end() for match in dozens):
            yield numeral


def _problem(page: Page, numeral: Numeral, sheet: CollectionSheet) -> str | None:
    unit = _unit(page, numeral)
    if unit in _TRACKS and not _NOT_A_COUNT.search(page.prose[: numeral.start]):
        return None if _is_count(numeral, sheet.tracks) else f" {unit}, the sheet holds {sheet.tracks}"
    if unit in _ARTISTS:
        known = 1 if sheet.kind == "artist" else sheet.artists
        return None if _is_count(numeral, known) else f" {unit}, the artists are {known or 'unknown'}"
    is_small = numeral.value <= _SMALL
    if unit in _SPEEDS and not is_small:
        return _tempo_problem(page, numeral, sheet)
    if unit in _NEVER_TOLD:
        return f" {unit}, no fact does"
    if numeral.worded and (is_small or numeral.value in (100.0, 1000.0)):
        return None
    return _bare_problem(page, numeral, sheet)


def _unit(page: Page, numeral: Numeral) -> str | None:
    """What is counted: the nearest of the known units behind the number, without another number between."""
    if _BPM_BEFORE.search(page.prose[: numeral.start]):
        return "bpm"
    match = _OF_WHAT.match(page.prose, numeral.end) or _UNIT_BEHIND_NAME.match(page.prose, numeral.end)
    if match is None or any(True for _ in numerals(page.prose[numeral.end : match.end()])):
        return None
    return match["unit"]


def _is_count(numeral: Numeral, known: int | None) -> bool:
    return known is not None and numeral.value == known


def _tempo_problem(page: Page, numeral: Numeral, sheet: CollectionSheet) -> str | None:
    known = tempos(sheet)
    middle = sheet.tempo_median_bpm
    if _MIDDLE_BEFORE.search(page.prose[: numeral.start]) and middle is not None:
        known = (middle,)
    if any(abs(numeral.value - bpm) <= _BPM_TOLERANCE for bpm in (*known, *_gaps(known))):
        return None
    return f" beats a minute, the tempos are {', '.join(f'{bpm:.0f}' for bpm in known) or 'unknown'}"


def _bare_problem(page: Page, numeral: Numeral, sheet: CollectionSheet) -> str | None:
    if 1000 <= numeral.value <= 2100 and numeral.value == int(numeral.value):
        origin = (found.value for found in numerals((sheet.origin or "").lower()))
        is_known = numeral.value in (sheet.first_year, sheet.last_year, sheet.tracks, *origin)
        return None if is_known else f", {time_known(page.reading)}"
    if numeral.value > _SMALL and _MIDDLE_BEFORE.search(page.prose[: numeral.start]):
        return _tempo_problem(page, numeral, sheet)
    value = numeral.value / 100 if _PERCENT.match(page.prose, numeral.end) else numeral.value
    if any(abs(value - known) <= tolerance for known, tolerance in _known(sheet)):
        return None
    years = (sheet.first_year or 0, sheet.last_year or 0)
    if _SHORT_YEAR.search(page.prose[: numeral.start]) and numeral.value in [year % 100 for year in years]:
        return None
    return ", which is in no fact"


def _known(sheet: CollectionSheet) -> Iterator[tuple[float, float]]:
    """The sheet's numbers, each with how far a told one may be off."""
    for bpm in (*tempos(sheet), *_gaps(tempos(sheet))):
        yield bpm, _BPM_TOLERANCE
    for share in (sheet.energy_median, sheet.acousticness_median):
        if share is not None:
            yield share, _SHARE_TOLERANCE
    yield sheet.tracks, 0
    if sheet.artists is not None:
        yield sheet.artists, 0
    if sheet.first_year is not None and sheet.last_year is not None:
        yield sheet.last_year - sheet.first_year, 1


def _gaps(known: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(abs(high - low) for low, high in combinations(known, 2))
