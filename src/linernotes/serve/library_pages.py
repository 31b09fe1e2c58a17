"""The library's own page: where its songs come from, adding more, how far that is, and what failed."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import platformdirs
from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from linernotes.errors import InputError
from linernotes.library import Coverage, Library, Place, Status, plain
from linernotes.serve import replies
from linernotes.serve.access import ME, Visiting, administrator
from linernotes.serve.adding import Adding, Run, typed_folder
from linernotes.serve.asked import Who
from linernotes.serve.pages import Form, Pages, link
from linernotes.serve.replies import ERRORS, as_json
from linernotes.serve.screen import STAGE_WORDS

FAILURES_SHOWN: Final = 100
FRESH_S: Final = 2.0
_LEAST_REST: Final = 10
"""Finding out how far everything is takes at most one part in so many of the time."""


class Folder(BaseModel):
    """A folder of music on the machine that serves."""

    path: str = Field(min_length=1, max_length=4_096)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the library is."""

    status: Status
    coverage: Coverage
    places: tuple[Place, ...]


class LastProgress:
    """How far the library was last found to be; found out anew when that is older than it took long."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._found: Progress | None = None
        self._until = 0.0

    def latest(self, *, fresh: bool = False) -> Progress:
        """How far the library is, as of some seconds ago; or now, where it must be ``fresh``."""
        with self._lock:
            started = time.monotonic()
            if self._found is None or fresh or started > self._until:
                library = self._library
                self._found = Progress(
                    status=library.status(), coverage=library.coverage(), places=library.places()
                )
                now = time.monotonic()
                self._until = now + max(FRESH_S, _LEAST_REST * (now - started))
            return self._found


def library_routers(pages: Pages, adding: Adding) -> tuple[APIRouter, APIRouter]:
    """The library as a page and as JSON, and adding to it; for administrators alone."""
    progress = LastProgress(pages.library)
    return _page_router(pages, adding, progress), _api(adding, progress)


def _page_router(pages: Pages, adding: Adding, last: LastProgress) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(administrator)])

    @router.get("/library")
    def library(listener: Who) -> Response:
        return _page(pages, adding, last, listener)

    @router.get("/library/progress")
    def progress(listener: Who) -> Response:
        return _page(pages, adding, last, listener, part="progress.html")

    @router.post("/library/add")
    def add(form: Form, visiting: Visiting) -> Response:
        listener, typed = visiting.listens_as(form.get("listener")) or ME, form.get("path", "")
        try:
            adding.start(typed_folder(typed))
        except InputError as err:
            return _page(pages, adding, last, listener, error=str(err), typed=typed, status=422)
        return RedirectResponse(link("/library", listener=listener), HTTPStatus.SEE_OTHER)

    return router


def _api(adding: Adding, last: LastProgress) -> APIRouter:
    router = APIRouter(
        prefix="/api/v1", responses=ERRORS, tags=["library"], dependencies=[Depends(administrator)]
    )

    @router.get("/library", response_model=replies.LibraryReport)
    def report() -> Response:
        """Where the songs come from, how far each stage is, what failed, and what is being added."""
        return as_json(_told(last.latest(), adding.run()))

    @router.post("/library", status_code=202, response_model=replies.LibraryReport)
    def add(folder: Folder) -> Response:
        """Begins to add a folder on the machine that serves; ``GET`` says how far it is."""
        adding.start(typed_folder(folder.path))
        return as_json(_told(last.latest(fresh=True), adding.run()), status=202)

    return router


def _page(
    pages: Pages,
    adding: Adding,
    last: LastProgress,
    listener: str,
    *,
    part: str = "library.html",
    error: str = "",
    typed: str = "",
    status: int = 200,
) -> Response:
    run = adding.run()
    progress = last.latest(fresh=part == "library.html")
    return pages.show(
        part,
        listener=listener,
        status=status,
        run=run,
        progress=progress,
        coverage=_shares(progress.coverage),
        stage_words=STAGE_WORDS,
        failures=progress.status.failures[:FAILURES_SHOWN],
        suggested=_suggested(progress),
        error=error,
        typed=typed,
    )


def _shares(coverage: Coverage) -> list[tuple[str, int, int]]:
    """What is covered, how many songs have it, and of how many."""
    songs = coverage.songs
    return [
        ("facts on the sound", coverage.with_facts, songs),
        ("a note", coverage.with_note, songs),
        ("found by meaning", coverage.with_text_vector, songs),
        ("found by sound", coverage.with_audio_vector, coverage.with_recording),
    ]


def _suggested(progress: Progress) -> str:
    """The machine's own folder of music, where there is one that was not added."""
    music = Path(platformdirs.user_music_dir())
    return str(music) if music.is_dir() and music not in {one.folder for one in progress.places} else ""


def _told(progress: Progress, run: Run | None) -> dict[str, Any]:
    told: dict[str, Any] = plain(
        {
            "songs": progress.status.tracks,
            "missing": progress.status.missing,
            "stages": [asdict(stage) for stage in progress.status.stages],
            "coverage": progress.coverage,
            "places": progress.places,
            "failures": progress.status.failures,
            "adding": run,
        }
    )
    return told
