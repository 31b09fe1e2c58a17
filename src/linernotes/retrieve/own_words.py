"""What a library's own tags say of a request: words that the lexicon does not know, and lists of tags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from linernotes.retrieve.field import TAGGED
from linernotes.retrieve.wishes import Graded, Wish
from linernotes.retrieve.words import is_keywords
from linernotes.types import Request
from linernotes.words import fold, lexicon

if TYPE_CHECKING:
    from linernotes.index import Index

LONGEST: Final = 4
"""Words of a tag; longer ones are sentences."""


class OwnWords:
    """The values of a library's facts, by the words that name them."""

    def __init__(self, index: Index) -> None:
        self._unknown: dict[str, Wish] = {}
        self._held: defaultdict[str, list[tuple[str, str | int]]] = defaultdict(list)
        self._values: dict[str, frozenset[str | int]] = {}
        for field, family in TAGGED.items():
            values = index.values(field)
            self._values[field] = frozenset(values)
            for value in values:
                words = fold(str(value))
                self._held[words].append((field, value))
                if lexicon().canonical(family, str(value)) is None and words:
                    self._unknown.setdefault(words, _wish(field, value))

    def wishes(self, request: Request) -> Iterator[Wish]:
        """One for each word or phrase that no rule explained, or that one read as something else.

        A library may call a mood "slow" what the lexicon calls a tempo. In a mere list of tags every word
        that the library tags with is meant as that tag, whatever a sentence would mean by it: "party" as a
        mood, "classical piano" as a genre and an instrument.
        """
        if is_keywords(request.text):
            yield from self._found(fold(request.text).split(), self._tagged)
        elif self._unknown:
            for text in (request.rest, *(want.text for want in request.wants)):
                yield from self._found(fold(text).split(), self._strange)

    def _strange(self, words: str) -> tuple[Wish, ...]:
        wish = self._unknown.get(words)
        return () if wish is None else (wish,)

    def _tagged(self, words: str) -> tuple[Wish, ...]:
        """The tags that the words name here, as they stand or as the lexicon has them."""
        held = self._held.get(words)
        if held is None:
            named = ((field, lexicon().canonical(family, words)) for field, family in TAGGED.items())
            held = [(field, value) for field, value in named if value in self._values[field]]
        return tuple(_wish(field, value, 1.0 / len(held)) for field, value in held if value is not None)

    @staticmethod
    def _found(words: Sequence[str], named: Callable[[str], tuple[Wish, ...]]) -> Iterator[Wish]:
        """The longest first where several begin alike."""
        at = 0
        while at < len(words):
            for length in range(min(LONGEST, len(words) - at), 0, -1):
                wishes = named(" ".join(words[at : at + length]))
                if wishes:
                    yield from wishes
                    break
            else:
                length = 1
            at += length


def _wish(field: str, value: str | int, weight: float = 1.0) -> Wish:
    return Wish(weight=weight, named=Graded(field=field, grades={value: 1.0}))
