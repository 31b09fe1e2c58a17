"""Words that only this library's tags know ("corporate", a name for a scene), found in requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from linernotes.retrieve.field import TAGGED
from linernotes.retrieve.wishes import Graded, Wish
from linernotes.types import Request
from linernotes.words import fold, lexicon

if TYPE_CHECKING:
    from linernotes.index import Index

LONGEST: Final = 4
"""Words of a tag; longer ones are sentences."""


class OwnWords:
    """The values of a library's facts that the lexicon does not know."""

    def __init__(self, index: Index) -> None:
        self._wish_by_words: dict[str, Wish] = {}
        for field, family in TAGGED.items():
            for value in index.values(field):
                words = fold(str(value))
                if lexicon().canonical(family, str(value)) is None and words:
                    wish = Wish(weight=1.0, named=Graded(field=field, grades={value: 1.0}))
                    self._wish_by_words.setdefault(words, wish)

    def wishes(self, request: Request) -> Iterator[Wish]:
        """One for each such word or phrase that no rule explained, or that one read as something else.

        A library may call a mood "slow" what the lexicon calls a tempo.
        """
        if self._wish_by_words:
            for text in (request.rest, *(want.text for want in request.wants)):
                yield from self._found(fold(text).split())

    def _found(self, words: Sequence[str]) -> Iterator[Wish]:
        """The longest first where several begin alike."""
        at = 0
        while at < len(words):
            for length in range(min(LONGEST, len(words) - at), 0, -1):
                wish = self._wish_by_words.get(" ".join(words[at : at + length]))
                if wish is not None:
                    yield wish
                    break
            else:
                length = 1
            at += length
