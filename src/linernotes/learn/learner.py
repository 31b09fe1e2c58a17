"""What every kind of learning has in common; see ``learn.turn``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from linernotes.learn.gate import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What came since the last turn: ``count`` of something; the next turn goes on from ``mark``."""

    count: int
    what: str
    mark: str

    @property
    def told(self) -> str:
        """The news in words."""
        return f"{self.count} new {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What was learned, before it is measured: a file's content, and what its card says of the training."""

    file: str
    data: bytes
    details: Mapping[str, Any] = field(default_factory=dict)
    licence: str = "CC0-1.0"
    """What is learned from a library's own listeners alone is theirs."""


class Learner(Protocol):
    """One kind of model that a turn trains; ``kind`` is its name on the shelf."""

    kind: str

    def gather(self, mark: str | None) -> News | None:
        """What is new since the turn that left this mark, None for the first one; None where nothing is."""

    def train(self, budget_s: float) -> Candidate | None:
        """A candidate from all that is known, in about this time; None where too little is known."""

    def measure(self, candidate: Candidate) -> Figures:
        """The candidate beside what is in use and what came with the package."""
