"""Which phrases people use and which a writer has made its habit: it is to write like people.

A small model falls back on a few phrases ("are the names of", "is at hand") and joins words as nobody would
("a song by R&B"). Both show in the counts: such phrases are frequent in its own texts and rare in people's.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from linernotes.learn.corpora.agreement import texts_of
from linernotes.types import Sheet

_LONGEST_PHRASE = 3
_SMOOTHING = 0.5
_MOST = 2.0
"""Bounds what one phrase weighs, in nats."""
_WORD = re.compile(r"<\w+>|\{\w+\}|[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.:,]\d+)*|[^\w\s]")

Text = tuple[str, Sheet]
"""A text and the sheet that it tells."""
Phrase = tuple[str, ...]


class Likeness:
    """Compares the phrases of people's texts with those of a writer's own."""

    def __init__(self, people: Sequence[Text], writer: Sequence[Text]) -> None:
        """Counts in how many texts each phrase stands, a writer's text counted each time it was written."""
        self._people = Counter(phrase for one in people for phrase in phrases(*one))
        self._writer = Counter(phrase for one in writer for phrase in phrases(*one))
        self._many = (len(people), len(writer))

    def of(self, text: str, sheet: Sheet) -> float:
        """How much more likely people's texts hold its phrases than the writer's: the mean of the log odds.

        The text is one of the writer's that were counted, so that what nobody ever says counts against it.
        """
        odds = [self._odds(phrase) for phrase in phrases(text, sheet)]
        return math.fsum(odds) / max(1, len(odds))

    def _odds(self, phrase: Phrase) -> float:
        counts = (self._people[phrase], self._writer[phrase])
        of_people, of_writer = (
            (count + _SMOOTHING) / (many + 1) for count, many in zip(counts, self._many, strict=True)
        )
        return max(-_MOST, min(_MOST, math.log(of_people / of_writer)))


def phrases(text: str, sheet: Sheet) -> set[Phrase]:
    """The phrases of up to three words, the sheet's own values and all numbers masked."""
    words = ["<start>", *_words(text, sheet), "<end>"]
    return {
        tuple(words[start : start + length])
        for length in range(1, _LONGEST_PHRASE + 1)
        for start in range(len(words) - length + 1)
    }


def _words(text: str, sheet: Sheet) -> Iterator[str]:
    """The words in lower case; values of the sheet are the names of their fields, lists of them one name."""
    last = ""
    for match in _WORD.finditer(_masked(text, sheet)):
        word = "<number>" if match.group()[0].isdigit() else match.group()
        if word != last or not word.startswith("<"):
            yield word
        last = word


def _masked(text: str, sheet: Sheet) -> str:
    values = {value.lower(): name for name, value in texts_of(sheet)}
    if not values:
        return text.lower()
    longest_first = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
    masked = re.sub(
        rf"(?<!\w)(?:{longest_first})(?!\w)", lambda match: f"<{values[match.group()]}>", text.lower()
    )
    return re.sub(r"(<\w+>)(?:,? and \1|, \1)+", r"\1", masked)
