"""The SQLite file beneath the embedded index: its connections, its transactions, and what may go wrong."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linernotes.errors import StoreError

_BUSY_S = 30.0
_DAMAGED = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Database:
    """Connections are handed from thread to thread, so that there are as many as are used at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._write_lock = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for as long as the block runs; raises StoreError for whatever SQLite cannot do."""
        if self._closed:
            raise StoreError(f"the search index in {self._path.parent} is closed: open it again")
        try:
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)
        except sqlite3.DatabaseError as err:
            raise index_error(self._path.parent, err) from err

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Like ``reading``; all that is read in the block is of one moment."""
        with self.reading() as connection:
            connection.execute("begin")
            try:
                yield connection
            finally:
                connection.execute("rollback")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; no other thread or process writes meanwhile."""
        with self._write_lock, self.reading() as connection:
            connection.execute("begin immediate")
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise

    def read_format(self) -> str | None:
        """The format that the file says it has; None for one that is damaged or not ours."""
        try:
            connection = self._borrow()
            try:
                row = connection.execute("select value from meta where name = 'format'").fetchone()
            finally:
                connection.close()
        except sqlite3.DatabaseError as err:
            if getattr(err, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                return None
            raise
        return str(row[0]) if row else None

    def close(self) -> None:
        """Closes what is not in use; the rest closes when it comes back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        self._idle.append(connection)
        if self._closed:
            self.close()


def index_error(folder: Path, cause: Exception) -> StoreError:
    """What went wrong with the index, and what to do."""
    if "locked" in str(cause):
        cure = "another process has been writing to it for long; try again when it is done"
    else:
        cure = (
            "is the disk full, may the folder be written? If a file is damaged, delete the folder: "
            "it is made anew from the catalogue"
        )
    return StoreError(f"the search index in {folder} cannot be used ({cause}): {cure}")
