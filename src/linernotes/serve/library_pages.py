"""The library's own page: where its songs come from, adding more, how far that is, and what failed."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import platformdirs
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from linernotes.errors import InputError
from linernotes.library import Coverage, Library, Place, Status, plain
from linernotes.serve.adding import Adding, Run, typed_folder
from linernotes.serve.api import as_json
from linernotes.serve.pages import Pages, form_of, link
from linernotes.serve.roles import administrator
from linernotes.serve.screen import STAGE_WORDS

FAILURES_SHOWN: Final = 100
FRESH_S: Final = 2.0
_LEAST_REST: Final = 10
"""Finding out how far everything is takes at most one part in so many of the time."""


class Folder(BaseModel):
    """A folder of music on the machine that serves."""

    path: str = Field(min_length=1, max_length=4_096)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How far the library is."""

    status: Status
    coverage: Coverage
    places: tuple[Place, ...]


class Reports:
    """The last report, made anew when it is older than it took long to make."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._report: Report | None = None
        self._until = 0.0

    def latest(self, *, fresh: bool = False) -> Report:
        """How far the library is, as of some seconds ago; or now, where it must be ``fresh``."""
        with self._lock:
            started = time.monotonic()
            if self._report is None or fresh or started > self._until:
                library = self._library
                self._report = Report(
                    status=library.status(), coverage=library.coverage(), places=library.places()
                )
                now = time.monotonic()
                self._until = now + max(FRESH_S, _LEAST_REST * (now - started))
            return self._report


def library_router(pages: Pages, adding: Adding) -> APIRouter:
    """The page of the library, and adding to it; for administrators alone."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(administrator)])
    reports = Reports(pages.library)

    @router.get("/library")
    def library(listener: str = "me") -> Response:
        return _page(pages, adding, reports, listener)

    @router.get("/library/progress")
    def progress(listener: str = "me") -> Response:
        return _page(pages, adding, reports, listener, part="progress.html")

    @router.post("/library/add")
    async def add(request: Request) -> Response:
        form = await form_of(request)
        listener, typed = form.get("listener", "me"), form.get("path", "")
        try:
            adding.start(typed_folder(typed))
        except InputError as err:
            return _page(pages, adding, reports, listener, error=str(err), typed=typed, status=422)
        return RedirectResponse(link("/library", listener=listener), HTTPStatus.SEE_OTHER)

    return router


def library_api(pages: Pages, adding: Adding) -> APIRouter:
    """The same as JSON."""
    router = APIRouter(prefix="/api/v1", dependencies=[Depends(administrator)])
    reports = Reports(pages.library)

    @router.get("/library")
    def library() -> Response:
        """Where the songs come from, how far each stage is, what failed, and what is being added."""
        return as_json(_told(reports.latest(), adding.run()))

    @router.post("/library", status_code=202)
    def add(folder: Folder) -> Response:
        """Begins to add a folder on the machine that serves; ``GET`` says how far it is."""
        adding.start(typed_folder(folder.path))
        return as_json(_told(reports.latest(fresh=True), adding.run()), status=202)

    return router


def _page(
    pages: Pages,
    adding: Adding,
    reports: Reports,
    listener: str,
    *,
    part: str = "library.html",
    error: str = "",
    typed: str = "",
    status: int = 200,
) -> Response:
    run = adding.run()
    report = reports.latest(fresh=part == "library.html")
    return pages.show(
        part,
        listener=listener,
        status=status,
        run=run,
        report=report,
        coverage=_shares(report.coverage),
        stage_words=STAGE_WORDS,
        failures=report.status.failures[:FAILURES_SHOWN],
        suggested=_suggested(report),
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


def _suggested(report: Report) -> str:
    """The machine's own folder of music, where there is one that was not added."""
    music = Path(platformdirs.user_music_dir())
    return str(music) if music.is_dir() and music not in {one.folder for one in report.places} else ""


def _told(report: Report, run: Run | None) -> dict[str, Any]:
    told: dict[str, Any] = plain(
        {
            "songs": report.status.tracks,
            "missing": report.status.missing,
            "stages": [asdict(stage) for stage in report.status.stages],
            "coverage": report.coverage,
            "places": report.places,
            "failures": report.status.failures,
            "adding": run,
        }
    )
    return told
