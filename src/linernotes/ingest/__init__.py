"""Shell 1: from sources to the store and the index, in waves, each searchable when it is done.

Names and tags come first, then what is heard, then what is written of songs, then of artists and genres.
Every step is noted in the store with the version of what did it, so that a stopped run goes on where it was,
and a new analyser or writer redoes its own part alone.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from linernotes.errors import InputError, ModelError
from linernotes.facts.contrast import LibrarySummary
from linernotes.ingest.collections import collections_summary, write_collections
from linernotes.ingest.history import HistoryReport, UnmatchedSong, import_history
from linernotes.ingest.joining import add_joined, join, join_version
from linernotes.ingest.names import NamesReport, add_folder, add_table, fresh_files
from linernotes.ingest.progress import AddReport, OnProgress, Progress, silent
from linernotes.ingest.shelves import refresh_library
from linernotes.ingest.sync import sync_documents, sync_tracks, sync_vectors
from linernotes.ingest.waves import WaveReport, listen, write, writer_version
from linernotes.ingest.workshop import (
    Workshop,
    open_embedder,
    open_generator,
    open_stock_embedder,
    tagger_paths,
)
from linernotes.llm import TextGenerator
from linernotes.types import Ids

__all__ = [
    "AddReport",
    "HistoryReport",
    "OnProgress",
    "Progress",
    "UnmatchedSong",
    "Workshop",
    "add",
    "collections_summary",
    "fresh_files",
    "import_history",
    "join_version",
    "open_embedder",
    "open_generator",
    "open_stock_embedder",
    "rebuild_words",
    "silent",
    "sync_documents",
    "sync_tracks",
    "writer_version",
]

log = logging.getLogger(__name__)

SYNC_S = 5.0
"""What a wave has done is searchable after this time at the latest."""


def add(
    path: Path,
    workshop: Workshop,
    *,
    jobs: int = 0,
    notes: bool = True,
    editors: bool = False,
    source_name: str | None = None,
    joined: bool = False,
    on_progress: OnProgress = silent,
) -> AddReport:
    """Adds a folder of music or a table, then listens and writes as far as anything is left to do.

    ``source_name`` names a table whose path differs from one installation to the next. With ``joined`` a
    table adds no tracks: what it says is joined to those that bear the names in it. Raises InputError when
    ``path`` is neither, and when another ``add`` is at work on this library.
    """
    started = time.monotonic()
    path = path.expanduser().resolve()
    with _alone(workshop.settings.library_dir):
        run = _Run(workshop, workshop.jobs(jobs), on_progress)
        if joined:
            names = add_joined(path, workshop.store, workshop.settings)
        else:
            names = run.names(path, editors=editors, source_name=source_name)
        told = run.join()
        run.sync_meaning()
        heard = run.audio()
        run.sync_meaning()
        library = refresh_library(workshop.store)
        written = run.notes(library) if notes else WaveReport()
        run.sync_meaning()
    return AddReport(
        found=names.found,
        new=names.new,
        changed=names.changed,
        moved=names.moved,
        missing=names.missing,
        joined=told,
        analysed=heard.done,
        written=written.done,
        fallback=written.failed,
        failed=names.failed + heard.failed,
        seconds=time.monotonic() - started,
        messages=tuple(dict.fromkeys(run.messages)),
    )


def rebuild_words(workshop: Workshop) -> None:
    """Brings names, tags, notes and facts into an index that was lost; meaning follows with the next add.

    Does nothing while an ``add`` is at work, which does the same.
    """
    try:
        with _alone(workshop.settings.library_dir):
            sync_documents(workshop.store, workshop.index)
    except InputError:
        log.info("the index is being filled by another process")


class _Run:
    """One run through the waves; a wave whose model is missing is left out and said so."""

    def __init__(self, workshop: Workshop, jobs: int, on_progress: OnProgress) -> None:
        self._workshop = workshop
        self._jobs = jobs
        self._on_progress = on_progress
        self._synced_at = time.monotonic()
        self._unembedded: Ids | None = None  # at first, any document may wait since an earlier run
        self.messages: list[str] = []

    def names(self, path: Path, *, editors: bool, source_name: str | None) -> NamesReport:
        store = self._workshop.store
        if path.is_dir():
            report = add_folder(
                path, store, jobs=self._jobs, on_progress=self._on_progress, after_batch=self._sync_sometimes
            )
        elif path.is_file():
            report = add_table(
                path,
                store,
                editors=editors,
                source_name=source_name,
                on_progress=self._on_progress,
                after_batch=self._sync_sometimes,
            )
        else:
            raise InputError(f"{path} is neither a folder nor a table: is the path right?")
        self.sync_words()
        return report

    def join(self) -> int:
        told = join(self._workshop.store, self._workshop.settings, on_progress=self._on_progress)
        self.sync_words()
        return told

    def audio(self) -> WaveReport:
        try:
            taggers = tagger_paths(self._workshop.settings)
        except ModelError as err:
            self.messages.append(f"not listened to: {err}")
            return WaveReport()
        report = listen(
            self._workshop.store,
            taggers,
            jobs=self._jobs,
            on_progress=self._on_progress,
            after_batch=self._sync_sometimes,
        )
        if report.absent:
            self.messages.append(f"not listened to: {report.absent} recordings whose files are not there now")
        return report

    def notes(self, library: LibrarySummary) -> WaveReport:
        settings, writer = self._workshop.settings, self._workshop.writer
        if settings.notes_for == "none":
            return WaveReport()
        if writer is not None:
            return self._notes_by(writer, library)
        try:
            generator = open_generator(settings)
        except ModelError as err:
            self.messages.append(f"no notes written: {err}")
            return WaveReport()
        with closing(generator):
            return self._notes_by(generator, library)

    def _notes_by(self, generator: TextGenerator, library: LibrarySummary) -> WaveReport:
        songs = self._songs(generator)
        if songs.stopped is not None:
            return songs
        others = self._collections(generator, library)
        return WaveReport(done=songs.done + others.done, failed=songs.failed + others.failed)

    def _songs(self, generator: TextGenerator) -> WaveReport:
        settings = self._workshop.settings
        report = write(
            self._workshop.store,
            generator,
            audio_only=settings.notes_for == "audio",
            seed=settings.seed,
            on_progress=self._on_progress,
            after_batch=self._sync_sometimes,
        )
        self._say(report)
        return report

    def _collections(self, generator: TextGenerator, library: LibrarySummary) -> WaveReport:
        settings = self._workshop.settings
        report = write_collections(
            self._workshop.store,
            generator,
            library,
            audio_only=settings.notes_for == "audio",
            seed=settings.seed,
            on_progress=self._on_progress,
            after_batch=self._sync_sometimes,
        )
        self._say(report)
        return report

    def _say(self, report: WaveReport) -> None:
        """What went wrong while notes were written."""
        if report.trouble is not None:
            self.messages.append(f"some notes are plain until the next add: {report.trouble}")
        if report.stopped is not None:
            self.messages.append(f"no notes written: {report.stopped}")

    def sync_words(self) -> None:
        changed = sync_documents(self._workshop.store, self._workshop.index)
        if self._unembedded is not None:
            self._unembedded = np.union1d(self._unembedded, changed)
        self._synced_at = time.monotonic()

    def sync_meaning(self) -> None:
        self.sync_words()
        try:
            embedder = open_embedder(threads=self._jobs)
        except ModelError as err:
            self.messages.append(f"not searchable by meaning: {err}")
            return
        sync_vectors(self._workshop.index, embedder, self._on_progress, changed=self._unembedded)
        self._unembedded = np.empty(0, dtype=np.int64)

    def _sync_sometimes(self) -> None:
        if time.monotonic() - self._synced_at > SYNC_S:
            self.sync_words()


@contextmanager
def _alone(library_dir: Path) -> Iterator[None]:
    """Holds the library's lock, which goes with the process, however it ends."""
    library_dir.mkdir(parents=True, exist_ok=True)
    with (library_dir / "add.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise InputError(f"another add is at work on {library_dir}: wait until it has ended") from err
        yield
