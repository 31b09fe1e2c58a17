"""How much of its sheet a note tells: an honest note may still leave out what a listener would search for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from linernotes.describe.check.coverage_collection import collection_told
from linernotes.describe.check.decades import named_decades
from linernotes.describe.check.keys import is_key_told
from linernotes.describe.check.naming import is_country_named, is_named
from linernotes.describe.check.numerals import numerals
from linernotes.describe.check.qualities import told_numbers
from linernotes.describe.check.reading import Reading, singular
from linernotes.describe.check.sayings import sayings_told
from linernotes.describe.check.voices import is_voice_told
from linernotes.words import tokenise, word_for

LEAST_SHARE = 0.5
"""Hand-written notes tell 99 % of their facts; below half a plain note serves the reader better."""

_NUMBERS = (
    "tempo_bpm",
    "energy",
    "valence",
    "danceability",
    "acousticness",
    "loudness_lufs",
    "duration_s",
)
_MINUTES = re.compile(r"\d:\d\d|\bminutes?\b")


def coverage_problems(reading: Reading) -> Iterator[str]:
    """A line if the note tells less than half of the facts."""
    told = facts_told(reading)
    count = sum(told.values())
    if told and count < LEAST_SHARE * len(told):
        missing = ", ".join(name for name, is_told in told.items() if not is_told)
        yield f"tells {count} of {len(told)} facts; left out: {missing}"


def facts_told(reading: Reading) -> Mapping[str, bool]:
    """For each fact of the sheet, under a name for people, whether the note tells it in whatever words.

    Numbers without a word in the table count only when they are told; ``live`` only where it is True.
    """
    words = frozenset(singular(token.word) for token in tokenise(reading.text))
    if reading.collection:
        return collection_told(reading, reading.collection, words)
    return _song_told(reading, words)


def _song_told(reading: Reading, words: frozenset[str]) -> dict[str, bool]:
    sheet = reading.facts
    told = {value: is_named(value, words) for value in (*sheet.genres, *sheet.instruments, *sheet.moods)}
    told |= _numbers_told(reading)
    if sheet.vocals:
        told["the voice"] = is_voice_told(reading)
    if sheet.key:
        told["the key"] = is_key_told(reading)
    if sheet.year:
        told["the year"] = str(sheet.year) in words
    if sheet.decades and not sheet.year:
        told["the decades"] = not named_decades(reading.prose).isdisjoint(sheet.decades)
    told |= {style: is_named(style, words) for style in sheet.styles}
    if sheet.country:
        told["the country"] = is_country_named(sheet.country, words)
    if sheet.language:
        told["the language"] = is_named(sheet.language, words)
    if sheet.live:
        told["that it is live"] = bool(words & {"live", "stage", "concert", "unplugged"})
    return told


def _numbers_told(reading: Reading) -> dict[str, bool]:
    in_words = told_numbers(reading) | sayings_told(reading)
    values = [abs(numeral.value) for numeral in numerals(reading.prose)]
    told: dict[str, bool] = {}
    for name in _NUMBERS:
        value: float | None = getattr(reading.facts, name)
        if value is None:
            continue
        is_counted = any(
            abs(abs(value) - said) < 1 if abs(value) > 1 else abs(value - said) < 0.01 for said in values
        )
        is_timed = name == "duration_s" and bool(_MINUTES.search(reading.prose))
        is_told = name in in_words or is_counted or is_timed
        if is_told or word_for(name, value):
            told[name.partition("_")[0]] = is_told
    return told
