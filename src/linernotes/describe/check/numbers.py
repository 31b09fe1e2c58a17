"""Reads the numbers of a song's note: tempo, length, loudness, years, and any other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.describe.check.decades import decade_problems, time_known
from linernotes.describe.check.numerals import Numeral, numerals
from linernotes.describe.check.page import Page, page_of
from linernotes.describe.check.reading import Reading
from linernotes.types import FactSheet

_BEATS = re.compile(r"\s*-?(?:[a-z-]+ ){0,3}?-?(?:beats?\b|bpm\b)")
_BPM_BEFORE = re.compile(r"\bbpm (?:of |is )?$")
_LUFS = re.compile(r"\s*-?(?:lufs|lkfs|db)\b")
_CLOCK = re.compile(r"(?<![\w:.])(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?![\w:])")
_SECONDS = re.compile(r"\s*-?seconds?\b")
_SECONDS_OVER = re.compile(r"\s+seconds? (?:over|more|to spare)\b")
_MINUTES = re.compile(r"\s*-?minutes?\b(?!\s+past)")
_REST_OF_MINUTES = re.compile(
    r"(?: and)?,?\s+(?:and )?(?P<less>less |minus )?(?P<rest>\d{1,2}|[a-z]+(?:-[a-z]+)?)\b"
    r"(?P<unit>\s+seconds?\b)?(?!\s*-?(?:bpm|beats))"
)
_HALF_BEHIND = re.compile(r"\s+and a half\b")
_AND_A_HALF = re.compile(r"\s+and a half\s+minutes?\b")
_HOURS = re.compile(r"\s*-?hours?\b")
_PERCENT = re.compile(r"\s*(?:%|per\s?cent\b)")
_OVER = re.compile(r"\b(?:over|more than|beyond|past|above)\s+$")
_UNDER = re.compile(r"\b(?:under|almost|nearly|less than|barely|not quite|close to)\s+$")

_SMALL = 12
"""Number words up to here without a unit are figures of speech ("two guitars", "four ways")."""
_BPM_TOLERANCE = 1.0
_SECONDS_TOLERANCE = 1.0
_HALF_TOLERANCE = 20.0
_MINUTES_TOLERANCE = 31.0
_ROUNDED_DOWN_FROM = 5
"""From here on, "ten minutes" may as well be 10:59."""
_ROUNDED_DOWN_MIDDLE = 14.5
_ROUNDED_DOWN_TOLERANCE = 45.5
_HOURS_TOLERANCE = 300.0
_LUFS_TOLERANCE = 0.6
_SHARE_TOLERANCE = 0.006


def number_problems(reading: Reading) -> Iterator[str]:
    """Numbers that the sheet does not hold, each as a line."""
    page = page_of(reading)
    yield from decade_problems(page)
    yield from _clock_problems(page)
    for numeral in sorted(numerals(page.prose), key=lambda numeral: (numeral.start, numeral.worded)):
        if page.is_free(numeral.start, numeral.end):
            yield from _numeral_problems(page, numeral)


# --- lengths ---------------------------------------------------------------------------------------


def _clock_problems(page: Page) -> Iterator[str]:
    for match in _CLOCK.finditer(page.prose):
        page.take(match.start(), match.end())
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        yield from _length_problems(
            page, match.group(), 3600 * hours + 60 * minutes + seconds, _SECONDS_TOLERANCE
        )


def _length_problems(page: Page, said: str, seconds: float, tolerance: float) -> Iterator[str]:
    known = page.reading.facts.duration_s
    if known is None:
        yield f"says '{said.strip()}', the length is unknown"
    elif abs(seconds - known) > tolerance:
        yield f"says '{said.strip()}', the length is {known:.0f} seconds"


def _minutes_problems(page: Page, numeral: Numeral, end: int) -> Iterator[str]:
    """To the second ("eight minutes 50"), to the half ("three and a half"), or to the nearest minute."""
    seconds, tolerance = numeral.value * 60, _MINUTES_TOLERANCE
    rest = _REST_OF_MINUTES.match(page.prose, end)
    if rest and (value := _rest(rest)) is not None:
        seconds, tolerance, end = seconds + value, _SECONDS_TOLERANCE, rest.end()
    elif half := _HALF_BEHIND.match(page.prose, end):
        seconds, tolerance, end = seconds + 30, _HALF_TOLERANCE, half.end()
    elif _OVER.search(page.prose[: numeral.start]):
        seconds += 30
    elif _UNDER.search(page.prose[: numeral.start]):
        seconds -= 30
    elif numeral.value >= _ROUNDED_DOWN_FROM:
        seconds, tolerance = seconds + _ROUNDED_DOWN_MIDDLE, _ROUNDED_DOWN_TOLERANCE
    page.take(numeral.start, end)
    yield from _length_problems(page, page.prose[numeral.start : end], seconds, tolerance)


def _rest(match: re.Match[str]) -> float | None:
    """The seconds behind the minutes; a small number in words needs its unit ("two minutes, one guitar")."""
    value = _value(match["rest"])
    if value is None or not (match["unit"] or match["rest"].isdigit() or value > _SMALL):
        return None
    return -value if match["less"] else value


def _value(word: str) -> float | None:
    return next((numeral.value for numeral in numerals(word)), None)


# --- all numbers -----------------------------------------------------------------------------------


def _numeral_problems(page: Page, numeral: Numeral) -> Iterator[str]:
    said = page.prose[numeral.start : numeral.end]
    if _is_of_beats(page.prose, numeral):
        yield from _tempo_problems(page, said, numeral.value)
    elif _LUFS.match(page.prose, numeral.end):
        yield from _loudness_problems(page, said, numeral.value)
    elif numeral.worded and numeral.value <= _SMALL and _SECONDS_OVER.match(page.prose, numeral.end):
        return
    elif _SECONDS.match(page.prose, numeral.end):
        yield from _length_problems(page, f"{said} seconds", numeral.value, _SECONDS_TOLERANCE)
    elif match := _MINUTES.match(page.prose, numeral.end):
        yield from _minutes_problems(page, numeral, match.end())
    elif match := _AND_A_HALF.match(page.prose, numeral.end):
        yield from _length_problems(page, f"{said}{match.group()}", numeral.value * 60 + 30, _HALF_TOLERANCE)
    elif _HOURS.match(page.prose, numeral.end):
        yield from _length_problems(page, f"{said} hours", numeral.value * 3600, _HOURS_TOLERANCE)
    else:
        yield from _bare_problems(page, numeral, said)


def _is_of_beats(prose: str, numeral: Numeral) -> bool:
    return bool(_BEATS.match(prose, numeral.end) or _BPM_BEFORE.search(prose[: numeral.start]))


def _tempo_problems(page: Page, said: str, value: float) -> Iterator[str]:
    known = page.reading.facts.tempo_bpm
    if known is None:
        yield f"says {said} beats a minute, the tempo is unknown"
    elif abs(value - known) > _BPM_TOLERANCE:
        yield f"says {said} beats a minute, the tempo is {known:.0f} bpm"


def _loudness_problems(page: Page, said: str, value: float) -> Iterator[str]:
    known = page.reading.facts.loudness_lufs
    if known is None:
        yield f"says {said} LUFS, the loudness is unknown"
    elif abs(abs(value) - abs(known)) > _LUFS_TOLERANCE:
        yield f"says {said} LUFS, the loudness is {known:.1f}"


def _bare_problems(page: Page, numeral: Numeral, said: str) -> Iterator[str]:
    if numeral.worded and (numeral.value <= _SMALL or numeral.value in (100.0, 1000.0)):
        return
    if _PERCENT.match(page.prose, numeral.end):
        shares = _shares(page.reading.facts)
        if not any(abs(numeral.value / 100 - share) <= 0.01 for share in shares):
            yield f"says {said} percent, no fact does"
    elif 1000 <= numeral.value <= 2100 and numeral.value == int(numeral.value):
        yield from _year_problems(page, numeral, said)
    elif not any(
        abs(numeral.value - known) <= tolerance for known, tolerance in _numbers(page.reading.facts)
    ):
        yield f"says {said}, which is in no fact"


def _year_problems(page: Page, numeral: Numeral, said: str) -> Iterator[str]:
    sheet = page.reading.facts
    is_length = sheet.duration_s is not None and abs(numeral.value - sheet.duration_s) <= _SECONDS_TOLERANCE
    if int(numeral.value) != sheet.year and not is_length:
        yield f"says {said}, {time_known(page.reading)}"


def _shares(sheet: FactSheet) -> list[float]:
    known = (sheet.energy, sheet.valence, sheet.danceability, sheet.acousticness)
    return [value for value in known if value is not None]


def _numbers(sheet: FactSheet) -> list[tuple[float, float]]:
    """The sheet's numbers, each with how far a told one may be off."""
    known = [
        (sheet.tempo_bpm, _BPM_TOLERANCE),
        (sheet.duration_s, _SECONDS_TOLERANCE),
        (sheet.loudness_lufs, _LUFS_TOLERANCE),
    ]
    numbers = [(value, tolerance) for value, tolerance in known if value is not None]
    return [*numbers, *((share, _SHARE_TOLERANCE) for share in _shares(sheet))]
