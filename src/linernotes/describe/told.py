"""The facts of a sheet as labels and short texts, for a model to write from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from linernotes.describe import wording
from linernotes.types import CollectionSheet, FactSheet, Sheet
from linernotes.words import band_of, lexicon

LONGEST_VALUE = 40
"""Characters of one value; what is longer is no name of a genre but somebody's prose."""
LONGEST_PHRASE = 80
"""Of what stands out, which is said in our own words."""
_SILENT = ("no voice", "no singer", "no vocals", "nobody sings", "no one sings", "wordless", "no words")
_NOT_DATA = re.compile(r"[\x00-\x1f\x7f{}<>\"`;]|#{2,}")
_PACE = re.compile(r"tempo\b|\bpaced?$", re.IGNORECASE)
"""What listeners call a tempo; it stands among a sheet's moods, as they give it no number."""
_SHARES = ("energy", "valence", "danceability", "acousticness")
_TEXTS = ("vocals", "key", "country", "language")
_LISTS = ("genres", "instruments", "moods", "styles")
MOST_TOLD = 8
"""Genres and moods of a song that a note tells; what is known of it may be more."""
MOST_INSTRUMENTS_TOLD = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFact:
    """One fact of the sheet: ``label`` is the fact's name in words, ``values`` what it holds.

    ``forms`` are the ways of saying a fact that can be said in several, the words of the table first; then
    one or two of them are enough, and ``values`` are those that are proposed.
    """

    label: str
    values: tuple[str, ...]
    forms: tuple[str, ...] = ()


def told_facts(sheet: Sheet) -> tuple[ToldFact, ...]:
    """What a note made from this sheet has to tell, in the order in which notes are taught.

    ``live`` is told only where it is true: that nothing says "live" is no news. Values are cut to 40
    characters and lose what could pass for a command to a model.
    """
    lines = _of_collection(sheet) if isinstance(sheet, CollectionSheet) else _of_song(sheet)
    return tuple(fact for fact in lines if fact.values)


def _of_song(sheet: FactSheet) -> Iterator[ToldFact]:
    yield _named("genres", sheet.genres[:MOST_TOLD])
    yield _named("instruments", sheet.instruments[:MOST_INSTRUMENTS_TOLD])
    if not _is_told_by(sheet.instruments, sheet.vocals):
        yield _voice(sheet.vocals)
    moods = sheet.moods[:MOST_TOLD]
    paces = [mood for mood in moods if _PACE.search(mood)]
    yield _named("moods", [mood for mood in moods if mood not in paces])
    yield _named("pace", paces)
    yield _tempo("tempo", sheet.tempo_bpm)
    yield _key(sheet.key)
    for name in _SHARES:
        yield _share(name, getattr(sheet, name))
    loudness = f"{sheet.loudness_lufs or 0:.1f} LUFS"
    yield _number("loudness", sheet.loudness_lufs, "loudness_lufs", loudness)
    seconds = round(sheet.duration_s or 0)
    clock = wording.clock(seconds)
    in_words = wording.minutes(seconds)
    yield _number("duration", sheet.duration_s, "duration_s", clock, f"{seconds} seconds", in_words)
    yield _named("year", _one(sheet.year))
    yield _named("the artist's decades", wording.decades(sheet.decades))
    yield _country(sheet.country)
    yield _named("language", _one(sheet.language))
    yield _named("live", ("true",) if sheet.live else ())
    yield _named("version", sheet.styles)


def _of_collection(sheet: CollectionSheet) -> Iterator[ToldFact]:
    yield _count("tracks", sheet.tracks or None)
    yield _count("artists", sheet.artists)
    yield _named("genres", sheet.genres)
    yield _named("parents", sheet.parents)
    yield _named("relatives", sheet.relatives)
    yield _named("instruments", sheet.instruments)
    yield _voice(sheet.vocals)
    yield _named("moods", sheet.moods)
    yield _tempo("middle tempo", sheet.tempo_median_bpm)
    yield _range("tempos", sheet.tempo_low_bpm, sheet.tempo_high_bpm, " bpm")
    yield _named("keys", _one(sheet.mode))
    yield _share("energy", sheet.energy_median)
    yield _share("acousticness", sheet.acousticness_median)
    yield _range("years", sheet.first_year, sheet.last_year)
    yield _named("the artist's decades", wording.decades(sheet.decades))
    yield _country(sheet.country)
    yield _named("origin", _one(sheet.origin))
    yield _named("stands out", sheet.stands_out, LONGEST_PHRASE)


def _named(label: str, values: Sequence[str], longest: int = LONGEST_VALUE) -> ToldFact:
    clean = (as_data(value, longest) for value in values)
    return ToldFact(label=label, values=tuple(value for value in clean if value))


def _number(label: str, value: float | None, name: str, *forms: str) -> ToldFact:
    if value is None:
        return ToldFact(label=label, values=())
    band = band_of(name, value)
    all_forms = (*(band.words if band else ()), *forms)
    return ToldFact(label=label, values=all_forms[:1] if band else forms[:1], forms=all_forms)


def _tempo(label: str, bpm: float | None) -> ToldFact:
    return _number(
        label, bpm, "tempo_bpm", f"{bpm or 0:.0f} bpm", f"{wording.spelled(round(bpm or 0))} beats a minute"
    )


def _share(name: str, value: float | None) -> ToldFact:
    return _number(name, value, name, f"{value or 0:.2f}")


def _said(label: str, *forms: str) -> ToldFact:
    clean = tuple(form for form in map(as_data, forms) if form)
    return ToldFact(label=label, values=clean[:1], forms=clean)


def _voice(vocals: str | None) -> ToldFact:
    """A small model makes "the instrumental voice" of "vocals: instrumental", so the label says it, too."""
    if vocals == "instrumental":
        return _said("no vocals", "instrumental", *_SILENT)
    return _said("vocals", *_one(vocals))


def _is_told_by(instruments: Sequence[str], vocals: str | None) -> bool:
    """Whether who sings is told by what is heard: "a passionate male vocal"."""
    heard = {one.name for phrase in instruments for one in lexicon().mentions(phrase, ["vocals"])}
    return vocals in heard or (
        vocals == "male and female vocals" and {"male vocals", "female vocals"} <= heard
    )


def _key(key: str | None) -> ToldFact:
    """The key, its accidental as a word, too: "B-flat minor", "Bb minor"."""
    return _said("key", *(dict.fromkeys((wording.key(key), key)) if key else ()))


def _country(country: str | None) -> ToldFact:
    """The country, and the adjective that the lexicon has for it."""
    adjectives = lexicon().synonyms("country", country)[:1] if country else ()
    return _said("country", *_one(country), *(adjective.title() for adjective in adjectives))


def _count(label: str, number: int | None) -> ToldFact:
    return _said(label, *((wording.spelled(number), str(number)) if number else ()))


def _range(label: str, low: float | None, high: float | None, unit: str = "") -> ToldFact:
    if low is None or high is None:
        return ToldFact(label=label, values=())
    ends = f"{low:.0f}" if round(low) == round(high) else f"{low:.0f} to {high:.0f}"
    return ToldFact(label=label, values=(f"{ends}{unit}",))


def _one(value: object) -> tuple[str, ...]:
    return () if value is None else (str(value),)


def sheet_as_data(sheet: FactSheet) -> FactSheet:
    """The sheet with its texts made safe for a prompt or a note; what is nothing but unsafe is left out."""
    clean: dict[str, Any] = {name: as_data(getattr(sheet, name) or "") or None for name in _TEXTS}
    for name in _LISTS:
        clean[name] = tuple(text for value in getattr(sheet, name) if (text := as_data(value)))
    return replace(sheet, **clean)


def as_data(text: str, longest: int = LONGEST_VALUE) -> str:
    """The text as a value inside a prompt: one line, ``longest`` characters, without quotes and braces."""
    return " ".join(_NOT_DATA.sub(" ", text).split())[:longest].rstrip()
