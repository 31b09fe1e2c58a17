"""The listener's own pages: tastes, own words, sayings, what they did, taking it along, being forgotten."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from linernotes.errors import InputError
from linernotes.explain import in_comparison
from linernotes.library import Library
from linernotes.listener import Shift
from linernotes.serve.api import as_json
from linernotes.serve.forgetting import forgotten_lines
from linernotes.serve.pages import Pages, form_of, link
from linernotes.serve.pictures import taste_picture

EVENTS_SHOWN: Final = 50
_DONE = {
    "like": "liked",
    "dislike": "disliked",
    "skip": "skipped",
    "save": "saved",
    "play": "played",
    "rate": "rated",
}

Who = Annotated[str, Query(min_length=1, max_length=200)]
Named = Annotated[str, Path(min_length=1, max_length=200)]


def listener_router(pages: Pages) -> APIRouter:
    """The pages of a listener."""
    router = APIRouter(include_in_schema=False)
    library = pages.library

    @router.get("/listener")
    def profile(listener: Who = "me") -> Response:
        return _profile(pages, listener)

    @router.post("/listener")
    async def say(request: Request) -> Response:
        form = await form_of(request)
        listener = form.get("listener", "me")
        library.say(listener, form.get("text", ""))
        return RedirectResponse(link("/listener", listener=listener), HTTPStatus.SEE_OTHER)

    @router.get("/listener/history")
    def history(listener: Who = "me", page: Annotated[int, Query(ge=1, le=1_000_000)] = 1) -> Response:
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
    def export(listener: Who = "me") -> Response:
        return _kept(library, listener)

    @router.post("/listener/forget")
    async def forget(request: Request) -> Response:
        form = await form_of(request)
        listener = form.get("listener", "")
        if form.get("typed", "").strip() != listener.strip():
            error = f"nothing was forgotten: type {listener} to go on"
            return _profile(pages, listener, error=error, status=422)
        forgotten = library.forget(listener, with_facts="facts" in form)
        return pages.show("forgotten.html", lines=list(forgotten_lines(forgotten)))

    return router


def listener_api(pages: Pages) -> APIRouter:
    """What a listener may take along, and being forgotten, as JSON."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/listeners/{name}/export")
    def export(name: Named) -> Response:
        """Everything that is kept of a listener."""
        return _kept(pages.library, name)

    @router.delete("/listeners/{name}")
    def forget(name: Named, with_facts: bool = False) -> Response:
        """Forgets a listener; there is no way back."""
        return as_json(pages.library.forget(name, with_facts=with_facts))

    return router


def _profile(pages: Pages, listener: str, *, error: str = "", status: int = 200) -> Response:
    page = pages.library.profile(listener)
    names = pages.library.listeners()
    picture = taste_picture([one.count for one in page.tastes], [one.share for one in page.tastes])
    return pages.show(
        "listener.html",
        listener=listener,
        status=status,
        page=page,
        words=[(one, in_comparison(one.field, one.shift)) for one in _clearest(page.words)],
        picture=picture,
        listeners=names,
        is_known=listener.strip() in names,
        error=error,
    )


def _clearest(shifts: tuple[Shift, ...]) -> list[Shift]:
    """What is sure of the listener's own words, the largest differences first."""
    return sorted((one for one in shifts if one.sure), key=lambda one: -abs(one.shift))


def _kept(library: Library, listener: str) -> Response:
    """Everything that is kept of a listener, as a file to keep."""
    name = listener.strip()
    if name not in library.listeners():
        raise InputError(f"nothing is kept of {listener!r}")
    reply = as_json(library.kept_of(name))
    reply.headers["Content-Disposition"] = 'attachment; filename="linernotes-listener.json"'
    return reply
