"""The last guard of every exclusion and limit: each pick is held against the conditions once more.

The index has chosen by them already. This is other code, one track at a time and plain to read, because a
pick that breaks a promise is a bug whatever its score.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import numpy as np

from linernotes.rank.ranking import KnownTrack, KnownTracks, Ranking, ordered, take
from linernotes.types import Condition, FactSheet

log = logging.getLogger(__name__)

TELLING_WHEN_EMPTY: Final = frozenset({"styles", "artist_ids"})
"""Fields of several values of which "none" is an answer: a title would say so."""

ANY_VOICE: Final = "vocals"
"""Excluded, it stands for every voice, whatever it is called; only this is none:"""
NO_VOICE: Final = "instrumental"

YEARS_OF_A_DECADE: Final = 9


class Kept(Enum):
    """What the facts say about a condition."""

    YES = "kept"
    NO = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A ranking that breaks no condition, and which promises cannot be confirmed for which track."""

    ranking: Ranking
    unverified_by_id: Mapping[int, tuple[str, ...]]


def promises(ranking: Ranking, conditions: Sequence[Condition], *, tracks: KnownTracks) -> Promised:
    """The ranking without tracks known to break a condition, those known to keep all of them first.

    The order is otherwise left alone. A track that is not among ``tracks`` left the index in the meantime
    and is dropped.
    """
    rows: list[int] = []
    unverified: dict[int, tuple[str, ...]] = {}
    for row, track_id in enumerate(map(int, ranking.ids)):
        if track_id not in tracks:
            log.info("track %d left the index while it was ranked", track_id)
            continue
        states = [(condition, kept(condition, tracks[track_id], track_id)) for condition in conditions]
        broken = _in_state(states, Kept.NO)
        if broken:
            log.warning("track %d breaks %s and was dropped late", track_id, broken)
            continue
        rows.append(row)
        if unknown := _in_state(states, Kept.UNKNOWN):
            unverified[track_id] = unknown
    left = take(ranking, rows)
    sure = np.array([int(track_id) not in unverified for track_id in left.ids], dtype=bool)
    left = replace(left, verified=left.verified & sure)
    return Promised(
        ranking=take(left, np.argsort(~left.verified, kind="stable")), unverified_by_id=unverified
    )


def asked_alone(ranking: Ranking, conditions: Sequence[Condition], *, tracks: KnownTracks) -> Ranking:
    """The ranking held against these conditions instead of those that it was found for, in its new order."""
    unheld = ordered(replace(ranking, verified=np.ones(len(ranking), dtype=bool)))
    return promises(unheld, conditions, tracks=tracks).ranking


def _in_state(states: Sequence[tuple[Condition, Kept]], wanted: Kept) -> tuple[str, ...]:
    return tuple(dict.fromkeys(condition.promise for condition, state in states if state is wanted))


def kept(condition: Condition, track: KnownTrack, track_id: int) -> Kept:
    """Whether the track keeps the condition, as far as its facts tell."""
    if condition.field == "track_id":
        return _kept_by_values(condition, (track_id,))
    if condition.field == "artist_ids":
        return _kept_by_values(condition, track.artist_ids)
    if condition.field == "year" and track.sheet.year is None:
        told = _kept_by_decades(condition, track.sheet)
        return Kept.YES if told is Kept.UNKNOWN and condition.if_known else told
    value: tuple[str | int, ...] | str | float | None = getattr(track.sheet, condition.field)
    if value is None or (value == () and condition.field not in TELLING_WHEN_EMPTY):
        return Kept.YES if condition.if_known else Kept.UNKNOWN
    if isinstance(value, tuple):
        return _kept_by_values(condition, value)
    if condition.excluded or condition.uncertain:
        return _kept_by_values(condition, (value,))
    assert not isinstance(value, str), f"a range over {condition.field}, which holds words"
    return Kept.YES if _in_range(condition, value) != condition.outside else Kept.NO


def _kept_by_values(condition: Condition, values: Sequence[str | float]) -> Kept:
    if any(value in condition.excluded for value in values):
        return Kept.NO
    if condition.field == "vocals" and ANY_VOICE in condition.excluded and NO_VOICE not in values:
        return Kept.NO
    return Kept.UNKNOWN if any(value in condition.uncertain for value in values) else Kept.YES


def _in_range(condition: Condition, value: float) -> bool:
    low = -math.inf if condition.low is None else condition.low
    high = math.inf if condition.high is None else condition.high
    return low <= value <= high


def _kept_by_decades(condition: Condition, sheet: FactSheet) -> Kept:
    """A song without a year of its own is from one of the decades in which the artist was active."""
    states = {
        Kept.YES if _in_range(condition, year) != condition.outside else Kept.NO
        for decade in sheet.decades
        for year in range(decade, decade + YEARS_OF_A_DECADE + 1)
    }
    if not states:
        return Kept.YES if condition.if_known else Kept.UNKNOWN
    return states.pop() if len(states) == 1 else Kept.UNKNOWN
