"""Which column of a table holds what: the names that catalogues use. ``docs/tables.md`` tells the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# By what a column holds; of several columns that hold the same, the first here that has a value is taken.
COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "track_id"),
    "title": ("title", "name", "track_name", "track_title", "song", "song_name", "song_title"),
    "artist": ("artists", "artist", "artist_name", "artist_names", "track_artist"),
    "album": ("album", "album_name", "album_title", "track_album_name"),
    "album_artist": ("album_artist", "albumartist"),
    "track_number": ("track_number", "tracknumber"),
    "disc_number": ("disc_number", "discnumber"),
    "year": (
        "year",
        "release_year",
        "release_date",
        "album_release_date",
        "track_album_release_date",
        "date",
    ),
    "genre": ("genres", "genre", "track_genre"),
    "playlist_genre": ("playlist_genres", "playlist_genre"),
    "mood": ("moods", "mood"),
    "instrument": ("instruments", "instrument"),
    "vocals": ("vocals", "voice"),
    "country": ("country", "artist_country"),
    "language": ("language",),
    "decade": ("decades", "decade"),
    "live": ("live",),
    "tempo_bpm": ("tempo_bpm", "tempo", "bpm"),
    "key": ("key",),
    "mode": ("mode",),
    "energy": ("energy",),
    "valence": ("valence",),
    "danceability": ("danceability",),
    "acousticness": ("acousticness",),
    "instrumentalness": ("instrumentalness",),
    "loudness_lufs": ("loudness_lufs", "lufs"),
    "duration_s": ("duration_s", "duration_seconds", "duration_sec", "duration", "length"),
    "duration_ms": ("duration_ms", "length_ms"),
    "popularity": ("popularity", "track_popularity"),
    "fame": ("fame",),
    "isrc": ("isrc",),
    "musicbrainz_recording_id": ("musicbrainz_recording_id", "recording_mbid", "musicbrainz_trackid", "mbid"),
    "musicbrainz_artist_id": ("musicbrainz_artist_id", "artist_mbid", "artist_mbids", "musicbrainz_artistid"),
    "musicbrainz_release_id": ("musicbrainz_release_id", "release_mbid", "musicbrainz_albumid"),
    "audio_path": ("audio_path", "path", "file", "filename"),
}
# What an editor judges rather than looks up, for tables read with ``editors=True``.
EDITORIAL = frozenset({"genre", "mood", "instrument", "vocals", "country", "decade", "fame"})

_MEANING_BY_NAME = {name: meaning for meaning, names in COLUMN_NAMES.items() for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of one table: those understood, best first by what they hold, and those ignored."""

    by_meaning: Mapping[str, tuple[str, ...]]
    ignored: tuple[str, ...]


def meaning_of(column: str) -> str | None:
    """What a column of this name holds, one of ``COLUMN_NAMES``; case, blanks and dashes do not matter."""
    return _MEANING_BY_NAME.get(_plain(column))


def understand_columns(names: Iterable[str]) -> Columns:
    """Sorts the column names of a table by what they hold."""
    by_meaning: dict[str, list[str]] = {}
    ignored = []
    for name in dict.fromkeys(names):
        meaning = meaning_of(name)
        if meaning is None:
            ignored.append(name)
        else:
            by_meaning.setdefault(meaning, []).append(name)
    ranked = {
        meaning: tuple(sorted(columns, key=lambda column: COLUMN_NAMES[meaning].index(_plain(column))))
        for meaning, columns in by_meaning.items()
    }
    return Columns(by_meaning=ranked, ignored=tuple(ignored))


def _plain(column: str) -> str:
    return re.sub(r"[\s_.-]+", "_", column.strip()).casefold()
