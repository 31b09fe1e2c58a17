"""The index of one machine: a folder with an SQLite file for facts and vectors, and tantivy's for words."""

from __future__ import annotations

import fcntl
import json
import logging
import math
import shutil
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from linernotes.compute import uncollected
from linernotes.index.columns import SHEET_FIELDS, FactColumns, sheet_to_json, sheets_from_json
from linernotes.index.database import Database, index_error
from linernotes.index.lexical import FIELDS, TextIndex
from linernotes.index.protocol import DocumentText, IndexedTrack, Numbers, Space, VectorRows
from linernotes.index.vectors import ByteMatrix, no_hits, pack
from linernotes.types import Condition, Hits, Ids, IndexDocument, Selection, Vector

log = logging.getLogger(__name__)

FORMAT = "4:" + ",".join((*SHEET_FIELDS, "|", *FIELDS))
"""An index of another format is thrown away and made anew: it holds nothing of its own."""

_SCHEMA = (
    "create table if not exists meta (name text primary key, value text not null)",
    """create table if not exists documents (
    track_id integer primary key, revision integer not null, song_key text not null,
    album_key text not null, popularity real, artist_ids text not null, sheet text not null)""",
    """create table if not exists texts (
    track_id integer primary key, names text not null, tags text not null, prose text not null,
    meaning text not null)""",
    """create table if not exists text_vectors (
    track_id integer primary key, model text not null, hash text not null, vector blob not null)""",
    "create table if not exists audio_vectors (track_id integer primary key, vector blob not null)",
    "insert or ignore into meta values ('generation', '0')",
)
_DELETIONS = tuple(
    f"delete from {table} where track_id = ?"  # noqa: S608 - our own tables
    for table in ("documents", "texts", "text_vectors", "audio_vectors")
)
_VECTORS: dict[Space, str] = {
    "text": "select track_id, vector from text_vectors order by track_id",
    "audio": "select track_id, vector from audio_vectors order by track_id",
}
_TRACKS = (
    "select track_id, sheet, artist_ids, song_key, album_key, popularity from documents where track_id in "
)
_TEXTS = "select track_id, names, tags, prose, meaning from texts where track_id in "
_PUT_TEXT_VECTOR = """insert or replace into text_vectors select ?1, ?2, ?3, ?4
    where exists (select 1 from documents where track_id = ?1)"""
_MOST_REMEMBERED = 50_000
"""Tracks whose facts are kept decoded between requests: about 2 kB each."""
_RELOAD_SHARE = 10
"""While another process writes, what is read anew may cost a tenth of the time at most."""
_QUICK_S = 0.05
"""What is read faster than this is read anew at every change."""
_FRESH_S = 0.005
"""So long another process's writing may go unseen: within one answer the files are not asked many times."""
_VARIABLES = 900


class EmbeddedIndex:
    """An Index in a folder. Any number of threads and processes may read while one writes."""

    def __init__(self, folder: Path) -> None:
        """Opens the index in this folder; what is damaged or of another format is replaced by an empty one.

        Raises StoreError if the folder cannot be used.
        """
        self._folder = folder
        self._database = Database(folder / "facts.db")
        self._load_lock = threading.Lock()
        self._loaded: _Loaded | None = None
        self._written = 0
        self._checked_at = -math.inf
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with _alone(folder):
                self._text = self._open() or self._make_anew()
        except (OSError, sqlite3.DatabaseError, ValueError) as err:
            raise index_error(folder, err) from err

    # --- writing

    def upsert(self, documents: Sequence[IndexDocument]) -> None:
        """See ``Index.upsert``. The words are written first: a kill in between is mended by the next one."""
        if not documents:
            return
        with self._writing() as connection:
            self._text.write(documents)
            connection.executemany(
                "insert or replace into documents values (?,?,?,?,?,?,?)", map(_document_row, documents)
            )
            connection.executemany(
                "insert or replace into texts values (?,?,?,?,?)",
                [(one.track_id, one.names, one.tags, one.prose, one.meaning) for one in documents],
            )
            connection.executemany(
                "delete from audio_vectors where track_id = ?", [(one.track_id,) for one in documents]
            )
            connection.executemany(
                "insert or replace into audio_vectors values (?,?)",
                [(one.track_id, pack(one.audio_vector)) for one in documents if one.audio_vector is not None],
            )
            connection.executemany(
                _PUT_TEXT_VECTOR,
                [
                    (one.track_id, "", "", pack(one.text_vector))
                    for one in documents
                    if one.text_vector is not None
                ],
            )

    def delete(self, track_ids: Iterable[int]) -> None:
        """See ``Index.delete``."""
        ids = [int(track_id) for track_id in track_ids]
        if not ids:
            return
        with self._writing() as connection:
            self._text.write((), deleted=ids)
            for statement in _DELETIONS:
                connection.executemany(statement, [(one,) for one in ids])

    def set_text_vectors(self, track_ids: Ids, vectors: Vector, hashes: Sequence[str], model: str) -> None:
        """See ``Index.set_text_vectors``; tracks that the index does not hold are passed over."""
        rows = [
            (int(track_id), model, digest, pack(vector))
            for track_id, vector, digest in zip(track_ids, vectors, hashes, strict=True)
        ]
        if rows:
            with self._writing() as connection:
                connection.executemany(_PUT_TEXT_VECTOR, rows)

    # --- reading

    def text_hashes(self, model: str) -> dict[int, str]:
        """See ``Index.text_hashes``."""
        with self._database.reading() as connection:
            return dict(
                connection.execute("select track_id, hash from text_vectors where model = ?", (model,))
            )

    def revisions(self) -> tuple[Ids, Ids]:
        """See ``Index.revisions``."""
        with self._database.reading() as connection:
            rows = connection.execute("select track_id, revision from documents order by track_id")
            pairs = np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0].copy(), pairs[:, 1].copy()

    def count(self) -> int:
        """See ``Index.count``."""
        with self._database.reading() as connection:
            return int(connection.execute("select count(*) from documents").fetchone()[0])

    def search_text(self, query: str, k: int, allowed: Ids | None = None) -> Hits:
        """See ``Index.search_text``."""
        known = self._current().columns.ids
        return self._text.search(query, k, known if allowed is None else allowed, len(known))

    def search_vector(self, space: Space, vector: Vector, k: int, allowed: Ids | None = None) -> Hits:
        """See ``Index.search_vector``."""
        return self._current().matrices[space].search(vector, k, allowed) if k > 0 else no_hits()

    def vectors(self, space: Space, track_ids: Iterable[int]) -> VectorRows:
        """See ``Index.vectors``."""
        return self._current().matrices[space].take(track_ids)

    def select(self, conditions: Sequence[Condition]) -> Selection:
        """See ``Index.select``."""
        return self._current().columns.select(conditions)

    def find(self, field: str, values: Iterable[str | int]) -> Mapping[str | int, Ids]:
        """See ``Index.find``."""
        return self._current().columns.find(field, values)

    def number_between(self, field: str, low: float | None, high: float | None) -> Ids:
        """See ``Index.number_between``."""
        return self._current().columns.number_between(field, low, high)

    def numbers(self, field: str) -> Numbers:
        """See ``Index.numbers``."""
        return self._current().columns.numbers(field)

    def values(self, field: str) -> tuple[str | int, ...]:
        """See ``Index.values``."""
        return self._current().columns.values(field)

    def ids(self) -> Ids:
        """See ``Index.ids``."""
        return self._current().columns.ids

    def tracks(self, track_ids: Iterable[int]) -> dict[int, IndexedTrack]:
        """See ``Index.tracks``."""
        remembered = self._current().tracks
        ids = [int(track_id) for track_id in track_ids]
        read = self._read_tracks([track_id for track_id in ids if track_id not in remembered])
        if len(remembered) + len(read) <= _MOST_REMEMBERED:
            remembered.update(read)
        both = {track_id: read.get(track_id) or remembered.get(track_id) for track_id in ids}
        return {track_id: track for track_id, track in both.items() if track is not None}

    def _read_tracks(self, track_ids: Sequence[int]) -> dict[int, IndexedTrack]:
        rows = self._rows(_TRACKS, track_ids)
        sheets = sheets_from_json([row[1] for row in rows])
        return {
            track_id: IndexedTrack(
                sheet=sheet,
                artist_ids=tuple(json.loads(artist_ids)),
                song_key=song_key,
                album_key=album_key,
                popularity=popularity,
            )
            for (track_id, _, artist_ids, song_key, album_key, popularity), sheet in zip(
                rows, sheets, strict=True
            )
        }

    def document_text(self, track_ids: Iterable[int]) -> dict[int, DocumentText]:
        """See ``Index.document_text``."""
        return {
            track_id: DocumentText(names=names, tags=tags, prose=prose, meaning=meaning)
            for track_id, names, tags, prose, meaning in self._rows(_TEXTS, track_ids)
        }

    def generation(self) -> int:
        """See ``Index.generation``."""
        return self._current().generation

    def close(self) -> None:
        """See ``Index.close``."""
        self._database.close()
        self._loaded = None

    # --- files

    def _open(self) -> TextIndex | None:
        """The words of an index that is whole and of our format; None for any other."""
        words = self._folder / "words"
        if not (self._folder / "facts.db").exists():
            return None
        if self._database.read_format() != FORMAT or not (words / "meta.json").exists():
            log.warning("The search index in %s is damaged or of another format: made anew", self._folder)
            return None
        try:
            return TextIndex(words)
        except ValueError as err:
            log.warning("The search index in %s is damaged (%s): made anew", self._folder, err)
            return None

    def _make_anew(self) -> TextIndex:
        for path in self._folder.glob("facts.db*"):
            path.unlink()
        words = self._folder / "words"
        if words.exists():
            shutil.rmtree(words)
        text = TextIndex(words)
        with self._database.writing() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute("insert into meta values ('format', ?)", (FORMAT,))
        return text

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; readers elsewhere see by the generation that there is something new."""
        with self._database.writing() as connection:
            yield connection
            connection.execute("update meta set value = value + 1 where name = 'generation'")
            written = _generation(connection)
        self._written = max(self._written, written)

    def _rows(self, query: str, track_ids: Iterable[int]) -> list[tuple[Any, ...]]:
        ids = [int(track_id) for track_id in track_ids]
        rows: list[tuple[Any, ...]] = []
        with self._database.reading() as connection:
            for start in range(0, len(ids), _VARIABLES):
                part = ids[start : start + _VARIABLES]
                rows += connection.execute(f"{query} ({','.join('?' * len(part))})", part)
        return rows

    def _current(self) -> _Loaded:
        """What is held in memory, read anew when the files have changed since."""
        loaded, now = self._loaded, time.monotonic()
        if loaded is not None and loaded.generation >= self._written and now - self._checked_at < _FRESH_S:
            return loaded
        with self._database.reading() as connection:
            generation = _generation(connection)
        self._checked_at = now
        if loaded is None or not self._serves(loaded, generation):
            with self._load_lock:
                loaded = self._loaded
                if loaded is None or not self._serves(loaded, generation):
                    self._text.reload()
                    with uncollected(), self._database.snapshot() as connection:
                        loaded = self._loaded = _load(connection)
        return loaded

    def _serves(self, loaded: _Loaded, generation: int) -> bool:
        """Whether it is the newest, or holds all that was written here and reading anew costs too much."""
        if loaded.generation >= generation:
            return True
        waits = max(loaded.read_s - _QUICK_S, 0.0) * _RELOAD_SHARE
        return loaded.generation >= self._written and time.monotonic() - loaded.read_at < waits


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Facts and vectors in memory as of one generation."""

    generation: int
    columns: FactColumns
    matrices: Mapping[Space, ByteMatrix]
    read_at: float
    read_s: float
    tracks: dict[int, IndexedTrack] = field(default_factory=dict)


def _load(connection: sqlite3.Connection) -> _Loaded:
    started = time.monotonic()
    rows = connection.execute(
        "select track_id, sheet, artist_ids, song_key, popularity from documents order by track_id"
    ).fetchall()
    columns = FactColumns(
        np.array([row[0] for row in rows], dtype=np.int64),
        [row[1] for row in rows],
        [tuple(json.loads(row[2])) for row in rows],
        [row[3] for row in rows],
        [row[4] for row in rows],
    )
    matrices = {space: _matrix(connection, query) for space, query in _VECTORS.items()}
    now = time.monotonic()
    return _Loaded(_generation(connection), columns, matrices, read_at=now, read_s=now - started)


def _generation(connection: sqlite3.Connection) -> int:
    return int(connection.execute("select value from meta where name = 'generation'").fetchone()[0])


def _matrix(connection: sqlite3.Connection, query: str) -> ByteMatrix:
    """Vectors of one length; while a new model's replace the old ones, those that are more."""
    rows = connection.execute(query).fetchall()
    lengths = Counter(len(row[1]) for row in rows)
    if len(lengths) > 1:
        [(usual, _)] = lengths.most_common(1)
        rows = [row for row in rows if len(row[1]) == usual]
    return ByteMatrix(np.array([row[0] for row in rows], dtype=np.int64), [row[1] for row in rows])


def _document_row(document: IndexDocument) -> tuple[object, ...]:
    return (
        document.track_id,
        document.revision,
        document.song_key,
        document.album_key,
        document.popularity,
        json.dumps(document.artist_ids),
        sheet_to_json(document.sheet),
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process opens the index while the block runs."""
    with (folder / "opening.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
