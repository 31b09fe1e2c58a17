"""The listeners, and what they did with tracks."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, get_args

from sqlalchemy import Column, Connection, Row, Table, and_, case, func, insert, or_, select, update

from linernotes.errors import InputError, NotFoundError
from linernotes.store import schema
from linernotes.store.columns import now
from linernotes.store.database import Database
from linernotes.store.exporting import rows_of_listener
from linernotes.store.forgetting import forget_listener
from linernotes.store.records import Forgotten, News
from linernotes.store.sql import as_ids, chunks, look_up, upsert
from linernotes.types import Event, EventKind

LONGEST_NAME = 200
HEARD = 0.5
"""A play of at least this share was heard."""
_CLOCKS_APART = timedelta(days=1)
"""Clocks and zones of other machines may be wrong by so much."""
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode categories that no name has: control characters, lone surrogates, line and paragraph breaks."""

_table = schema.events
_listeners = schema.listeners
_sayings = schema.sayings
_IDENTITY = ("listener_id", "track_id", "kind", "at")


class Listeners:
    """People by name, and their events. A name is data: any text will do that can be shown on one line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ensure(self, name: str) -> int:
        """The id of the listener with this name, who is added when new.

        Blanks around the name do not count. Raises InputError for a name that is empty, longer than 200
        characters, or holds control characters.
        """
        with self._database.write() as connection:
            return ensure_listener(connection, name)

    def names(self) -> tuple[str, ...]:
        """The names of all listeners, in the order in which they came."""
        with self._database.read() as connection:
            return tuple(connection.execute(select(_listeners.c.name).order_by(_listeners.c.id)).scalars())

    def named(self, listener_ids: Iterable[int]) -> dict[int, str]:
        """The names of these listeners, by id; unknown ones are left out."""
        with self._database.read() as connection:
            return look_up(connection, _listeners.c.id, _listeners.c.name, listener_ids)

    def record(self, events: Sequence[Event]) -> list[int]:
        """Keeps events, in one transaction; gives their ids in order. New listeners are added.

        The same event (listener, track, kind and moment) told again keeps its id and takes the new value.
        An ``undo`` cancels the listener's latest event on that track that still holds, but a play only where
        nothing else is left. Raises InputError for an unknown track or answer, a moment without time zone,
        or a value outside 0 to 1.
        """
        if not events:
            return []
        for event in events:
            _check(event)
        with self._database.write() as connection:
            _check_known(connection, schema.tracks, [event.track_id for event in events], "track")
            answer_ids = [event.answer_id for event in events if event.answer_id is not None]
            _check_known(connection, schema.answers, answer_ids, "answer")
            listener_ids = {
                name: ensure_listener(connection, name) for name in {one.listener for one in events}
            }
            ids: list[int] = []
            for is_undo, group in groupby(events, key=lambda event: event.kind == "undo"):
                rows = [_row(event, listener_ids[event.listener]) for event in group]
                ids += _undo_all(connection, rows) if is_undo else _insert(connection, rows)
            for listener_id, count in Counter(listener_ids[one.listener] for one in events).items():
                _revise(connection, listener_id, count)
            return ids

    def events(
        self,
        name: str,
        *,
        kinds: Collection[EventKind] | None = None,
        since: datetime | None = None,
        limit: int | None = None,
        offset: int = 0,
        raw: bool = False,
    ) -> tuple[Event, ...]:
        """What this listener did and did not undo, newest first; with ``raw`` all, the undos included.

        Empty for an unknown listener. ``kinds`` are the only ones that count, ``since`` the oldest moment,
        ``offset`` is how many of the newest are passed over.
        """
        statement = (
            select(_table, _listeners.c.name)
            .join(_listeners)
            .where(_listeners.c.name == name.strip())
            .order_by(_table.c.at.desc(), _table.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        if kinds is not None:
            statement = statement.where(_table.c.kind.in_(kinds))
        if since is not None:
            statement = statement.where(_table.c.at >= since)
        if not raw:
            statement = statement.where(_table.c.undone_by.is_(None), _table.c.kind != "undo")
        with self._database.read() as connection:
            return tuple(map(event_of, connection.execute(statement)))

    def count(self, name: str) -> int:
        """How many events this listener has, the undone and the undos included; 0 for an unknown one."""
        statement = (
            select(func.count()).select_from(_table).join(_listeners).where(_listeners.c.name == name.strip())
        )
        with self._database.read() as connection:
            return connection.execute(statement).scalar_one()

    def state(self, name: str) -> tuple[int, int]:
        """A listener's id, and how many events and sayings were kept, repetitions too; (0, 0) of nobody.

        Who comes under the name of somebody forgotten has another id.
        """
        statement = select(_listeners.c.id, _listeners.c.revision).where(_listeners.c.name == name.strip())
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        return (0, 0) if row is None else (row.id, row.revision)

    def news(self, name: str, after: int = 0) -> News:
        """The events of this listener that came after the one with this id, oldest first.

        With an undo among them, what came before is no longer all true: ``holds`` is False, and the events
        are all that still count.
        """
        rows = self._rows_after(name, after)
        if not any(row.kind == "undo" for row in rows):
            return News(
                events=tuple(map(event_of, rows)),
                last=rows[-1].id if rows else after,
                holds=True,
                rows=len(rows),
            )
        every = self._rows_after(name, 0)
        counted = [row for row in every if row.kind != "undo" and row.undone_by is None]
        return News(events=tuple(map(event_of, counted)), last=every[-1].id, holds=False, rows=len(rows))

    def _rows_after(self, name: str, after: int) -> Sequence[Row[Any]]:
        statement = (
            select(_table, _listeners.c.name)
            .join(_listeners)
            .where(_listeners.c.name == name.strip(), _table.c.id > after)
            .order_by(_table.c.id)
        )
        with self._database.read() as connection:
            return connection.execute(statement).all()

    def forget(self, name: str, *, with_facts: bool = False) -> Forgotten:
        """Takes everything of a listener out of the database, in one transaction; what it was, in numbers.

        Events, sayings, answers, corrections and the notes that they wrote go. Facts that they gave tell of
        songs, and stay as those of nobody (``listener:forgotten``); ``with_facts`` they go, too. Raises
        InputError for a listener who is not known, or alone administers the accounts of others.
        """
        with self._database.write() as connection:
            forgotten = forget_listener(connection, name.strip(), with_facts=with_facts)
        if forgotten is None:
            raise NotFoundError(f"there is no listener {name!r}")
        self._database.empty_log()
        return forgotten

    def export(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """Everything that is kept of a listener, as rows by table. Raises InputError for an unknown one."""
        with self._database.read() as connection:
            rows = rows_of_listener(connection, name.strip())
        if rows is None:
            raise InputError(f"there is no listener {name!r}")
        return rows

    def count_all(self) -> int:
        """How many events there are of all listeners together."""
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(_table)).scalar_one()

    def latest(self) -> int:
        """The id of the latest event of all listeners; 0 without any."""
        with self._database.read() as connection:
            return connection.execute(select(func.max(_table.c.id))).scalar() or 0

    def liked(self) -> list[tuple[str, int, float]]:
        """Listener, track and how often it was liked, saved or heard, for all that was not disliked."""
        heard = and_(_table.c.kind == "play", func.coalesce(_table.c.value, 1.0) >= HEARD)
        good = case((_table.c.kind.in_(("like", "save")), 2.0), (heard, 1.0), else_=0.0)
        refused = _table.c.reason.in_(("never-this", "not-this-artist"))
        bad = case((or_(_table.c.kind == "dislike", refused), 1.0), else_=0.0)
        statement = (
            select(_listeners.c.name, _table.c.track_id, func.sum(good))
            .join(_listeners)
            .where(_table.c.undone_by.is_(None))
            .group_by(_listeners.c.name, _table.c.track_id)
            .having(func.sum(good) > 0, func.sum(bad) == 0)
            .order_by(_listeners.c.name, _table.c.track_id)
        )
        with self._database.read() as connection:
            return [
                (name, track_id, float(weight)) for name, track_id, weight in connection.execute(statement)
            ]

    def say(self, name: str, text: str) -> None:
        """Keeps what a listener, added when new, says of themselves. Raises InputError for nothing."""
        if not any(character.isalnum() for character in text):
            raise InputError("nothing was said: write what you like, as “calm piano, nothing loud”")
        with self._database.write() as connection:
            listener_id = ensure_listener(connection, name)
            values = {"listener_id": listener_id, "text": text.strip(), "at": now()}
            connection.execute(insert(_sayings), values)
            _revise(connection, listener_id, 1)

    def sayings(self, name: str) -> tuple[str, ...]:
        """What this listener said of themselves, oldest first; () for an unknown one."""
        statement = (
            select(_sayings.c.text)
            .join(_listeners)
            .where(_listeners.c.name == name.strip())
            .order_by(_sayings.c.id)
        )
        with self._database.read() as connection:
            return tuple(connection.execute(statement).scalars())

    def reaction(self, name: str, track_id: int) -> EventKind | None:
        """What this listener did last with a track and did not undo, beside playing it; None for nothing."""
        statement = (
            select(_table.c.kind)
            .join(_listeners)
            .where(_listeners.c.name == name.strip(), _table.c.track_id == track_id)
            .where(_table.c.undone_by.is_(None), _table.c.kind.not_in(("play", "undo")))
            .order_by(_table.c.at.desc(), _table.c.id.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            return connection.execute(statement).scalar()

    def reactions(self, answer_ids: Sequence[int]) -> tuple[Event, ...]:
        """What was done, and not undone, with the picks of these answers by anyone, oldest first."""
        statement = (
            select(_table, _listeners.c.name)
            .join(_listeners)
            .where(_table.c.answer_id.in_(answer_ids), _table.c.undone_by.is_(None), _table.c.kind != "undo")
            .order_by(_table.c.at, _table.c.id)
        )
        with self._database.read() as connection:
            return tuple(map(event_of, connection.execute(statement)))


def _revise(connection: Connection, listener_id: int, count: int) -> None:
    change = update(_listeners).where(_listeners.c.id == listener_id)
    connection.execute(change.values(revision=_listeners.c.revision + count))


def event_of(row: Row[Any]) -> Event:
    """An event from its row, with the listener's ``name``."""
    return Event(
        listener=row.name,
        kind=row.kind,
        track_id=row.track_id,
        at=row.at,
        value=row.value,
        reason=row.reason,
        answer_id=row.answer_id,
    )


def ensure_listener(connection: Connection, name: str) -> int:
    """The id of the listener with this name, added when new; raises InputError for what is no name."""
    name = checked_name(name)
    same = select(_listeners.c.id).where(_listeners.c.name == name)
    listener_id = connection.execute(same).scalar()
    if listener_id is None:
        statement = upsert(connection, _listeners, ["name"])
        connection.execute(statement, {"name": name, "created_at": now()})
        listener_id = connection.execute(same).scalar_one()
    return int(listener_id)


def checked_name(name: str) -> str:
    """The name without blanks around it; raises InputError for what is no name."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise InputError(
            f"listener {name[:40]!r} has {len(name)} characters: 1 to {LONGEST_NAME} are possible"
        )
    if any(unicodedata.category(character) in _UNPRINTABLE for character in name):
        raise InputError(f"listener {name!r} holds a control character: was it pasted from a file?")
    return name


def _check(event: Event) -> None:
    if event.kind not in get_args(EventKind):
        raise InputError(f"event {event.kind!r}: one of {', '.join(get_args(EventKind))} is needed")
    if event.at.tzinfo is None:
        raise InputError(f"event at {event.at.isoformat()}: the moment needs a time zone")
    if event.at > now() + _CLOCKS_APART:
        raise InputError(f"event at {event.at.isoformat()}: this is still to come; is a clock wrong?")
    if event.value is not None and not 0.0 <= event.value <= 1.0:
        raise InputError(f"event value {event.value}: 0 to 1 is needed; is this a percentage or stars?")


def _check_known(connection: Connection, table: Table, ids: Iterable[int], what: str) -> None:
    wanted = set(ids)
    column: Column[int] = table.c.id
    known: set[int] = set()
    for chunk in chunks(as_ids(wanted)):
        known.update(connection.execute(select(column).where(column.in_(chunk))).scalars())
    if unknown := sorted(wanted - known):
        raise NotFoundError(f"there is no {what} {unknown[0]}: is this the library it belongs to?")


def _row(event: Event, listener_id: int) -> dict[str, Any]:
    return {
        "listener_id": listener_id,
        "track_id": event.track_id,
        "kind": event.kind,
        "at": event.at.astimezone(UTC),
        "value": event.value,
        "reason": event.reason,
        "answer_id": event.answer_id,
    }


def _insert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Keeps events and gives their ids in order.

    The ids are looked up: RETURNING promises no order where some of the rows were there before.
    """
    statement = upsert(connection, _table, _IDENTITY, ["value", "reason", "answer_id"])
    connection.execute(statement, [dict(row) for row in rows])
    id_by_identity: dict[tuple[object, ...], int] = {}
    for chunk in chunks(rows):
        found = connection.execute(
            select(_table.c.id, *(_table.c[name] for name in _IDENTITY)).where(
                _table.c.listener_id.in_({row["listener_id"] for row in chunk}),
                _table.c.at.in_({row["at"] for row in chunk}),
            )
        )
        id_by_identity.update((tuple(identity), event_id) for event_id, *identity in found)
    return [id_by_identity[tuple(row[name] for name in _IDENTITY)] for row in rows]


def _undo_all(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    return [_undo(connection, row) for row in rows]


def _undo(connection: Connection, row: Mapping[str, Any]) -> int:
    """Keeps an undo and cancels what it undoes, plays last; one that is told again cancels nothing more."""
    same = [_table.c[name] == row[name] for name in _IDENTITY]
    known: int | None = connection.execute(select(_table.c.id).where(*same)).scalar()
    if known is not None:
        return known
    undo_id = _insert(connection, [row])[0]
    latest = (
        select(_table.c.id)
        .where(
            _table.c.listener_id == row["listener_id"],
            _table.c.track_id == row["track_id"],
            _table.c.kind != "undo",
            _table.c.undone_by.is_(None),
        )
        .order_by(_table.c.kind == "play", _table.c.at.desc(), _table.c.id.desc())
        .limit(1)
    )
    connection.execute(
        update(_table).where(_table.c.id == latest.scalar_subquery()).values(undone_by=undo_id)
    )
    return undo_id
