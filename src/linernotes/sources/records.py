"""One row of a table as a track."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from linernotes.sources import cells
from linernotes.sources.cells import UnfitError
from linernotes.sources.columns import EDITORIAL, Columns
from linernotes.sources.places import fs_path, storable_path
from linernotes.sources.rows import Row
from linernotes.sources.values import is_placeholder
from linernotes.types import Fact, FactValue, SourceItem

EDITORS_CONFIDENCE = 0.6
# Playlists hold more than their genre; an instrumentalness of .5 to 1 is an estimate (our own choices).
_PLAYLIST_GENRE_CONFIDENCE = 0.5
_INSTRUMENTALNESS_CONFIDENCE = 0.6
KEY_AS_TITLE = 0.1
"""Confidence of a title that is none, but the key of its row."""


@dataclass(frozen=True, slots=True)
class _Field:
    """How the cells of one meaning become facts called ``fact``."""

    fact: str
    read: Callable[[object], Sequence[FactValue]]
    unit: str | None = None
    most_confidence: float = 1.0


def _number(name: str, unit: str | None = None) -> _Field:
    return _Field(name, cells.one(partial(cells.number_of, name)), unit)


def _whole(name: str) -> _Field:
    return _Field(name, cells.one(partial(cells.whole_of, name)))


def _seconds_of_ms(value: object) -> float | None:
    duration_ms = cells.number_of("duration_ms", value)
    return None if duration_ms is None else duration_ms / 1000


# In this order; a later field gives way to an earlier one with the same fact.
_FIELDS: Mapping[str, _Field] = {
    "artist": _Field("artist", cells.artists_of),
    "album": _Field("album", cells.one(cells.text_of)),
    "album_artist": _Field("album_artist", cells.one(cells.text_of)),
    "track_number": _whole("track_number"),
    "disc_number": _whole("disc_number"),
    "year": _Field("year", cells.one(cells.year_of)),
    "genre": _Field("genre", cells.items_of),
    "playlist_genre": _Field("genre", cells.items_of, most_confidence=_PLAYLIST_GENRE_CONFIDENCE),
    "mood": _Field("mood", cells.items_of),
    "instrument": _Field("instrument", cells.items_of),
    "vocals": _Field("vocals", cells.one(cells.vocals_of)),
    "instrumentalness": _Field(
        "vocals",
        cells.one(cells.vocals_of_instrumentalness),
        most_confidence=_INSTRUMENTALNESS_CONFIDENCE,
    ),
    "country": _Field("country", cells.one(cells.country_of)),
    "language": _Field("language", cells.one(cells.language_of)),
    "decade": _Field("decade", cells.decades_of),
    "live": _Field("live", cells.one(cells.live_of)),
    "tempo_bpm": _number("tempo_bpm", "bpm"),
    "energy": _number("energy"),
    "valence": _number("valence"),
    "danceability": _number("danceability"),
    "acousticness": _number("acousticness"),
    "loudness_lufs": _number("loudness_lufs", "LUFS"),
    "duration_s": _Field("duration_s", cells.one(cells.duration_of), "s"),
    "duration_ms": _Field("duration_s", cells.one(_seconds_of_ms), "s"),
    "fame": _whole("fame"),
    "isrc": _Field("isrc", cells.one(cells.isrc_of)),
    "musicbrainz_recording_id": _Field("musicbrainz_recording_id", lambda cell: cells.uuids_of(cell)[:1]),
    "musicbrainz_artist_id": _Field("musicbrainz_artist_id", cells.uuids_of),
    "musicbrainz_release_id": _Field("musicbrainz_release_id", lambda cell: cells.uuids_of(cell)[:1]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the rows of one table are to be read; ``folder`` is where relative paths begin."""

    columns: Columns
    folder: Path
    source: str
    confidence: float
    editors: bool
    popularity_is_percent: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that could not be used, in words for the user."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one row says; ``item`` is None if it has neither title nor artist."""

    key: str
    item: SourceItem | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    column: str
    value: object


@dataclass(frozen=True, slots=True)
class _Audio:
    path: str
    size_bytes: int
    modified_ns: int


def row_key(number: int) -> str:
    """The key of a row without an id of its own."""
    return f"row-{number}"


def read_record(row: Row, reading: Reading) -> Record:
    """The track of one row, and which of its cells could not be used."""
    key = _text(row, reading, "id") or row_key(row.number)
    found = [*_facts(row, reading), *_special_facts(row, reading)]
    facts = [one for one in found if isinstance(one, Fact)]
    problems = [one for one in found if isinstance(one, Problem)]
    title = _text(row, reading, "title")
    has_title = title is not None and not is_placeholder("title", title)
    if not has_title and not any(fact.name == "artist" for fact in facts):
        return Record(key=key, item=None, problems=())
    audio = _audio(row, reading)
    if isinstance(audio, Problem):
        problems, audio = [*problems, audio], None
    confidence = reading.confidence if has_title else KEY_AS_TITLE
    title_fact = Fact(name="title", value=title or key, source=reading.source, confidence=confidence)
    item = SourceItem(
        key=key,
        facts=(title_fact, *facts),
        audio_path=audio.path if audio else None,
        size_bytes=audio.size_bytes if audio else None,
        modified_ns=audio.modified_ns if audio else None,
    )
    return Record(key=key, item=item, problems=tuple(problems))


def _cell(row: Row, reading: Reading, meaning: str) -> _Cell | None:
    """The first cell of this meaning that holds something."""
    for column in reading.columns.by_meaning.get(meaning, ()):
        value = row.cells.get(column)
        if not cells.is_missing(value):
            return _Cell(column, value)
    return None


def _text(row: Row, reading: Reading, meaning: str) -> str | None:
    cell = _cell(row, reading, meaning)
    return None if cell is None else cells.text_of(cell.value)


def _problem(row: Row, cell: _Cell, err: UnfitError) -> Problem:
    return Problem(cell.column, f"{cell.column} {err.shown} in row {row.number}: {err.cure}")


def _facts(row: Row, reading: Reading) -> Iterator[Fact | Problem]:
    """The facts for which one cell is enough."""
    told: set[str] = set()
    for meaning, how in _FIELDS.items():
        cell = _cell(row, reading, meaning)
        if cell is None or how.fact in told:
            continue
        try:
            values = how.read(cell.value)
        except UnfitError as err:
            yield _problem(row, cell, err)
            continue
        told.update([how.fact] * bool(values))
        yield from (_fact(how, meaning, value, reading) for value in values)


def _fact(how: _Field, meaning: str, value: FactValue, reading: Reading) -> Fact:
    by_editors = reading.editors and meaning in EDITORIAL
    source = "editors" if by_editors else reading.source
    confidence = EDITORS_CONFIDENCE if by_editors else min(reading.confidence, how.most_confidence)
    return Fact(name=how.fact, value=value, source=source, confidence=confidence, unit=how.unit)


def _special_facts(row: Row, reading: Reading) -> Iterator[Fact | Problem]:
    """The key, which needs its mode, and the popularity, which needs to know its scale."""
    for name, read in (("key", _key), ("popularity", _popularity)):
        cell = _cell(row, reading, name)
        if cell is None:
            continue
        try:
            value = read(row, reading, cell)
        except UnfitError as err:
            yield _problem(row, cell, err)
            continue
        if value is not None:
            yield Fact(name=name, value=value, source=reading.source, confidence=reading.confidence)


def _key(row: Row, reading: Reading, cell: _Cell) -> str | None:
    mode = _cell(row, reading, "mode")
    return cells.key_of(cell.value, mode.value if mode else None)


def _popularity(_row: Row, reading: Reading, cell: _Cell) -> float | None:
    number = cells.number_of("popularity", cell.value)
    if number is None:
        return None
    return number / 100 if reading.popularity_is_percent or number > 1 else number


def _audio(row: Row, reading: Reading) -> _Audio | Problem | None:
    """The recording of a row, where its path leads to a file."""
    cell = _cell(row, reading, "audio_path")
    name = None if cell is None else cells.path_of(cell.value)
    if cell is None or name is None:
        return None
    path = reading.folder / fs_path(name)
    try:
        status = path.stat()
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        return _problem(row, cell, UnfitError(repr(name[:200]), "there is no such file"))
    if not stat.S_ISREG(status.st_mode):
        return _problem(row, cell, UnfitError(repr(name[:200]), "this is no regular file"))
    return _Audio(storable_path(path), status.st_size, status.st_mtime_ns)
