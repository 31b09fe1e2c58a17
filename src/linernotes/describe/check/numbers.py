"""Reads the numbers of a note: tempo, length, loudness, years, decades, and any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from linernotes.describe.check.numerals import Numeral, numerals
from linernotes.describe.check.reading import Reading, Span
from linernotes.types import FactSheet

_BEATS = re.compile(r"\s*-?(?:[a-z-]+ ){0,3}?-?(?:beats?\b|bpm\b)")
_BPM_BEFORE = re.compile(r"\bbpm (?:of |is )?$")
_LUFS = re.compile(r"\s*-?(?:lufs|lkfs|db)\b")
_CLOCK = re.compile(r"(?<![\w:.])(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?![\w:])")
_SECONDS = re.compile(r"\s*-?seconds?\b")
_MINUTES = re.compile(r"\s*-?minutes?\b(?!\s+past)")
_REST_OF_MINUTES = re.compile(r"(?: and)?,?\s+(?P<rest>\d{1,2}|[a-z]+(?:-[a-z]+)?)(?P<unit>\s+seconds?\b)?")
_HALF_BEHIND = re.compile(r"\s+and a half\b")
_AND_A_HALF = re.compile(r"\s+and a half\s+minutes?\b")
_HOURS = re.compile(r"\s*-?hours?\b")
_PERCENT = re.compile(r"\s*(?:%|per\s?cent\b)")
_DECADE = re.compile(r"\b(?P<century>1[0-9]|20)?(?P<tens>\d0)['’]?s\b")
_TENS = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_DECADE_WORDS = re.compile(
    rf"\b(?:(?P<age>nineteen|eighteen)[\s-])?(?P<tens>{'|'.join(_TENS)})\b|\bnoughties\b"
)
_CENTURY = re.compile(r"\b(?:\w+[\s-])?centur(?:y|ies)\b")
_OVER = re.compile(r"\b(?:over|more than|beyond|past|above)\s+$")
_UNDER = re.compile(r"\b(?:under|almost|nearly|less than|barely|not quite|close to)\s+$")

_SMALL = 12
"""Number words up to here without a unit are figures of speech ("two guitars", "four ways")."""
_BPM_TOLERANCE = 1.0
_FASTEST_BPM = 400.0
_SECONDS_TOLERANCE = 1.0
_HALF_TOLERANCE = 20.0
_MINUTES_TOLERANCE = 31.0
_HOURS_TOLERANCE = 300.0
_LUFS_TOLERANCE = 0.6
_SHARE_TOLERANCE = 0.006


@dataclass
class _Page:
    """The prose with the places already read, so that no number is read twice."""

    reading: Reading
    prose: str
    taken: list[Span] = field(default_factory=list)

    def is_free(self, start: int, end: int) -> bool:
        return all(end <= span.start or start >= span.end for span in self.taken)

    def take(self, start: int, end: int) -> None:
        self.taken.append(Span(start=start, end=end))


def number_problems(reading: Reading) -> Iterator[str]:
    """Numbers that the sheet does not hold, each as a line."""
    page = _Page(reading=reading, prose=reading.prose, taken=list(reading.values))
    yield from _decade_problems(page)
    yield from _clock_problems(page)
    for numeral in sorted(numerals(page.prose), key=lambda numeral: (numeral.start, numeral.worded)):
        if page.is_free(numeral.start, numeral.end):
            yield from _numeral_problems(page, numeral)


# --- decades and centuries -------------------------------------------------------------------------


def _decade_problems(page: _Page) -> Iterator[str]:
    for match in (*_DECADE.finditer(page.prose), *_DECADE_WORDS.finditer(page.prose)):
        if page.is_free(match.start(), match.end()):
            page.take(match.start(), match.end())
            if not set(_decades_meant(match)) & set(_decades_known(page.reading.sheet)):
                yield f"says '{match.group().strip()}', {_year_known(page.reading.sheet)}"
            elif not page.reading.sheet.year and not _is_of_the_artist(match.start(), page.reading):
                yield f"says '{match.group().strip()}' of the song, the decades are the artist's"
    if century := _CENTURY.search(page.prose):
        yield f"says '{century.group().strip()}', no fact tells a century"


def _is_of_the_artist(start: int, reading: Reading) -> bool:
    around = next(span for span in reading.sentences if span.start <= start < span.end)
    return "{artist}" in reading.text[around.start : around.end]


def _decades_meant(match: re.Match[str]) -> list[int]:
    parts = match.groupdict()
    if "century" in parts:
        tens = int(parts["tens"])
        return [int(parts["century"]) * 100 + tens] if parts["century"] else [1900 + tens, 2000 + tens]
    if parts["tens"] is None:
        return [2000]
    tens = 10 * (_TENS.index(parts["tens"]) + 2)
    return [1800 + tens] if parts["age"] == "eighteen" else [1900 + tens, 2000 + tens]


def _decades_known(sheet: FactSheet) -> tuple[int, ...]:
    return (sheet.year // 10 * 10,) if sheet.year else sheet.decades


def _year_known(sheet: FactSheet) -> str:
    if sheet.year:
        return f"the year is {sheet.year}"
    if sheet.decades:
        return f"the artist's decades are {', '.join(f'{decade}s' for decade in sheet.decades)}"
    return "the year is unknown"


# --- lengths ---------------------------------------------------------------------------------------


def _clock_problems(page: _Page) -> Iterator[str]:
    for match in _CLOCK.finditer(page.prose):
        page.take(match.start(), match.end())
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        yield from _length_problems(
            page, match.group(), 3600 * hours + 60 * minutes + seconds, _SECONDS_TOLERANCE
        )


def _length_problems(page: _Page, said: str, seconds: float, tolerance: float) -> Iterator[str]:
    known = page.reading.sheet.duration_s
    if known is None:
        yield f"says '{said.strip()}', the length is unknown"
    elif abs(seconds - known) > tolerance:
        yield f"says '{said.strip()}', the length is {known:.0f} seconds"


def _minutes_problems(page: _Page, numeral: Numeral, end: int) -> Iterator[str]:
    """To the second ("eight minutes 50"), to the half ("three and a half"), or to the nearest minute."""
    seconds, tolerance = numeral.value * 60, _MINUTES_TOLERANCE
    rest = _REST_OF_MINUTES.match(page.prose, end)
    if rest and (rest["unit"] or rest["rest"].isdigit()) and (value := _value(rest["rest"])) is not None:
        seconds, tolerance, end = seconds + value, _SECONDS_TOLERANCE, rest.end()
    elif half := _HALF_BEHIND.match(page.prose, end):
        seconds, tolerance, end = seconds + 30, _HALF_TOLERANCE, half.end()
    elif _OVER.search(page.prose[: numeral.start]):
        seconds += 30
    elif _UNDER.search(page.prose[: numeral.start]):
        seconds -= 30
    page.take(numeral.start, end)
    yield from _length_problems(page, page.prose[numeral.start : end], seconds, tolerance)


def _value(word: str) -> float | None:
    return next((numeral.value for numeral in numerals(word)), None)


# --- all numbers -----------------------------------------------------------------------------------


def _numeral_problems(page: _Page, numeral: Numeral) -> Iterator[str]:
    said = page.prose[numeral.start : numeral.end]
    if _BEATS.match(page.prose, numeral.end) or re.search(
        r"\bbpm (?:of |is )?$", page.prose[: numeral.start]
    ):
        yield from _tempo_problems(page, said, numeral.value)
    elif _LUFS.match(page.prose, numeral.end):
        yield from _loudness_problems(page, said, numeral.value)
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


def _tempo_problems(page: _Page, said: str, value: float) -> Iterator[str]:
    known = page.reading.sheet.tempo_bpm
    if known is None:
        yield f"says {said} beats a minute, the tempo is unknown"
    elif abs(value - known) > _BPM_TOLERANCE:
        yield f"says {said} beats a minute, the tempo is {known:.0f} bpm"


def _loudness_problems(page: _Page, said: str, value: float) -> Iterator[str]:
    known = page.reading.sheet.loudness_lufs
    if known is None:
        yield f"says {said} LUFS, the loudness is unknown"
    elif abs(abs(value) - abs(known)) > _LUFS_TOLERANCE:
        yield f"says {said} LUFS, the loudness is {known:.1f}"


def _bare_problems(page: _Page, numeral: Numeral, said: str) -> Iterator[str]:
    if numeral.worded and (numeral.value <= _SMALL or numeral.value in (100.0, 1000.0)):
        return
    if _PERCENT.match(page.prose, numeral.end):
        shares = _shares(page.reading.sheet)
        if not any(abs(numeral.value / 100 - share) <= 0.01 for share in shares):
            yield f"says {said} percent, no fact does"
    elif 1000 <= numeral.value <= 2100 and numeral.value == int(numeral.value):
        yield from _year_problems(page, numeral, said)
    elif not any(
        abs(numeral.value - known) <= tolerance for known, tolerance in _numbers(page.reading.sheet)
    ):
        yield f"says {said}, which is in no fact"


def _year_problems(page: _Page, numeral: Numeral, said: str) -> Iterator[str]:
    sheet = page.reading.sheet
    is_length = sheet.duration_s is not None and abs(numeral.value - sheet.duration_s) <= _SECONDS_TOLERANCE
    if int(numeral.value) != sheet.year and not is_length:
        yield f"says {said}, {_year_known(sheet)}"


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
