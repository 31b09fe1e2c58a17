"""The text of a request as the rules see it: words with their places, and what was found in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from linernotes.types import Family, Limit, NameEntry
from linernotes.words import Meaning, Token, tokenise

_HARD_BREAK = re.compile(r"[.!?;|()\[\]\n\r…]|\s[-–—]+\s|—")
_POSSESSIVE = re.compile(r"['’`]s$", re.IGNORECASE)
_SHORTEST_OWNER = 4
_OWN_ENDINGS = frozenset({"ss", "us", "is"})
_HYPHENS = frozenset("-‐‑")
_SOFT_BREAK = re.compile(r"[,:–]")
# "B.I.G. or", "Jr. and", "feat. X": what stands before the full stop is cut short.
_CUT_SHORT = re.compile(r"\b(?:\w\.\w|jr|sr|feat|ft|vs|dr|mr|mrs|ms|st)$", re.IGNORECASE)
_LONGEST_CUT = 5
_INITIALS = re.compile(r"\b\w\.\w\b")
_STOP_WITHIN = re.compile(r"\.(?:,|\s+(?=\S))")
# A text with more capital words than this share is a title or a shout: its capitals say nothing.
_MOST_CAPITALS = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something found: the words ``first`` to ``end`` (exclusive) of a request, ``text`` as it stands."""

    first: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSpan(Span):
    """A name; ``entries`` are what it links to, () if the catalogue does not know it. See Seed.

    ``announced`` is false for an unknown one that only its place speaks for: its words may be no name,
    and are searched for.
    """

    entries: tuple[NameEntry, ...]
    relation: Literal["like", "by"]
    welcome: bool = True
    similarity: float = 1.0
    suggestions: tuple[str, ...] = ()
    announced: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QualitySpan(Span):
    """A word of the lexicon; ``guessed`` if it is misspelt, ``lacking`` if it says "without" ("drumless").

    ``others`` are what the words mean as well, such as the country of "Swedish music".
    """

    family: Family
    name: str
    weight: float = 1.0
    guessed: bool = False
    lacking: bool = False
    others: tuple[Meaning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSpan(Span):
    """A number that bounds the answer; ``era`` is true for decades."""

    limit: Limit
    era: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PopularitySpan(Span):
    """A word about how well known the music should be, -1 to 1."""

    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSpan(Span):
    """A wish about the order of the picks."""


class RequestText:
    """A request cut into folded words, with the original text around them.

    ``text`` is in English; ``original`` is what was typed, in ``language``. ``origin`` tells of the word that
    starts at a character of ``text`` between which characters of ``original`` it comes from.
    """

    def __init__(
        self,
        text: str,
        *,
        original: str | None = None,
        language: str = "en",
        origin: Callable[[int], tuple[int, int]] | None = None,
    ) -> None:
        self.text = text
        self.original = text if original is None else original
        self.language = language
        self._origin = origin
        self.tokens: tuple[Token, ...] = tokenise(text)
        self.words: tuple[str, ...] = tuple(token.word for token in self.tokens)
        self._starts = [token.start for token in self.tokens]
        self._ends = [token.end for token in self.tokens]
        gaps = [self.gap(at) for at in range(len(self.tokens) + 1)]
        self._hard = [
            bool(_HARD_BREAK.search(gap[1:] if self._goes_on(at) else gap)) for at, gap in enumerate(gaps)
        ]
        self._soft = [bool(_SOFT_BREAK.search(gap)) for gap in gaps]
        self._possessive = [
            bool(_POSSESSIVE.search(self.text[token.start : token.end])) for token in self.tokens
        ]
        capitals = sum(self.is_capital(at) for at in range(len(self.tokens)))
        self.has_meaningful_capitals = 0 < capitals <= _MOST_CAPITALS * len(self.tokens)

    def __len__(self) -> int:
        return len(self.tokens)

    def gap(self, at: int) -> str:
        """What stands between word ``at - 1`` and word ``at``."""
        start = self.tokens[at - 1].end if at > 0 else 0
        stop = self.tokens[at].start if at < len(self.tokens) else len(self.text)
        return self.text[start:stop]

    def _goes_on(self, at: int) -> bool:
        """Whether a full stop before word ``at`` is that of something cut short within a sentence.

        A small letter or a comma follows it there, and a letter those of initials.
        """
        if not 0 < at < len(self.tokens):
            return False
        before = self.tokens[at - 1]
        if _INITIALS.fullmatch(self.text[before.start : self.tokens[at].end]):
            return True
        if not _STOP_WITHIN.match(self.gap(at)):
            return False
        cut_short = _CUT_SHORT.search(self.text[: before.end][-_LONGEST_CUT:])
        return cut_short is not None and (self.gap(at)[1] == "," or not self.is_capital(at))

    def joined_at(self, places: Iterable[int]) -> RequestText:
        """The same text without the breaks before the words at these places."""
        other = copy(self)
        gone = frozenset(places)
        other._hard = [broken and at not in gone for at, broken in enumerate(self._hard)]
        return other

    def hard_break(self, at: int) -> bool:
        """Whether a sentence or a bracket ends before word ``at``."""
        return at >= len(self.tokens) or self._hard[at]

    def soft_break(self, at: int) -> bool:
        """Whether a comma or a colon stands before word ``at``."""
        return at < len(self.tokens) and self._soft[at]

    def clause_end(self, at: int) -> bool:
        """Whether any break stands before word ``at``; also true at both ends of the text."""
        return at <= 0 or at >= len(self.tokens) or self._hard[at] or self._soft[at]

    def hyphen(self, at: int) -> bool:
        """Whether word ``at`` is joined to the one before it by a hyphen ("vocal-free")."""
        return 0 < at < len(self.tokens) and self.gap(at) in _HYPHENS

    def is_possessive(self, at: int) -> bool:
        """Whether a word ends in "'s"."""
        return self._possessive[at]

    def owes_apostrophe(self, at: int) -> bool:
        """Whether a word may be a name with an "s" whose apostrophe was not typed ("radioheads")."""
        word = self.words[at]
        ends = len(word) > _SHORTEST_OWNER and word[-1] == "s" and word[-2:] not in _OWN_ENDINGS
        return ends and self.language == "en"

    def is_capital(self, at: int) -> bool:
        """Whether a word is written with a capital letter, "I" aside."""
        token = self.tokens[at]
        return self.text[token.start].isupper() and token.word not in {"i", "im", "id", "ill", "ive"}

    def starts_sentence(self, at: int) -> bool:
        """Whether a capital letter at this word means nothing."""
        return at == 0 or self.hard_break(at)

    def piece(self, first: int, end: int) -> str:
        """The original text of the words ``first`` to ``end`` (exclusive)."""
        start, stop = self.place(first, end)
        return self.original[start:stop]

    def place(self, first: int, end: int) -> tuple[int, int]:
        """Where the words ``first`` to ``end`` (exclusive) stand in ``original``, as (start, stop)."""
        if self._origin is None:
            return self.tokens[first].start, self.tokens[end - 1].end
        return self._origin(self.tokens[first].start)[0], self._origin(self.tokens[end - 1].start)[1]

    def between(self, start: int, stop: int) -> str:
        """The original text of the characters ``start`` to ``stop`` of ``text``, blanks trimmed."""
        if self._origin is None:
            return self.text[start:stop].strip()
        first, end = self.words_in(start, stop)
        return self.piece(first, end) if first < end else ""

    def phrase(self, first: int, end: int) -> str:
        """The folded words ``first`` to ``end`` (exclusive), joined by blanks."""
        return " ".join(self.words[first:end])

    def words_in(self, start: int, stop: int) -> tuple[int, int]:
        """The words that the characters ``start`` to ``stop`` touch, as (first, end)."""
        return bisect_right(self._ends, start), bisect_left(self._starts, stop)


def covered(spans: Iterable[Span]) -> frozenset[int]:
    """The places of all words that belong to one of the spans."""
    return frozenset(at for span in spans for at in range(span.first, span.end))


def is_free(taken: frozenset[int], first: int, end: int) -> bool:
    """Whether none of the words ``first`` to ``end`` (exclusive) is taken."""
    return taken.isdisjoint(range(first, end))


class Phrases:
    """A set of phrases, searched by whole words, the longest first."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(phrases)
        self._longest_from: dict[str, int] = {}
        self._longest_to: dict[str, int] = {}
        for phrase in self._phrases:
            words = phrase.split()
            self._longest_from[words[0]] = max(len(words), self._longest_from.get(words[0], 0))
            self._longest_to[words[-1]] = max(len(words), self._longest_to.get(words[-1], 0))

    def __contains__(self, phrase: str) -> bool:
        return phrase in self._phrases

    def longest_at(self, words: Sequence[str], at: int) -> tuple[int, str] | None:
        """The longest phrase that starts at word ``at``: (number of words, phrase); None without one."""
        if at >= len(words):
            return None
        for length in range(min(self._longest_from.get(words[at], 0), len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            if phrase in self._phrases:
                return length, phrase
        return None

    def ending_at(self, words: Sequence[str], end: int) -> tuple[int, str] | None:
        """The longest phrase whose last word is ``end - 1``: (number of words, phrase); None without one."""
        if end < 1:
            return None
        for length in range(min(self._longest_to.get(words[end - 1], 0), end), 0, -1):
            phrase = " ".join(words[end - length : end])
            if phrase in self._phrases:
                return length, phrase
        return None


@cache
def common_words() -> frozenset[str]:
    """Words that are mostly not names."""
    return frozenset(_listed_words("data/common_words.txt"))


def _listed_words(path: str) -> Iterator[str]:
    text = resources.files("linernotes").joinpath(path).read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            yield from line.split()
