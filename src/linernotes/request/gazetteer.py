"""The names of the catalogue, found exactly, by what people shorten them to, or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from linernotes.types import NameEntry
from linernotes.words import fold

# A misspelt name is taken for a known one from this similarity on (rapidfuzz ratio, 0 to 1); below it, down
# to the second, it is only suggested. Chosen on misspellings in our own requests: "radiohed" .94,
# "katie perry" .86, "the beetles" .91, against "drake" and "blake" .80.
SAME_NAME = 0.85
SAME_SHORT_NAME = 0.89
MAYBE_NAME = 0.75
ALIKE_WORD = 0.55
_SHORT_NAME = 6
_MOST_WORDS = 12
_BRACKET = re.compile(r"\s*(?:\(.*|\[.*|\s-\s.*)$")
_COMPANY = re.compile(r" (?:and the|with the|and his|and her|featuring|feat|ft) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A name of the catalogue that a misspelt one may mean; ``similarity`` is 0 to 1."""

    entry: NameEntry
    similarity: float


class Gazetteer:
    """An index over the names of the catalogue; the entries' ``key`` must be ``words.fold(name)``."""

    def __init__(self, entries: Iterable[NameEntry] = ()) -> None:
        self._by_key: dict[str, list[NameEntry]] = {}
        self._short: dict[str, list[NameEntry]] = {}
        self._last_names: dict[str, list[NameEntry]] = {}
        self._artists: list[NameEntry] = []
        self._others: list[NameEntry] = []
        for entry in entries:
            self._by_key.setdefault(entry.key, []).append(entry)
            (self._artists if entry.kind == "artist" else self._others).append(entry)
        for entry in self._artists:
            self._shorten_artist(entry)
        for entry in self._others:
            if entry.key.startswith("the ") and entry.key.count(" ") > 1:
                self._add_short(entry.key[4:], entry)
            if entry.name[-1:] in ")]" or " - " in entry.name:
                self._add_short(fold(_BRACKET.sub("", entry.name)), entry)
        self._longest_from = _longest_by_first_word(self._by_key, self._short)
        self._artist_drawers = _drawers(self._artists)
        self._other_drawers = _drawers(self._others)

    def __len__(self) -> int:
        return len(self._artists) + len(self._others)

    def _shorten_artist(self, entry: NameEntry) -> None:
        key = entry.key
        if key.startswith("the "):
            self._add_short(key[4:], entry)
        elif " " not in key:
            self._add_short("the " + key, entry)
        alone = _COMPANY.split(key, maxsplit=1)[0]
        if alone != key and " " in alone:
            self._add_short(alone, entry)
        if " " in key:
            self._add_short(key.replace(" ", ""), entry)
            last = key.rsplit(" ", 1)[1]
            if len(last) > 3:
                self._last_names.setdefault(last, []).append(entry)
        if "$" in entry.name or "!" in entry.name:
            self._add_short(fold(entry.name.replace("$", "s").replace("!", "i")), entry)

    def _add_short(self, short: str, entry: NameEntry) -> None:
        if len(short) > 1 and short != entry.key:
            self._short.setdefault(short, []).append(entry)

    def longest_from(self, word: str) -> int:
        """The number of words of the longest name that starts with this folded word; 0 without one."""
        return self._longest_from.get(word, 0)

    def exact(self, phrase: str) -> tuple[NameEntry, ...]:
        """The entries with this folded name, or, if there are none, those that are called so for short."""
        found = self._by_key.get(phrase) or self._short.get(phrase)
        return tuple(found) if found else ()

    def last_name(self, phrase: str) -> tuple[NameEntry, ...]:
        """The best known artist with this last name ("bowie"), as a tuple of one; () without one."""
        found = self._last_names.get(phrase)
        return (max(found, key=lambda entry: entry.weight),) if found else ()

    def guess(self, phrase: str, *, artists_only: bool = True, limit: int = 3) -> tuple[Guess, ...]:
        """The most similar names with the same first letter, best first; artists alone, or all names.

        Similarity is at least 0.75. An article does not count as the first letter.
        """
        guesses = _most_similar(phrase, self._artist_drawers, limit)
        if not artists_only:
            guesses += _most_similar(phrase, self._other_drawers, limit)
        return tuple(sorted(guesses, key=lambda guess: (-guess.similarity, -guess.entry.weight))[:limit])


def is_same(phrase: str, guess: Guess) -> bool:
    """Whether a misspelt phrase may be read as the guessed name without asking: each word must be alike."""
    if guess.similarity < (SAME_SHORT_NAME if len(phrase) < _SHORT_NAME else SAME_NAME):
        return False
    words, named = phrase.split(), guess.entry.key.split()
    if len(words) != len(named):
        return guess.similarity >= SAME_SHORT_NAME
    return all(fuzz.ratio(word, name) >= ALIKE_WORD * 100 for word, name in zip(words, named, strict=True))


Drawers = dict[str, tuple[list[str], list[NameEntry]]]


def _drawers(entries: Iterable[NameEntry]) -> Drawers:
    """The keys and entries by first letter, so that a misspelt name is compared with a part of them only."""
    drawers: Drawers = {}
    for entry in entries:
        keys, kept = drawers.setdefault(_first_letter(entry.key), ([], []))
        keys.append(entry.key)
        kept.append(entry)
    return drawers


def _first_letter(key: str) -> str:
    return key[4:5] if key.startswith("the ") else key[:1]


def _most_similar(phrase: str, drawers: Drawers, limit: int) -> list[Guess]:
    keys, entries = drawers.get(_first_letter(phrase), ([], []))
    found = process.extract(phrase, keys, scorer=fuzz.ratio, score_cutoff=MAYBE_NAME * 100, limit=limit)
    return [Guess(entry=entries[place], similarity=round(score / 100, 3)) for _, score, place in found]


def _longest_by_first_word(*keyed: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for keys in keyed:
        for key in keys:
            first, words = key.partition(" ")[0], key.count(" ") + 1
            if words > longest.get(first, 0):
                longest[first] = min(words, _MOST_WORDS)
    return longest
