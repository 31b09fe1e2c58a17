"""New files in known folders are added while pages are served."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

from fastapi import FastAPI

from linernotes.errors import LinernotesError
from linernotes.serve.adding import Adding
from linernotes.sources import FoundFile

log = logging.getLogger(__name__)

WATCH: Final = "linernotes-watch"
"""The name of the thread that looks."""
_LEAST_REST: Final = 20
"""Looking takes at most one part in so many of the time, however large the folders are."""


class Folders(Protocol):
    """What is asked for new files: an open library."""

    def fresh_files(self) -> dict[Path, frozenset[FoundFile]]:
        """The files of known folders that are new or changed, by folder."""
        ...


class Watch:
    """Adds a folder when files are new in it, and stood still from one look to the next.

    What was tried once is not tried again until it changes: a file that cannot be read stays new for ever.
    Files that are gone wait for the next ``add``: their drive may only not be mounted.
    """

    def __init__(self, folders: Folders, adding: Adding) -> None:
        self._folders = folders
        self._adding = adding
        self._seen: dict[Path, frozenset[FoundFile]] = {}
        self._tried: dict[Path, frozenset[FoundFile]] = {}

    def look(self) -> Path | None:
        """Looks once; gives the folder that is being added because of it."""
        if self._adding.is_at_work():
            return None
        before, self._seen = self._seen, self._folders.fresh_files()
        for folder, fresh in self._seen.items():
            if fresh and before.get(folder) == fresh and self._tried.get(folder) != fresh:
                self._tried[folder] = fresh
                self._adding.start(folder)
                return folder
        return None


def looking(look: Callable[[], object], every_s: float, stop: threading.Event) -> None:
    """Looks again and again until it is told to stop."""
    rest_s = every_s
    while not stop.wait(rest_s):
        started = time.monotonic()
        try:
            look()
        except (LinernotesError, OSError) as err:  # whatever fails may work again at the next look
            log.warning("new files cannot be looked for: %s", err)
        rest_s = max(every_s, _LEAST_REST * (time.monotonic() - started))


def lifespan(
    folders: Folders, adding: Adding, every_s: float
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Watches from the application's start to its end, and ends what is being added; 0 s: never looks."""

    @asynccontextmanager
    async def watched(_app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        look = Watch(folders, adding).look
        thread = threading.Thread(target=looking, args=(look, every_s, stop), name=WATCH, daemon=True)
        if every_s:
            thread.start()
        yield
        stop.set()
        if every_s:
            thread.join()
        adding.close()

    return watched
