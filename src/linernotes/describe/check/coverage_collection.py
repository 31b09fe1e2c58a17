"""Which facts about an artist or a genre a note tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.describe.check.common import tempos
from linernotes.describe.check.decades import named_decades
from linernotes.describe.check.naming import is_country_named, is_named
from linernotes.describe.check.numerals import numerals
from linernotes.describe.check.qualities import told_numbers
from linernotes.describe.check.reading import Reading
from linernotes.describe.check.sayings import sayings_told
from linernotes.describe.check.voices import is_voice_told
from linernotes.types import CollectionSheet
from linernotes.words import word_for

_DOZEN = 12
_MODE = re.compile(r"\b(?:major|minor)\b")
_ONE = re.compile(r"\b(?:single|only|alone|lone|one)\b")


def collection_told(reading: Reading, sheet: CollectionSheet, words: frozenset[str]) -> dict[str, bool]:
    """For each fact of the sheet, under a name for people, whether the note with these words tells it."""
    named = (*sheet.genres, *sheet.parents, *sheet.relatives, *sheet.instruments, *sheet.moods)
    told = {value: is_named(value, words) for value in named}
    told |= dict(_numbers_told(reading, sheet))
    if sheet.vocals:
        told["the voice"] = is_voice_told(reading)
    if sheet.mode:
        told["the mode"] = bool(_MODE.search(reading.prose)) or is_named(sheet.mode, words)
    if sheet.decades and sheet.first_year is None:
        told["the decades"] = not named_decades(reading.prose).isdisjoint(sheet.decades)
    if sheet.country:
        told["the country"] = is_country_named(sheet.country, words)
    if sheet.origin:
        told["the origin"] = is_named(sheet.origin, words)
    return told | {phrase: _is_unusual_told(phrase, words) for phrase in sheet.stands_out}


def _numbers_told(reading: Reading, sheet: CollectionSheet) -> Iterator[tuple[str, bool]]:
    values = {abs(numeral.value) for numeral in numerals(reading.prose)}
    values |= {float(_DOZEN)} if "dozen" in reading.prose else set()
    in_words = told_numbers(reading) | sayings_told(reading)
    for name, count in (("the tracks", sheet.tracks or None), ("the artists", sheet.artists)):
        if count is not None:
            yield name, count in values or (count == 1 and bool(_ONE.search(reading.prose)))
    if sheet.first_year and sheet.last_year:
        yield "the years", {sheet.first_year, sheet.last_year} <= values
    if tempos(sheet):
        yield "the tempo", "tempo_bpm" in in_words or any(_is_near(bpm, values, 1.0) for bpm in tempos(sheet))
    for name in ("energy", "acousticness"):
        value: float | None = getattr(reading.facts, name)
        if value is not None:
            is_told = name in in_words or _is_near(value, values, 0.01)
            if is_told or word_for(name, value):
                yield name, is_told


def _is_near(value: float, said: set[float], tolerance: float) -> bool:
    return any(abs(value - number) < tolerance for number in said)


def _is_unusual_told(phrase: str, words: frozenset[str]) -> bool:
    """Whether what stands out is told: what it is, in the first words, or where."""
    what = re.split(r"\b(?:than|of|in|here)\b", phrase)[0]
    return is_named(what, words) or is_named(phrase, words)
