"""Facts as people read them: plain names, units, who says so, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from linernotes.facts import TYPICAL_START
from linernotes.ingest.rows import FAME_STEPS
from linernotes.serve.screen import fact_value
from linernotes.types import DENIAL, CollectionSheet, Fact
from linernotes.words import word_for

_NAMES: Final = {
    "genre": "genre",
    "mood": "mood",
    "instrument": "instruments",
    "vocals": "voice",
    "tempo_bpm": "tempo",
    "tempo_alternative_bpm": "tempo, also felt as",
    "key": "key",
    "energy": "energy",
    "valence": "gladness",
    "danceability": "danceability",
    "acousticness": "acousticness",
    "loudness_lufs": "loudness",
    "duration_s": "length",
    TYPICAL_START: "typical part",
    "year": "year",
    "decade": "decade",
    "style": "kind of version",
    "live": "live",
    "country": "country",
    "language": "language",
    "fame": "fame",
    "popularity": "popularity",
    "title": "title",
    "artist": "artist",
    "album": "album",
    "album_artist": "artist of the album",
    "track_number": "track",
}
"""What facts are called on pages, in the order in which they are shown; others follow by their own names."""
_SOURCES: Final = {
    "tag": "the file’s tags",
    "path": "guessed from the file’s name",
    "title": "the title",
    "table": "the table it came from",
    "editors": "our editors",
    "joined:editors": "our editors, on the artist",
    "audio:sonara": "measured in the recording",
    "audio:loudness": "measured in the recording",
    "audio:musicnn": "heard in the recording by a network",
}
_SURE: Final = ((0.85, "sure"), (0.6, "likely"), (0.35, "perhaps"), (0.0, "a guess"))
_DIGITS: Final = {"tempo_bpm": 0, "tempo_alternative_bpm": 0, "loudness_lufs": 1}
_MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """What some say of one thing; ``confidence`` is that of the surest of them, 0 to 1."""

    name: str
    values: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: float
    sure: str


def fact_rows(facts: Sequence[Fact]) -> list[FactRow]:
    """The facts of a song, those of one name and source in one row, and those who say the same in one."""
    claims: dict[tuple[str, str], list[Fact]] = {}
    for fact in sorted(facts, key=lambda one: -one.confidence):
        claims.setdefault((fact.name, fact.source), []).append(fact)
    agreed: dict[tuple[str, tuple[str, ...]], list[Fact]] = {}
    for (name, _), group in claims.items():
        values = tuple(dict.fromkeys(map(_shown, group)))
        agreed.setdefault((name, values), []).append(group[0])
    rows = [_row(name, values, surest) for (name, values), surest in agreed.items()]
    places = {name: place for place, name in enumerate(_NAMES.values())}
    return sorted(rows, key=lambda row: places.get(row.name.removeprefix("not: "), len(places)))


def sheet_rows(sheet: CollectionSheet | None) -> Iterator[tuple[str, str]]:
    """What the songs of an artist or a genre have in common, as names and values."""
    if sheet is None:
        return
    told = {
        "genre": ", ".join(sheet.genres),
        "a kind of": ", ".join(sheet.parents),
        "related": ", ".join(sheet.relatives),
        "mood": ", ".join(sheet.moods),
        "instruments": ", ".join(sheet.instruments),
        "voice": sheet.vocals or "",
        "tempo": _numbers("tempo_bpm", sheet.tempo_median_bpm, "{:.0f} bpm"),
        "keys": sheet.mode or "",
        "energy": _numbers("energy", sheet.energy_median, "{:.2f}"),
        "acousticness": _numbers("acousticness", sheet.acousticness_median, "{:.2f}"),
        "years": _years(sheet),
        "country": sheet.country or "",
        "origin": sheet.origin or "",
        "stands out": "; ".join(sheet.stands_out),
    }
    yield from ((name, value) for name, value in told.items() if value)


def source_words(source: str) -> str:
    """Who says so, in words: "audio:sonara" measured it."""
    kind, _, name = source.partition(":")
    if source not in _SOURCES and name:
        return {"listener": name, "joined": f"the table {name}"}.get(kind, source)
    return _SOURCES.get(source, source)


def sure_words(confidence: float) -> str:
    """How sure a confidence of 0 to 1 is, in words."""
    return next(word for least, word in _SURE if confidence >= least)


def _row(name: str, values: tuple[str, ...], said: Sequence[Fact]) -> FactRow:
    bare = name.removeprefix(DENIAL)
    shown = _NAMES.get(bare, bare.replace("_", " "))
    confidence = max(fact.confidence for fact in said)
    return FactRow(
        name=shown if name == bare else f"not: {shown}",
        values=values,
        sources=tuple(dict.fromkeys(source_words(fact.source) for fact in said)),
        confidence=confidence,
        sure=sure_words(confidence),
    )


def _shown(fact: Fact) -> str:
    if fact.name == "decade":
        return f"{fact.value}s"
    if fact.name == "fame":
        return f"{fact.value} of {FAME_STEPS}"
    if not isinstance(fact.value, float):
        return fact_value(fact)
    if fact.name in (TYPICAL_START, "duration_s"):
        minutes, seconds = divmod(round(fact.value), _MINUTE_S)
        return f"{'from ' if fact.name == TYPICAL_START else ''}{minutes}:{seconds:02d}"
    name = fact.name.removeprefix(DENIAL)
    return fact_value(replace(fact, name=name, value=round(fact.value, _DIGITS.get(name, 2))))


def _numbers(name: str, value: float | None, form: str) -> str:
    if value is None:
        return ""
    return ", ".join(filter(None, (form.format(value), word_for(name, value))))


def _years(sheet: CollectionSheet) -> str:
    if sheet.first_year is not None and sheet.last_year is not None:
        return "–".join(map(str, dict.fromkeys((sheet.first_year, sheet.last_year))))
    return ", ".join(f"{decade}s" for decade in sheet.decades)
