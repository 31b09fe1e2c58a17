"""Which things found in a request are of one sort, and so may stand in one list."""

from __future__ import annotations

import re

from linernotes.request.text import LimitSpan, NameSpan, OrderSpan, PopularitySpan, QualitySpan, Span

HOW = frozenset({"mood", "tempo", "energy"})
_SOUND = frozenset({"instrument", "vocals"})
_KIND = frozenset({"genre", "style"})
_ALLOWING = re.compile(
    r"(?:no|not|at (?:most|least)|max|min|up to|within|exactly|just|only)\b", re.IGNORECASE
)


def is_guessed(span: Span) -> bool:
    """Whether a span is a misspelt word of the lexicon."""
    return isinstance(span, QualitySpan) and span.guessed


def group(span: Span) -> str:
    """What sort of thing a span is, so that like is listed with like."""
    if isinstance(span, QualitySpan):
        for name, families in (("how", HOW), ("sound", _SOUND), ("kind", _KIND)):
            if span.family in families:
                return name
        return span.family
    for name, kinds in (
        ("name", NameSpan),
        ("limit", LimitSpan),
        ("fame", PopularitySpan),
        ("order", OrderSpan),
    ):
        if isinstance(span, kinds):
            return name
    return "other"


def is_alike(one: Span, other: Span, join: str) -> bool:
    """Whether a word such as "or" may list two spans together."""
    if isinstance(other, LimitSpan) and states_bound(other):
        return False
    if join in {"or", "nor"}:
        return group(other) != "order"
    if isinstance(one, LimitSpan) and isinstance(other, LimitSpan):
        return one.limit.name == other.limit.name
    return group(one) == group(other)


def is_number(span: Span) -> bool:
    """Whether a span is a limit in numbers, decades aside."""
    return isinstance(span, LimitSpan) and not span.era


def states_bound(limit: LimitSpan) -> bool:
    """Whether a limit says itself what is allowed ("no more than 10 songs"), so that none excludes it."""
    return limit.limit.name == "tracks_per_artist" or _ALLOWING.match(limit.text) is not None


def makes_one(one: Span, other: Span) -> bool:
    """Whether two neighbours are one thing, as in "no sad indie" and "no cheesy vocals"."""
    groups = (group(one), group(other))
    return groups[0] == groups[1] or (groups[0] in {"how", "country"} and groups[1] in {"kind", "sound"})


def may_list(span: Span) -> bool:
    """Whether "and" lists such spans, rather than starting a new wish."""
    return group(span) in {"name", "kind"}
