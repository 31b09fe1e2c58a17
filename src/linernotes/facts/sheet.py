"""From many claims to one sheet: the best value of each fact, cleaned, under its canonical name."""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import TypeVar

from linernotes.facts.denials import undenied
from linernotes.types import Fact, FactSheet, FactValue, Family
from linernotes.words import lexicon

Value = TypeVar("Value")

FLOOR = 0.25
"""A value of a fact that takes several must be believed at least this much."""
LONGEST_NAME = 40
"""Characters of a genre or mood that the lexicon does not know; tags hold whole sentences at times."""
_MOST_WORDS = 5
_MOST_VALUES = {"genre": 40, "instrument": 40, "mood": 40, "style": 3}
"""Far more than is told: what is excluded must be known."""

# Whom to believe when two claims have the same confidence; for numbers, what was measured comes first.
_SOURCES = ("listener", "tag", "table", "editors", "title", "joined", "audio", "path")
_MEASURING = ("listener", "audio", "tag", "table", "editors", "title", "joined", "path")
RANGES = {
    "tempo_bpm": (20.0, 400.0),
    "energy": (0.0, 1.0),
    "valence": (0.0, 1.0),
    "danceability": (0.0, 1.0),
    "acousticness": (0.0, 1.0),
    "loudness_lufs": (-70.0, 5.0),
    "duration_s": (0.1, 86_400.0),
}
"""Between which a number is one; beyond, it was measured or typed in another unit."""
_TOLD_DIGITS = {"tempo_bpm": 0, "loudness_lufs": 1, "duration_s": 0}
_NO_GENRE = frozenset(
    {"", "unknown", "other", "misc", "miscellaneous", "none", "genre", "music", "various", "n a"}
)
_KEY = re.compile(
    r"([A-Ga-g])\s*[-_ ]?\s*(#|♯|sharp|b|♭|flat)?\s*[-_ ]?\s*(major|maj|minor|min|m)?", re.IGNORECASE
)
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2}|2100)\b")
_NOT_IN_NAMES = re.compile(r"[^\w &'+#/-]|_")


def sheet_of(facts: Iterable[Fact]) -> FactSheet:
    """The sheet that is told about a song, from all that is claimed of it; names are left out.

    One value: the listener's, else the best confidence, else the order tag, table, editors, title, audio,
    path; of a number the measured one comes before any confidence. Several values: all sources together,
    best first, above a confidence of .25; the taggers' genres only where nobody else names one. What a table
    says of the artist counts where nobody says anything of the song but what was heard or guessed. What a
    listener denies is left out; of two listeners the later one is believed, so facts come oldest first.
    """
    by_name: dict[str, list[Fact]] = {}
    for fact in reversed(undenied(list(facts), _values_in)):
        by_name.setdefault(fact.name, []).append(fact)
    by_name = {name: _told_nearer(claims) for name, claims in by_name.items()}

    def one(name: str) -> list[Fact]:
        return sorted(by_name.get(name, ()), key=_by_confidence)

    numbers = {name: _number(name, by_name.get(name, [])) for name in RANGES}
    year = _first(year_in(fact.value) for fact in one("year"))
    return FactSheet(
        genres=_several("genre", _named_by_people(by_name.get("genre", []))),
        instruments=_several("instrument", by_name.get("instrument", [])),
        vocals=_first(_term("vocals", fact.value) for fact in one("vocals")),
        moods=_several("mood", by_name.get("mood", [])),
        key=_first(key_in(fact.value) for fact in sorted(by_name.get("key", ()), key=_by_measure)),
        year=year,
        decades=() if year else _decades(by_name.get("decade", [])),
        country=_first(_term("country", fact.value) for fact in one("country")),
        language=_first(_term("language", fact.value) for fact in one("language")),
        live=_first(truth_in(fact.value) for fact in one("live")),
        styles=_several("style", by_name.get("style", [])),
        tempo_bpm=numbers["tempo_bpm"],
        energy=numbers["energy"],
        valence=numbers["valence"],
        danceability=numbers["danceability"],
        acousticness=numbers["acousticness"],
        loudness_lufs=numbers["loudness_lufs"],
        duration_s=numbers["duration_s"],
    )


def sheet_hash(sheet: FactSheet) -> str:
    """A hash of all that the sheet tells, with numbers as precise as they are told (32 hex digits).

    It changes when a note made from the sheet would have to be made again.
    """
    told = {field.name: _as_told(field.name, getattr(sheet, field.name)) for field in fields(sheet)}
    known = {name: value for name, value in told.items() if value not in (None, [])}
    canonical = json.dumps(known, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()


def clean_name(text: str) -> str:
    """A name that nobody vouches for, fit to be told: lower case, no marks that mean something to us.

    At most 40 characters and five words, so that a sentence in a tag does not pass for a genre.
    """
    plain = _NOT_IN_NAMES.sub(" ", unicodedata.normalize("NFKC", text)).lower()
    kept = ""
    for word in plain.split()[:_MOST_WORDS]:
        longer = f"{kept} {word}".strip()
        if len(longer) > LONGEST_NAME:
            break
        kept = longer
    return kept


# --- several values --------------------------------------------------------------------------------


def _told_nearer(facts: list[Fact]) -> list[Fact]:
    """The claims without joined ones where the song's own tags or tables say something."""
    own = [fact for fact in facts if _kind(fact.source) not in ("joined", "audio", "path")]
    return [fact for fact in facts if _kind(fact.source) != "joined"] if own else facts


def _named_by_people(genres: Sequence[Fact]) -> list[Fact]:
    named = [
        fact for fact in genres if _kind(fact.source) not in ("audio", "path") and fact.confidence >= FLOOR
    ]
    return named or list(genres)


def _several(name: str, facts: Sequence[Fact]) -> tuple[str, ...]:
    values: dict[str, None] = {}
    for fact in sorted(facts, key=_by_confidence):
        if fact.confidence >= FLOOR and isinstance(fact.value, str):
            values.update(dict.fromkeys(names_in(name, fact.value)))
    return tuple(values)[: _MOST_VALUES[name]]


def names_in(name: str, text: str) -> list[str]:
    """The names in one tag, which may hold several: "Rock; Pop", "Rock/Pop"."""
    families: dict[str, Family] = {
        "genre": "genre",
        "instrument": "instrument",
        "mood": "mood",
        "style": "style",
    }
    family = families[name]
    if whole := lexicon().canonical(family, text):
        return [whole]
    parts = (part.strip() for part in re.split(r"[;,/|\x00]", text))
    names = (lexicon().canonical(family, part) or clean_name(part) for part in parts)
    return [part for part in names if part not in _NO_GENRE and not part.isdigit()]


def _by_confidence(fact: Fact) -> tuple[bool, float, int, str]:
    kind = _kind(fact.source)
    return kind != "listener", -fact.confidence, _place(kind, _SOURCES), _spelled(fact)


def _by_measure(fact: Fact) -> tuple[int, float, str]:
    return _place(_kind(fact.source), _MEASURING), -fact.confidence, _spelled(fact)


def _spelled(fact: Fact) -> str:
    """The order of what is otherwise equal; listeners keep theirs, the latest first."""
    return "" if _kind(fact.source) == "listener" else str(fact.value)


def _values_in(fact: Fact) -> Sequence[FactValue]:
    """The values of a claim as the sheet would tell them; none for one that it would not take."""
    value: FactValue | None
    match fact.name:
        case "genre" | "instrument" | "mood" | "style":
            return names_in(fact.name, fact.value) if isinstance(fact.value, str) else ()
        case "vocals" | "country" | "language":
            value = _term(fact.name, fact.value)
        case "key":
            value = key_in(fact.value)
        case "year":
            value = year_in(fact.value)
        case "decade":
            year = year_in(str(fact.value).rstrip("s"))
            value = None if year is None else year // 10 * 10
        case "live":
            value = truth_in(fact.value)
        case _:
            value = _in_range(fact.name, fact.value) if fact.name in RANGES else fact.value
    return () if value is None else (value,)


def _kind(source: str) -> str:
    return source.partition(":")[0]


def _place(kind: str, order: tuple[str, ...]) -> int:
    return order.index(kind) if kind in order else len(order)


# --- one value -------------------------------------------------------------------------------------


def _first(values: Iterable[Value | None]) -> Value | None:
    return next((value for value in values if value is not None), None)


def _number(name: str, facts: Sequence[Fact]) -> float | None:
    return _first(_in_range(name, fact.value) for fact in sorted(facts, key=_by_measure))


def _in_range(name: str, value: FactValue) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    low, high = RANGES[name]
    return number if math.isfinite(number) and low <= number <= high else None


def _term(family: Family, value: FactValue) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    if known := lexicon().canonical(family, value):
        return known
    cleaned = clean_name(value)
    is_name = family in ("country", "language")
    return (cleaned.title() if is_name else cleaned) or None


def key_in(value: FactValue) -> str | None:
    """The key as "A minor", "F# minor" or "Bb major", from the ways in which tags spell it."""
    match = _KEY.fullmatch(str(value).strip())
    if match is None:
        return None
    note, sign, mode = (part or "" for part in match.groups())
    sharp_or_flat = {"#": "#", "♯": "#", "sharp": "#", "b": "b", "♭": "b", "flat": "b"}.get(sign.lower(), "")
    is_minor = mode == "m" or mode.lower().startswith("min")
    return f"{note.upper()}{sharp_or_flat} {'minor' if is_minor else 'major'}"


def year_in(value: FactValue) -> int | None:
    """The year from 1000 to 2100 that a date names first."""
    match = None if isinstance(value, bool) else _YEAR.search(str(value))
    return int(match.group()) if match else None


def _decades(facts: Sequence[Fact]) -> tuple[int, ...]:
    years = (year_in(str(fact.value).rstrip("s")) for fact in facts if fact.confidence >= FLOOR)
    return tuple(sorted({year // 10 * 10 for year in years if year}))


def truth_in(value: FactValue) -> bool | None:
    """What "yes", "0" and the like say; None for other words."""
    if isinstance(value, str):
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            value.lower()
        )
    return bool(value)


def _as_told(name: str, value: object) -> object:
    if isinstance(value, float):
        digits = _TOLD_DIGITS.get(name, 2)
        return round(value, digits) if digits else round(value)
    return list(value) if isinstance(value, tuple) else value
