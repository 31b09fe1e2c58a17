"""The cells of a table as values of facts, checked for what a recording can have."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linernotes.sources.codes import country_name, language_name
from linernotes.sources.keys import key_in, key_of_pitch, mode_of
from linernotes.sources.values import (
    FIRST_YEAR,
    MAX_TEXT_CHARS,
    MAX_VALUES,
    clean_text,
    is_placeholder,
    isrc_in,
    latest_year,
    split_artists,
    split_items,
    unique_texts,
    uuids_in,
    year_in,
)
from linernotes.types import FactValue

_NO_NUMBER = frozenset({"", "null", "none", "nan", "na", "n/a", "-", "\\n", "unknown"})
_NO_TEXT = frozenset({"", "\\N", "NULL", "null", "NaN", "nan"})
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d\d(?:\.\d+)?)")
_DECADE = re.compile(r"(?:(\d{2}))?(\d)\d?['’]?s?")
_PYTHON_TEXT = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_PYTHON_LIST = re.compile(rf"\[\s*(?:{_PYTHON_TEXT.pattern})(?:\s*,\s*(?:{_PYTHON_TEXT.pattern}))*\s*\]")
_LONGEST_LIST_CHARS = 20_000
_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_VOCALS = {
    "female": "female vocals",
    "male": "male vocals",
    "rap": "rap vocals",
    "none": "instrumental",
    "no vocals": "instrumental",
}
# Spotify's documentation: "values above 0.5 are intended to represent instrumental tracks".
_INSTRUMENTAL_FROM = 0.5
_ROUNDING = 1e-6


class UnfitError(Exception):
    """A cell that no recording can have: ``shown`` is the value in words, ``cure`` the likely mistake."""

    def __init__(self, shown: str, cure: str) -> None:
        super().__init__(f"{shown}: {cure}")
        self.shown = shown
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a column may hold, and what is likely wrong with a larger one."""

    low: float
    high: float
    unit: str = ""
    cure: str = ""


RANGES: Mapping[str, Range] = {
    "tempo_bpm": Range(20, 400, "bpm", "are these milliseconds?"),
    "duration_s": Range(1, 36_000, "s", "are these milliseconds? Then name the column duration_ms"),
    "duration_ms": Range(1000, 36_000_000, "ms"),
    "loudness_lufs": Range(-70, 5, "LUFS"),
    "popularity": Range(0, 100),
    "fame": Range(1, 5),
    "track_number": Range(1, 9999),
    "disc_number": Range(1, 9999),
} | dict.fromkeys(
    ("energy", "valence", "danceability", "acousticness", "instrumentalness"),
    Range(0, 1, cure="is it out of 100?"),
)
_ZERO_IS_UNKNOWN = frozenset({"tempo_bpm", "duration_s", "duration_ms", "track_number", "disc_number"})


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing: null, NaN, blanks, an empty list or a usual word for them."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    if isinstance(value, str):
        return value.strip() in _NO_TEXT
    return isinstance(value, list | tuple | dict) and not value


def text_of(value: object) -> str | None:
    """The cleaned text of a cell, the first one of a list; None if there is none."""
    return next(iter(unique_texts(_texts(value))), None)


def artists_of(value: object) -> tuple[str, ...]:
    """The artists in a cell: a list (also as JSON text) or a text, divided by ";", " / " or "feat."."""
    names = unique_texts(name for text in _texts(value) for name in split_artists(text))
    return tuple(name for name in names if not is_placeholder("artist", name))


def items_of(value: object) -> tuple[str, ...]:
    """The genres, moods or instruments in a cell: a list, or one text divided by any of ``; , / |``."""
    items = unique_texts(_items(value))
    return tuple(item for item in items if not is_placeholder("item", item))


def number_of(name: str, value: object) -> float | None:
    """The number in a cell, None if it says "unknown". Raises UnfitError if it is none or out of range."""
    number = _float(value)
    if number is None or (number == 0 and name in _ZERO_IS_UNKNOWN):
        return None
    allowed = RANGES[name]
    if not allowed.low - _ROUNDING <= number <= allowed.high + _ROUNDING:
        is_cure_known = allowed.cure and number > allowed.high
        cure = allowed.cure if is_cure_known else f"{allowed.low:g} to {allowed.high:g} is expected"
        raise UnfitError(f"{number:.10g} {allowed.unit}".rstrip(), cure)
    return round(min(max(number, allowed.low), allowed.high), 6)  # without the tail of a 32-bit float


def whole_of(name: str, value: object) -> int | None:
    """The same for a whole number."""
    number = number_of(name, value)
    if number is not None and number != int(number):
        raise UnfitError(f"{number:.10g}", "a whole number is expected")
    return None if number is None else int(number)


def duration_of(value: object) -> float | None:
    """Seconds, from a number or from a clock ("3:45", "1:02:03")."""
    clock = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if clock is None:
        return number_of("duration_s", value)
    hours, minutes, seconds = clock.groups()
    return number_of("duration_s", int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds))


def year_of(value: object) -> int | None:
    """The year of a number, a date or a text that holds one; 0 is unknown."""
    text = str(value.year) if isinstance(value, date) else _plain(value)
    if not text.strip("0-/. ") or text.casefold() in _NO_NUMBER:
        return None
    year = year_in(text)
    if year is None:
        raise UnfitError(_shown(text), f"a year from {FIRST_YEAR} to {latest_year()} is expected")
    return year


def decades_of(value: object) -> tuple[int, ...]:
    """The first years of decades: 1990 from "1990s", "90s", 1990 or 1994."""
    texts = _texts(value)[:MAX_VALUES]
    parts = [part.strip() for text in texts for part in re.split(r"[;,|/]", text)[:MAX_VALUES]]
    return tuple(dict.fromkeys(_decade(part) for part in parts if part))


def _decade(text: str) -> int:
    found = _DECADE.fullmatch(text.removesuffix(".0"))
    if found is None:
        raise UnfitError(_shown(text), "a decade is expected, as 1990 or 90s")
    century, ten = found.groups()
    decade = int(century or ("19" if int(ten) >= 3 else "20")) * 100 + int(ten) * 10
    if not FIRST_YEAR <= decade <= latest_year():
        raise UnfitError(_shown(text), f"a decade from {FIRST_YEAR} to {latest_year()} is expected")
    return decade


def key_of(value: object, mode: object) -> str | None:
    """The key from "A minor", or from a pitch class (0 = C) with a mode; None without a mode, and for -1."""
    text = _plain(value)
    mode_name = mode_of(_plain(mode))
    if text.casefold() in _NO_NUMBER or text.removesuffix(".0") == "-1":
        return None
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        key = key_in(text, mode_name)
        if key is None and key_in(text) is None:
            raise UnfitError(_shown(text), "a key is expected, as A minor, or 0 (C) to 11 (B) and a mode")
        return key
    pitch_class = float(text)
    if pitch_class not in range(12):
        raise UnfitError(_shown(text), "0 (C) to 11 (B) is expected")
    return key_of_pitch(int(pitch_class), mode_name) if mode_name else None


def vocals_of(value: object) -> str | None:
    """What the voices are, in lower case: "female vocals", "instrumental"."""
    text = text_of(value)
    return None if text is None else _VOCALS.get(text.casefold(), text.casefold())


def vocals_of_instrumentalness(value: object) -> str | None:
    """``instrumental`` from .5 on; below, a voice may still be absent, so nothing is said."""
    share = number_of("instrumentalness", value)
    return "instrumental" if share is not None and share >= _INSTRUMENTAL_FROM else None


def live_of(value: object) -> bool | None:
    """Whether it is a concert recording, from true, yes or 1 and their opposites."""
    text = _plain(value).casefold().removesuffix(".0")
    if text in _NO_NUMBER:
        return None
    if text not in _YES:
        raise UnfitError(_shown(text), "true or false is expected")
    return _YES[text]


def language_of(value: object) -> str | None:
    """The first language by its English name."""
    items = items_of(value)
    return language_name(items[0]) if items else None


def country_of(value: object) -> str | None:
    """The country by its English name."""
    text = text_of(value)
    return country_name(text) if text else None


def isrc_of(value: object) -> str:
    """An ISRC without hyphens."""
    code = isrc_in(_plain(value))
    if code is None:
        raise UnfitError(_shown(_plain(value)), "this is no ISRC")
    return code


def uuids_of(value: object) -> tuple[str, ...]:
    """MusicBrainz identifiers."""
    found = unique_texts(identifier for text in _texts(value) for identifier in uuids_in(text))
    if not found:
        raise UnfitError(_shown(_plain(value)), "this is no MusicBrainz identifier")
    return found


def path_of(value: object) -> str | None:
    """The path in a cell as it stands, for file names may hold anything."""
    return next(iter(_texts(value)), None)


def one(read: Callable[[object], FactValue | None]) -> Callable[[object], tuple[FactValue, ...]]:
    """A reader of one value as a reader of several."""

    def read_as_tuple(value: object) -> tuple[FactValue, ...]:
        found = read(value)
        return () if found is None else (found,)

    return read_as_tuple


# --- the raw cell ----------------------------------------------------------------------------------


def _plain(value: object) -> str:
    """A cell as one text; whole floats as the whole numbers they stand for."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _shown(text: str) -> str:
    return repr((clean_text(text) or "")[:60])


def _texts(value: object) -> list[str]:
    listed = _listed(value)
    return [_plain(item) for item in (value,) if not is_missing(item)] if listed is None else listed


def _items(value: object) -> list[str]:
    """The items of a list as they are, those of a text divided."""
    listed = _listed(value)
    return split_items(_plain(value)) if listed is None else listed


def _listed(value: object) -> list[str] | None:
    """The texts of a list, or of a text that spells one; None for all else."""
    items: Sequence[object] | None = value if isinstance(value, list | tuple) else None
    if isinstance(value, str) and value.strip().startswith("[") and len(value) <= _LONGEST_LIST_CHARS:
        items = _list_in(value.strip())
    if items is None:
        return None
    return [_plain(item) for item in items[: 10 * MAX_VALUES] if not is_missing(item)]


def _list_in(text: str) -> list[object] | None:
    """The list that a text is in JSON, or a list of texts in the Python form that pandas writes."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        if _PYTHON_LIST.fullmatch(text) is None:
            return None
        return [re.sub(r"\\(.)", r"\1", item[1:-1]) for item in _PYTHON_TEXT.findall(text)]
    return found if isinstance(found, list) else None


def _float(value: object) -> float | None:
    text = _plain(value)[:MAX_TEXT_CHARS]
    if text.casefold() in _NO_NUMBER:
        return None
    try:
        number = float(text)
    except ValueError as err:
        raise UnfitError(_shown(text), "a number is expected") from err
    if not math.isfinite(number):
        raise UnfitError(_shown(text), "a number is expected")
    return number
