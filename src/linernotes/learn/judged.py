"""Answers as they were judged: what was shown, what was liked and what was not, and what is held back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from linernotes.listener import is_said, value_of
from linernotes.store import ReactedAnswer

HELD_OUT: Final = 0.2
"""The latest answers, which nothing is trained on: whether what was learned from the past holds later."""
MOST_HELD: Final = 20
"""Answers of one listener that are measured at most, so that nobody decides alone what is promoted."""

_Key = tuple[int, bool, date]

NEW_FOR: Final = timedelta(days=7)
"""So long a listener counts as new."""
BURST: Final = 5
"""New listeners that say the same of one song in a day: from so many on it is looked at."""
FEW: Final = 3
"""Reactions of a listener who came for one song, at most."""
DAYS_SHARE: Final = 0.2
LOUD: Final = 20
"""A song with so many like reactions of new listeners in a day, and this share of all of that day's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An answer: ``shown`` best first; ``values`` what its listener thinks of some of it, -1 to 1, not 0."""

    id: int
    parent_id: int | None
    listener_id: int
    is_new: bool
    at: datetime
    request: Mapping[str, Any]
    shown: tuple[int, ...]
    values: Mapping[int, float]

    @property
    def text(self) -> str:
        """What was asked."""
        return str(self.request.get("text", ""))

    @property
    def has_liked(self) -> bool:
        """Whether anything in it was liked."""
        return any(value > 0 for value in self.values.values())


def judged(answers: Sequence[ReactedAnswer]) -> tuple[Judged, ...]:
    """The answers with a reaction that says something, in their order.

    Of a track the latest word counts, and where nothing was said the latest deed: a like holds however often
    the track is skipped later.
    """
    found = (_judged(answer) for answer in answers)
    return tuple(one for one in found if one.values and one.text)


def _judged(answer: ReactedAnswer) -> Judged:
    shown = set(answer.track_ids)
    done: dict[int, float] = {}
    said: dict[int, float] = {}
    for event in answer.events:
        value = value_of(event)
        if event.track_id in shown and value is not None:
            (said if is_said(event) else done)[event.track_id] = value
    values = {**done, **said}
    return Judged(
        id=answer.id,
        parent_id=answer.parent_id,
        listener_id=answer.listener_id,
        is_new=answer.at - answer.since < NEW_FOR,
        at=answer.at,
        request=answer.request,
        shown=answer.track_ids,
        values={track_id: value for track_id, value in values.items() if value},
    )


# --- reactions that come in bursts


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The answers without suspicious reactions; ``dropped`` of ``reactions`` were, on these songs."""

    answers: tuple[Judged, ...]
    reactions: int
    dropped: int
    songs: tuple[int, ...]


def cleaned(answers: Sequence[Judged]) -> Cleaned:
    """The answers without reactions that come in a burst, from new listeners, to one song.

    Those are dropped whose listeners came for little else, and all of a song that takes a large share of a
    day's reactions.
    """
    breadth = Counter(one.listener_id for one in answers for _ in one.values)
    days = Counter((one.at.date(), value > 0) for one in answers for value in one.values.values())
    told = [_Told(one, track_id, value > 0) for one in answers for track_id, value in one.values.items()]
    narrow = _crowds(told, lambda one: breadth[one.answer.listener_id] <= FEW)
    loud = _crowds(told, lambda _: True)

    def is_suspicious(one: _Told) -> bool:
        came_for_it = breadth[one.answer.listener_id] <= FEW and len(narrow.get(one.key, ())) >= BURST
        crowd = len(loud.get(one.key, ()))
        shouted = crowd >= LOUD and crowd >= DAYS_SHARE * days[one.answer.at.date(), one.is_liked]
        return one.answer.is_new and (came_for_it or shouted)

    bad = {(one.answer.id, one.track_id) for one in told if is_suspicious(one)}
    kept = [_without(one, bad) for one in answers]
    return Cleaned(
        answers=tuple(one for one in kept if one.values),
        reactions=len(told),
        dropped=len(bad),
        songs=tuple(sorted({track_id for _, track_id in bad})),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    answer: Judged
    track_id: int
    is_liked: bool

    @property
    def key(self) -> _Key:
        return self.track_id, self.is_liked, self.answer.at.date()


def _crowds(told: Sequence[_Told], counts: Callable[[_Told], bool]) -> dict[_Key, set[int]]:
    """The new listeners that said the same of a song on a day."""
    crowds: dict[_Key, set[int]] = defaultdict(set)
    for one in told:
        if one.answer.is_new and counts(one):
            crowds[one.key].add(one.answer.listener_id)
    return crowds


def _without(answer: Judged, bad: Collection[tuple[int, int]]) -> Judged:
    """The answer as if these tracks had not been in it: what is only untouched counts as passed over."""
    gone = {track_id for track_id in answer.values if (answer.id, track_id) in bad}
    if not gone:
        return answer
    kept = {track_id: value for track_id, value in answer.values.items() if track_id not in gone}
    return replace(answer, values=kept, shown=tuple(one for one in answer.shown if one not in gone))


# --- what is held back


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """What is trained on, and the later answers that are only measured, both oldest first."""

    taught: tuple[Judged, ...]
    held: tuple[Judged, ...]


def parted(answers: Sequence[Judged]) -> Parted:
    """The answers, oldest first, parted in time; of those held back, ones with a liked track are measured."""
    begin = len(answers) - round(HELD_OUT * len(answers))
    count: Counter[int] = Counter()
    held: list[Judged] = []
    for one in reversed(answers[begin:]):
        if one.has_liked and count[one.listener_id] < MOST_HELD:
            count[one.listener_id] += 1
            held.append(one)
    return Parted(taught=tuple(answers[:begin]), held=tuple(held[::-1]))
