"""What was understood of a request, piece by piece, each with the request without it or turned round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linernotes.types import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One piece: ``label`` says how it was read, ``without`` and ``inverted`` are other requests."""

    label: str
    kind: str
    without: str
    inverted: str | None = None


def chips_of(request: Request) -> tuple[Chip, ...]:
    """The pieces of a request in the order of its parts."""
    return tuple(_chips(request))


def _chips(request: Request) -> Iterator[Chip]:
    text = request.text
    for seed in request.seeds:
        if seed.text:
            relation = "like" if seed.relation == "like" else "by"
            yield Chip(label=f"{relation} {seed.name}", kind="name", without=_without(text, seed.text))
    for want in request.wants:
        if any(avoid.text in want.text for avoid in request.avoids):
            continue  # "without vocals" is one piece, though it says that instruments play alone
        left = _without(text, want.text)
        yield Chip(
            label=f"{want.family}: {want.name}",
            kind="want",
            without=left,
            inverted=f"{left}, no {want.name}".lstrip(", "),
        )
    for avoid in request.avoids:
        if not avoid.standing:
            left = _without(text, avoid.text)
            yield Chip(
                label=f"no {avoid.name}", kind="avoid", without=left, inverted=f"{left} {avoid.name}".strip()
            )
    for limit in request.limits:
        yield Chip(label=limit.text, kind="limit", without=_without(text, limit.text))


def _without(text: str, phrase: str) -> str:
    """The text without the first such phrase, with what only joined it: "no" before it, a comma, "and"."""
    pattern = rf"(?:,\s*|\band\s+|\bbut\s+)?(?:\b(?:no|not|without|with|nothing)\s+)?{re.escape(phrase)}"
    left = " ".join(re.sub(pattern, " ", text, count=1, flags=re.IGNORECASE).split())
    return left.replace(" ,", ",").strip(" ,")
