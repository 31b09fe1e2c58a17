"""The wording that listeners take out of notes, so that it can be looked for in others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from linernotes.learn.corpora import Lesson
from linernotes.learn.likeness import Phrase, phrases
from linernotes.types import Sheet

FEWEST: Final = 3
"""Corrections that take a phrase out; what one or two people do once is no kind of mistake."""
SHARE: Final = 0.1
"""The least share of all corrections that take it out."""
KEPT: Final = 0.2
"""So many corrected notes that have the phrase, for each from which it was taken, leave it a good phrase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """Phrases of up to three words, values of the sheet and numbers masked, that corrections take out."""

    phrases: frozenset[Phrase] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.phrases)

    def are_in(self, text: str, sheet: Sheet) -> bool:
        """Whether the text makes one of them."""
        return bool(self.phrases & phrases(text, sheet))

    @property
    def shortest(self) -> tuple[str, ...]:
        """The phrases that hold no shorter one, to be read."""
        return tuple(sorted(" ".join(one) for one in self.phrases if not self._has_shorter(one)))

    def _has_shorter(self, phrase: Phrase) -> bool:
        lengths = range(1, len(phrase))
        parts = (phrase[at : at + n] for n in lengths for at in range(len(phrase) - n + 1))
        return any(part in self.phrases for part in parts)


def mistakes_of(lessons: Sequence[Lesson]) -> Mistakes:
    """What several corrections take out and hardly any leaves in or puts in."""
    pairs = [(one, phrases(one.rejected, one.sheet)) for one in lessons if one.rejected]
    kept = [phrases(one.text, one.sheet) for one, _ in pairs]
    gone = Counter(phrase for (_, had), left in zip(pairs, kept, strict=True) for phrase in had - left)
    stayed = Counter(phrase for left in kept for phrase in left)
    least = max(FEWEST, SHARE * len(pairs))
    return Mistakes(
        phrases=frozenset(
            phrase for phrase, count in gone.items() if count >= least and stayed[phrase] <= KEPT * count
        )
    )
