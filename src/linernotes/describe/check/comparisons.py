"""Reads how an artist or a genre is set against the rest: "slower than most", "the loudest here"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.describe.check.patterns import words_of
from linernotes.describe.check.reading import Reading, singular
from linernotes.words import fold

_OTHERS = (
    r"most|much|any|all|(?:its|their) (?:neighbours|peers)|others?|what|everything|everyone|anyone|anything"
    r"|the (?:rest|library|others?|average|norm|usual|whole|collection)|nearly|almost|many|elsewhere|average"
)
_THAN = re.compile(rf"(?P<before>[^.;:!?]*)\bthan (?:in |on )?(?:{_OTHERS})\b")
_PLACE = (
    r"(?:(?:in|of|from|on|across) (?:the|this|all|its|my|your) (?:whole |entire )?"
    r"(?:library|shelf|shelves|collection|catalogue)|here|anywhere|of them all|of all|on record|shelf)"
)
_SUPERLATIVE = re.compile(
    r"\b(?:the|its|among the)\s+(?:[\w-]+\s+)?"
    r"(?P<what>(?!(?:harv|for|gu|r|w|t|qu|inter|b|n|ch)est\b)[\w-]+est\b|most [\w-]+|least [\w-]+"
    r"|only (?!artist|act|track|year|one|genre|mood|instrument)[\w-]+)"
    rf"[^.;:!?]*?\b{_PLACE}\b"
)
_OF_ITS_OWN = re.compile(
    r"\s+(?:of (?:these|its|them)|(?:\w+ )?(?:tracks?|recordings?|songs?|dates?|tempos?|one))\b"
    r"(?![^.;:!?]*\b(?:library|collection)\b)"
)
_GRADED = re.compile(r"\b(?:(?:more|less|fewer)(?: often)?(?: in)? [\w-]+|[\w-]{2,}er)\b")
_NOT_GRADED = words_of(
    "rather other another number never ever after under over further together singer drummer rapper whether"
    " her per later either neither order corner paper power wonder water winter summer november december"
    " september october composer producer brother sister father mother member remember consider offer gather"
    " neighbour organizer sampler synthesizer sequencer recorder dulcimer banner center letter matter latter"
    " former quarter chapter finger dancer listener performer character proper upper lower inner outer super"
)
_EMPTY = words_of(
    "more less fewer often in the a an of than most music track song here library this any other only"
)


def comparison_problems(reading: Reading) -> Iterator[str]:
    """Comparisons with the rest of the library that the sheet does not hold."""
    if reading.collection is None:
        return
    for match in _THAN.finditer(reading.prose):
        for graded in _graded(match["before"]):
            if not _is_borne_out(graded, reading):
                yield f"compares ('{graded} than'), no fact does"
    for match in _SUPERLATIVE.finditer(reading.prose):
        is_own = _OF_ITS_OWN.match(reading.prose, match.end("what")) or any(
            sign.isdigit() for sign in match.group()
        )
        if not is_own and not _is_borne_out(match["what"], reading):
            yield f"compares ('{match.group()}'), no fact does"


def _graded(before: str) -> list[str]:
    """The comparatives that "than" belongs to: those behind the last comma, if there are any."""
    for part in reversed(before.split(",")):
        found = [match.group() for match in _GRADED.finditer(part)]
        if graded := [word for word in found if word not in _NOT_GRADED]:
            return graded
    return []


def _is_borne_out(graded: str, reading: Reading) -> bool:
    """Whether one thing that stands out is said in these words, more or less of them alike."""
    unusual = reading.collection.stands_out if reading.collection else ()
    said = _stems(graded)
    if not said:
        return any(fold(graded) in fold(phrase) for phrase in unusual)
    return any(said <= _stems(phrase) and _direction(graded) == _direction(phrase) for phrase in unusual)


def _stems(phrase: str) -> frozenset[str]:
    words = [singular(word) for word in fold(phrase).split()]
    return frozenset(re.sub(r"(?:i?er|i?est)$", "", word) for word in words if word not in _EMPTY)


def _direction(phrase: str) -> bool:
    return bool(re.search(r"\b(?:less|least|fewer|fewest)\b", phrase))
