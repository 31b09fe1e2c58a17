"""The facts of a sheet as short lines of label and text, for a model to write from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from linernotes.types import FactSheet
from linernotes.words import word_for

LONGEST_VALUE = 40
"""Characters of one value; what is longer is no name of a genre but somebody's prose."""
_NOT_DATA = re.compile(r"[\x00-\x1f\x7f{}<>\"`]|#{2,}")
_MODELS_DIGITS = {"tempo_bpm": 0, "loudness_lufs": 1, "duration_s": 0}
_NUMBERS = (
    "tempo_bpm",
    "energy",
    "valence",
    "danceability",
    "acousticness",
    "loudness_lufs",
    "duration_s",
)


_TEXTS = ("vocals", "key", "country", "language")
_LISTS = ("genres", "instruments", "moods", "styles")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFact:
    """One line of the sheet: ``label`` is the field's name in words, ``values`` what it holds.

    ``word`` is the plainest word of a number's band, where the table has one.
    """

    label: str
    values: tuple[str, ...]
    word: str | None = None


def told_facts(sheet: FactSheet) -> tuple[ToldFact, ...]:
    """What a note made from this sheet has to tell, in the order in which notes are taught.

    ``live`` is told only where it is true: that nothing says "live" is no news. Values are cut to 40
    characters and lose what could pass for a command to a model.
    """
    return tuple(fact for fact in _lines(sheet) if fact.values)


def _lines(sheet: FactSheet) -> Iterator[ToldFact]:
    yield _named("genres", sheet.genres)
    yield _named("instruments", sheet.instruments)
    yield _named("vocals", _one(sheet.vocals))
    yield _named("moods", sheet.moods)
    yield _number("tempo_bpm", sheet.tempo_bpm)
    yield _named("key", _one(sheet.key))
    for name in _NUMBERS[1:]:
        yield _number(name, getattr(sheet, name))
    yield _named("year", _one(sheet.year))
    yield _named("the artist's decades", tuple(f"{decade}s" for decade in sheet.decades))
    yield _named("country", _one(sheet.country))
    yield _named("language", _one(sheet.language))
    yield _named("live", ("true",) if sheet.live else ())
    yield _named("version", sheet.styles)


def _named(label: str, values: Sequence[str]) -> ToldFact:
    return ToldFact(label=label, values=tuple(clean for value in values if (clean := as_data(value))))


def _number(name: str, value: float | None) -> ToldFact:
    label = name.replace("_", " ")
    if value is None:
        return ToldFact(label=label, values=())
    rounded = f"{value:.{_MODELS_DIGITS.get(name, 2)}f}"
    return ToldFact(label=label, values=(rounded,), word=word_for(name, value))


def _one(value: object) -> tuple[str, ...]:
    return () if value is None else (str(value),)


def sheet_as_data(sheet: FactSheet) -> FactSheet:
    """The sheet with its texts made safe for a prompt or a note; what is nothing but unsafe is left out."""
    clean: dict[str, Any] = {name: as_data(getattr(sheet, name) or "") or None for name in _TEXTS}
    for name in _LISTS:
        clean[name] = tuple(text for value in getattr(sheet, name) if (text := as_data(value)))
    return replace(sheet, **clean)


def as_data(text: str) -> str:
    """The text as a value inside a prompt: one line, at most 40 characters, without quotes and braces."""
    return " ".join(_NOT_DATA.sub(" ", text).split())[:LONGEST_VALUE].rstrip()
