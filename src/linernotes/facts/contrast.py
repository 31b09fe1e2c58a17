"""What is unusual about an artist or a genre, held against the library as a whole."""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from linernotes.types import FactSheet

THAN_MOST = " than most of the library"
MOST_PHRASES = 2

# Our own choices, made for phrases that a listener who knows the library would nod at.
KNOWN_SHARE = 0.3
"""A fact is told of the whole when it is known of so many of the tracks."""
_FEWEST_TRACKS = 3
_FEWEST_IN_LIBRARY = 20
_SHARE_FACTOR = 1.5
_SHARE_POINTS = 0.2
_LEAST_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where the middle half of the library's tracks lies: lower quartile, median, upper quartile."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySummary:
    """The library as one: what an artist or a genre is held against.

    ``spread_by_field`` is by field of FactSheet; ``minor`` and ``instrumental`` are shares of the tracks of
    which the key, or the voice, is known. What is known of too few tracks is left out, or None.
    """

    spread_by_field: Mapping[str, Spread]
    minor: float | None = None
    instrumental: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """A number with the words for both its ends; ``least`` is the difference that is worth a word."""

    field: str
    lower: str | None
    higher: str
    least: float


_AXES = (
    _Axis(field="tempo_bpm", lower="slower", higher="faster", least=6.0),
    _Axis(field="loudness_lufs", lower="quieter", higher="louder", least=2.0),
    _Axis(field="energy", lower="calmer", higher="more energetic", least=0.1),
    _Axis(field="valence", lower="darker", higher="brighter", least=0.1),
    _Axis(field="year", lower="older", higher="newer", least=5.0),
    _Axis(field="duration_s", lower="shorter tracks", higher="longer tracks", least=30.0),
    _Axis(field="acousticness", lower=None, higher="more acoustic", least=0.15),
    _Axis(field="danceability", lower=None, higher="more danceable", least=0.1),
)
_QUIET = frozenset({"slower", "quieter", "calmer"})
_LOUD = frozenset({"faster", "louder", "more energetic"})
_SAD = frozenset({"darker", "more often in minor"})
_GLAD = frozenset({"brighter", "more often in major"})
_OPPOSED = ((_QUIET, _LOUD), (_SAD, _GLAD))
"""Phrases that are true side by side at times, and read as a contradiction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remark:
    """``strength`` is 1 where the difference is just clear enough."""

    phrase: str
    strength: float


def summarise_library(sheets: Iterable[FactSheet]) -> LibrarySummary:
    """The whole library, or a fair sample of it; a fact counts when 20 tracks and three in ten have it."""
    sheets = tuple(sheets)
    spreads = {axis.field: _spread(_numbers(sheets, axis.field), len(sheets)) for axis in _AXES}
    return LibrarySummary(
        spread_by_field={name: spread for name, spread in spreads.items() if spread},
        minor=_library_share(_in_minor(sheets), len(sheets)),
        instrumental=_library_share(_without_voice(sheets), len(sheets)),
    )


def stands_out(sheets: Sequence[FactSheet], library: LibrarySummary) -> tuple[str, ...]:
    """What sets these tracks apart, as up to two phrases, the clearest first; often none.

    A number stands out when its median lies beyond the library's quartile, and far enough from the
    library's median to be noticed (6 bpm, 2 LU, .1 of energy ...). A share (of minor keys, of instrumental
    tracks) does when it is six in ten ("mostly"), 1.5 times the library's and 20 points above it.
    Three tracks must have the fact, and three in ten. Of phrases that contradict each other ("calmer",
    "louder") the clearer one stays.
    """
    remarks = [*_remarks_on_numbers(sheets, library), *_remarks_on_shares(sheets, library)]
    chosen: list[str] = []
    for remark in sorted(remarks, key=lambda one: -one.strength):
        if len(chosen) < MOST_PHRASES and not any(_contradict(remark.phrase, other) for other in chosen):
            chosen.append(remark.phrase)
    return tuple(f"{phrase}{THAN_MOST}" for phrase in chosen)


def summary_hash(library: LibrarySummary) -> str:
    """The same as long as the library as a whole stays much as it is: 16 hex digits.

    Numbers count in steps of half the difference that is worth a word, shares in steps of five points.
    """
    steps = [
        round(value / (axis.least / 2))
        for axis in _AXES
        if (spread := library.spread_by_field.get(axis.field))
        for value in (spread.low, spread.middle, spread.high)
    ]
    shares = [
        share if share is None else round(share * 20) for share in (library.minor, library.instrumental)
    ]
    told = repr((sorted(library.spread_by_field), steps, shares))
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def is_enough(known: Sequence[object], total: int) -> bool:
    """Whether a fact is known of enough of these tracks to be told of them all."""
    return bool(known) and len(known) >= KNOWN_SHARE * total


# --- numbers ---------------------------------------------------------------------------------------


def _numbers(sheets: Sequence[FactSheet], field: str) -> list[float]:
    values = (getattr(sheet, field) for sheet in sheets)
    return [float(value) for value in values if value is not None]


def _spread(known: Sequence[float], total: int) -> Spread | None:
    if len(known) < _FEWEST_IN_LIBRARY or not is_enough(known, total):
        return None
    low, middle, high = statistics.quantiles(known, n=4, method="inclusive")
    return Spread(low=low, middle=middle, high=high)


def _remarks_on_numbers(sheets: Sequence[FactSheet], library: LibrarySummary) -> Iterator[_Remark]:
    for axis in _AXES:
        spread = library.spread_by_field.get(axis.field)
        known = _numbers(sheets, axis.field)
        if spread is None or len(known) < _FEWEST_TRACKS or not is_enough(known, len(sheets)):
            continue
        typical = statistics.median(known)
        is_lower = typical < spread.middle
        phrase, quartile = (axis.lower, spread.low) if is_lower else (axis.higher, spread.high)
        is_beyond = typical < quartile if is_lower else typical > quartile
        distance = abs(typical - spread.middle)
        if phrase and is_beyond and distance >= axis.least:
            usual = max(abs(quartile - spread.middle), axis.least)
            yield _Remark(phrase=phrase, strength=distance / usual)


# --- shares ----------------------------------------------------------------------------------------


def _in_minor(sheets: Sequence[FactSheet]) -> list[bool]:
    return [sheet.key.endswith(" minor") for sheet in sheets if sheet.key]


def _without_voice(sheets: Sequence[FactSheet]) -> list[bool]:
    return [sheet.vocals == "instrumental" for sheet in sheets if sheet.vocals]


def _library_share(known: Sequence[bool], total: int) -> float | None:
    if len(known) < _FEWEST_IN_LIBRARY or not is_enough(known, total):
        return None
    return sum(known) / len(known)


def _remarks_on_shares(sheets: Sequence[FactSheet], library: LibrarySummary) -> Iterator[_Remark]:
    for known, usual, more, less in (
        (_in_minor(sheets), library.minor, "more often in minor", "more often in major"),
        (_without_voice(sheets), library.instrumental, "more often instrumental", "more often sung"),
    ):
        if usual is None or len(known) < _FEWEST_TRACKS or not is_enough(known, len(sheets)):
            continue
        share = sum(known) / len(known)
        for phrase, ours, theirs in ((more, share, usual), (less, 1 - share, 1 - usual)):
            is_clear = ours >= _SHARE_FACTOR * theirs and ours - theirs >= _SHARE_POINTS
            if is_clear and ours >= _LEAST_SHARE:
                yield _Remark(phrase=phrase, strength=(ours - theirs) / _SHARE_POINTS)


def _contradict(one: str, other: str) -> bool:
    return any(
        (one in left and other in right) or (one in right and other in left) for left, right in _OPPOSED
    )
