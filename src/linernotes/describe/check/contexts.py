"""Where a word stands: whether it is denied, belongs to a simile, or tells of the music at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linernotes.describe.check.reading import Reading, Span

_SIMILE = re.compile(
    r"\b(?:like|as if|as though|than|the way|(?<=\w )as (?:a|an|the|one|two|some)\b)[^.,;:!?]*"
)
_DENIERS = (
    "not|no|none|never|nothing|neither|nor|without|hardly|isn't|doesn't|far from|rather than|instead of"
    "|nobody|anything but|little|refuses? to|let alone|wrong to call"
)
_DENIAL = re.compile(rf"\b(?:{_DENIERS})(?:\s+(?!and\b|but\b)[\w'-]+){{0,3}}?\s+$")
_PLAIN_DENIAL = re.compile(
    r"\b(?:not|no|never|neither|nor|without|isn't|far from)\s+(?:an?\s+|too\s+|very\s+)?$"
)
_FLAT_DENIAL = re.compile(r"\b(?:not|never|anything but|far from|isn't)\s+$")
_VERBS = "is|are|was|stays?|keeps?|remains?|feels?|sounds?|runs?|lasts?|very|quite|rather"
_NOUNS = "energy|mood|tempo|pace|level|loudness|valence|feeling|bpm|minute"
_TELLING_BEFORE = re.compile(rf"(?:\b(?:{_VERBS}|{_NOUNS})|^|[.!?:;])[\s,]+(?:it |at )?(?:an? )?$")
_MUSIC = (
    "song|track|piece|music|number|tune|recording|performance|tempo|pace|energy|mood|feeling|sound|mix|level"
    r"|loudness|beats?\b|bpm|at \d|\d"
)
_RESPECTS = "spirit|feeling|energy|mood|temper|force|sound|level|colour|tone|loudness|length"
_TELLING_AFTER = re.compile(
    rf"[\s,]+(?:[\w-]+ )?(?:{_MUSIC})|\s+(?:in (?:{_RESPECTS})|at heart|of temper|throughout|by design)\b"
)
_LINK = re.compile(r"(?:,|,? (?:and|but|yet|or))\s+(?:very |oddly |a little )?")


def similes(prose: str) -> tuple[Span, ...]:
    """The pieces that compare ("like a slow train", up to the next stop): figures of speech, not facts."""
    return tuple(Span(start=match.start(), end=match.end()) for match in _SIMILE.finditer(prose))


def is_denied(prose: str, start: int) -> bool:
    """Whether the word at ``start`` stands behind a "not", a "no" or a "without", up to three words away."""
    return bool(_DENIAL.search(prose[:start]))


def is_plainly_denied(prose: str, start: int) -> bool:
    """Whether the "not" stands right before the word."""
    return bool(_PLAIN_DENIAL.search(prose[:start]))


def is_flatly_denied(prose: str, start: int) -> bool:
    """Whether the word is denied without a "too", a "very" or an "only" that would soften it."""
    return bool(_FLAT_DENIAL.search(prose[:start]))


def is_telling(prose: str, span: Span, others: Sequence[Span]) -> bool:
    """Whether the word is said of the music: after "is", before "tempo", or in a row with ``others``."""
    if _TELLING_BEFORE.search(prose[: span.start]) or _TELLING_AFTER.match(prose, span.end):
        return True
    return any(_is_linked(prose, span, other) or _is_linked(prose, other, span) for other in others)


def follows_instrument(span: Span, reading: Reading) -> bool:
    """Whether one of the sheet's instruments stands right before, and so does what the word says."""
    return any(span.start - 2 < instrument.end < span.start for instrument in reading.instruments)


def _is_linked(prose: str, first: Span, second: Span) -> bool:
    return first.end < second.start and bool(_LINK.fullmatch(prose, first.end, second.start))
