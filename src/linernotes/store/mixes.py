"""The mixes that listeners saved: requests to be asked again, each with the answer that it had last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from linernotes.errors import InputError
from linernotes.store import schema
from linernotes.store.columns import now
from linernotes.store.database import Database
from linernotes.store.listeners import ensure_listener
from linernotes.store.records import StoredMix
from linernotes.store.sql import ANSWERABLE, LARGEST_ID

_mixes = schema.mixes
_listeners = schema.listeners


class Mixes:
    """Every saved mix. ``state`` says what the library and its listeners were like when it was asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self,
        listener: str,
        *,
        name: str,
        request: str,
        options: Mapping[str, object],
        fresh: bool,
        answer_id: int,
        state: str,
    ) -> int:
        """Keeps a mix and gives its id; a new listener is added. ``options`` are an object of JSON."""
        with self._database.write() as connection:
            values = {
                "listener_id": ensure_listener(connection, listener),
                "name": name,
                "request": request,
                "options": options,
                "fresh": fresh,
                "answer_id": answer_id,
                "state": state,
                "created_at": now(),
                "asked_at": now(),
            }
            return int(connection.execute(insert(_mixes).returning(_mixes.c.id), values).scalar_one())

    def load(self, mix_id: int) -> StoredMix:
        """The mix with this id. Raises InputError when there is none."""
        within = mix_id if 0 < mix_id <= LARGEST_ID else 0  # no row has id 0
        with self._database.read() as connection:
            row = connection.execute(_named().where(_mixes.c.id == within)).first()
        if row is None:
            raise _unknown(mix_id)
        return _stored(row)

    def of(self, listener: str) -> tuple[StoredMix, ...]:
        """The mixes of this listener, the latest first; () for an unknown one."""
        own = _named().where(_listeners.c.name == listener.strip()).order_by(_mixes.c.id.desc())
        with self._database.read() as connection:
            return tuple(map(_stored, connection.execute(own)))

    def renew(self, mix_id: int, answer_id: int, state: str) -> None:
        """Notes the answer that a mix has now, and what all was like then."""
        values = {"answer_id": answer_id, "state": state, "asked_at": now()}
        with self._database.write() as connection:
            connection.execute(update(_mixes).where(_mixes.c.id == mix_id).values(values))

    def keep_fresh(self, mix_id: int, fresh: bool) -> None:
        """Says whether a mix is to be asked anew. Raises InputError for an unknown one."""
        with self._database.write() as connection:
            changed = connection.execute(update(_mixes).where(_mixes.c.id == mix_id).values(fresh=fresh))
        if not changed.rowcount:
            raise _unknown(mix_id)

    def delete(self, mix_id: int) -> None:
        """Takes a mix out; its answers stay. Raises InputError for an unknown one."""
        with self._database.write() as connection:
            gone = connection.execute(delete(_mixes).where(_mixes.c.id == mix_id))
        if not gone.rowcount:
            raise _unknown(mix_id)

    def music(self) -> str:
        """What changes when songs come or go: how many there are, and which came last."""
        tracks = schema.tracks
        counted = select(func.count(), func.max(tracks.c.id)).select_from(tracks).where(ANSWERABLE)
        with self._database.read() as connection:
            count, latest = connection.execute(counted).one()
        return f"{count} songs to {latest or 0}"


def _named() -> Select[Any]:
    return select(_mixes, _listeners.c.name.label("listener")).join(_listeners)


def _stored(row: Row[Any]) -> StoredMix:
    return StoredMix(
        id=row.id,
        listener=row.listener,
        name=row.name,
        request=row.request,
        options=row.options,
        fresh=row.fresh,
        answer_id=row.answer_id,
        state=row.state,
        created_at=row.created_at,
        asked_at=row.asked_at,
    )


def _unknown(mix_id: int) -> InputError:
    return InputError(f"there is no mix {mix_id}: was it deleted?")
