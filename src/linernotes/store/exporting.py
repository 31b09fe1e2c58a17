"""All that is kept of a listener, as rows: the same that forgetting takes out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from linernotes.store import schema
from linernotes.store.facts import LISTENER

Rows = list[dict[str, Any]]


def rows_of_listener(connection: Connection, name: str) -> dict[str, Rows] | None:
    """What is kept of this listener, by table, oldest first; None for one who is not known."""
    listeners, answers = schema.listeners, schema.answers
    who = connection.execute(select(listeners.c.id).where(listeners.c.name == name)).scalar()
    if who is None:
        return None
    theirs = select(answers.c.id).where(answers.c.listener_id == who)
    source = f"{LISTENER}{name}"
    of_table: dict[str, tuple[Table, ColumnElement[bool]]] = {
        "listener": (listeners, listeners.c.id == who),
        "sayings": (schema.sayings, schema.sayings.c.listener_id == who),
        "events": (schema.events, schema.events.c.listener_id == who),
        "answers": (answers, answers.c.listener_id == who),
        "picks": (schema.picks, schema.picks.c.answer_id.in_(theirs)),
        "corrections": (schema.corrections, schema.corrections.c.listener_id == who),
        "mixes": (schema.mixes, schema.mixes.c.listener_id == who),
        "notes": (schema.descriptions, schema.descriptions.c.model == source),
        "facts": (schema.facts, schema.facts.c.source == source),
    }
    return {what: _rows(connection, table, own) for what, (table, own) in of_table.items()}


def _rows(connection: Connection, table: Table, own: ColumnElement[bool]) -> Rows:
    statement = select(table).where(own).order_by(*table.primary_key.columns)
    return [
        {name: value for name, value in row.items() if name != "listener_id"}
        for row in connection.execute(statement).mappings()
    ]
