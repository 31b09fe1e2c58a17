"""Answers with what was done with their picks: what learning starts from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from linernotes.store import schema
from linernotes.store.database import Database
from linernotes.store.listeners import event_of
from linernotes.store.sql import chunks
from linernotes.types import Event

_answers, _events, _picks, _listeners = schema.answers, schema.events, schema.picks, schema.listeners


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactedAnswer:
    """An answer, what was shown, best first, and what its listener did with it and did not undo.

    Events are in the order in which they came. ``since`` is when that listener came, by our clock, whatever
    the events say.
    """

    id: int
    parent_id: int | None
    listener_id: int
    since: datetime
    at: datetime
    request: dict[str, Any]
    track_ids: tuple[int, ...]
    events: tuple[Event, ...]


class Reacted:
    """All answers that somebody reacted to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def answers(self, most: int) -> tuple[ReactedAnswer, ...]:
        """The latest ``most`` with a reaction of their own listener, oldest first.

        What others did with an answer is not taken for a reaction to it.
        """
        statement = (
            select(_answers, _listeners.c.created_at.label("since"))
            .join(_listeners)
            .where(_answers.c.id.in_(select(_events.c.answer_id).where(_events.c.answer_id.is_not(None))))
            .order_by(_answers.c.id.desc())
            .limit(most)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()[::-1]
            shown = _shown(connection, [row.id for row in rows])
            events = _events_of(connection, [row.id for row in rows])
        return tuple(
            ReactedAnswer(
                id=row.id,
                parent_id=row.parent_id,
                listener_id=row.listener_id,
                since=row.since,
                at=row.created_at,
                request=row.request,
                track_ids=tuple(shown[row.id]),
                events=tuple(events[row.id]),
            )
            for row in rows
            if events[row.id]
        )


def _shown(connection: Connection, answer_ids: Sequence[int]) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for chunk in chunks(answer_ids):
        statement = (
            select(_picks.c.answer_id, _picks.c.track_id)
            .where(_picks.c.answer_id.in_(chunk))
            .order_by(_picks.c.answer_id, _picks.c.position)
        )
        for answer_id, track_id in connection.execute(statement):
            found[answer_id].append(track_id)
    return found


def _events_of(connection: Connection, answer_ids: Sequence[int]) -> defaultdict[int, list[Event]]:
    found: defaultdict[int, list[Event]] = defaultdict(list)
    for chunk in chunks(answer_ids):
        statement = (
            select(_events, _listeners.c.name)
            .join(_listeners, _listeners.c.id == _events.c.listener_id)
            .join(_answers, _answers.c.id == _events.c.answer_id)
            .where(
                _events.c.answer_id.in_(chunk),
                _events.c.listener_id == _answers.c.listener_id,
                _events.c.undone_by.is_(None),
                _events.c.kind != "undo",
            )
            .order_by(_events.c.id)
        )
        for row in connection.execute(statement):
            found[row.answer_id].append(event_of(row))
    return found
