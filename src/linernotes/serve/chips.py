"""What was understood of a request, piece by piece, each with the request changed in that piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from linernotes.request import DEGREE_FILLERS, DEGREES
from linernotes.types import Family, Request, Want

_NOUNS: Final = frozenset[Family]({"genre", "instrument", "vocals"})
_ADJECTIVES: Final = frozenset[Family]({"mood", "energy", "tempo"})
_ESPECIALLY: Final = "especially "
_DEGREE: Final = rf"(?:\b(?:an?\s+)?(?:{'|'.join(DEGREES)})\s+(?:(?:{'|'.join(DEGREE_FILLERS)})\s+)*)?"
"""What may say how much of something is wanted, before it."""
_NAMING: Final = r"(?:(?:\b(?:something|anything|songs|music|more)\s+)?\b(?:like|similar to|by|from)\s+)?"
"""What may say that a name follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One piece: ``label`` says how it was read, the others are requests, None where there is no such one.

    They are those ``without`` it, with its opposite (``inverted``), with ``more`` of it and with ``less``.
    """

    label: str
    kind: str
    without: str
    inverted: str | None = None
    more: str | None = None
    less: str | None = None


def chips_of(request: Request) -> tuple[Chip, ...]:
    """The pieces of a request in the order of its parts."""
    return tuple(_chips(request))


def _chips(request: Request) -> Iterator[Chip]:
    text = request.text
    for seed in request.seeds:
        if seed.text:
            relation = "like" if seed.relation == "like" else "by"
            yield Chip(
                label=f"{relation} {seed.name}",
                kind="name",
                without=_without(text, seed.text, before=_NAMING),
            )
    for want in request.wants:
        if any(avoid.text in want.text for avoid in request.avoids):
            continue  # "without vocals" is one piece, though it says that instruments play alone
        left = _without(text, want.text)
        yield Chip(
            label=f"{want.family}: {want.name}{_degree_of(want)}",
            kind="want",
            without=left,
            inverted=f"{left}, no {want.name}".lstrip(", "),
            more=_more(request, want),
            less=_less(request, want),
        )
    for avoid in request.avoids:
        if not avoid.standing:
            left = _without(text, avoid.text)
            yield Chip(
                label=f"no {avoid.name}", kind="avoid", without=left, inverted=f"{left} {avoid.name}".strip()
            )
    for limit in request.limits:
        if limit.text in text:  # or else a dial says it, which stands for itself
            yield Chip(label=limit.text, kind="limit", without=_without(text, limit.text))


def _degree_of(want: Want) -> str:
    return "" if want.weight == 1 else ", a bit" if want.weight < 1 else ", above all"


def _more(request: Request, want: Want) -> str | None:
    """The request with more of it: no longer only a bit, or above all."""
    if want.weight > 1:
        return None
    return _weighed(request, want, "" if want.weight < 1 else _ESPECIALLY)


def _less(request: Request, want: Want) -> str | None:
    """The request with less of it: no longer above all, or only a bit; "very fast" is never a bit."""
    if want.weight < 1 or (want.weight == 1 and want.family in _ADJECTIVES and " " in want.name):
        return None
    a_bit = "a bit of " if want.family in _NOUNS else "a bit "
    return _weighed(request, want, "" if want.weight > 1 else a_bit)


def _weighed(request: Request, want: Want, degree: str) -> str | None:
    """The request with these words before what it wants; None where that says nothing else, or not there."""
    if request.language != "en" or want.family not in _NOUNS | _ADJECTIVES:
        return None
    changed = re.sub(
        _DEGREE + _whole(want.text),
        lambda _: f"{degree}{want.text}",
        request.text,
        count=1,
        flags=re.IGNORECASE,
    )
    return None if changed == request.text else changed


def _without(text: str, phrase: str, before: str = _DEGREE) -> str:
    """The text without the first such phrase, with what only joined it: "no" before it, a comma, "and"."""
    joined = r"(?:,\s*|\band\s+|\bbut\s+)?(?:\b(?:no|not|without|with|nothing)\s+)?"
    left = re.sub(joined + before + _whole(phrase), " ", text, count=1, flags=re.IGNORECASE)
    left = " ".join(left.split()).replace(" ,", ",").strip(" ,")
    return re.sub(r"^(?:but|and)\s+", "", left)


def _whole(phrase: str) -> str:
    """The phrase where it stands alone, not within a longer word."""
    return rf"(?<!\w){re.escape(phrase)}(?!\w)"
