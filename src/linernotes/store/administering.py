"""That somebody administers wherever there are accounts."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from linernotes.errors import InputError
from linernotes.store import schema

_accounts = schema.accounts
_listeners = schema.listeners


def administrators(connection: Connection) -> int:
    """How many accounts administer."""
    statement = select(func.count()).select_from(_accounts).where(_accounts.c.administers)
    return connection.execute(statement).scalar_one()


def check_others_administer(connection: Connection, name: str) -> None:
    """Raises InputError where nobody would administer the accounts that are left without this listener's."""
    own = select(_accounts.c.administers).join(_listeners).where(_listeners.c.name == name.strip())
    others = connection.execute(select(func.count()).select_from(_accounts)).scalar_one() - 1
    if connection.execute(own).scalar() and others and administrators(connection) == 1:
        raise InputError(f"only {name.strip()} administers: add another one with --administrator")
