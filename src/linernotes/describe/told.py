"""The facts of a sheet as short lines of label and text, for a model to write from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from linernotes.types import CollectionSheet, FactSheet, Sheet
from linernotes.words import word_for

LONGEST_VALUE = 40
"""Characters of one value; what is longer is no name of a genre but somebody's prose."""
_NOT_DATA = re.compile(r"[\x00-\x1f\x7f{}<>\"`]|#{2,}")
_SHARES = ("energy", "valence", "danceability", "acousticness")
_TEXTS = ("vocals", "key", "country", "language")
_LISTS = ("genres", "instruments", "moods", "styles")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFact:
    """One line of the sheet: ``label`` is the fact's name in words, ``values`` what it holds.

    Of a number the values are its word, where the table has one, and the ways in which it can be written.
    """

    label: str
    values: tuple[str, ...]


def told_facts(sheet: Sheet) -> tuple[ToldFact, ...]:
    """What a note made from this sheet has to tell, in the order in which notes are taught.

    ``live`` is told only where it is true: that nothing says "live" is no news. Values are cut to 40
    characters and lose what could pass for a command to a model.
    """
    lines = _of_collection(sheet) if isinstance(sheet, CollectionSheet) else _of_song(sheet)
    return tuple(fact for fact in lines if fact.values)


def _of_song(sheet: FactSheet) -> Iterator[ToldFact]:
    yield _named("genres", sheet.genres)
    yield _named("instruments", sheet.instruments)
    yield _named("vocals", _one(sheet.vocals))
    yield _named("moods", sheet.moods)
    yield _tempo("tempo", sheet.tempo_bpm)
    yield _named("key", _one(sheet.key))
    for name in _SHARES:
        yield _share(name, getattr(sheet, name))
    yield _number("loudness", sheet.loudness_lufs, "loudness_lufs", f"{sheet.loudness_lufs or 0:.1f} LUFS")
    seconds = round(sheet.duration_s or 0)
    clock = f"{seconds // 60}:{seconds % 60:02d}"
    yield _number("duration", sheet.duration_s, "duration_s", f"{seconds} seconds", clock)
    yield _named("year", _one(sheet.year))
    yield _named("the artist's decades", _decades(sheet.decades))
    yield _named("country", _one(sheet.country))
    yield _named("language", _one(sheet.language))
    yield _named("live", ("true",) if sheet.live else ())
    yield _named("version", sheet.styles)


def _of_collection(sheet: CollectionSheet) -> Iterator[ToldFact]:
    yield _named("tracks", _one(sheet.tracks or None))
    yield _named("artists", _one(sheet.artists))
    yield _named("genres", sheet.genres)
    yield _named("parents", sheet.parents)
    yield _named("relatives", sheet.relatives)
    yield _named("instruments", sheet.instruments)
    yield _named("vocals", _one(sheet.vocals))
    yield _named("moods", sheet.moods)
    yield _tempo("middle tempo", sheet.tempo_median_bpm)
    yield _range("tempos", sheet.tempo_low_bpm, sheet.tempo_high_bpm, " bpm")
    yield _named("keys", _one(sheet.mode))
    yield _share("energy", sheet.energy_median)
    yield _share("acousticness", sheet.acousticness_median)
    yield _range("years", sheet.first_year, sheet.last_year)
    yield _named("the artist's decades", _decades(sheet.decades))
    yield _named("country", _one(sheet.country))
    yield _named("origin", _one(sheet.origin))
    yield _named("stands out", sheet.stands_out)


def _named(label: str, values: Sequence[str]) -> ToldFact:
    return ToldFact(label=label, values=tuple(clean for value in values if (clean := as_data(value))))


def _number(label: str, value: float | None, name: str, *forms: str) -> ToldFact:
    if value is None:
        return ToldFact(label=label, values=())
    word = word_for(name, value)
    return ToldFact(label=label, values=forms if word is None else (word, *forms))


def _tempo(label: str, bpm: float | None) -> ToldFact:
    return _number(label, bpm, "tempo_bpm", f"{bpm or 0:.0f} bpm")


def _share(name: str, value: float | None) -> ToldFact:
    return _number(name, value, name, f"{value or 0:.2f}")


def _range(label: str, low: float | None, high: float | None, unit: str = "") -> ToldFact:
    if low is None or high is None:
        return ToldFact(label=label, values=())
    ends = f"{low:.0f}" if round(low) == round(high) else f"{low:.0f} to {high:.0f}"
    return ToldFact(label=label, values=(f"{ends}{unit}",))


def _decades(decades: Sequence[int]) -> tuple[str, ...]:
    return tuple(f"{decade}s" for decade in decades)


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
