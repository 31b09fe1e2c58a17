"""The pages of songs, artists and genres, and correcting a song's note and facts, by form and as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import BaseModel, Field

from linernotes.errors import InputError, NotFoundError
from linernotes.facts import GIVEN_NAMES
from linernotes.library import AskOptions, CollectionPage, Library, SongPage
from linernotes.serve import replies
from linernotes.serve.access import ME, Visiting
from linernotes.serve.api import TrackId
from linernotes.serve.asked import Who
from linernotes.serve.correcting import corrected_json
from linernotes.serve.excerpt import excerpt_of
from linernotes.serve.fact_rows import fact_rows, sheet_rows
from linernotes.serve.pages import Form, Pages, link
from linernotes.serve.replies import ERRORS, LISTENER, as_json
from linernotes.serve.screen import note_origin
from linernotes.sources import fs_path
from linernotes.store import Verdict
from linernotes.types import Track

SIMILAR_SHOWN = 5
SIMILAR_FOR_ARTIST = 30
"""Songs that are looked through for the artists most like one."""
COVER_KEPT_S = 3_600
"""How long browsers keep a cover before they ask again."""
_VERDICTS: dict[str, Verdict] = {"helpful": "helpful", "not for me": "not for me"}
_SIGNS = {"is": "=", "is not": "!="}


class CorrectionIn(BaseModel):
    """What is wrong with a song's note or facts, and what is right; see ``linernotes correct``."""

    listener: str = Field(default=ME, max_length=200, pattern=LISTENER)
    wrong: str | None = Field(default=None, max_length=2_000)
    facts: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=50)
    text: str | None = Field(default=None, max_length=2_000)
    verdict: Verdict | None = None


def song_router(pages: Pages) -> APIRouter:
    """The pages of what is in the library."""
    router = APIRouter(include_in_schema=False)
    library = pages.library

    @router.get("/song/{track_id}")
    def song(track_id: TrackId, listener: Who) -> Response:
        return _song(pages, track_id, listener)

    @router.post("/song/{track_id}/correct")
    def correct(track_id: TrackId, form: Form, visiting: Visiting) -> Response:
        listener = visiting.listens_as(form.get("listener")) or ME
        try:
            _correct(pages, track_id, listener, form)
        except InputError as err:
            return _song(pages, track_id, listener, error=str(err), typed=form, status=422)
        return RedirectResponse(link(f"/song/{track_id}", listener=listener) + "#note", HTTPStatus.SEE_OTHER)

    @router.get("/song/{track_id}/audio")
    def audio(track_id: TrackId) -> Response:
        path = library.show_song(f"#{track_id}").track.audio_path
        file = fs_path(path) if path else None
        if file is None or not file.is_file():
            raise NotFoundError(f"song {track_id} has no file here")
        return FileResponse(file)

    @router.get("/song/{track_id}/cover")
    def cover(track_id: TrackId) -> Response:
        found = pages.covers.of(library.show_song(f"#{track_id}").track)
        if found is None:
            return Response("no cover", HTTPStatus.NOT_FOUND, media_type="text/plain")
        headers = {"Cache-Control": f"private, max-age={COVER_KEPT_S}"}
        return Response(found.data, media_type=found.media_type, headers=headers)

    @router.get("/artist")
    def artist(name: str, listener: Who) -> Response:
        page = library.show_collection("artist", name)
        return _collection(pages, page, listener, others=_artists_like(pages, page.name))

    @router.get("/genre")
    def genre(name: str, listener: Who) -> Response:
        page = library.show_collection("genre", name)
        kin = (*page.sheet.parents, *page.sheet.relatives) if page.sheet else ()
        return _collection(pages, page, listener, others=kin)

    return router


def correction_api(library: Library) -> APIRouter:
    """Corrections as JSON."""
    router = APIRouter(prefix="/api/v1", responses=ERRORS, tags=["library"])

    @router.post("/tracks/{track_id}/corrections", status_code=201, response_model=replies.Corrected)
    def correct(track_id: TrackId, change: CorrectionIn, visiting: Visiting) -> Response:
        """Keeps what a listener finds wrong with a song's note or facts; the note as it is then."""
        corrected = library.correct(
            visiting.listens_as(change.listener) or change.listener,
            track_id,
            wrong=change.wrong,
            facts=change.facts,
            text=change.text,
            verdict=change.verdict,
        )
        return as_json(corrected_json(corrected), status=201)

    @router.delete("/tracks/{track_id}/corrections", response_model=replies.Corrected)
    def undo(track_id: TrackId, listener: Who) -> Response:
        """Takes a listener's latest correction of a song back; the note as it is then."""
        return as_json(corrected_json(library.undo_correction(listener, track_id)))

    return router


def _song(
    pages: Pages,
    track_id: int,
    listener: str,
    *,
    error: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page of a song; with what was typed where it could not be taken."""
    library = pages.library
    page = library.show_song(f"#{track_id}")
    corrections = library.corrections(listener, track_id)
    verdicts = [one.verdict for one in corrections if one.verdict]
    return pages.show(
        "song.html",
        listener=listener,
        status=status,
        page=page,
        rows=fact_rows(page.facts),
        excerpt=excerpt_of(page.track.duration_s, pages.typical_starts_s([track_id]).get(track_id)),
        said=library.reaction(listener, track_id),
        names=GIVEN_NAMES,
        origin=_origin(page),
        similar=_songs_like(pages, page.track),
        corrections=len(corrections),
        verdict=verdicts[-1] if verdicts else None,
        error=error,
        typed=typed or {},
    )


def _collection(pages: Pages, page: CollectionPage, listener: str, *, others: Sequence[str]) -> Response:
    return pages.show(
        "collection.html",
        listener=listener,
        page=page,
        rows=list(sheet_rows(page.sheet)),
        origin=_origin(page),
        others=others,
    )


def _origin(page: SongPage | CollectionPage) -> str:
    """Who wrote the note, without the checksums of the models."""
    return re.sub(r"(\.gguf)?@[0-9a-f]+", "", note_origin(page))


def _songs_like(pages: Pages, track: Track) -> list[Track]:
    answer = pages.library.similar(f"#{track.id}", AskOptions(n=SIMILAR_SHOWN), kept=False)
    return [pick.track for pick in answer.picks]


def _artists_like(pages: Pages, name: str) -> list[str]:
    """The artists of the songs that are most like an artist's, closest first."""
    answer = pages.library.similar(name, AskOptions(n=SIMILAR_FOR_ARTIST), kept=False)
    others = dict.fromkeys(artist for pick in answer.picks for artist in pick.track.artists[:1])
    return [other for other in others if other != name][:SIMILAR_SHOWN]


def _correct(pages: Pages, track_id: int, listener: str, form: dict[str, str]) -> None:
    """Does what one button of the page asks for. Raises InputError for what cannot be taken."""
    if "undo" in form:
        pages.library.undo_correction(listener, track_id)
        return
    fact = f"{form.get('name', '')}{_SIGNS.get(form.get('sign', ''), '=')}{form.get('value', '')}"
    pages.library.correct(
        listener,
        track_id,
        wrong=form.get("wrong"),
        facts=[fact] if "value" in form else [],
        text=form.get("text"),
        verdict=_VERDICTS.get(form.get("verdict", "")),
    )
