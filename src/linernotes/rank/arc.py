"""The order of an answer: "start calm, end loud", "oldest first"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from linernotes.rank.ranking import KnownTrack, KnownTracks, Ranking, take
from linernotes.types import FactSheet
from linernotes.words import lexicon

Shape = Literal["rising", "falling", "peak"]
_LOW: Final = frozenset(
    [
        *("calm", "calmly", "calmer", "quiet", "quietly", "quieter", "soft", "softly", "softer", "slow"),
        *("slowly", "slower", "easy", "low", "mellow", "chill", "gentle", "sleepy", "relaxed", "down"),
    ]
)
_HIGH: Final = frozenset(
    [
        *("loud", "louder", "fast", "faster", "energetic", "high", "heavy", "heavier", "lively", "livelier"),
        *("upbeat", "dancing", "intense", "wild", "hard", "harder", "big", "party"),
    ]
)
_PACE: Final = frozenset({"slow", "slower", "fast", "faster", "tempo", "bpm", "pace"})
_OLDEST = re.compile(
    r"oldest (?:to newest|first)|chronological|by (?:year|date|release)|order of release", re.I
)
_NEWEST = re.compile(r"newest (?:to oldest|first)|reverse chronological", re.I)
_START = re.compile(r"\b(?:start|begin|warm up|first half|from|order(?:ed)? from|sort(?:ed)? from)", re.I)
_TEMPO_RANGE: Final = (60.0, 180.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """Which number of the tracks shall rise, fall, or rise and fall again."""

    field: Literal["energy", "tempo_bpm", "year"]
    shape: Shape


def arc_of(order: str) -> Arc | None:
    """What a wish about the order means; None for one that no fact tells of ("shuffled")."""
    if _NEWEST.search(order):
        return Arc(field="year", shape="falling")
    if _OLDEST.search(order):
        return Arc(field="year", shape="rising")
    words = re.findall(r"\w+", order.casefold())
    levels = [word in _HIGH for word in words if word in _HIGH or word in _LOW]
    field: Literal["energy", "tempo_bpm"] = (
        "tempo_bpm" if levels and all(word in _PACE for word in words if word in _HIGH | _LOW) else "energy"
    )
    if "middle" in words:
        return Arc(field=field, shape="peak")
    if "build" in order.casefold():
        return Arc(field=field, shape="rising")
    if not levels:
        return None
    if len(levels) > 1 and levels[0] != levels[-1]:
        return Arc(field=field, shape="rising" if levels[-1] else "falling")
    begins = bool(_START.match(order)) and "end" not in words
    return Arc(field=field, shape="rising" if levels[0] != begins else "falling")


def arc(ranking: Ranking, wish: Arc, *, tracks: KnownTracks) -> Ranking:
    """The tracks in the order that was wished for, those of which the number is not known after the others.

    Tracks known to keep every promise stay before those of which that is not known.
    """
    levels = [_level(tracks.get(int(track_id)), wish) for track_id in ranking.ids]
    rows: list[int] = []
    for verified in (True, False):
        own = [row for row in range(len(ranking)) if bool(ranking.verified[row]) == verified]
        known = {row: level for row in own if (level := levels[row]) is not None}
        rows += _in_shape(known, wish.shape)
        rows += [row for row in own if row not in known]
    return take(ranking, np.array(rows, dtype=np.intp))


def _in_shape(level_by_row: Mapping[int, float], shape: Shape) -> list[int]:
    rising = sorted(level_by_row, key=lambda row: (level_by_row[row], row))
    if shape == "rising":
        return rising
    if shape == "falling":
        return rising[::-1]
    return [*rising[::2], *rising[1::2][::-1]]


def _level(track: KnownTrack | None, wish: Arc) -> float | None:
    if track is None:
        return None
    if wish.field == "energy":
        return _energy(track.sheet)
    value: float | None = getattr(track.sheet, wish.field)
    return value


def _energy(sheet: FactSheet) -> float | None:
    """As measured; else as its moods mean; else by its tempo."""
    if sheet.energy is not None:
        return sheet.energy
    meant = [level for mood in sheet.moods if (level := _meant(mood)) is not None]
    if meant:
        return sum(meant) / len(meant)
    if sheet.tempo_bpm is None:
        return None
    low, high = _TEMPO_RANGE
    return min(max((sheet.tempo_bpm - low) / (high - low), 0.0), 1.0)


def _meant(mood: str) -> float | None:
    """The middle of the energies that a mood stands for."""
    term = lexicon().term("mood", mood)
    for target in term.targets if term else ():
        if target.name == "energy" and target.value is None:
            low = 0.0 if target.low is None else target.low
            high = 1.0 if target.high is None else target.high
            return (low + high) / 2
    return None
