"""What somebody likes less than something else of its sort: "rap over pop", "jazz more than rock"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from linernotes.request.cues import MUSIC_NOUNS, phrase_list, words
from linernotes.request.groups import group
from linernotes.request.text import RequestText, Span

_PREFERRING = words("negation", "preferring")
_OVER = frozenset(phrase_list("negation", "over"))
_LIKING = words("negation", "liking")
_MORE_THAN = frozenset(phrase_list("negation", "more_than"))
_MOST_BEFORE = 3
"""Words between the verb and what is preferred: "I prefer listening to some jazz"."""


def find_less_preferred(text: RequestText, spans: Sequence[Span]) -> Iterator[tuple[Span, range]]:
    """The spans (in order of the text) that another is preferred to, each with the words that say so."""
    for better, worse in pairwise(spans):
        said = _words_between(text, better, worse)
        phrase = text.phrase(said.start, said.stop)
        telling = _PREFERRING if phrase in _OVER else _LIKING if phrase in _MORE_THAN else frozenset()
        if group(better) == group(worse) and not telling.isdisjoint(_words_before(text, better)):
            yield worse, said


def _words_before(text: RequestText, span: Span) -> Sequence[str]:
    """The words before it in its clause, as far as a verb may stand away."""
    start = span.first
    while start and span.first - start <= _MOST_BEFORE and not text.clause_end(start):
        start -= 1
    return text.words[start : span.first]


def _words_between(text: RequestText, better: Span, worse: Span) -> range:
    """The words between two things, without "music" and the like; none where a clause ends there."""
    start = better.end
    while start < worse.first and text.words[start] in MUSIC_NOUNS:
        start += 1
    if any(map(text.clause_end, range(better.end, worse.first + 1))):
        return range(start, start)
    return range(start, worse.first)
