"""The JSON of the HTTP door, version 1."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from linernotes.library import AskOptions, Library
from linernotes.serve.as_json import answer_json, profile_json, song_json, to_json
from linernotes.serve.asked import checked, options_of
from linernotes.types import EventKind

Options = Annotated[AskOptions, Depends(options_of)]
TrackId = Annotated[int, Path(ge=1, le=2**62)]
Who = Annotated[str, Path(min_length=1, max_length=200)]
Named = Annotated[str, Path(min_length=1, max_length=1000)]


class Feedback(BaseModel):
    """What a listener did with a song; see ``linernotes feedback``."""

    listener: str = Field(default="me", min_length=1, max_length=200)
    track: int = Field(ge=1, le=2**62)
    kind: EventKind
    value: float | None = Field(default=None, ge=0, le=1)
    reason: str | None = Field(default=None, max_length=200)
    answer_id: int | None = Field(default=None, ge=1, le=2**62)


class Saying(BaseModel):
    """What a listener says of themselves."""

    text: str = Field(min_length=1, max_length=10_000)


def api_router(library: Library) -> APIRouter:
    """The routes below ``/api/v1``."""
    router = APIRouter(prefix="/api/v1")
    _add_answers(router, library)
    _add_things(router, library)
    _add_listeners(router, library)
    return router


def _add_answers(router: APIRouter, library: Library) -> None:

    @router.get("/ask")
    def ask(q: str, options: Options) -> Response:
        """Songs for a request in plain words, with reasons."""
        return as_json(answer_json(library.ask(checked(q), options)))

    @router.get("/similar")
    def similar(name: Annotated[str, Query(min_length=1, max_length=1000)], options: Options) -> Response:
        """Songs like an artist or a song, by name or, as ``#12``, by number."""
        return as_json(answer_json(library.similar(name, options)))

    @router.get("/answers/{answer_id}")
    def answer(answer_id: TrackId) -> Response:
        """An answer that was given, as it was."""
        return as_json(answer_json(library.answer(answer_id)))

    @router.post("/feedback", status_code=201)
    def feedback(event: Feedback) -> Response:
        """Keeps what a listener did with a song; the next answer knows."""
        kept = library.feedback(
            event.listener,
            event.track,
            event.kind,
            value=event.value,
            reason=event.reason,
            answer_id=event.answer_id,
        )
        return as_json(kept, status=201)


def _add_things(router: APIRouter, library: Library) -> None:
    @router.get("/songs/{track_id}")
    def song(track_id: TrackId) -> Response:
        """A song with its note and every fact, whoever claims it."""
        return as_json(song_json(library.show_song(f"#{track_id}")))

    @router.get("/{kind}s/by-name/{name}")
    def collection(kind: Literal["artist", "genre"], name: Named) -> Response:
        """An artist or a genre, with its note and some of its songs."""
        return as_json(song_json(library.show_collection(kind, name)))

    @router.get("/status")
    def status() -> Response:
        """How many songs there are, and how far each stage is."""
        found = library.status()
        stages = {
            one.stage: {"done": one.done, "pending": one.pending, "failed": one.failed}
            for one in found.stages
        }
        return as_json(
            {"tracks": found.tracks, "missing": found.missing, "stages": stages, "notes": found.notes}
        )


def _add_listeners(router: APIRouter, library: Library) -> None:
    @router.get("/listeners")
    def listeners() -> Response:
        """The names of all listeners."""
        return as_json({"listeners": library.listeners()})

    @router.get("/listeners/{name}/profile")
    def profile(name: Who) -> Response:
        """What is known of a listener, read back in words."""
        return as_json(profile_json(library.profile(name)))

    @router.post("/listeners/{name}/sayings", status_code=201)
    def say(name: Who, saying: Saying) -> Response:
        """Keeps what a listener says of themselves; the profile as it is then."""
        library.say(name, saying.text)
        return as_json(profile_json(library.profile(name)), status=201)


def as_json(value: object, *, status: int = 200) -> Response:
    """A reply of one line of JSON."""
    return Response(to_json(value), status_code=status, media_type="application/json")
