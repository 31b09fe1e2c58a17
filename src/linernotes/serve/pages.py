"""The pages of the HTTP door: search, songs, artists, genres, the listener's own. No page has a script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlencode

import jinja2
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from linernotes.errors import InputError, LinernotesError
from linernotes.library import AskOptions, Library
from linernotes.listener import REASONS
from linernotes.serve.asked import LONGEST_QUESTION, checked, options_of
from linernotes.serve.chips import chips_of
from linernotes.serve.covers import Covers
from linernotes.serve.printable import printable
from linernotes.serve.screen import NOTHING_FOUND, count, fact_value, note_origin
from linernotes.types import Answer, EventKind

HERE = Path(__file__).parent
EXAMPLES = (
    "upbeat pop songs with catchy melodies",
    "calm instrumental music for working late, no drums",
    "melancholy songs from the 90s",
)
LONGEST_FORM = 40_000
_KINDS: dict[str, EventKind] = {kind: kind for kind in ("like", "dislike", "skip", "save", "undo")}

Options = Annotated[AskOptions, Depends(options_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Renders the templates with what every page needs."""

    library: Library
    templates: jinja2.Environment
    covers: Covers

    def show(self, name: str, *, listener: str = "me", status: int = 200, **values: Any) -> Response:
        """A page for this listener."""
        page = self.templates.get_template(name).render(listener=listener, longest=LONGEST_QUESTION, **values)
        return HTMLResponse(page.encode("utf-8", "replace"), status_code=status)

    def home(
        self,
        query: str = "",
        *,
        listener: str = "me",
        answer: Answer | None = None,
        error: str = "",
        status: int = 200,
    ) -> Response:
        """The page with the search; without question, answer and error it is the one to start from."""
        started = not error and answer is None
        return self.show(
            "page.html",
            listener=listener,
            status=status,
            query=query,
            answer=answer,
            chips=chips_of(answer.request) if answer else (),
            reactions=self.library.reactions(answer.id, listener) if answer else {},
            reasons=REASONS,
            error=error,
            examples=EXAMPLES,
            nothing_found=NOTHING_FOUND,
            track_count=self.library.track_count() if started else 0,
        )


def pages_of(library: Library) -> Pages:
    """The pages of a library, in HTML that escapes whatever comes from outside."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    templates.filters.update(count=count, fact_value=fact_value, note_origin=note_origin)
    covers = Covers()
    templates.globals.update(link=link, has_cover=covers.has)
    return Pages(library=library, templates=templates, covers=covers)


def link(path: str, **values: object) -> str:
    """An address of ours with what is not None of the values; "me" is who listens if nothing is said."""
    named = {name.rstrip("_"): str(value) for name, value in values.items() if value not in (None, "")}
    if named.get("listener") == "me":
        del named["listener"]
    query = urlencode(named, errors="replace", quote_via=quote)
    return f"{path}?{query}" if named else path


def page_router(pages: Pages) -> APIRouter:
    """The routes of the pages."""
    router = APIRouter(include_in_schema=False)
    _add_answers(router, pages)
    _add_feedback(router, pages)
    return router


def _add_answers(router: APIRouter, pages: Pages) -> None:
    library = pages.library

    @router.get("/")
    def home(options: Options, q: str = "") -> Response:
        listener = options.listener or "me"
        if not q.strip():
            return pages.home(listener=listener)
        question = checked(q)
        try:
            answer = library.ask(question, _for(options, listener))
        except LinernotesError as err:
            status, message = told(err)
            return pages.home(question, listener=listener, error=message, status=status)
        return pages.home(question, listener=listener, answer=answer)

    @router.get("/similar")
    def similar(name: str, options: Options) -> Response:
        listener = options.listener or "me"
        answer = library.similar(name, _for(options, listener))
        return pages.home(answer.request.text, listener=listener, answer=answer)

    @router.get("/answers/{answer_id}")
    def answer(answer_id: int, listener: str = "me") -> Response:
        given = library.answer(answer_id)
        return pages.home(given.request.text, listener=listener, answer=given)


def _add_feedback(router: APIRouter, pages: Pages) -> None:
    library = pages.library

    @router.post("/feedback")
    async def feedback(request: Request) -> Response:
        form = await form_of(request)
        listener = form.get("listener", "me")
        kind = _KINDS.get(form.get("kind", ""))
        if kind is None:
            raise InputError(f"feedback {form.get('kind', '')!r}: one of {', '.join(_KINDS)} is needed")
        answer_id = _number(form.get("answer", "")) or None
        track_id = _number(form.get("track", ""))
        library.feedback(listener, track_id, kind, reason=form.get("reason") or None, answer_id=answer_id)
        if answer_id is None:
            return RedirectResponse(link(f"/song/{track_id}", listener=listener), HTTPStatus.SEE_OTHER)
        back = link(f"/answers/{answer_id}", listener=listener)
        return RedirectResponse(f"{back}#song-{track_id}", HTTPStatus.SEE_OTHER)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, each once. Raises InputError for one that is too long."""
    return {name: values[0] for name, values in (await fields_of(request)).items()}


async def fields_of(request: Request) -> dict[str, list[str]]:
    """The fields of a form with all their values. Raises InputError for one that is too long."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise InputError("this form is too long")
    return parse_qs(bytes(body).decode("utf-8", "replace"), keep_blank_values=True)


def told(error: Exception) -> tuple[int, str]:
    """The HTTP status of an error of ours and what it says."""
    return (422 if isinstance(error, InputError) else 503), str(error)


def _for(options: AskOptions, listener: str) -> AskOptions:
    return replace(options, listener=listener)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
