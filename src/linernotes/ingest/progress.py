"""How far a run is and what it did, as values that any front may show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step of one stage: ``done`` of ``total`` items, ``failed`` among them."""

    stage: str
    done: int
    total: int
    failed: int = 0


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What one ``add`` did. ``failed`` counts the items that have a reason in ``status``.

    ``joined`` counts the tracks that joined tables say something new of. ``written`` and ``fallback`` count
    the notes of songs, artists and genres; a fallback is a plain sentence where the model's own text did not
    hold against the facts.
    """

    found: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    missing: int = 0
    joined: int = 0
    analysed: int = 0
    written: int = 0
    fallback: int = 0
    failed: int = 0
    seconds: float = 0.0
    messages: tuple[str, ...] = ()


def silent(_: Progress) -> None:
    """Nobody is watching."""
