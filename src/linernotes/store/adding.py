"""How tracks enter the catalogue, keep their identity when they move, and forget what no longer holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from linernotes.store import schema
from linernotes.store.columns import clean_text, now
from linernotes.store.facts import (
    AUDIO,
    FROM_AUDIO,
    FROM_SOURCE,
    JOINED,
    LISTENER,
    corrected_years,
    fill_durations,
    refresh_years,
    replace_facts,
)
from linernotes.store.records import ArtistName, NewTrack
from linernotes.store.sql import chunks, ensure_ids, look_up, upsert
from linernotes.types import SourceItem

_tracks = schema.tracks
_OVERWRITTEN = (
    "title", "title_key", "album", "album_key", "year", "duration_s", "popularity", "audio_path",
    "signature", "size_bytes", "modified_ns", "missing",
)  # fmt: skip


def add_tracks(
    connection: Connection, source_id: int, rows: Sequence[NewTrack], moved: Mapping[str, int]
) -> list[int]:
    """The ids of these tracks, in their order; see ``Catalogue.upsert``."""
    row_by_key = {clean_text(row.item.key): row for row in rows}
    _move(connection, source_id, {clean_text(key): track_id for key, track_id in moved.items()}, row_by_key)
    _forget_other_sounds(connection, source_id, row_by_key)
    _write(connection, source_id, row_by_key)
    id_by_key = _ids_by_key(connection, source_id, row_by_key)
    row_by_id = {id_by_key[key]: row for key, row in row_by_key.items()}
    _link_artists(connection, row_by_id)
    _replace_source_facts(connection, row_by_id)
    refresh_years(connection, corrected_years(connection, row_by_id))
    fill_durations(connection, [track_id for track_id, row in row_by_id.items() if row.duration_s is None])
    clear_failures(connection, source_id, row_by_key)
    return [id_by_key[clean_text(row.item.key)] for row in rows]


def clear_failures(connection: Connection, source_id: int, keys: Iterable[str]) -> None:
    """Forgets the failures of these keys: they were tracks after all, or are gone."""
    table = schema.failures
    for chunk in chunks(keys):
        connection.execute(delete(table).where(table.c.source_id == source_id, table.c.key.in_(chunk)))


def _move(connection: Connection, source_id: int, moved: Mapping[str, int], keys: Collection[str]) -> None:
    """Gives tracks their new keys; a track whose key another one takes is gone, and marked missing."""
    key_by_id = {track_id: key for key, track_id in moved.items() if key in keys}
    of_source = _tracks.c.source_id == source_id
    ours = look_up(connection, _tracks.c.id, _tracks.c.key, key_by_id, of_source)
    key_by_id = {track_id: key for track_id, key in key_by_id.items() if ours.get(track_id, key) != key}
    if not key_by_id:
        return
    holder_by_key = _ids_by_key(connection, source_id, key_by_id.values())
    replaced = {holder: key for key, holder in holder_by_key.items() if holder not in key_by_id}
    statement = update(_tracks).where(_tracks.c.id == bindparam("track"))
    parked = [{"track": track_id, "key": f"\x1f{track_id}"} for track_id in key_by_id]
    connection.execute(statement, parked)
    if replaced:
        away = [{"track": track_id, "key": f"{key}\x1f{track_id}"} for track_id, key in replaced.items()]
        connection.execute(statement.values(missing=True), away)
    connection.execute(statement, [{"track": track_id, "key": key} for track_id, key in key_by_id.items()])


def _forget_other_sounds(connection: Connection, source_id: int, rows: Mapping[str, NewTrack]) -> None:
    """Where another recording took the place of the old, what was heard in the old one is dropped."""
    columns = (_tracks.c.id, _tracks.c.key, _tracks.c.signature, _tracks.c.audio_path, _tracks.c.size_bytes)
    changed: list[int] = []
    for keys in chunks(rows):
        found = connection.execute(
            select(*columns).where(_tracks.c.source_id == source_id, _tracks.c.key.in_(keys))
        )
        changed += [old.id for old in found if _is_other_sound(old, rows[old.key].item)]
    for ids in chunks(changed):
        connection.execute(delete(schema.jobs).where(schema.jobs.c.track_id.in_(ids)))
        embeddings = schema.audio_embeddings
        connection.execute(delete(embeddings).where(embeddings.c.track_id.in_(ids)))
        connection.execute(update(_tracks).where(_tracks.c.id.in_(ids)).values(unplayable=False))
        connection.execute(delete(schema.facts).where(schema.facts.c.track_id.in_(ids), FROM_AUDIO))


def _is_other_sound(old: Row[*tuple[Any, ...]], item: SourceItem) -> bool:
    if old.signature is not None and item.signature is not None:
        return bool(old.signature != item.signature)
    if old.audio_path is None or item.audio_path is None:
        return False
    return bool((old.audio_path, old.size_bytes) != (clean_text(item.audio_path), item.size_bytes))


def _write(connection: Connection, source_id: int, rows: Mapping[str, NewTrack]) -> None:
    statement = upsert(
        connection, _tracks, ["source_id", "key"], _OVERWRITTEN, revision=_tracks.c.revision + 1
    )
    added_at = now()
    values = [
        _values(row) | {"source_id": source_id, "key": key, "added_at": added_at} for key, row in rows.items()
    ]
    if values:
        connection.execute(statement, values)


def _values(row: NewTrack) -> dict[str, object]:
    item = row.item
    return {
        "title": row.title,
        "title_key": row.title_key,
        "album": row.album,
        "album_key": row.album_key,
        "year": row.year,
        "duration_s": row.duration_s,
        "popularity": row.popularity,
        "audio_path": item.audio_path,
        "signature": item.signature,
        "size_bytes": item.size_bytes,
        "modified_ns": item.modified_ns,
        "missing": False,
        "unplayable": False,
        "revision": 1,
    }


def _ids_by_key(connection: Connection, source_id: int, keys: Iterable[str]) -> dict[str, int]:
    return look_up(connection, _tracks.c.key, _tracks.c.id, keys, _tracks.c.source_id == source_id)


def _link_artists(connection: Connection, rows: Mapping[int, NewTrack]) -> None:
    """The artists of these tracks, as now told."""
    id_by_key = _ensure_artists(connection, [artist for row in rows.values() for artist in row.artists])
    table = schema.track_artists
    for ids in chunks(rows):
        connection.execute(delete(table).where(table.c.track_id.in_(ids)))
    links = [
        {"track_id": track_id, "artist_id": id_by_key[key], "position": position}
        for track_id, row in rows.items()
        for position, key in enumerate(_credit_keys(row))
    ]
    if links:
        connection.execute(insert(table), links)


def _credit_keys(row: NewTrack) -> list[str]:
    """The keys of the artists in their order of credit, once each; an empty name is nobody's."""
    return [key for key in dict.fromkeys(clean_text(artist.key) for artist in row.artists) if key]


def _ensure_artists(connection: Connection, artists: Iterable[ArtistName]) -> dict[str, int]:
    """The id of each artist by key; the first spelling of a name that was seen is the one shown."""
    row_by_key: dict[str, dict[str, str]] = {}
    for artist in artists:
        if key := clean_text(artist.key):
            row_by_key.setdefault(key, {"key": key, "name": artist.name})
    return ensure_ids(connection, schema.artists.c.key, row_by_key)


def _replace_source_facts(connection: Connection, rows: Mapping[int, NewTrack]) -> None:
    for row in rows.values():
        for fact in row.item.facts:
            if fact.source.startswith((AUDIO, JOINED, LISTENER)):
                raise ValueError(f"{row.item.key}: a source cannot claim {fact.source!r} facts")
    replace_facts(connection, {track_id: row.item.facts for track_id, row in rows.items()}, FROM_SOURCE)
    for ids in chunks(rows):  # under another name, a table may say other things of it
        connection.execute(
            delete(schema.jobs).where(schema.jobs.c.stage == "join", schema.jobs.c.track_id.in_(ids))
        )
