"""Reasons from what was excluded or limited: what is known to be kept, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from linernotes.explain.evidence import (
    Evidence,
    Told,
    in_words,
    listed,
    meaning,
    met,
    on_fact,
    values_among,
    values_of,
)
from linernotes.types import Avoid, Limit, Reason, Request
from linernotes.words import lexicon

KEPT: Final = 0.7
_UNKNOWN_NUMBER = {"tempo_bpm": "its tempo", "year": "its year", "duration_s": "its length"}


def kept(request: Request, evidence: Evidence) -> Iterator[Told]:
    """The exclusions and limits that known facts keep; nothing where the fact is not known."""
    for avoid in request.avoids:
        if avoid.text not in evidence.unverified and (reason := _without(avoid, evidence)):
            yield Told(strength=KEPT, reason=reason)
    for limit in request.limits:
        if limit.text not in evidence.unverified and (reason := _within(limit, evidence)):
            yield Told(strength=KEPT, reason=reason)


def _without(avoid: Avoid, evidence: Evidence) -> Reason | None:
    if avoid.family in ("tempo", "energy"):
        return _not_so(avoid, evidence)
    if avoid.family == "vocals":
        voiceless = evidence.sheet.vocals == "instrumental" and avoid.name != "instrumental"
        return (
            on_fact("without vocals: instrumental", "vocals", "instrumental", evidence) if voiceless else None
        )
    if avoid.family not in ("genre", "mood", "instrument"):
        return None
    values = values_of(avoid.family, evidence.sheet)
    if not values or values_among(
        avoid.family, lexicon().descendants(avoid.family, avoid.name), evidence.sheet
    ):
        return None
    text = (
        f"not {avoid.name}: its {'mood is' if len(values) == 1 else 'moods are'} {listed(values)}"
        if avoid.family == "mood"
        else f"no {avoid.name} among its {avoid.family}s ({', '.join(values)})"
    )
    return Reason(
        text=text, evidence={"fact": avoid.family, "value": ", ".join(values), "without": avoid.name}
    )


def _not_so(avoid: Avoid, evidence: Evidence) -> Reason | None:
    """A number that is not what was excluded: "slow at 72 bpm, not fast"."""
    assert avoid.family in ("tempo", "energy")
    targets = meaning(avoid.family, avoid.name)
    if not targets or any(met(targets, evidence)):
        return None
    name = targets[0].name
    value: float | None = getattr(evidence.sheet, name, None)
    if value is None:
        return None
    return on_fact(f"{in_words(name, value)}, not {avoid.name}", name, value, evidence)


def _within(limit: Limit, evidence: Evidence) -> Reason | None:
    if limit.name not in _UNKNOWN_NUMBER:
        return None
    value: float | None = getattr(evidence.sheet, limit.name)
    if value is None:
        return None
    inside = (limit.low is None or value >= limit.low) and (limit.high is None or value <= limit.high)
    if inside == limit.excluded:
        return None
    text = {
        "tempo_bpm": f"{value:.0f} bpm",
        "year": f"from {value:.0f}",
        "duration_s": f"{int(value) // 60}:{int(value) % 60:02d} long",
    }[limit.name]
    return on_fact(f"{text}, as you asked", limit.name, value, evidence)


def doubts(request: Request, unverified: Sequence[str]) -> Iterator[Reason]:
    """One sentence about all promises that the facts cannot confirm: "its tempo is not known"."""
    subjects = tuple(dict.fromkeys(_subject(request, promise) for promise in unverified))
    if subjects:
        verb = "are" if len(subjects) > 1 else "is"
        text = f"{listed(subjects)} {verb} not known"
        yield Reason(text=text, evidence={"unverified": "; ".join(unverified)})


def _subject(request: Request, promise: str) -> str:
    for limit in request.limits:
        if limit.text == promise and limit.name in _UNKNOWN_NUMBER:
            return _UNKNOWN_NUMBER[limit.name]
    for avoid in request.avoids:
        if avoid.text == promise:
            return _whether(avoid)
    return f"whether it keeps “{promise}”"


def _whether(avoid: Avoid) -> str:
    if avoid.family == "vocals" and avoid.name != "instrumental":
        return f"whether it has {avoid.name}"
    if avoid.family == "instrument":
        return f"whether {avoid.name} can be heard"
    if avoid.family == "tempo":
        return "its tempo"
    if avoid.family in ("country", "language"):
        return f"its {avoid.family}"
    return f"whether it is {avoid.name}"
