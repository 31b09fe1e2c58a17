"""Reasons from what others liked, and from whom the listener liked in the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from linernotes.explain.evidence import Evidence, Told
from linernotes.types import FactValue, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """What may be said of a pick that a channel found with at least this score."""

    channel: str
    least: float
    strength: float
    text: str


_FINDINGS: Final = (
    _Finding(channel="liked_artists", least=0.01, strength=0.7, text="by an artist you liked or named"),
    _Finding(
        channel="together", least=0.05, strength=0.55, text="others who liked the same songs liked it, too"
    ),
    _Finding(
        channel="sessions", least=0.1, strength=0.5, text="others liked it who asked for something like this"
    ),
    _Finding(
        channel="session_artists",
        least=0.1,
        strength=0.35,
        text="others who asked for something like this liked its artist",
    ),
)
"""The strongest first; a session counts with the fourth power of its cosine, so 0.1 is one of about 0.56."""


def company(evidence: Evidence) -> Iterator[Told]:
    """The first that holds of what the listener liked, and the first of what others did."""
    told: set[bool] = set()
    for finding in _FINDINGS:
        score = evidence.scores.get(finding.channel, 0.0)
        own = finding.channel == "liked_artists"
        if score >= finding.least and own not in told:
            told.add(own)
            facts: dict[str, FactValue | None] = {"channel": finding.channel, "score": round(score, 3)}
            yield Told(strength=finding.strength, reason=Reason(text=finding.text, evidence=facts))
