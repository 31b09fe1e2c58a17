"""What a listener thinks of tracks: everything they did with each, and why, as one opinion.

What was said goes before what was done: a like holds however often the track is skipped later, until it is
taken back. A reason changes what a reaction means: who skips a song because they have heard it enough, or
because it was the wrong moment, still likes it.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from linernotes.types import Event
from linernotes.words import fold

Word = tuple[str, str]
"""Family and name in the lexicon: ("mood", "calm"), ("activity", "running")."""

REASONS: Final = (
    "too-mainstream",
    "too-obscure",
    "heard-enough",
    "wrong-mood",
    "not-this-artist",
    "never-this",
)
"""Why somebody skips or dislikes; any other reason is kept, and changes nothing."""

HALF_LIFE_DAYS: Final = 90.0
"""After so long an opinion counts half: tastes change, slowly."""
LEAST_WEIGHT: Final = 0.1
TODAY_HOURS: Final = 12.0
TODAY: Final = 1.5
"""What was done today counts so much more: it tells of the mood, too."""
REST_HOURS: Final = 24.0
"""After so long, what was heard is half rested."""
ENOUGH_HOURS: Final = 60 * 24.0
"""The same for what was heard enough."""
LEAST_REST: Final = 0.02

_NOWHERE: Final[Mapping[int, frozenset[Word]]] = {}
_NOBODY: Final[Mapping[int, tuple[int, ...]]] = {}
_SAID: Final[Mapping[str, float]] = {"like": 1.0, "save": 1.0, "dislike": -1.0}
_MILDER: Final[Mapping[str, float]] = {"too-mainstream": -0.2, "too-obscure": -0.2, "not-this-artist": -0.5}
_NO_OPINION: Final = frozenset({"heard-enough", "wrong-mood"})
_PLAYED, _SKIPPED, _BROKEN_OFF = 0.35, -0.45, -0.2
_HEARD_SHARE, _BROKEN_SHARE = 0.5, 0.3
_POPULARITY: Final[Mapping[str, float]] = {"too-mainstream": -1.0, "too-obscure": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What is thought of a track: ``value`` from -1 to 1, ``weight`` how much it still counts, 0 to 1.5.

    ``situation`` is in what it was said, the latest.
    """

    track_id: int
    value: float
    weight: float
    situation: frozenset[Word] = frozenset()


@dataclass(slots=True)
class _Track:
    said: float | None = None
    said_at: float = 0.0
    said_kind: str = ""
    dropped: bool = False
    done: float = 0.0
    done_at: float = 0.0
    heard_at: float = 0.0
    enough_at: float | None = None
    artist_left: bool = False
    situation: frozenset[Word] = frozenset()
    artists: tuple[int, ...] = ()


@dataclass(slots=True)
class Opinions:
    """Opinions that grow event by event.

    ``popularity_votes`` sums "too mainstream" (-1) and "too obscure" (1).
    """

    events: int = 0
    popularity_votes: float = 0.0
    _tracks: dict[int, _Track] = field(default_factory=dict)

    def add(
        self,
        events: Iterable[Event],
        situations: Mapping[int, frozenset[Word]] = _NOWHERE,
        artists: Mapping[int, tuple[int, ...]] = _NOBODY,
    ) -> None:
        """Takes in what was done and not undone, in any order.

        ``situations`` are those of the answers, ``artists`` those of the tracks.
        """
        for event in events:
            self.events += 1
            self._add(event, situations.get(event.answer_id or 0, frozenset()))
            self._tracks[event.track_id].artists = artists.get(event.track_id, ())

    def _add(self, event: Event, situation: frozenset[Word]) -> None:
        track = self._tracks.setdefault(event.track_id, _Track())
        at, reason = event.at.timestamp(), reason_of(event)
        if at >= track.heard_at:
            track.situation = situation
        track.heard_at = max(track.heard_at, at)
        if reason == "heard-enough":
            track.enough_at = max(track.enough_at or 0.0, at)
        self.popularity_votes += _POPULARITY.get(reason, 0.0)
        value = value_of(event)
        if value is None:
            return
        if is_said(event):
            if (at, event.kind) >= (track.said_at, track.said_kind):
                track.said, track.said_at, track.said_kind = value, at, event.kind
                track.dropped = reason == "never-this" or (
                    event.kind == "dislike" and reason not in _POPULARITY
                )
                track.artist_left = reason == "not-this-artist" or (track.artist_left and value < 0)
        else:
            track.done, track.done_at = track.done + value, max(track.done_at, at)

    def opinions(self, now: datetime, most: int) -> tuple[Opinion, ...]:
        """One for each track with any, those that count most first, ``most`` at most."""
        moment = now.timestamp()
        found: list[tuple[float, int, float, float]] = []
        for track_id, track in self._tracks.items():
            value = math.tanh(track.done) if track.said is None else track.said
            if value:
                hours = max(moment - (track.done_at if track.said is None else track.said_at), 0.0) / 3600
                faded = max(0.5 ** (hours / 24 / HALF_LIFE_DAYS), LEAST_WEIGHT)
                weight = faded * TODAY if hours <= TODAY_HOURS else faded
                found.append((-weight * abs(value), track_id, value, weight))
        return tuple(
            Opinion(track_id=track_id, value=value, weight=weight, situation=self._tracks[track_id].situation)
            for _, track_id, value, weight in heapq.nsmallest(most, found)
        )

    def liked(self) -> frozenset[int]:
        """The tracks that are liked, all in all."""
        return frozenset(
            track_id
            for track_id, track in self._tracks.items()
            if (track.done if track.said is None else track.said) > 0
        )

    def dropped(self) -> frozenset[int]:
        """The tracks that are not to come back."""
        return frozenset(track_id for track_id, track in self._tracks.items() if track.dropped)

    def left_artists(self, *, from_dislikes: int) -> frozenset[int]:
        """The artists that are not to come back: one was told so of, or so many of their tracks are disliked.

        A liked track outweighs a disliked one.
        """
        disliked: Counter[int] = Counter()
        left: set[int] = set()
        for track in self._tracks.values():
            if track.artist_left:
                left.update(track.artists)
            if track.said is not None and (track.dropped or track.said >= 1.0):
                disliked.update(dict.fromkeys(track.artists, 1 if track.dropped else -1))
        return frozenset(left | {artist for artist, count in disliked.items() if count >= from_dislikes})

    def rest(self, track_ids: Iterable[int], now: datetime) -> list[float]:
        """How much each of these tracks should rest, 0 to 1, since it was just heard, or heard enough."""
        moment = now.timestamp()
        return [_rest(self._tracks.get(track_id), moment) for track_id in track_ids]


def value_of(event: Event) -> float | None:
    """What one event says of its track, -1 to 1; None for nothing, as where it was just heard enough."""
    reason = reason_of(event)
    if reason in _NO_OPINION and event.kind in {"dislike", "skip"}:
        return None
    if event.kind in {"dislike", "skip"} and reason in _MILDER:
        return _MILDER[reason]
    if event.kind in {"dislike", "skip"} and reason == "never-this":
        return -1.0
    if event.kind == "rate":
        return None if event.value is None else 2 * event.value - 1
    if event.kind == "skip":
        return _SKIPPED
    if event.kind == "play":
        heard = 1.0 if event.value is None else event.value
        return _PLAYED if heard >= _HEARD_SHARE else _BROKEN_OFF if heard < _BROKEN_SHARE else None
    return _SAID.get(event.kind)


def is_said(event: Event) -> bool:
    """Whether the listener said what they think, which goes before what they only did."""
    reason = reason_of(event)
    return event.kind in _SAID or event.kind == "rate" or reason in _MILDER or reason == "never-this"


def reason_of(event: Event) -> str:
    """The reason as it is written in REASONS, however it was typed; "" for none."""
    return fold(event.reason).replace(" ", "-") if event.reason else ""


def _rest(track: _Track | None, moment: float) -> float:
    if track is None:
        return 0.0
    rest = 0.5 ** (max(moment - track.heard_at, 0.0) / 3600 / REST_HOURS)
    if track.enough_at is not None:
        rest = max(rest, 0.5 ** (max(moment - track.enough_at, 0.0) / 3600 / ENOUGH_HOURS))
    return rest if rest >= LEAST_REST else 0.0
