"""The search page: asking, going on from an answer, and saying what one thinks of its songs."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import RedirectResponse

from linernotes.errors import InputError, LinernotesError
from linernotes.library import AskOptions
from linernotes.serve.access import ME, Visiting
from linernotes.serve.asked import check_own_answer, checked, fields_of, options_of
from linernotes.serve.pages import Form, Pages, link, number_in, told
from linernotes.types import EventKind

_KINDS: dict[str, EventKind] = {kind: kind for kind in ("like", "dislike", "skip", "save", "undo")}
_REASONED = frozenset({"dislike", "skip"})


def page_options(options: Annotated[AskOptions, Depends(options_of)]) -> AskOptions:
    """The options of the page: somebody asks, and a dial in the middle leaves it to the words."""
    return replace(options, listener=options.listener or ME, popularity=options.popularity or None)


Options = Annotated[AskOptions, Depends(page_options)]
InPlace = Annotated[bool, Header(alias="HX-Request")]
"""Whether a script of ours asks for the changed part of the page alone."""


def search_router(pages: Pages) -> APIRouter:
    """The routes of the search page."""
    router = APIRouter(include_in_schema=False)
    _add_questions(router, pages)
    _add_feedback(router, pages)
    return router


def _add_questions(router: APIRouter, pages: Pages) -> None:
    library = pages.library

    @router.get("/")
    def home(options: Options, visiting: Visiting, q: str = "", without: str = "") -> Response:
        asked = q.strip() or (f"without {without}" if without.strip() else "")
        if not asked:
            return pages.home(options=options, visitor=visiting)
        question = checked(asked)
        try:
            answer = library.ask(question, options)
        except LinernotesError as err:
            status, message = told(err)
            return pages.home(question, options=options, error=message, status=status)
        return pages.home(question, options=options, answer=answer, visitor=visiting)

    @router.get("/similar")
    def similar(name: str, options: Options, visiting: Visiting) -> Response:
        answer = library.similar(name, options)
        return pages.home(answer.request.text, options=options, answer=answer, visitor=visiting)

    @router.get("/answers/{answer_id}")
    def answer(answer_id: int, options: Options, visiting: Visiting) -> Response:
        check_own_answer(library, visiting, answer_id)
        given = library.answer(answer_id)
        return pages.home(given.request.text, options=options, answer=given, visitor=visiting)


def _add_feedback(router: APIRouter, pages: Pages) -> None:
    @router.post("/feedback")
    def feedback(form: Form, options: Options, visiting: Visiting, in_place: InPlace = False) -> Response:
        listener = visiting.listens_as(form.get("listener") or options.listener)
        options = replace(options, listener=listener)
        answer_id = number_in(form.get("answer", "")) or None
        check_own_answer(pages.library, visiting, answer_id)
        track_id = number_in(form.get("track", ""))
        if not track_id:
            raise InputError(f"song {form.get('track', '')!r}: a number is needed")
        kind = _record(pages, form, options, track_id, answer_id)
        if answer_id is not None and in_place:
            return _changed_verdicts(pages, answer_id, track_id, kind, options)
        where = f"/song/{track_id}" if answer_id is None else f"/answers/{answer_id}"
        place = "" if answer_id is None else f"#song-{track_id}"
        return RedirectResponse(link(where, fields_of(options)) + place, HTTPStatus.SEE_OTHER)


def _record(
    pages: Pages, form: dict[str, str], options: AskOptions, track_id: int, answer_id: int | None
) -> EventKind:
    kind = _KINDS.get(form.get("kind", ""))
    if kind is None:
        raise InputError(f"feedback {form.get('kind', '')!r}: one of {', '.join(_KINDS)} is needed")
    reason = form.get("reason") if kind in _REASONED else None
    pages.library.feedback(options.listener or ME, track_id, kind, reason=reason or None, answer_id=answer_id)
    return kind


def _changed_verdicts(
    pages: Pages, answer_id: int, track_id: int, kind: EventKind, options: AskOptions
) -> Response:
    found = pages.found(pages.library.answer(answer_id), options)
    shown = next((one for one in found.picks if one.pick.track.id == track_id), None)
    if shown is None:
        raise InputError(f"song {track_id} is not in answer {answer_id}")
    return pages.show("picked.html", listener=options.listener or ME, found=found, shown=shown, kind=kind)
