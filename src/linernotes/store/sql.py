"""The few forms of SQL that the whole store shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Insert, Table, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from linernotes.store.schema import tracks

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
Values = dict[str, Any]

CHUNK = 2_000
"""Values in one IN list; SQLite takes at most 32,766 parameters in a statement."""

LARGEST_ID = 2**63 - 1

ANSWERABLE: ColumnElement[bool] = and_(~tracks.c.missing, ~tracks.c.unplayable)
"""Tracks that may stand in an answer."""


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists of at most CHUNK; nothing for no values."""
    remaining = iter(values)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def as_ids(ids: Iterable[int]) -> list[int]:
    """The ids once each, in order, as Python's integers; what cannot be an id is left out."""
    return [value for value in dict.fromkeys(int(one) for one in ids) if 0 < value <= LARGEST_ID]


def upsert(
    connection: Connection,
    table: Table,
    key: Sequence[str],
    change: Sequence[str] = (),
    **expressions: ColumnElement[Any],
) -> Insert:
    """An INSERT that changes the row which already has this key, in the columns ``change``.

    ``expressions`` give columns a value other than the new one. With neither, the row stays as it is.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert: Any = dialect.insert(table)
    updates = {name: insert.excluded[name] for name in change} | expressions
    statement: Insert
    if updates:
        statement = insert.on_conflict_do_update(index_elements=list(key), set_=updates)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=list(key))
    return statement


def look_up(
    connection: Connection,
    known: Column[K],
    wanted: Column[V],
    values: Iterable[K],
    *conditions: ColumnElement[bool],
) -> dict[K, V]:
    """``wanted`` by ``known``, for the rows that hold one of these values and meet the conditions."""
    found: dict[K, V] = {}
    for chunk in chunks(values):
        rows = connection.execute(select(known, wanted).where(known.in_(chunk), *conditions))
        found.update((one, other) for one, other in rows)
    return found


def ensure_ids(connection: Connection, key: Column[str], row_by_key: Mapping[str, Values]) -> dict[str, int]:
    """The ids of the rows with these keys; those not yet there are added as told."""
    table = key.table
    assert isinstance(table, Table)
    ids = look_up(connection, key, table.c.id, row_by_key)
    new = [row for one, row in sorted(row_by_key.items()) if one not in ids]
    if new:
        connection.execute(upsert(connection, table, [key.name]), new)
        ids = look_up(connection, key, table.c.id, row_by_key)
    return ids


def bump_revisions(connection: Connection, track_ids: Iterable[int]) -> None:
    """Counts one more change of each of these tracks."""
    for ids in chunks(track_ids):
        connection.execute(update(tracks).where(tracks.c.id.in_(ids)).values(revision=tracks.c.revision + 1))
