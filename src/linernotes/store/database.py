"""The connection to the truth: opening it, and the transactions in which it is read and written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
)

from linernotes.errors import StoreError
from linernotes.store.migrate import migrate

BUSY_TIMEOUT_MS = 30_000
"""How long a writer waits for another one; the largest transactions take a few seconds."""


class Database:
    """One database, shared by any number of threads; each transaction has a connection of its own.

    An acknowledged write survives the death of the process. SQLite runs in WAL mode with
    synchronous=NORMAL: a loss of power can cost the last transactions, never the integrity of the file.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(linernotes_write=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for reading. SQLite shows it one state of the data from first to last statement."""
        with _explained("read"), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; it is undone when the block raises.

        Raises StoreError when the disk is full or another process does not let go.
        """
        with _explained("written"), self._writer.begin() as connection:
            yield connection

    def empty_log(self) -> None:
        """Lets nothing that was deleted linger in SQLite's log, as far as nobody is reading it."""
        if self._engine.dialect.name == "sqlite":
            with _explained("written"), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Gives back every connection."""
        self._engine.dispose()


_CURES = {
    "full": "make room on the disk",
    "i/o error": "is the disk full or failing?",
    "readonly": "may the folder be written to?",
    "unable to open": "may the folder be written to?",
    "malformed": "the file is damaged: restore it, or move it away and add the music again",
    "not a database": "is this the right file?",
    "locked": "is another process holding it?",
}
"""Signs in SQLite's messages, and what may help."""


def open_database(url_or_path: str | Path) -> Database:
    """The database at this path or URL, brought to our schema; made when it is not there yet.

    Raises StoreError for what cannot be opened, is not ours, or belongs to a newer version.
    """
    url = database_url(url_or_path)
    shown = url.render_as_string(hide_password=True) if url.host else str(url.database)
    engine = _create(url)
    try:
        database = Database(engine)
        migrate(engine, database.write, shown)
    except DatabaseError as err:
        engine.dispose()
        raise StoreError(f"{shown} cannot be opened as a catalogue ({err.orig}): {_cure(err)}") from err
    except BaseException:
        engine.dispose()
        raise
    return database


def database_url(url_or_path: str | Path) -> URL:
    """The URL of a database that is named by a URL or by the path of an SQLite file.

    Raises StoreError for a kind of database that the store does not speak.
    """
    if isinstance(url_or_path, Path) or "://" not in url_or_path:
        return URL.create("sqlite", database=str(Path(url_or_path).expanduser().absolute()))
    try:
        url = make_url(url_or_path)
    except (ArgumentError, ValueError) as err:
        raise StoreError(f"{url_or_path!r} is not a database URL: {err}") from err
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(
            f"{url.get_backend_name()} is no database for the catalogue: use sqlite or postgresql"
        )
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise StoreError(f"{url_or_path}: the catalogue needs a file, such as sqlite:///library.db")
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _create(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _create_sqlite(url)
    try:
        return create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=40)
    except (ImportError, NoSuchModuleError) as err:
        raise StoreError(f"no driver for {url.drivername}: pip install 'linernotes[cluster]'") from err


def _create_sqlite(url: URL) -> Engine:
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise StoreError(f"the folder {folder} cannot be made: {err.strerror}") from err
    engine = create_engine(url, pool_size=8, max_overflow=40)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _begin_sqlite does
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer asks for the lock at once: a reader that turns writer is refused without a wait."""
    writes = connection.get_execution_options().get("linernotes_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _explained(done: str) -> Iterator[None]:
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise  # ours to mend, not the disk's
    except DatabaseError as err:
        raise StoreError(f"the catalogue cannot be {done} ({err.orig}): {_cure(err)}") from err


def _cure(err: DatabaseError) -> str:
    """What may help against what the database says."""
    said = str(err.orig).casefold()
    for sign, cure in _CURES.items():
        if sign in said:
            return cure
    return "is the disk full, or another process holding it?"
