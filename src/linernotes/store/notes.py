"""The notes of songs, artists and genres, with all that were written before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from linernotes.store import schema
from linernotes.store.collections import (
    CollectionKind,
    Examined,
    Shelf,
    load_examined,
    load_shelves,
    load_unindexed,
    mark_examined,
    mark_indexed,
)
from linernotes.store.columns import now
from linernotes.store.database import Database
from linernotes.store.jobs import mark
from linernotes.store.sql import as_ids, bump_revisions, chunks
from linernotes.types import Description, Kind, NoteStatus

_table = schema.descriptions


class Notes:
    """One current note for each song, artist and genre, and the history behind it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self, descriptions: Sequence[Description], *, job_versions: Mapping[int, str] | None = None
    ) -> None:
        """Makes these the current notes of their subjects, in one transaction; the old ones stay as history.

        ``job_versions`` says for each track with which version its stage ``describe`` is now done.
        """
        last = {(note.kind, note.subject_id): note for note in descriptions}
        songs = [subject_id for kind, subject_id in last if kind == "song"]
        with self._database.write() as connection:
            _retire(connection, last)
            if last:
                connection.execute(insert(_table), [row_of_note(note) for note in last.values()])
            bump_revisions(connection, songs)
            mark(connection, "describe", job_versions or {}, "done")

    def settle(self, examined: Sequence[Examined], descriptions: Sequence[Description]) -> None:
        """Remembers that artists and genres were examined, with the new notes of some, in one transaction.

        Who changed and has no new note loses the old one: there is too little left to tell.
        """
        with self._database.write() as connection:
            _retire(connection, [(one.kind, one.id) for one in examined if one.is_changed])
            if descriptions:
                connection.execute(insert(_table), [row_of_note(note) for note in descriptions])
            mark_examined(connection, examined)

    def shelves(self, kind: CollectionKind) -> list[Shelf]:
        """Every artist, or every genre, with its answerable tracks counted, by rising id."""
        with self._database.read() as connection:
            return list(load_shelves(connection, kind))

    def examined(self, kind: CollectionKind) -> dict[int, Examined]:
        """The artists, or the genres, that were examined, by id."""
        with self._database.read() as connection:
            return load_examined(connection, kind)

    def unindexed(self) -> list[Examined]:
        """The artists and genres with another note than the index knows of."""
        with self._database.read() as connection:
            return load_unindexed(connection)

    def mark_indexed(self, examined: Sequence[Examined]) -> None:
        """Notes that the index has heard of the notes of these."""
        with self._database.write() as connection:
            mark_indexed(connection, examined)

    def current(self, kind: Kind, subject_ids: Iterable[int]) -> dict[int, Description]:
        """The current notes of these tracks, artists or genres; those without one are left out."""
        found: dict[int, Description] = {}
        with self._database.read() as connection:
            for ids in chunks(as_ids(subject_ids)):
                rows = connection.execute(
                    select(_table).where(
                        _table.c.kind == kind, _table.c.subject_id.in_(ids), _table.c.current
                    )
                )
                found.update({row.subject_id: _description(row) for row in rows})
        return found

    def counts_by_status(self, *kinds: Kind) -> dict[NoteStatus, int]:
        """How many current notes the model wrote, and how many fell back; both are always there.

        Of songs alone, unless other kinds are named.
        """
        statement = (
            select(_table.c.status, func.count())
            .where(_table.c.kind.in_(kinds or ("song",)), _table.c.current)
            .group_by(_table.c.status)
        )
        counts: dict[NoteStatus, int] = {"written": 0, "fallback": 0}
        with self._database.read() as connection:
            counts.update((status, count) for status, count in connection.execute(statement))
        return counts


def _retire(connection: Connection, subjects: Iterable[tuple[Kind, int]]) -> None:
    ids_by_kind: dict[Kind, list[int]] = {}
    for kind, subject_id in subjects:
        ids_by_kind.setdefault(kind, []).append(subject_id)
    for kind, subject_ids in ids_by_kind.items():
        for ids in chunks(subject_ids):
            connection.execute(
                update(_table)
                .where(_table.c.kind == kind, _table.c.subject_id.in_(ids), _table.c.current)
                .values(current=False)
            )


def row_of_note(note: Description) -> dict[str, object]:
    """The row of a note that becomes the current one of its subject."""
    return {
        "kind": note.kind,
        "subject_id": note.subject_id,
        "current": True,
        "template": note.template,
        "status": note.status,
        "model": note.model,
        "adapter": note.adapter,
        "prompt_version": note.prompt_version,
        "facts_hash": note.facts_hash,
        "problems": note.problems,
        "created_at": now(),
    }


def _description(row: Row[Any]) -> Description:
    return Description(
        kind=row.kind,
        subject_id=row.subject_id,
        template=row.template,
        status=row.status,
        model=row.model,
        adapter=row.adapter,
        prompt_version=row.prompt_version,
        facts_hash=row.facts_hash,
        problems=tuple(row.problems),
    )
