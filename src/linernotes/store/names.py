"""Artists, genres, and all the names of the catalogue that a request may say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

from sqlalchemy import Column, Connection, func, select

from linernotes.store import schema
from linernotes.store.facts import genre_name
from linernotes.store.records import Genre
from linernotes.store.sql import ANSWERABLE, chunks
from linernotes.types import Artist, NameEntry

_tracks = schema.tracks
_artists = schema.artists
_links = schema.track_artists
_facts = schema.facts
_genres = schema.genres
_track_genres = schema.track_genres


def artist_names(connection: Connection) -> Iterator[NameEntry]:
    """Each artist who has an answerable track, by rising id."""
    rows = connection.execute(
        select(_artists.c.id, _artists.c.name, _artists.c.key, func.count())
        .join_from(_links, _tracks)
        .join(_artists, _artists.c.id == _links.c.artist_id)
        .where(ANSWERABLE)
        .group_by(_artists.c.id, _artists.c.name, _artists.c.key)
        .order_by(_artists.c.id)
    )
    for artist_id, name, key, count in rows:
        yield NameEntry(kind="artist", name=name, key=key, ids=(artist_id,), weight=math.log1p(count))


def track_names(
    connection: Connection, kind: Literal["track", "album"], name: Column[str], key: Column[str]
) -> Iterator[NameEntry]:
    """Each title or album by rising key, with the answerable tracks that bear it; no empty names."""
    rows = connection.execute(
        select(key, name, _tracks.c.id).where(ANSWERABLE, key != "").order_by(key, _tracks.c.id)
    )
    for one_key, group in groupby(rows, key=lambda row: row[0]):
        members = list(group)
        ids = tuple(track_id for _, _, track_id in members)
        yield NameEntry(
            kind=kind, name=members[0][1] or one_key, key=one_key, ids=ids, weight=math.log1p(len(ids))
        )


def tracks_by_identifier(connection: Connection, name: str) -> dict[str, tuple[int, ...]]:
    """The answerable tracks, by rising id, for each value of the fact with this name."""
    rows = connection.execute(
        select(_facts.c.value, _facts.c.track_id)
        .distinct()
        .join(_tracks)
        .where(ANSWERABLE, _facts.c.name == name)
        .order_by(_facts.c.track_id)
    )
    found: dict[str, list[int]] = {}
    for value, track_id in rows:
        found.setdefault(value, []).append(track_id)
    return {value: tuple(track_ids) for value, track_ids in found.items()}


def artists_after(connection: Connection, artist_id: int, limit: int) -> tuple[Artist, ...]:
    """The next artists with answerable tracks behind the one with this id, by rising id."""
    rows = connection.execute(
        select(_artists.c.id, _artists.c.name, func.count())
        .join_from(_links, _tracks)
        .join(_artists, _artists.c.id == _links.c.artist_id)
        .where(ANSWERABLE, _artists.c.id > artist_id)
        .group_by(_artists.c.id, _artists.c.name)
        .order_by(_artists.c.id)
        .limit(limit)
    )
    return tuple(Artist(id=one, name=name, track_count=count) for one, name, count in rows)


def load_artists(connection: Connection, ids: Iterable[int]) -> dict[int, Artist]:
    """These artists, with the number of their answerable tracks."""
    count = (
        select(func.count())
        .select_from(_links.join(_tracks))
        .where(ANSWERABLE, _links.c.artist_id == _artists.c.id)
        .scalar_subquery()
    )
    found: dict[int, Artist] = {}
    for chunk in chunks(ids):
        rows = connection.execute(
            select(_artists.c.id, _artists.c.name, count).where(_artists.c.id.in_(chunk))
        )
        for artist_id, name, track_count in rows:
            found[artist_id] = Artist(id=artist_id, name=name, track_count=track_count)
    return found


def tracks_of_artists(connection: Connection, artist_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The answerable tracks of each of these artists, by rising id."""
    found: dict[int, list[int]] = {artist_id: [] for artist_id in artist_ids}
    for chunk in chunks(found):
        rows = connection.execute(
            select(_links.c.artist_id, _links.c.track_id)
            .join(_tracks)
            .where(ANSWERABLE, _links.c.artist_id.in_(chunk))
            .order_by(_links.c.track_id)
        )
        for artist_id, track_id in rows:
            found[artist_id].append(track_id)
    return {artist_id: tuple(track_ids) for artist_id, track_ids in found.items()}


def load_genres(connection: Connection) -> tuple[Genre, ...]:
    """The genres that an answerable track has, the commonest first."""
    count = func.count().label("track_count")
    rows = connection.execute(
        select(_genres.c.id, _genres.c.name, count)
        .join_from(_track_genres, _tracks)
        .join(_genres, _genres.c.id == _track_genres.c.genre_id)
        .where(ANSWERABLE)
        .group_by(_genres.c.id, _genres.c.name)
        .order_by(count.desc(), _genres.c.name)
    )
    return tuple(Genre(id=genre_id, name=name, track_count=tracks) for genre_id, name, tracks in rows)


def tracks_of_genre(connection: Connection, name: str) -> tuple[int, ...]:
    """The answerable tracks of this genre, those of which it is most certain first."""
    rows = connection.execute(
        select(_track_genres.c.track_id)
        .join(_tracks)
        .join(_genres)
        .where(ANSWERABLE, _genres.c.name == genre_name(name))
        .order_by(_track_genres.c.confidence.desc(), _track_genres.c.track_id)
    )
    return tuple(rows.scalars())
