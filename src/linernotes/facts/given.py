"""Facts as a listener types them: "tempo=92", "mood!=sad"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from linernotes.errors import InputError
from linernotes.facts.sheet import RANGES, clean_name, key_in, names_in, truth_in, year_in
from linernotes.types import DENIAL, Fact, FactValue, Family
from linernotes.words import lexicon

CONFIDENCE: Final = 1.0
"""Above all tags and tables: who corrects has looked at what they say."""
LONGEST: Final = 200
"""Characters of a fact as it is typed."""
_NAMES: Final = {
    "acousticness": "acousticness",
    "bpm": "tempo_bpm",
    "country": "country",
    "danceability": "danceability",
    "energy": "energy",
    "genre": "genre",
    "instrument": "instrument",
    "key": "key",
    "language": "language",
    "live": "live",
    "mood": "mood",
    "style": "style",
    "tempo": "tempo_bpm",
    "tempo_bpm": "tempo_bpm",
    "valence": "valence",
    "vocals": "vocals",
    "voice": "vocals",
    "year": "year",
}
GIVEN_NAMES: Final = tuple(name for name in _NAMES if name not in ("bpm", "tempo_bpm", "voice"))
"""What a listener may tell of a song, under the names that are shown."""
_OF_FILES: Final = frozenset({"title", "artist", "album", "artists", "album_artist"})
_MEASURED: Final = frozenset({"duration", "duration_s", "length", "loudness", "loudness_lufs"})
_UNITS: Final = {"tempo_bpm": "bpm"}
_CLOSED: Final[dict[str, Family]] = {"vocals": "vocals", "style": "style"}
_OPEN: Final[dict[str, Family]] = {
    "genre": "genre",
    "mood": "mood",
    "instrument": "instrument",
    "country": "country",
    "language": "language",
}
_PAIR = re.compile(r"\s*(?P<name>[\w ]+?)\s*(?P<sign>!=|=)\s*(?P<value>.+?)\s*", re.DOTALL)
_NUMBER = re.compile(r"(?P<number>[-+]?\d+(?:[.,]\d+)?)\s*(?:bpm|beats (?:a|per) minute)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFacts:
    """Facts that a listener gave, the denied ones with DENIAL before their names, and what is to be said."""

    facts: tuple[Fact, ...]
    messages: tuple[str, ...] = ()


def facts_given(pairs: Sequence[str], source: str) -> GivenFacts:
    """What "name=value" and "name!=value" say, in their order, under canonical names and values.

    Raises InputError for a name that is none, a value out of range, and for two that contradict each other.
    """
    facts: list[Fact] = []
    messages: list[str] = []
    for pair in pairs:
        name, is_denied, typed = _split(pair)
        for value in _values(name, typed, pair):
            facts.append(
                Fact(
                    name=DENIAL + name if is_denied else name,
                    value=value,
                    unit=_UNITS.get(name),
                    source=source,
                    confidence=CONFIDENCE,
                )
            )
            if name in _OPEN and not is_denied and not _is_known(_OPEN[name], value):
                messages.append(f"“{value}” is no {name} that we know: it is found by this very word only")
    check_agreement(facts)
    return GivenFacts(facts=tuple(dict.fromkeys(facts)), messages=tuple(messages))


def check_agreement(facts: Sequence[Fact]) -> None:
    """Raises InputError where facts contradict each other: two tempos, a mood that is and is not."""
    values: dict[str, set[FactValue]] = {}
    for fact in facts:
        values.setdefault(fact.name, set()).add(fact.value)
    for name, several in values.items():
        if name.startswith(DENIAL):
            if both := several & values.get(name.removeprefix(DENIAL), set()):
                raise InputError(
                    f"{name.removeprefix(DENIAL)} {min(map(str, both))!r} is said and denied: which is it?"
                )
        elif len(several) > 1 and name not in ("genre", "mood", "instrument", "style"):
            raise InputError(f"{name} has one value, {' and '.join(sorted(map(str, several)))} were given")


def _split(pair: str) -> tuple[str, bool, str]:
    match = _PAIR.fullmatch(_clean(pair)) if len(pair) <= LONGEST else None
    if match is None:
        raise InputError(f"fact {_short(pair)}: write name=value, as tempo=92, or name!=value, as mood!=sad")
    name = match["name"].strip().lower().replace(" ", "_")
    if name in _OF_FILES:
        raise InputError(
            f"fact {_short(pair)}: names come from the files' tags; mend them there and add again"
        )
    if name in _MEASURED:
        raise InputError(f"fact {_short(pair)}: {name} is measured in the recording, and no opinion")
    if name.removesuffix("s") in _NAMES and name not in _NAMES:
        name = name.removesuffix("s")
    if name not in _NAMES:
        raise InputError(
            f"fact {_short(pair)}: there is no fact {name!r}; there are {', '.join(GIVEN_NAMES)}"
        )
    return _NAMES[name], match["sign"] == "!=", match["value"]


def _values(name: str, typed: str, pair: str) -> list[FactValue]:
    if name in RANGES:
        return [_number(name, typed, pair)]
    if name in ("key", "year", "live"):
        return [_read(name, typed, pair)]
    if name in _CLOSED:
        return [_term(name, typed, pair)]
    if name in ("country", "language"):
        cleaned = lexicon().canonical(_OPEN[name], typed) or clean_name(typed).title()
        values: list[str] = [cleaned] if cleaned else []
    else:
        values = names_in(name, typed)
    if not values:
        raise InputError(f"fact {_short(pair)}: nothing in it can be the name of a {name}")
    return list(dict.fromkeys(values))


def _number(name: str, typed: str, pair: str) -> float:
    low, high = RANGES[name]
    match = _NUMBER.fullmatch(typed)
    unit = f" {_UNITS[name]}" if name in _UNITS else ""
    if match is None:
        raise InputError(f"fact {_short(pair)}: a number of {low:g} to {high:g}{unit} is needed")
    number = float(match["number"].replace(",", "."))
    if not low <= number <= high:
        raise InputError(f"fact {_short(pair)}: {low:g} to {high:g}{unit} are possible; is the unit right?")
    return number


_READERS: Final[dict[str, tuple[Callable[[FactValue], FactValue | None], str]]] = {
    "key": (key_in, "write it as “A minor”, “F# minor” or “Bb major”"),
    "year": (year_in, "a year of four digits is needed"),
    "live": (truth_in, "yes or no is needed"),
}


def _read(name: str, typed: str, pair: str) -> FactValue:
    read, cure = _READERS[name]
    is_year = name != "year" or typed.isdecimal()
    value = read(typed) if is_year else None
    if value is None:
        raise InputError(f"fact {_short(pair)}: {cure}")
    return value


def _term(name: str, typed: str, pair: str) -> str:
    known = lexicon().canonical(_CLOSED[name], typed)
    if known is None:
        possible = ", ".join(term.name for term in lexicon().terms if term.family == _CLOSED[name])
        raise InputError(f"fact {_short(pair)}: {name} may be {possible}")
    return known


def _is_known(family: Family, value: FactValue) -> bool:
    return lexicon().canonical(family, str(value)) is not None


def _clean(text: str) -> str:
    """Without marks that command or turn the direction of writing."""
    return "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf", "Cs"))


def _short(pair: str) -> str:
    return repr(pair if len(pair) <= 60 else pair[:60] + "…")
