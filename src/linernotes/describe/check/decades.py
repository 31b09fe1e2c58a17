"""Reads decades and centuries: "the late nineties", "1970s", "the early 20th century"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from linernotes.describe.check.page import Page
from linernotes.describe.check.reading import Reading
from linernotes.types import CollectionSheet, FactSheet

_PART = (
    r"(?:\b(?P<part>early|first (?:years|half) of(?: the)?|mid|middle(?: of)?(?: the)?|late|later"
    r"|(?:end|close) of(?: the)?)[\s-]+)?"
)
_TENS = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_DECADE = re.compile(rf"{_PART}\b(?P<century>1[0-9]|20)?(?P<tens>\d0)['’]?s\b")
_DECADE_WORDS = re.compile(
    rf"{_PART}\b(?:(?:(?P<age>nineteen|eighteen)[\s-])?(?P<worded>{'|'.join(_TENS)})|noughties)\b"
)
_ORDINALS = {"seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21}
_CENTURY = re.compile(
    rf"{_PART}\b(?P<ordinal>\d\d(?:st|nd|rd|th)|[\w-]+)[\s-]centur(?:y|ies)\b|\bcentur(?:y|ies)\b"
)
_SPAN_OF_CENTURY = re.compile(r"\b(?:(?P<quarter>quarter of a)|(?P<half>half a)) century\b")
_OF_THE_ARTIST = re.compile(r"\{artist\}|\b(?:artists?|acts?)\b", re.IGNORECASE)
_TO = re.compile(
    r"\s?[-–—]\s?"
    r"| (?:(?:and )?on |all the way |right |up )?(?:to|into|through|through to|until|till)(?: the)? "
)
_AND = re.compile(r" and(?: the)? ")
_BETWEEN = re.compile(r"\bbetween(?: the)? $")
_YEARS_OF_PART = {"early": (0, 4), "first": (0, 4), "mid": (3, 7), "middle": (3, 7)}
_LATE_YEARS = (6, 9)
_SPAN_TOLERANCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Decade:
    """A decade that a text names: ``text[start:end]``. A bare "twenties" may be of two centuries."""

    decades: tuple[int, ...]
    part: str | None
    start: int
    end: int

    def has_year_between(self, first: int, last: int) -> bool:
        """Whether one of the years from ``first`` to ``last`` lies in it, in the part of it that is named."""
        low, high = _years_of(self.part)
        return any(first <= decade + high and decade + low <= last for decade in self.decades)


def decades_in(prose: str) -> Iterator[Decade]:
    """The decades named in a lower-case text."""
    for match in (*_DECADE.finditer(prose), *_DECADE_WORDS.finditer(prose)):
        part = match["part"].split()[0].split("-")[0] if match["part"] else None
        yield Decade(decades=_meant(match), part=part, start=match.start(), end=match.end())


def named_decades(prose: str) -> frozenset[int]:
    """The first years of all decades that a lower-case text names."""
    return frozenset(year for decade in decades_in(prose) for year in decade.decades)


def decade_problems(page: Page) -> Iterator[str]:
    """Decades in which nothing of the sheet happened, and centuries that are not a genre's own."""
    for decade in decades_in(page.prose):
        if page.is_free(decade.start, decade.end):
            page.take(decade.start, decade.end)
            said = page.prose[decade.start : decade.end].strip()
            if problem := _problem(decade, page.reading):
                yield f"says '{said}'{problem}"
    yield from _gap_problems(page)
    yield from _century_problems(page)


def _gap_problems(page: Page) -> Iterator[str]:
    """Stretches from one decade to another over decades in which the artist was silent."""
    own = set(page.reading.facts.decades)
    for first, last in pairwise(sorted(decades_in(page.prose), key=lambda decade: decade.start)):
        joint, before = page.prose[first.end : last.start], page.prose[: first.start]
        is_stretch = _TO.fullmatch(joint) or (_AND.fullmatch(joint) and _BETWEEN.search(before))
        ends = (own.intersection(first.decades), own.intersection(last.decades))
        if is_stretch and all(ends) and set(range(min(ends[0]), max(ends[1]), 10)) - own:
            yield f"says '{page.prose[first.start : last.end].strip()}', {time_known(page.reading)}"


def time_known(reading: Reading) -> str:
    """What the sheet knows of the time, as the end of a problem's line."""
    facts, collection = reading.facts, reading.collection
    if facts.year:
        return f"the year is {facts.year}"
    if collection and collection.first_year and collection.last_year:
        return f"the years are {collection.first_year} to {collection.last_year}"
    if facts.decades:
        return f"the artist's decades are {', '.join(f'{decade}s' for decade in facts.decades)}"
    return "the year is unknown"


def _problem(decade: Decade, reading: Reading) -> str | None:
    if isinstance(reading.sheet, CollectionSheet):
        return None if _is_of_collection(decade, reading.sheet) else f", {time_known(reading)}"
    if _is_of_song(decade, reading.facts):
        return None
    is_artists = _is_of_the_artist(decade.start, reading)
    if set(decade.decades) & set(reading.facts.decades):
        if is_artists and decade.part is None:
            return None
        if not reading.facts.year:
            return " of the song, the decades are the artist's"
    return f", {time_known(reading)}"


def _is_of_song(decade: Decade, facts: FactSheet) -> bool:
    return facts.year is not None and decade.has_year_between(facts.year, facts.year)


def _is_of_collection(decade: Decade, sheet: CollectionSheet) -> bool:
    if sheet.first_year and sheet.last_year and decade.has_year_between(sheet.first_year, sheet.last_year):
        return True
    if decade.part is None and set(decade.decades) & set(sheet.decades):
        return True
    origins = decades_in((sheet.origin or "").lower())
    return any(
        set(decade.decades) & set(origin.decades) and decade.part in (None, origin.part) for origin in origins
    )


def _is_of_the_artist(start: int, reading: Reading) -> bool:
    around = next(span for span in reading.sentences if span.start <= start < span.end)
    return bool(_OF_THE_ARTIST.search(reading.text[around.start : around.end]))


def _meant(match: re.Match[str]) -> tuple[int, ...]:
    parts = match.groupdict()
    if "century" in parts:
        tens = int(parts["tens"])
        return (int(parts["century"]) * 100 + tens,) if parts["century"] else (1900 + tens, 2000 + tens)
    if parts["worded"] is None:
        return (2000,)
    tens = 10 * (_TENS.index(parts["worded"]) + 2)
    return (1800 + tens,) if parts["age"] == "eighteen" else (1900 + tens, 2000 + tens)


def _years_of(part: str | None) -> tuple[int, int]:
    return (0, 9) if part is None else _YEARS_OF_PART.get(part, _LATE_YEARS)


# --- centuries -------------------------------------------------------------------------------------


def _century_problems(page: Page) -> Iterator[str]:
    collection = page.reading.collection
    for span in _SPAN_OF_CENTURY.finditer(page.prose):
        page.take(span.start(), span.end())
        years = 25 if span["quarter"] else 50
        if collection is None or not _lasts(collection, years):
            yield f"says '{span.group()}', {time_known(page.reading)}"
    own = {_century(match) for match in _CENTURY.finditer(((collection and collection.origin) or "").lower())}
    for match in _CENTURY.finditer(page.prose):
        if page.is_free(match.start(), match.end()):
            page.take(match.start(), match.end())
            ordinal, part = _century(match)
            if (ordinal, part) not in own and (part or ordinal not in {known for known, _ in own}):
                yield f"says '{match.group().strip()}', no fact tells that century"


def _century(match: re.Match[str]) -> tuple[int | None, str | None]:
    """The century's number and the part of it that is named."""
    ordinal = match["ordinal"] or ""
    number = int(ordinal[:2]) if ordinal[:2].isdigit() else _ORDINALS.get(ordinal)
    return number, match["part"].split()[0] if match["part"] else None


def _lasts(sheet: CollectionSheet, years: int) -> bool:
    if sheet.first_year is None or sheet.last_year is None:
        return False
    return abs(sheet.last_year - sheet.first_year - years) <= _SPAN_TOLERANCE
