"""From a name as typed to the track, artist or genre of the catalogue that bears it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from linernotes.errors import InputError, NotFoundError
from linernotes.types import NameEntry
from linernotes.words import fold

CLOSE_ENOUGH = 88.0
"""rapidfuzz ratio from which a misspelt name is taken for the one it is closest to."""
WORTH_SUGGESTING = 60.0
SUGGESTIONS = 3


def find_entry(name: str, entries: Iterable[NameEntry], *, what: str) -> NameEntry:
    """The entry with this name, exactly or all but exactly; the one with the most tracks where several fit.

    Raises NotFoundError that suggests the closest names when there is none.
    """
    by_key: dict[str, NameEntry] = {}
    for entry in entries:
        if entry.key not in by_key or entry.weight > by_key[entry.key].weight:
            by_key[entry.key] = entry
    key = fold(name)
    if not key:
        raise InputError(f"which {what}? A name is needed")
    if key in by_key:
        return by_key[key]
    close = _closest(key, by_key)
    if close and close[0].score >= CLOSE_ENOUGH:
        return close[0].entry
    hint = ", ".join(match.entry.name for match in close)
    raise NotFoundError(f"no {what} {name!r} here" + (f"; did you mean {hint}?" if hint else ""))


def exact_entry(name: str, entries: Iterable[NameEntry]) -> NameEntry | None:
    """The entry with exactly this name, however it is spelt with capitals and accents."""
    key = fold(name)
    return next((entry for entry in entries if entry.key == key), None) if key else None


class _Match:
    """A candidate and how close it is, 0 to 100."""

    def __init__(self, entry: NameEntry, score: float) -> None:
        self.entry = entry
        self.score = score


def _closest(key: str, by_key: Mapping[str, NameEntry]) -> list[_Match]:
    found = process.extract(
        key, list(by_key), scorer=fuzz.ratio, limit=SUGGESTIONS, score_cutoff=WORTH_SUGGESTING
    )
    return [_Match(by_key[other], score) for other, score, _ in found]
