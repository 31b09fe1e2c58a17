"""Whether a candidate takes the place of what is in use: pure figures in, a decision with its reasons out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import ne
from typing import Final

import numpy as np

CONFIDENCE: Final = 0.90
RESAMPLES: Final = 2000
FALL: Final = 0.01
"""How far another measure may fall against what is in use, of itself."""
FALL_SHIPPED: Final = 0.02
"""The same against what came with the package: many small falls must not add up."""
OVERLAP: Final = 0.5
"""Share of the first 20 songs of the canary requests that stays, in the mean."""
POISONED: Final = 0.1
"""Share of suspicious reactions from which on nothing is promoted, since more of them may not be seen."""
FEWEST: Final = 10
"""Held-out items without which nothing can be told."""
FEWEST_CHANGED: Final = 5
"""Of them so many have to change: four that all rise are chance one time in sixteen (a sign test)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure on the same held-out items, larger is better; ``shipped`` is what came with the package."""

    name: str
    candidate: tuple[float, ...]
    current: tuple[float, ...]
    shipped: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A fixed request: how much of its answer stays, and whether the candidate's breaks a promise."""

    request: str
    overlap: float
    broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is known of a candidate; ``target`` must rise, ``others`` must not fall."""

    target: Measure
    others: tuple[Measure, ...] = ()
    canaries: tuple[Canary, ...] = ()
    poisoned: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether to promote; ``reasons`` speak against it, ``lines`` give all figures."""

    promote: bool
    reasons: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """The mean of paired differences and the ends of its interval."""

    mean: float
    low: float
    high: float


def decide(figures: Figures) -> Decision:
    """Promotes what surely does better in the target measure and no worse in any other."""
    reasons = tuple(_reasons(figures))
    return Decision(promote=not reasons, reasons=reasons, lines=tuple(_lines(figures)))


def rise(candidate: Sequence[float], current: Sequence[float], *, seed: int = 0) -> Rise:
    """By how much the candidate is better, by resampling pairs (Efron 1979), with 90 % confidence.

    Raises ValueError for none, or for other numbers of the two.
    """
    if not len(candidate) or len(candidate) != len(current):
        raise ValueError(f"{len(candidate)} and {len(current)} values: as many of each are needed")
    gains = np.asarray(candidate, dtype=np.float64) - np.asarray(current, dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(len(gains), size=(RESAMPLES, len(gains)))
    low, high = np.quantile(gains[drawn].mean(axis=1), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Rise(mean=float(gains.mean()), low=float(low), high=float(high))


def _reasons(figures: Figures) -> Iterator[str]:
    target = figures.target
    if len(target.candidate) < FEWEST:
        yield f"only {len(target.candidate)} held-out items to measure on: {FEWEST} are needed"
    elif (changed := sum(map(ne, target.candidate, target.current))) < FEWEST_CHANGED:
        yield f"only {changed} held-out items change: {FEWEST_CHANGED} are needed"
    elif rise(target.candidate, target.current).low <= 0:
        yield f"{target.name} does not surely rise"
    for measure in (target, *figures.others):
        yield from _falls(measure)
    if figures.canaries:
        kept = float(np.mean([one.overlap for one in figures.canaries]))
        if kept < OVERLAP:
            yield f"the canary requests keep {kept:.2f} of their first songs: {OVERLAP} is the least"
    for one in figures.canaries:
        if one.broken:
            yield f"the answer to “{one.request}” breaks a promise"
    if figures.poisoned > POISONED:
        yield f"{figures.poisoned:.0%} of the reactions are suspicious: {POISONED:.0%} is the most"


def _falls(measure: Measure) -> Iterator[str]:
    now = _mean(measure.candidate)
    for name, before, most in (
        ("what is in use", _mean(measure.current), FALL),
        ("what came with the package", _mean(measure.shipped), FALL_SHIPPED),
    ):
        if now < before * (1 - most):
            yield f"{measure.name} falls against {name}, from {before:.4f} to {now:.4f}"


def _lines(figures: Figures) -> Iterator[str]:
    for measure in (figures.target, *figures.others):
        told = (
            f"{measure.name}: {_mean(measure.current):.4f} → {_mean(measure.candidate):.4f}"
            f" (package: {_mean(measure.shipped):.4f}; n = {len(measure.candidate)})"
        )
        if measure is figures.target and measure.candidate:
            gain = rise(measure.candidate, measure.current)
            told += f"; gain {gain.mean:+.4f}, 90 % {gain.low:+.4f} to {gain.high:+.4f}"
        yield told
    if figures.canaries:
        overlaps = [one.overlap for one in figures.canaries]
        yield (
            f"canary requests: {np.mean(overlaps):.2f} of the first 20 stay, {min(overlaps):.2f} at least; "
            f"{sum(one.broken for one in figures.canaries)} break a promise"
        )
    yield f"suspicious reactions left out: {figures.poisoned:.1%}"


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0
