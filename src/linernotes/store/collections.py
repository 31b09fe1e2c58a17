"""Artists and genres as subjects of notes: which there are, and what their notes were last held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Column, Connection, Table, and_, func, select, update

from linernotes.store import schema
from linernotes.store.columns import now
from linernotes.store.sql import ANSWERABLE, chunks, upsert

CollectionKind = Literal["artist", "genre"]

_table = schema.collections
_tracks = schema.tracks
_jobs = schema.jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """An artist or a genre with its answerable tracks, counted.

    ``with_audio`` of them have a recording, ``heard`` were listened to. ``signature`` is another one
    whenever a track comes, goes or changes.
    """

    kind: CollectionKind
    id: int
    name: str
    tracks: int
    with_audio: int
    heard: int
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An artist or a genre whose note was held against its tracks, whether or not it was written anew.

    ``signature`` says which tracks those were; "" leaves it to be examined again. ``is_changed`` says that
    it has another note now, or none any more, of which the index must hear.
    """

    kind: CollectionKind
    id: int
    version: str
    signature: str
    is_changed: bool


def load_shelves(connection: Connection, kind: CollectionKind) -> Iterator[Shelf]:
    """Every artist, or every genre, with an answerable track, by rising id."""
    own, link, linked = _tables(kind)
    heard = and_(_jobs.c.track_id == _tracks.c.id, _jobs.c.stage == "audio", _jobs.c.state == "done")
    rows = connection.execute(
        select(
            own.c.id,
            own.c.name,
            func.count().label("tracks"),
            func.count(_tracks.c.audio_path).label("with_audio"),
            func.count(_jobs.c.track_id).label("heard"),
            func.sum(_tracks.c.revision).label("revisions"),
            func.sum(_tracks.c.id).label("ids"),
        )
        .join_from(link, _tracks, _tracks.c.id == link.c.track_id)
        .join(own, own.c.id == linked)
        .outerjoin(_jobs, heard)
        .where(ANSWERABLE)
        .group_by(own.c.id, own.c.name)
        .order_by(own.c.id)
    )
    for row in rows:
        yield Shelf(
            kind=kind,
            id=row.id,
            name=row.name,
            tracks=row.tracks,
            with_audio=row.with_audio,
            heard=row.heard,
            signature=f"{row.tracks}:{row.revisions}:{row.ids}",
        )


def load_examined(connection: Connection, kind: CollectionKind) -> dict[int, Examined]:
    """What was examined, by id; ``is_changed`` is true where the index has not heard of the note yet."""
    rows = connection.execute(select(_table).where(_table.c.kind == kind))
    return {row.subject_id: _examined(row) for row in rows}


def load_unindexed(connection: Connection) -> list[Examined]:
    """Those with another note than the index knows of."""
    rows = connection.execute(
        select(_table).where(~_table.c.indexed).order_by(_table.c.kind, _table.c.subject_id)
    )
    return [_examined(row) for row in rows]


def mark_examined(connection: Connection, examined: Sequence[Examined]) -> None:
    """Remembers these; what the index has not heard of yet stays so."""
    examined_at = now()
    for is_changed in (True, False):
        rows = [
            {
                "kind": one.kind,
                "subject_id": one.id,
                "version": one.version,
                "signature": one.signature,
                "indexed": not is_changed,
                "examined_at": examined_at,
            }
            for one in examined
            if one.is_changed == is_changed
        ]
        change = ["version", "signature", "examined_at", *(["indexed"] if is_changed else [])]
        if rows:
            connection.execute(upsert(connection, _table, ["kind", "subject_id"], change), rows)


def mark_indexed(connection: Connection, examined: Iterable[Examined]) -> None:
    """Notes that the index has heard of the notes of these."""
    ids_by_kind: dict[CollectionKind, list[int]] = {}
    for one in examined:
        ids_by_kind.setdefault(one.kind, []).append(one.id)
    for kind, kind_ids in ids_by_kind.items():
        for ids in chunks(kind_ids):
            meant = (_table.c.kind == kind) & _table.c.subject_id.in_(ids)
            connection.execute(update(_table).where(meant).values(indexed=True))


def _tables(kind: CollectionKind) -> tuple[Table, Table, Column[Any]]:
    if kind == "artist":
        return schema.artists, schema.track_artists, schema.track_artists.c.artist_id
    return schema.genres, schema.track_genres, schema.track_genres.c.genre_id


def _examined(row: Any) -> Examined:
    return Examined(
        kind=row.kind,
        id=row.subject_id,
        version=row.version,
        signature=row.signature,
        is_changed=not row.indexed,
    )
