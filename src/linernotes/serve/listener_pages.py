"""The listener's own pages: tastes, own words, sayings, what they did, taking it along, being forgotten."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from linernotes.errors import InputError, NotFoundError
from linernotes.explain import in_comparison
from linernotes.library import Library
from linernotes.listener import Shift
from linernotes.serve import replies
from linernotes.serve.access import ME, Visiting, Visitor
from linernotes.serve.api import Whom
from linernotes.serve.asked import Who
from linernotes.serve.forgetting import forgotten_lines
from linernotes.serve.pages import Form, Pages, link, seen, told
from linernotes.serve.pictures import taste_picture
from linernotes.serve.replies import ERRORS, as_json

EVENTS_SHOWN: Final = 50
_DONE = {
    "like": "liked",
    "dislike": "disliked",
    "skip": "skipped",
    "save": "saved",
    "play": "played",
    "rate": "rated",
}


def listener_router(pages: Pages) -> APIRouter:
    """The pages of a listener."""
    router = APIRouter(include_in_schema=False)
    library = pages.library

    @router.get("/listener")
    def profile(listener: Who, visiting: Visiting) -> Response:
        return _profile(pages, listener, visiting)

    @router.post("/listener")
    def say(form: Form, visiting: Visiting) -> Response:
        listener, said = visiting.listens_as(form.get("listener")) or ME, form.get("text", "")
        try:
            library.say(listener, said)
        except InputError as err:
            return _profile(pages, listener, visiting, error=err, said=said)
        return RedirectResponse(link("/listener", listener=listener), HTTPStatus.SEE_OTHER)

    @router.get("/listener/history")
    def history(listener: Who, page: Annotated[int, Query(ge=1, le=1_000_000)] = 1) -> Response:
        offset = (page - 1) * EVENTS_SHOWN
        events = library.history(listener, n=EVENTS_SHOWN + 1, offset=offset)
        return pages.show(
            "history.html",
            listener=listener,
            events=events[:EVENTS_SHOWN],
            is_last=len(events) <= EVENTS_SHOWN,
            page=page,
            done=_DONE,
        )

    @router.get("/listener/export")
    def export(listener: Who) -> Response:
        return _kept(library, listener)

    @router.post("/listener/forget")
    def forget(form: Form, visiting: Visiting) -> Response:
        listener = visiting.listens_as(form.get("listener")) or ""
        if form.get("typed", "").strip() != listener.strip():
            error = InputError(f"nothing was forgotten: type {listener} to go on")
            return _profile(pages, listener, visiting, error=error)
        try:
            forgotten = library.forget(listener, with_facts="facts" in form)
        except InputError as err:
            return _profile(pages, listener, visiting, error=err)
        return pages.show("forgotten.html", lines=list(forgotten_lines(forgotten)))

    return router


def listener_api(library: Library) -> APIRouter:
    """What a listener may take along, and being forgotten, as JSON."""
    router = APIRouter(prefix="/api/v1", responses=ERRORS, tags=["listeners"])

    @router.get("/listeners/{name:path}/export", response_model=replies.Kept)
    def export(name: Whom, visiting: Visiting) -> Response:
        """Everything that is kept of a listener."""
        return _kept(library, visiting.listens_as(name) or name)

    @router.delete("/listeners/{name:path}", response_model=replies.Forgotten)
    def forget(name: Whom, visiting: Visiting, with_facts: bool = False) -> Response:
        """Forgets a listener; there is no way back."""
        return as_json(library.forget(visiting.listens_as(name) or name, with_facts=with_facts))

    return router


def _profile(
    pages: Pages,
    listener: str,
    visiting: Visitor,
    *,
    error: InputError | None = None,
    said: str | None = None,
) -> Response:
    """The page of a listener; with what went wrong, and what was ``said`` where it could not be kept."""
    status, message = told(error) if error else (200, "")
    page = pages.library.profile(listener)
    names = seen(visiting, pages.library)
    picture = taste_picture([one.count for one in page.tastes], [one.share for one in page.tastes])
    return pages.show(
        "listener.html",
        listener=listener,
        status=status,
        page=page,
        words=[(one, in_comparison(one.field, one.shift)) for one in _clearest(page.words)],
        picture=picture,
        listeners=names,
        is_known=listener.strip() in pages.library.listeners(),
        error=message,
        said=said,
    )


def _clearest(shifts: tuple[Shift, ...]) -> list[Shift]:
    """What is sure of the listener's own words, the largest differences first."""
    return sorted((one for one in shifts if one.sure), key=lambda one: -abs(one.shift))


def _kept(library: Library, listener: str) -> Response:
    """Everything that is kept of a listener, as a file to keep."""
    name = listener.strip()
    if name not in library.listeners():
        raise NotFoundError(f"nothing is kept of {listener!r}")
    reply = as_json(library.kept_of(name))
    reply.headers["Content-Disposition"] = 'attachment; filename="linernotes-listener.json"'
    return reply
