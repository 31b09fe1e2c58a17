"""A note, prepared for the readers: its sentences, and where it repeats what the sheet says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from linernotes.describe.check.common import as_song
from linernotes.types import CollectionSheet, FactSheet, Family, Mention, Sheet
from linernotes.words import fold, lexicon, tokenise

_SENTENCE_BREAK = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+")
_CLAUSE = re.compile(r"[^,.;:!?()]+")
_PLACEHOLDER = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of the note: ``text[start:end]``."""

    start: int
    end: int

    def holds(self, other: Span) -> bool:
        """Whether the other piece lies within this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Reading:
    """A note beside the sheet it is held against."""

    text: str
    sheet: Sheet

    @cached_property
    def facts(self) -> FactSheet:
        """The sheet of the song; of an artist or a genre, what its songs have in common."""
        return self.sheet if isinstance(self.sheet, FactSheet) else as_song(self.sheet)

    @cached_property
    def collection(self) -> CollectionSheet | None:
        """The sheet of the artist or the genre; None for a song."""
        return self.sheet if isinstance(self.sheet, CollectionSheet) else None

    @cached_property
    def prose(self) -> str:
        """The text in lower case with blanks for placeholders; the places are those of the text."""
        bare = _PLACEHOLDER.sub(lambda match: " " * len(match.group()), self.text)
        return bare.lower() if len(bare.lower()) == len(bare) else bare

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries of the sheet by their canonical names, those of a genre's origin among them."""
        known = lexicon().canonical("country", self.facts.country or "") or self.facts.country
        origin = (self.collection and self.collection.origin) or ""
        family: Family = "country"
        named = {mention.name for mention in mentions(origin, (family,))}
        return frozenset(named | ({known} if known else set()))

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, without the blanks between them. A value of the sheet ("Oi!") ends none."""
        ends = [
            match
            for match in _SENTENCE_BREAK.finditer(self.text.rstrip())
            if not any(value.start < match.start() <= value.end for value in self.values if value.end)
        ]
        starts = [0, *(match.end() for match in ends)]
        stops = [*(match.start() for match in ends), len(self.text.rstrip())]
        pairs = zip(starts, stops, strict=True)
        return tuple(Span(start=start, end=stop) for start, stop in pairs if start < stop)

    @cached_property
    def values(self) -> tuple[Span, ...]:
        """Where the text names genres, instruments, moods, styles and oddities in the sheet's own words."""
        return tuple(span for words in self._sheet_words for span in self._places_of(words))

    @cached_property
    def instruments(self) -> tuple[Span, ...]:
        """Where the text names the sheet's instruments."""
        named = map(words_in, self.facts.instruments)
        return tuple(span for words in named if words for span in self._places_of(words))

    @cached_property
    def sheet_words(self) -> tuple[frozenset[str], ...]:
        """The words of each of those values, singular, folded: what a shorter name may be made of.

        Of an artist or a genre, those of the voice and the origin as well, which are told in free words.
        """
        free = (self.collection.vocals, self.collection.origin) if self.collection else ()
        freely = tuple(words_in(value) for value in free if value)
        return tuple(frozenset(words) for words in (*self._sheet_words, *freely))

    @cached_property
    def masked(self) -> str:
        """``prose`` with those values struck out, so that "dark" in "dark ambient" claims nothing."""
        chars = list(self.prose)
        for span in self.values:
            chars[span.start : span.end] = "ǁ" * (span.end - span.start)
        return "".join(chars)

    @cached_property
    def _sheet_words(self) -> tuple[tuple[str, ...], ...]:
        facts = self.facts
        unusual = self.collection.stands_out if self.collection else ()
        named = (*facts.genres, *facts.instruments, *facts.moods, *facts.styles, *unusual)
        return tuple(words for value in named if (words := words_in(value)))

    @cached_property
    def _tokens(self) -> tuple[tuple[str, int, int], ...]:
        return tuple((singular(token.word), token.start, token.end) for token in tokenise(self.text))

    def _places_of(self, words: tuple[str, ...]) -> Iterator[Span]:
        tokens = self._tokens
        for at in range(len(tokens) - len(words) + 1):
            if all(tokens[at + place][0] == word for place, word in enumerate(words)):
                yield Span(start=tokens[at][1], end=tokens[at + len(words) - 1][2])


def mentions(prose: str, families: Collection[Family]) -> Iterator[Mention]:
    """The lexicon's mentions, clause by clause: "synthesizer, bass" is no synthesizer bass."""
    for clause in _CLAUSE.finditer(prose):
        for mention in lexicon().mentions(clause.group(), families):
            start, end = clause.start() + mention.start, clause.start() + mention.end
            yield replace(mention, start=start, end=end)


def words_in(value: str) -> tuple[str, ...]:
    """The words of a value, folded and singular."""
    return tuple(map(singular, fold(value).split()))


def singular(word: str) -> str:
    """A folded word without the plural's ending, well enough to compare the names of instruments."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
