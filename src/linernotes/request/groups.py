"""Which things found in a request are of one sort, and so may stand in one list."""

from __future__ import annotations

from linernotes.request.text import LimitSpan, NameSpan, OrderSpan, PopularitySpan, QualitySpan, Span

HOW = frozenset({"mood", "tempo", "energy"})
_SOUND = frozenset({"instrument", "vocals"})
_KIND = frozenset({"genre", "style"})


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
    return (join in {"or", "nor"} and group(other) != "order") or group(one) == group(other)


def makes_one(one: Span, other: Span) -> bool:
    """Whether two neighbours are one thing, as in "no sad indie" and "no cheesy vocals"."""
    groups = (group(one), group(other))
    return groups[0] == groups[1] or (groups[0] in {"how", "country"} and groups[1] in {"kind", "sound"})


def may_list(span: Span) -> bool:
    """Whether "and" lists such spans, rather than starting a new wish."""
    return group(span) in {"name", "kind"}
