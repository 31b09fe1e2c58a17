"""Who may come in from elsewhere: accounts of listeners, their passwords, tokens and sessions, as digests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, or_, select, update

from linernotes.errors import InputError, NotFoundError
from linernotes.store import schema
from linernotes.store.administering import administrators, check_others_administer
from linernotes.store.columns import now
from linernotes.store.database import Database
from linernotes.store.listeners import ensure_listener
from linernotes.store.records import Account, Secret, SecretKind

_listeners = schema.listeners
_accounts = schema.accounts
_secrets = schema.secrets
_ACCOUNTS = select(_accounts, _listeners.c.name).join(_listeners)
_SECRETS = select(_secrets, _listeners.c.name.label("listener")).join(
    _listeners, _listeners.c.id == _secrets.c.listener_id
)


class Accounts:
    """The accounts. Somebody always administers where there are any: the first one, unless others do, too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, password_hash: str | None, *, administers: bool = False) -> Account:
        """An account for this listener, added when new; the first one administers in any case.

        Raises InputError for what is no name, or has an account.
        """
        with self._database.write() as connection:
            listener_id = ensure_listener(connection, name)
            if _one(connection, name) is not None:
                raise InputError(f"{name.strip()} has an account already: linernotes account password NAME")
            values = {
                "listener_id": listener_id,
                "administers": administers or administrators(connection) == 0,
                "password_hash": password_hash,
                "created_at": now(),
            }
            connection.execute(insert(_accounts), values)
            return _known(connection, name)

    def set_password(self, name: str, password_hash: str) -> None:
        """Another password; who is logged in with the one before has to log in again."""
        with self._database.write() as connection:
            _known(connection, name)
            own = _accounts.c.listener_id == _id_of(name).scalar_subquery()
            connection.execute(update(_accounts).where(own).values(password_hash=password_hash))
            connection.execute(delete(_secrets).where(_of(name), _secrets.c.kind == "session"))

    def remove(self, name: str) -> None:
        """Takes the account away, with its tokens; what the listener did and likes stays.

        Raises InputError where nobody would administer the accounts that are left.
        """
        with self._database.write() as connection:
            _known(connection, name)
            check_others_administer(connection, name)
            connection.execute(delete(_secrets).where(_of(name)))
            connection.execute(
                delete(_accounts).where(_accounts.c.listener_id == _id_of(name).scalar_subquery())
            )

    def check_may_go(self, name: str) -> None:
        """Raises InputError where nobody would administer the accounts that are left without this one."""
        with self._database.read() as connection:
            check_others_administer(connection, name)

    def all(self) -> tuple[Account, ...]:
        """Every account, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(_ACCOUNTS.order_by(_accounts.c.created_at, _accounts.c.listener_id))
            return tuple(map(_account, rows))

    def named(self, name: str) -> Account | None:
        """The account of this listener, if there is one."""
        with self._database.read() as connection:
            return _one(connection, name)

    def let_in(self) -> int:
        """How many accounts have a password or a token that holds: who could come in."""
        token = select(_secrets.c.id).where(
            _secrets.c.listener_id == _accounts.c.listener_id,
            _secrets.c.kind == "token",
            _secrets.c.expires_at > now(),
        )
        way_in = or_(_accounts.c.password_hash.is_not(None), token.exists())
        with self._database.read() as connection:
            statement = select(func.count()).select_from(_accounts).where(way_in)
            return connection.execute(statement).scalar_one()

    # --- secrets

    def issue(self, name: str, kind: SecretKind, digest: str, *, called: str, expires_at: datetime) -> int:
        """Keeps the digest of a new secret and gives its number; sessions that have expired go.

        Raises NotFoundError for who has no account.
        """
        with self._database.write() as connection:
            _known(connection, name)
            over = (_secrets.c.kind == "session", _secrets.c.expires_at <= now())
            connection.execute(delete(_secrets).where(*over))
            values = {
                "listener_id": connection.execute(_id_of(name)).scalar_one(),
                "kind": kind,
                "name": called,
                "digest": digest,
                "created_at": now(),
                "expires_at": expires_at,
            }
            return int(connection.execute(insert(_secrets).returning(_secrets.c.id), values).scalar_one())

    def bearer(self, kind: SecretKind, digest: str) -> Account | None:
        """Whose secret this is, if it still holds."""
        holds = (_secrets.c.kind == kind, _secrets.c.digest == digest, _secrets.c.expires_at > now())
        statement = _ACCOUNTS.join(_secrets, _secrets.c.listener_id == _accounts.c.listener_id).where(*holds)
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        return None if row is None else _account(row)

    def tokens(self) -> tuple[Secret, ...]:
        """Every token that is kept, the oldest first, whether it still holds or not."""
        statement = _SECRETS.where(_secrets.c.kind == "token").order_by(_secrets.c.id)
        with self._database.read() as connection:
            return tuple(map(_secret, connection.execute(statement)))

    def revoke(self, number: int) -> None:
        """Takes a token back. Raises NotFoundError for a number that none has."""
        with self._database.write() as connection:
            own = (_secrets.c.id == number, _secrets.c.kind == "token")
            if not connection.execute(delete(_secrets).where(*own)).rowcount:
                raise NotFoundError(f"there is no token {number}: linernotes token list names them")

    def end(self, digest: str) -> None:
        """Ends a session; nothing happens where there is none."""
        with self._database.write() as connection:
            connection.execute(
                delete(_secrets).where(_secrets.c.digest == digest, _secrets.c.kind == "session")
            )


def _id_of(name: str) -> Select[tuple[int]]:
    return select(_listeners.c.id).where(_listeners.c.name == name.strip())


def _of(name: str) -> ColumnElement[bool]:
    return _secrets.c.listener_id == _id_of(name).scalar_subquery()


def _one(connection: Connection, name: str) -> Account | None:
    row = connection.execute(_ACCOUNTS.where(_listeners.c.name == name.strip())).first()
    return None if row is None else _account(row)


def _known(connection: Connection, name: str) -> Account:
    account = _one(connection, name)
    if account is None:
        raise NotFoundError(f"{name.strip()!r} has no account: linernotes account add NAME")
    return account


def _account(row: Row[Any]) -> Account:
    return Account(
        listener=row.name,
        administers=row.administers,
        password_hash=row.password_hash,
        created_at=row.created_at,
    )


def _secret(row: Row[Any]) -> Secret:
    return Secret(
        id=row.id,
        listener=row.listener,
        kind=row.kind,
        name=row.name,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
