"""The JSON of the HTTP door, version 1."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from linernotes.library import AskOptions, Library
from linernotes.serve import replies
from linernotes.serve.access import Visiting
from linernotes.serve.as_json import answer_json, profile_json, song_json, track_json
from linernotes.serve.asked import LONGEST_QUESTION, Who, check_own_answer, checked, options_of
from linernotes.serve.pages import seen
from linernotes.serve.replies import ERRORS, LISTENER, as_json
from linernotes.serve.streaming import EVENTS, LINES, streamed, wanted
from linernotes.types import EventKind

MOST_LISTED: Final = 200
Options = Annotated[AskOptions, Depends(options_of)]
TrackId = Annotated[int, Path(ge=1, le=2**62)]
Whom = Annotated[str, Path(max_length=200, pattern=LISTENER)]
Named = Annotated[str, Path(min_length=1, max_length=1000)]
After = Annotated[int, Query(ge=0, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED)]
Question = Annotated[str, Query(json_schema_extra={"maxLength": LONGEST_QUESTION, "pattern": r"\S"})]
"""Checked by us, whose error says more."""
_STREAMED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": (
            "The answer; streamed, one object a line or event: what was understood, each pick as it is"
            " explained, and at the end the answer's number and messages. Until then nothing is kept."
        ),
        "content": {
            LINES: {"schema": {"type": "string", "description": "Lines of JSON; each is a Line."}},
            EVENTS: {
                "schema": {
                    "type": "string",
                    "description": "Events understood, pick, answer or error; the data is what a Line holds.",
                }
            },
        },
    }
}


def api_router(library: Library) -> APIRouter:
    """The routes below ``/api/v1``."""
    router = APIRouter(prefix="/api/v1", responses=ERRORS)
    _add_answers(router, library)
    _add_events(router, library)
    _add_lists(router, library)
    _add_things(router, library)
    _add_listeners(router, library)
    return router


def _add_answers(router: APIRouter, library: Library) -> None:
    @router.get("/ask", response_model=replies.Answer, responses=_STREAMED, tags=["answers"])
    def ask(q: Question, options: Options, request: Request, stream: bool = False) -> Response:
        """Songs for a request in plain words, with reasons; ``stream``, or what is accepted, sends parts."""
        question = checked(q)
        if media_type := wanted(request, stream=stream):
            return streamed(library.stream(question, options), media_type)
        return as_json(answer_json(library.ask(question, options)))

    @router.get("/similar", response_model=replies.Answer, tags=["answers"])
    def similar(name: Annotated[str, Query(min_length=1, max_length=1000)], options: Options) -> Response:
        """Songs like an artist or a song, by name or, as ``#12``, by number."""
        return as_json(answer_json(library.similar(name, options)))

    @router.get("/answers/{answer_id}", response_model=replies.Answer, tags=["answers"])
    def answer(answer_id: TrackId, visiting: Visiting) -> Response:
        """An answer that was given, as it was."""
        check_own_answer(library, visiting, answer_id)
        return as_json(answer_json(library.answer(answer_id)))


def _add_events(router: APIRouter, library: Library) -> None:
    @router.post("/feedback", status_code=201, response_model=replies.Event, tags=["listeners"])
    def feedback(event: replies.Feedback, visiting: Visiting) -> Response:
        """Keeps what a listener did with a track; the next answer knows."""
        check_own_answer(library, visiting, event.answer_id)
        kept = library.feedback(
            visiting.listens_as(event.listener) or event.listener,
            event.track,
            event.kind,
            value=event.value,
            reason=event.reason,
            answer_id=event.answer_id,
        )
        return as_json(kept, status=201)

    @router.get("/events", response_model=replies.Events, tags=["listeners"])
    def events(
        who: Who,
        kind: Annotated[list[EventKind] | None, Query()] = None,
        limit: Limit = 50,
    ) -> Response:
        """What a listener did and did not undo, newest first."""
        found = library.store.listeners.events(who, kinds=kind, limit=limit)
        return as_json({"events": found})


def _add_lists(router: APIRouter, library: Library) -> None:
    catalogue = library.store.catalogue

    @router.get("/tracks", response_model=replies.Tracks, tags=["library"])
    def tracks(after: After = 0, limit: Limit = 50) -> Response:
        """The tracks, page by page."""
        found = catalogue.tracks_after(after, limit)
        onward = found[-1].id if len(found) == limit else None
        return as_json({"tracks": [track_json(one) for one in found], "next": onward})

    @router.get("/artists", response_model=replies.Artists, tags=["library"])
    def artists(after: After = 0, limit: Limit = 50) -> Response:
        """The artists, page by page."""
        found = catalogue.artists_after(after, limit)
        return as_json({"artists": found, "next": found[-1].id if len(found) == limit else None})

    @router.get("/genres", response_model=replies.Genres, tags=["library"])
    def genres() -> Response:
        """All genres, the commonest first."""
        return as_json({"genres": catalogue.genres()})


def _add_things(router: APIRouter, library: Library) -> None:
    @router.get("/tracks/{track_id}", response_model=replies.Song, tags=["library"])
    def track(track_id: TrackId) -> Response:
        """A track with its note and every fact, whoever claims it."""
        return as_json(song_json(library.show_song(f"#{track_id}")))

    def show(kind: Literal["artist", "genre"], name: str) -> Response:
        return as_json(song_json(library.show_collection(kind, name)))

    @router.get("/artists/by-name/{name:path}", response_model=replies.Collection, tags=["library"])
    def artist(name: Named) -> Response:
        """An artist, with the note and some of the tracks."""
        return show("artist", name)

    @router.get("/genres/by-name/{name:path}", response_model=replies.Collection, tags=["library"])
    def genre(name: Named) -> Response:
        """A genre, with the note and some of the tracks."""
        return show("genre", name)

    @router.get("/status", response_model=replies.Status, tags=["library"])
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
    @router.get("/listeners", response_model=replies.Listeners, tags=["listeners"])
    def listeners(visiting: Visiting) -> Response:
        """The names of the listeners whom the one who asks may see."""
        return as_json({"listeners": seen(visiting, library)})

    @router.get("/listeners/{name:path}/profile", response_model=replies.Profile, tags=["listeners"])
    def profile(name: Whom, visiting: Visiting) -> Response:
        """What is known of a listener, read back in words."""
        return as_json(profile_json(library.profile(visiting.listens_as(name) or name)))

    @router.post(
        "/listeners/{name:path}/sayings",
        status_code=201,
        response_model=replies.Profile,
        tags=["listeners"],
    )
    def say(name: Whom, saying: replies.Saying, visiting: Visiting) -> Response:
        """Keeps what a listener says of themselves; the profile as it is then."""
        listener = visiting.listens_as(name) or name
        library.say(listener, saying.text)
        return as_json(profile_json(library.profile(listener)), status=201)
