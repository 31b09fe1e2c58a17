"""The truth: catalogue, facts, notes, listeners, events and answers, in one database.

All SQL on it lives in this package.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import select

from linernotes.store import schema
from linernotes.store.answers import Answers
from linernotes.store.catalogue import Catalogue
from linernotes.store.corrections import Corrections, source_of
from linernotes.store.database import Database, open_database
from linernotes.store.jobs import Jobs
from linernotes.store.listeners import Listeners
from linernotes.store.mixes import Mixes
from linernotes.store.notes import Notes
from linernotes.store.reacted import Reacted, ReactedAnswer
from linernotes.store.records import (
    ArtistName,
    AudioResult,
    CatalogueCounts,
    Correction,
    FileStat,
    Forgotten,
    Genre,
    JobState,
    KnownFile,
    NewCorrection,
    NewTrack,
    Revisions,
    Source,
    StageSummary,
    StoredAnswer,
    StoredMix,
    StoredPick,
    Verdict,
)
from linernotes.store.sql import upsert

__all__ = [
    "Answers",
    "ArtistName",
    "AudioResult",
    "Catalogue",
    "CatalogueCounts",
    "Correction",
    "Corrections",
    "FileStat",
    "Forgotten",
    "Genre",
    "JobState",
    "Jobs",
    "KnownFile",
    "Listeners",
    "Mixes",
    "NewCorrection",
    "NewTrack",
    "Notes",
    "Reacted",
    "ReactedAnswer",
    "Revisions",
    "Source",
    "StageSummary",
    "Store",
    "StoredAnswer",
    "StoredMix",
    "StoredPick",
    "Verdict",
    "source_of",
]


class Store:
    """An open store. Any number of threads and processes may use the same database at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.catalogue = Catalogue(database)
        self.notes = Notes(database)
        self.jobs = Jobs(database)
        self.listeners = Listeners(database)
        self.answers = Answers(database)
        self.corrections = Corrections(database)
        self.reacted = Reacted(database)
        self.mixes = Mixes(database)

    @classmethod
    def open(cls, url_or_path: str | Path) -> Store:
        """The store at this database URL or path of an SQLite file, made or brought up to date as needed.

        Raises StoreError for a file that is no database, one of another program, or one of a newer version.
        """
        return cls(open_database(url_or_path))

    def close(self) -> None:
        """Gives the database back; the store must not be used after."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get_meta(self, name: str) -> str | None:
        """The value kept under this name about the library as a whole."""
        table = schema.meta
        with self._database.read() as connection:
            return connection.execute(select(table.c.value).where(table.c.name == name)).scalar()

    def set_meta(self, name: str, value: str) -> None:
        """Keeps a value about the library as a whole, in the place of the one before."""
        with self._database.write() as connection:
            statement = upsert(connection, schema.meta, ["name"], ["value"])
            connection.execute(statement, {"name": name, "value": value})
