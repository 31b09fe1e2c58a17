"""How long the answer is: so many songs, or so many minutes of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.rank.ranking import KnownTracks, Ranking, take
from linernotes.types import Limit

SHORTEST_SONG_MINUTES: Final = 2.0
"""Of the songs that fill a playlist few are shorter; so many of them are looked at for it."""

MOST_TRACKS: Final = 500

NEAR_ENOUGH_MINUTES: Final = 5.0
"""So much less than was asked for is not worth a message: about a song."""

LENGTHS_UNKNOWN: Final = "the length of none of these songs is known, so the minutes were not counted"

LOOK_AHEAD: Final = 40
"""How many tracks that do not fit in the time left may be passed over for a later one that does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long an answer is meant to be: ``tracks`` picks at most, and the minutes where they were asked for.

    Equal ends of the minutes mean "so many, as near as can be".
    """

    tracks: int
    asked: bool
    per_artist: int | None = None
    low_minutes: float | None = None
    high_minutes: float | None = None

    @property
    def timed(self) -> bool:
        """Whether minutes were asked for."""
        return self.low_minutes is not None or self.high_minutes is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The final picks and what has to be said about their number."""

    ranking: Ranking
    messages: tuple[str, ...]


def length_of(limits: Sequence[Limit], n: int | None = None, *, default: int = 20) -> Length:
    """How long the answer should be: ``n`` of the caller, else the request's number, else the default.

    A request for minutes alone gets as many tracks as it takes.
    """
    by_name = {limit.name: limit for limit in limits}
    minutes, tracks = by_name.get("total_minutes"), by_name.get("tracks")
    each = by_name.get("tracks_per_artist")
    low, high = (minutes.low, minutes.high) if minutes else (None, None)
    count = n if n is not None else _count(tracks, default)
    asked = n is not None or tracks is not None
    if minutes and not asked:
        most_minutes = min(high or low or 0.0, MOST_TRACKS * SHORTEST_SONG_MINUTES)
        count = math.ceil(most_minutes / SHORTEST_SONG_MINUTES) + 1
    return Length(
        tracks=min(max(count, 1), MOST_TRACKS),
        asked=asked,
        per_artist=int(each.high) if each and each.high else None,
        low_minutes=low,
        high_minutes=high,
    )


def _count(tracks: Limit | None, default: int) -> int:
    if tracks is None:
        return default
    if tracks.high is not None and tracks.low is None:
        return min(default, int(tracks.high))
    return max(int(tracks.low or 1), default if tracks.high is None else 1)


def limits(ranking: Ranking, length: Length, *, tracks: KnownTracks, conditions: int = 0) -> Cut:
    """The first tracks of the ranking, as many as were asked for, or as fill the minutes asked for.

    ``conditions`` says how many conditions there were, for the message when too few tracks are left.
    """
    if not length.timed:
        cut = take(ranking, range(min(length.tracks, len(ranking))))
        return Cut(ranking=cut, messages=_too_few(cut, length, conditions))
    if len(ranking) and all(_duration_s(tracks, track_id) is None for track_id in ranking.ids):
        cut = take(ranking, range(min(length.tracks, len(ranking))))
        return Cut(ranking=cut, messages=(LENGTHS_UNKNOWN,))
    rows = _fill(ranking, length, tracks)
    cut = take(ranking, rows)
    return Cut(ranking=cut, messages=_too_short(cut, length, tracks, conditions))


def _fill(ranking: Ranking, length: Length, tracks: KnownTracks) -> list[int]:
    """Rows from the top whose known durations come closest to the minutes.

    Tracks of unknown length cannot be counted and are left out. Where only an upper end was asked for, or a
    range, it is never passed; where the ends are equal, one more track is taken if that comes nearer.
    """
    seconds = {
        row: duration
        for row, track_id in enumerate(ranking.ids)
        if (duration := _duration_s(tracks, track_id)) is not None
    }
    most = 60 * (length.high_minutes if length.high_minutes is not None else length.low_minutes or 0.0)
    rows: list[int] = []
    passed: list[int] = []
    total = 0.0
    for row, duration in seconds.items():
        if len(rows) >= length.tracks or len(passed) >= LOOK_AHEAD or total >= most:
            break
        if total + duration <= most:
            rows.append(row)
            total += duration
        else:
            passed.append(row)
    if length.high_minutes is None or length.high_minutes == length.low_minutes:
        rows += _one_more(passed, seconds, most - total, must=length.high_minutes is None)
    return sorted(rows)


def _duration_s(tracks: KnownTracks, track_id: np.int64) -> float | None:
    track = tracks.get(int(track_id))
    return track.sheet.duration_s if track else None


def _one_more(passed: list[int], seconds: Mapping[int, float], missing: float, *, must: bool) -> list[int]:
    """The passed-over track that comes nearest to the time, if nearer than without; any for a least."""
    if not passed or missing <= 0:
        return []
    nearest = min(passed, key=lambda row: abs(seconds[row] - missing))
    return [nearest] if must or abs(seconds[nearest] - missing) < missing else []


def _too_few(cut: Ranking, length: Length, conditions: int) -> tuple[str, ...]:
    if doubt := _unverified(cut, conditions):
        return (doubt,)
    n = len(cut)
    if n >= length.tracks:
        return ()
    if not conditions:
        return (f"only {n} song{_s(n)} {_were(n)} found" if n else "nothing was found",)
    number = f"only {n} song{_s(n)}" if n else "no song"
    return (f"{number} {_were(n or 1)} found that keep{'' if n > 1 else 's'} all your conditions",)


def _too_short(cut: Ranking, length: Length, tracks: KnownTracks, conditions: int) -> tuple[str, ...]:
    minutes = sum(_duration_s(tracks, track_id) or 0.0 for track_id in cut.ids) / 60
    wanted = length.low_minutes or 0.0
    doubt = _unverified(cut, conditions)
    missing = f"only {minutes:.0f} of {wanted:.0f} minutes could be filled"
    return tuple(text for text in (doubt, missing if minutes < wanted - NEAR_ENOUGH_MINUTES else "") if text)


def _unverified(cut: Ranking, conditions: int) -> str:
    known = int(cut.verified.sum())
    if not conditions or known == len(cut):
        return ""
    if not known:
        return "no song is known to keep all your conditions; of these, a fact is missing"
    others = len(cut) - known
    return (
        f"{known} song{_s(known)} {'is' if known == 1 else 'are'} known to keep all your conditions; "
        f"for the other{f' {others}' if others > 1 else ''} a fact is missing"
    )


def _s(n: int) -> str:
    return "" if n == 1 else "s"


def _were(n: int) -> str:
    return "was" if n == 1 else "were"
