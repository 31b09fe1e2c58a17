"""Tracks as they are shown, counted, and compared with their source and with the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from linernotes.store import schema
from linernotes.store.records import CatalogueCounts, KnownFile, Revisions
from linernotes.store.sql import ANSWERABLE, chunks
from linernotes.types import Track

_tracks = schema.tracks
_links = schema.track_artists
_artists = schema.artists
_SHOWN = (
    _tracks.c.title,
    _tracks.c.album,
    _tracks.c.year,
    _tracks.c.duration_s,
    _tracks.c.popularity,
    _tracks.c.audio_path,
    _tracks.c.missing,
)


def load_known(connection: Connection, source_id: int) -> dict[str, KnownFile]:
    """Everything the source ever gave, by key."""
    columns = (
        _tracks.c.id,
        _tracks.c.size_bytes,
        _tracks.c.modified_ns,
        _tracks.c.signature,
        _tracks.c.missing,
    )
    rows = connection.execute(select(_tracks.c.key, *columns).where(_tracks.c.source_id == source_id))
    return {
        key: KnownFile(
            track_id=track_id,
            size_bytes=size_bytes,
            modified_ns=modified_ns,
            signature=signature,
            missing=missing,
        )
        for key, track_id, size_bytes, modified_ns, signature, missing in rows
    }


def load_tracks(connection: Connection, ids: Sequence[int]) -> dict[int, Track]:
    """These tracks in this order, the missing included."""
    found: dict[int, Track] = {}
    for chunk in chunks(ids):
        credits = _load_credits(connection, chunk)
        rows = connection.execute(select(_tracks.c.id, *_SHOWN).where(_tracks.c.id.in_(chunk)))
        found.update((row[0], _track(row, credits.get(row[0], []))) for row in rows)
    return {track_id: found[track_id] for track_id in ids if track_id in found}


def ids_after(connection: Connection, track_id: int, limit: int) -> list[int]:
    """The ids of the next answerable tracks behind this one, rising."""
    behind = select(_tracks.c.id).where(ANSWERABLE, _tracks.c.id > track_id)
    return list(connection.execute(behind.order_by(_tracks.c.id).limit(limit)).scalars())


def _track(row: Row[*tuple[Any, ...]], artists: Sequence[_Credit]) -> Track:
    track_id, title, album, year, duration_s, popularity, audio_path, missing = row
    return Track(
        id=track_id,
        title=title,
        artists=tuple(artist.name for artist in artists),
        artist_ids=tuple(artist.id for artist in artists),
        album=album,
        year=year,
        duration_s=duration_s,
        popularity=popularity,
        audio_path=audio_path,
        missing=missing,
    )


def load_counts(connection: Connection) -> CatalogueCounts:
    """How many tracks there are in each state."""
    present = ~_tracks.c.missing
    row = connection.execute(
        select(
            func.count().label("tracks"),
            _number(ANSWERABLE).label("answerable"),
            _number(present & _tracks.c.audio_path.is_not(None)).label("with_audio"),
            _number(_tracks.c.missing).label("missing"),
            _number(present & _tracks.c.unplayable).label("unplayable"),
        ).select_from(_tracks)
    ).one()
    return CatalogueCounts(
        tracks=row.tracks,
        answerable=row.answerable,
        with_audio=row.with_audio,
        missing=row.missing,
        unplayable=row.unplayable,
    )


def load_revisions(connection: Connection) -> Revisions:
    """The answerable tracks by rising id, and their revisions."""
    rows = connection.execute(
        select(_tracks.c.id, _tracks.c.revision).where(ANSWERABLE).order_by(_tracks.c.id)
    )
    pairs = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 2)
    return Revisions(ids=pairs[:, 0].copy(), revisions=pairs[:, 1].copy())


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


class _Credit(NamedTuple):
    id: int
    name: str


def _load_credits(connection: Connection, ids: Sequence[int]) -> dict[int, list[_Credit]]:
    """The artists of each track, in their order of credit."""
    rows = connection.execute(
        select(_links.c.track_id, _links.c.artist_id, _artists.c.name)
        .join(_artists)
        .where(_links.c.track_id.in_(ids))
        .order_by(_links.c.track_id, _links.c.position)
    )
    credits: dict[int, list[_Credit]] = {}
    for track_id, artist_id, name in rows:
        credits.setdefault(track_id, []).append(_Credit(artist_id, name))
    return credits
