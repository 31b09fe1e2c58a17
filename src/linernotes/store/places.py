"""Where sources are, when their folders get other names or are joined."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, literal, select, update

from linernotes.store import schema
from linernotes.store.columns import clean_text

_tracks = schema.tracks
_sources = schema.sources


def relocate(connection: Connection, source_id: int, location: str) -> None:
    """Gives a folder source its new name; see ``Catalogue.relocate``."""
    of_source = _sources.c.id == source_id
    old = connection.execute(select(_sources.c.location).where(of_source)).scalar_one()
    connection.execute(update(_sources).where(of_source).values(location=location))
    begin, new_begin = old.rstrip("/") + "/", clean_text(location).rstrip("/") + "/"
    path = _tracks.c.audio_path
    connection.execute(
        update(_tracks)
        .where(_tracks.c.source_id == source_id, func.substr(path, 1, len(begin)) == begin)
        .values(audio_path=literal(new_begin) + func.substr(path, len(begin) + 1))
    )


def take_in(connection: Connection, source_id: int, part_id: int, folder: str) -> None:
    """Makes one source a folder of another; see ``Catalogue.take_in``."""
    key = literal(clean_text(folder) + "/") + _tracks.c.key
    of_part = _tracks.c.source_id == part_id
    connection.execute(update(_tracks).where(of_part).values(source_id=source_id, key=key))
    connection.execute(delete(schema.failures).where(schema.failures.c.source_id == part_id))
    connection.execute(delete(_sources).where(_sources.c.id == part_id))
