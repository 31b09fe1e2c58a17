"""The library that simulated listeners ask: made of their songs once, and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from linernotes.config import Settings
from linernotes.evaluate.simulated.songs import Songs, name_of
from linernotes.ingest import OnProgress, silent
from linernotes.library import Library

_AS_THEY_ARE: Final = (
    "title", "artists", "album", "release_date", "duration_ms", "popularity", "tempo", "key", "mode",
    "energy", "valence", "danceability", "acousticness",
)  # fmt: skip
"""Columns of the songs' table that a table of a library may have, too, under the same names."""


def library_of(songs: Songs, settings: Settings, folder: Path, *, on_progress: OnProgress = silent) -> Path:
    """Where the library of these songs lies, which is made or brought up to date; it has no notes."""
    table = "".join(f"{_line(row)}\n" for row in songs.rows)
    home = folder / f"listeners-{hashlib.blake2b(table.encode(), digest_size=8).hexdigest()}"
    own = replace(settings, library_dir=home / "library", database_url="", notes_for="none")
    with Library(own) as library:
        source = home / "catalogue.jsonl"
        source.write_text(table, encoding="utf-8")
        library.add(source, on_progress=on_progress)
    return own.library_dir


def rows_by_track(songs: Songs, library: Library) -> dict[int, int]:
    """Which of the songs each track of the library is."""
    row_by_name = {name_of(row["title"], row["artists"]): at for at, row in enumerate(songs.rows)}
    found = {track.id: row_by_name.get(name_of(track.title, track.artists)) for track in library.tracks()}
    return {track_id: row for track_id, row in found.items() if row is not None}


def _line(row: Mapping[str, object]) -> str:
    genres = [*_texts(row["playlist_subgenres"]), *_texts(row["playlist_genres"])]
    told = {"id": row["track_id"], **{name: row[name] for name in _AS_THEY_ARE}, "genres": genres}
    return json.dumps(told, ensure_ascii=False)


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
