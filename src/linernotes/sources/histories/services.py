"""One row of an export as a listen, whichever service it comes from; its names tell which."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache, partial

from linernotes.sources.cells import UnfitError
from linernotes.sources.histories.moments import moment_of
from linernotes.sources.values import clean_text, isrc_in, uuids_in
from linernotes.types import Listen

Cells = Mapping[str, object]
Reader = Callable[[Cells], Listen | None]
"""From a row to its listen; None for what is no song or was not meant to count. Raises UnfitError."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "artist": ("artist", "artist_name"),
    "title": ("track", "track_name", "title", "song"),
    "album": ("album", "album_name", "release_name"),
    "at": ("uts", "timestamp", "listened_at", "date", "utc_time", "time"),
    "recording_mbid": ("recording_mbid", "track_mbid"),
    "isrc": ("isrc",),
}
"""What a listen has in a table or a flat JSON object, and the names that it goes by, best first."""
_NEEDED = {"artist", "title", "at"}
_SPOTIFY_TRACK = re.compile(r"(?:spotify:track:|open\.spotify\.com/track/)(\w{22})")
_LONGEST_MS = 7 * 24 * 3600 * 1000
_SKIPPED = "fwdbtn"
"""How a stream ended when somebody pressed next; older rows say so and leave ``skipped`` open."""


@lru_cache(maxsize=256)
def reader_of(names: tuple[str, ...]) -> Reader | None:
    """What reads JSON objects with these names; None for those that are no listens."""
    held = frozenset(names)
    service = next((reader for needed, reader in _READERS if held >= needed), None)
    return service or table_reader(names)


def table_reader(names: Collection[str]) -> Reader | None:
    """What reads the rows of a table with these columns; None for one that holds no listens."""
    by_plain = {_plain(name): name for name in names}
    columns = {
        field: by_plain[known[0]]
        for field, aliases in COLUMNS.items()
        if (known := [alias for alias in aliases if alias in by_plain])
    }
    return partial(_of_columns, columns) if columns.keys() >= _NEEDED else None


def _plain(name: str) -> str:
    """lastfmstats.com puts the user's name behind the last column: ``Date#username``."""
    return re.sub(r"[\s_-]+", "_", name.partition("#")[0].strip()).casefold()


# --- the services ----------------------------------------------------------------------------------


def _of_columns(columns: Mapping[str, str], cells: Cells) -> Listen:
    values = {field: cells.get(name) for field, name in columns.items()}
    return Listen(
        artist=_name("artist", values["artist"]),
        title=_name("title", values["title"]),
        album=_text(values.get("album")),
        at=moment_of(values["at"]),
        recording_mbid=_mbid(values.get("recording_mbid")),
        isrc=_isrc(values.get("isrc")),
    )


def _of_listenbrainz(cells: Cells) -> Listen:
    told = _object(cells["track_metadata"])
    more, mapping = _object(told.get("additional_info")), _object(told.get("mbid_mapping"))
    return Listen(
        artist=_name("artist", told.get("artist_name")),
        title=_name("title", told.get("track_name")),
        album=_text(told.get("release_name")),
        at=moment_of(cells["listened_at"]),
        recording_mbid=_mbid(more.get("recording_mbid")) or _mbid(mapping.get("recording_mbid")),
        isrc=_isrc(more.get("isrc")),
        spotify_uri=_spotify_uri(more.get("spotify_id")) or _spotify_uri(more.get("origin_url")),
        played_ms=_ms(more.get("ms_played")),
    )


def _of_lastfm(cells: Cells) -> Listen:
    artist = _object(cells["artist"])
    return Listen(
        artist=_name("artist", artist.get("#text") or artist.get("name")),
        title=_name("title", cells["name"]),
        album=_text(_object(cells.get("album")).get("#text")),
        at=moment_of(_object(cells["date"]).get("uts")),
        recording_mbid=_mbid(cells.get("mbid")),
    )


def _of_spotify(cells: Cells) -> Listen | None:
    """None for podcasts and audiobooks, private sessions, and streams of which nothing was heard."""
    title = _text(cells["master_metadata_track_name"])
    if title is None or cells.get("incognito_mode"):
        return None
    is_skip = bool(cells.get("skipped")) or cells.get("reason_end") == _SKIPPED
    played_ms = _needed_ms(cells.get("ms_played"))
    if not played_ms and not is_skip:
        return None
    return Listen(
        artist=_name("artist", cells.get("master_metadata_album_artist_name")),
        title=title,
        album=_text(cells.get("master_metadata_album_album_name")),
        at=moment_of(cells.get("ts")),
        kind="skip" if is_skip else "play",
        spotify_uri=_spotify_uri(cells.get("spotify_track_uri")),
        played_ms=played_ms,
    )


def _of_spotify_account(cells: Cells) -> Listen | None:
    """The last year, as it comes with the account's data; None where nothing was heard."""
    played_ms = _needed_ms(cells.get("msPlayed"))
    if not played_ms:
        return None
    return Listen(
        artist=_name("artist", cells.get("artistName")),
        title=_name("title", cells["trackName"]),
        at=moment_of(cells["endTime"]),
        played_ms=played_ms,
    )


_READERS: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset({"listened_at", "track_metadata"}), _of_listenbrainz),
    (frozenset({"master_metadata_track_name"}), _of_spotify),
    (frozenset({"endTime", "trackName"}), _of_spotify_account),
    (frozenset({"artist", "name", "date"}), _of_lastfm),
)
"""The names that only the rows of a service have, and what reads them."""


# --- values ----------------------------------------------------------------------------------------


def _object(value: object) -> Cells:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return clean_text(value) if isinstance(value, str) else None


def _name(field: str, value: object) -> str:
    name = _text(value)
    if name is None:
        raise UnfitError(f"no {field}", "a listen has artist, title and moment")
    return name


def _mbid(value: object) -> str | None:
    return next(iter(uuids_in(value)), None) if isinstance(value, str) else None


def _isrc(value: object) -> str | None:
    return isrc_in(value) if isinstance(value, str) else None


def _spotify_uri(value: object) -> str | None:
    found = _SPOTIFY_TRACK.search(value[:200]) if isinstance(value, str) else None
    return f"spotify:track:{found[1]}" if found else None


def _ms(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < _LONGEST_MS else None


def _needed_ms(value: object) -> int:
    played_ms = _ms(value)
    if played_ms is None:
        raise UnfitError("no time played", "a stream tells it as a number of milliseconds")
    return played_ms
