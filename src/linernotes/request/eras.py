"""Years and decades in a request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.request.limits import span_of
from linernotes.request.text import LimitSpan, RequestText, covered, is_free
from linernotes.types import Limit

_YEAR = r"(?:1[89]\d\d|20[0-4]\d)(?!\d)"
_DECADE_WORDS = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960, "seventies": 1970,
    "eighties": 1980, "nineties": 1990, "noughties": 2000, "aughts": 2000, "two thousands": 2000,
}  # fmt: skip
# Parts of a decade, by the last digit of the year.
_PARTS = {"early": (0, 3), "mid": (4, 6), "late": (6, 9), "early to mid": (0, 6), "mid to late": (4, 9)}
# Ten years, the first of which may stand with two digits: "10s" and "00s" belong to this century.
_THIS_CENTURY = frozenset({0, 10})
# "Around 1975" allows as many years on both sides; "the last few years" are so many.
_AROUND_YEARS = 2
_FEW_YEARS = 5

_DECADE = (
    r"(?:(?P<part{0}>early|mid|late)(?:(?:\s*(?:to|-|/)\s*)(?P<part_to{0}>mid|late))?[\s-]*(?:the\s+)?)?"
    r"(?:(?P<digits{0}>(?:1[89]|20)\d0|\d0)\s?['’`]?s\b|(?P<word{0}>" + "|".join(_DECADE_WORDS) + r")\b)"
)
_BOUND = (
    r"(?:(?P<before>(?:from )?"
    r"(?:before|prior to|pre|older than|earlier than|until|till|up to|up until|no later than))"
    r"|(?P<after>(?:from )?(?:after|post|newer than|later than))"
    r"|(?P<since>since|starting (?:in|from|with)|not before|no (?:older|earlier) than|from at least)"
    r"|(?P<around>around|circa|about|~))[\s-]*(?:the\s+)?(?:year\s+)?"
)
_FLAGS = re.IGNORECASE
_DECADES = re.compile(
    rf"(?<![\w.:])(?:{_BOUND})?{_DECADE.format('')}"
    rf"(?:\s*(?P<to>-|–|to|through|thru|until|till)\s*(?:the\s+)?{_DECADE.format('_2')})?",
    _FLAGS,
)
_RANGE = re.compile(
    rf"(?<![\w.:])(?P<between>between\s+|from\s+)?(?:the\s+)?(?P<low>{_YEAR})(?:['’]?s)?"
    r"\s*(?P<to>-|–|to|and|until|till|through|thru)\s*"
    rf"(?P<high>{_YEAR}|\d\d(?![\w:]))",
    _FLAGS,
)
_YEARS = re.compile(
    rf"(?<![\w.:/])(?:{_BOUND})?['’]?(?P<year>{_YEAR})(?!['’]?s\b)(?!\s*(?:songs|tracks|bpm|min))"
    r"(?P<onwards>\s*(?:onwards?|upwards?"
    r"|(?:and (?:later|after|newer|up|beyond|onwards?)|or (?:later|newer))(?!\s+\d)"
    r"|(?:to|till|until) (?:now|today|the present)|\+))?"
    r"(?P<earlier>\s*(?:and (?:earlier|before|older)|or (?:earlier|older))(?!\s+\d))?",
    _FLAGS,
)
_UNIT = r"\s*(?:songs|tracks|bpm|beats|min|hours|sec|countries|years)"
_SHORT_YEARS = re.compile(
    rf"(?:\b(?:from|in|since)\s+['’]?(?P<a>[5-9]\d)\b(?!\s*(?:-|–|to|and|or)\s*\d+{_UNIT})"
    r"(?:[\s,&-]|and|or|to)*(?P<b>[5-9]\d)?(?![\w%:])"
    r"|['’](?P<c>[0-9]\d)\b(?!['’]?s))"
    rf"(?!{_UNIT})",
    _FLAGS,
)
_LAST_YEARS = re.compile(
    r"\b(?:the\s+)?(?:last|past|recent)\s+"
    r"(?:(?P<n>\d{1,2}|few|couple of|two|three|five|ten|twenty)\s+)?(?P<unit>years?|decades?)\b",
    _FLAGS,
)
_COUNTS = {"few": _FEW_YEARS, "couple of": 2, "two": 2, "three": 3, "five": 5, "ten": 10, "twenty": 20}
_THIS_YEAR = re.compile(r"\bthis year\b", _FLAGS)
_CENTURY = re.compile(r"\b(?P<n>1[0-9]|2[01])(?:th|st) century\b", _FLAGS)
_SOMEONES_AGE = re.compile(r"\b(?:my|her|his|their|your|our)\s+(?:early |mid |late )?$", _FLAGS)


def find_eras(text: RequestText, taken: frozenset[int], this_year: int) -> tuple[LimitSpan, ...]:
    """The years and decades that no earlier rule has taken, in order of the text."""
    spans: list[LimitSpan] = []
    readers = (_ranges(text), _decades(text), _centuries(text), _years(text), _short_years(text))
    for reader in (*readers, _recent_years(text, this_year)):
        for span in reader:
            if is_free(taken | covered(spans), span.first, span.end):
                spans.append(span)
    return tuple(sorted(spans, key=lambda span: span.first))


def _limit(text: str, low: int | None, high: int | None) -> Limit:
    return Limit(name="year", text=text, low=low, high=high)


def _bounded(match: re.Match[str], low: int, high: int) -> tuple[int | None, int | None]:
    """The range that "before", "after" or "since" make of a year or a decade."""
    if match["before"]:
        keeps_it = re.search("until|till|up to|later", match["before"], _FLAGS)
        return None, high if keeps_it else low - 1
    if match["after"]:
        return high + 1, None
    if match["since"]:
        return low, None
    if match["around"] and low == high:
        return low - _AROUND_YEARS, high + _AROUND_YEARS
    return low, high


# --- decades ---------------------------------------------------------------------------------------


def _decades(text: RequestText) -> Iterator[LimitSpan]:
    for match in _DECADES.finditer(text.text):
        if _SOMEONES_AGE.search(text.text[: match.start()][-20:]):
            continue
        low, high = _decade(match, "")
        if match["to"] is None:
            yield span_of(
                text, match.start(), match.end(), _limit(match.group(), *_bounded(match, low, high)), era=True
            )
            continue
        limit = _limit(match.group(), low, max(high, _decade(match, "_2")[1]))
        yield span_of(text, match.start(), match.start("to"), limit, era=True)
        yield span_of(text, match.end("to"), match.end(), limit, era=True)


def _decade(match: re.Match[str], suffix: str) -> tuple[int, int]:
    word = match[f"word{suffix}"]
    first = _DECADE_WORDS[word.casefold()] if word else _first_year(match[f"digits{suffix}"])
    part = " to ".join(
        said.casefold() for said in (match[f"part{suffix}"], match[f"part_to{suffix}"]) if said
    )
    low, high = _PARTS.get(part, (0, 9))
    return first + low, first + high


def _first_year(digits: str) -> int:
    year = int(digits)
    if year >= 100:
        return year
    return year + (2000 if year in _THIS_CENTURY else 1900)


# --- years -----------------------------------------------------------------------------------------


def _ranges(text: RequestText) -> Iterator[LimitSpan]:
    for match in _RANGE.finditer(text.text):
        if match["to"].lower() == "and" and not (match["between"] or "").lower().startswith("between"):
            continue
        low = int(match["low"])
        high = int(match["high"]) if len(match["high"]) == 4 else low // 100 * 100 + int(match["high"])
        if low <= high:
            yield span_of(text, match.start(), match.end(), _limit(match.group(), low, high))


def _years(text: RequestText) -> Iterator[LimitSpan]:
    for match in _YEARS.finditer(text.text):
        year = int(match["year"])
        low, high = _bounded(match, year, year)
        if match["onwards"]:
            high = None
        if match["earlier"]:
            low = None
        yield span_of(text, match.start(), match.end(), _limit(match.group(), low, high))


def _short_years(text: RequestText) -> Iterator[LimitSpan]:
    for match in _SHORT_YEARS.finditer(text.text):
        for group in ("a", "b", "c"):
            if match[group]:
                year = int(match[group])
                year += 2000 if year < 30 else 1900
                yield span_of(text, match.start(group), match.end(group), _limit(match[group], year, year))


def _centuries(text: RequestText) -> Iterator[LimitSpan]:
    for match in _CENTURY.finditer(text.text):
        first = (int(match["n"]) - 1) * 100
        yield span_of(text, match.start(), match.end(), _limit(match.group(), first, first + 99))


def _recent_years(text: RequestText, this_year: int) -> Iterator[LimitSpan]:
    for match in _LAST_YEARS.finditer(text.text):
        years = _how_many(match["n"], match["unit"]) * (10 if match["unit"].casefold()[0] == "d" else 1)
        yield span_of(text, match.start(), match.end(), _limit(match.group(), this_year - years, None))
    for match in _THIS_YEAR.finditer(text.text):
        yield span_of(text, match.start(), match.end(), _limit(match.group(), this_year, None))


def _how_many(said: str | None, unit: str) -> int:
    if said is None:
        return _FEW_YEARS if unit.endswith("s") else 1
    return _COUNTS.get(said.casefold()) or int(said)
