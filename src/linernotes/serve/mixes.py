"""Saved mixes and playlists, as pages and as JSON."""

from __future__ import annotations

import re
import unicodedata
from http import HTTPStatus
from typing import Annotated, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from linernotes.errors import InputError
from linernotes.library import AskOptions, Library
from linernotes.serve import replies
from linernotes.serve.access import Visiting, Visitor
from linernotes.serve.as_json import mix_json, opened_mix_json
from linernotes.serve.asked import Who, check_own_answer, options_of
from linernotes.serve.downloads import playlist_file
from linernotes.serve.pages import Form, Pages, link, number_in
from linernotes.serve.replies import ERRORS, as_json
from linernotes.serve.search import Options
from linernotes.types import Answer

Kind = Literal["m3u8", "jspf", "xspf"]
_LONGEST_FILE_NAME: Final = 60
Number = Annotated[int, Path(ge=1, le=2**62)]


class NewMix(BaseModel):
    """An answer to be kept as a mix."""

    answer_id: int = Field(ge=1, le=2**62)
    name: str = Field(default="", max_length=200)
    fresh: bool = False


class Freshness(BaseModel):
    """Whether a mix is to be asked anew."""

    fresh: bool


def mix_router(pages: Pages) -> APIRouter:
    """The pages of saved mixes, and the playlists of answers and mixes."""
    router = APIRouter(include_in_schema=False)
    _add_mixes(router, pages)
    _add_playlists(router, pages.library)
    return router


def _add_mixes(router: APIRouter, pages: Pages) -> None:
    library, mixes = pages.library, pages.library.mixes

    @router.get("/mixes")
    def all_mixes(listener: Who) -> Response:
        return pages.show("mixes.html", listener=listener, mixes=mixes.of(listener))

    @router.post("/mixes")
    def save(form: Form, options: Options, visiting: Visiting) -> Response:
        answer_id = number_in(form.get("answer", ""))
        check_own_answer(library, visiting, answer_id)
        mix = mixes.save(answer_id, options, name=form.get("name", ""), fresh="fresh" in form)
        return _see(f"/mixes/{mix.id}", options)

    @router.get("/mixes/{mix_id}")
    def one(mix_id: Number, visiting: Visiting) -> Response:
        _check_own(library, visiting, mix_id)
        opened = mixes.open(mix_id)
        mix = opened.mix
        return pages.home(
            mix.request, options=mix.options, answer=opened.answer, mix=opened, visitor=visiting
        )

    @router.post("/mixes/{mix_id}")
    def change(mix_id: Number, form: Form, options: Options, visiting: Visiting) -> Response:
        _check_own(library, visiting, mix_id)
        done = form.get("do", "")
        if done == "delete":
            mixes.delete(mix_id)
        elif done in ("keep", "leave"):
            mixes.keep_fresh(mix_id, done == "keep")
        else:
            raise InputError(f"a mix can be kept fresh, left as it is, or deleted, not {done!r}")
        return _see("/mixes", options)


def _add_playlists(router: APIRouter, library: Library) -> None:
    @router.get("/answers/{answer_id}/mix.{kind}")
    def of_answer(answer_id: Number, kind: Kind, request: Request, visiting: Visiting) -> Response:
        check_own_answer(library, visiting, answer_id)
        answer = library.answer(answer_id)
        return _playlist(answer.request.text, answer, kind, request)

    @router.get("/mixes/{mix_id}/mix.{kind}")
    def of_mix(mix_id: Number, kind: Kind, request: Request, visiting: Visiting) -> Response:
        _check_own(library, visiting, mix_id)
        opened = library.mixes.open(mix_id)
        return _playlist(opened.mix.name, opened.answer, kind, request)


def mix_api(library: Library) -> APIRouter:
    """The JSON of saved mixes, below ``/api/v1``."""
    router = APIRouter(prefix="/api/v1", responses=ERRORS, tags=["mixes"])
    mixes = library.mixes

    @router.get("/mixes", response_model=replies.Mixes)
    def all_mixes(listener: Who) -> Response:
        """The mixes that a listener saved, the latest first."""
        return as_json({"mixes": [mix_json(mix) for mix in mixes.of(listener)]})

    @router.post("/mixes", status_code=201, response_model=replies.Mix)
    def save(
        new: NewMix, options: Annotated[AskOptions, Depends(options_of)], visiting: Visiting
    ) -> Response:
        """Keeps an answer as a mix, to be asked again with these options."""
        check_own_answer(library, visiting, new.answer_id)
        mix = mixes.save(new.answer_id, options, name=new.name, fresh=new.fresh)
        return as_json(mix_json(mix), status=201)

    @router.get("/mixes/{mix_id}", response_model=replies.OpenedMix)
    def one(mix_id: Number, visiting: Visiting) -> Response:
        """A mix with its answer; a fresh one is asked anew where songs or feedback came or went since."""
        _check_own(library, visiting, mix_id)
        return as_json(opened_mix_json(mixes.open(mix_id)))

    @router.patch("/mixes/{mix_id}", response_model=replies.Mix)
    def change(mix_id: Number, wanted: Freshness, visiting: Visiting) -> Response:
        """Says whether a mix is asked anew from now on."""
        _check_own(library, visiting, mix_id)
        mixes.keep_fresh(mix_id, wanted.fresh)
        return as_json(mix_json(mixes.load(mix_id)))

    @router.delete("/mixes/{mix_id}", response_model=replies.Deleted)
    def delete(mix_id: Number, visiting: Visiting) -> Response:
        """Takes a mix out; the answers that it had stay."""
        _check_own(library, visiting, mix_id)
        mixes.delete(mix_id)
        return as_json({"deleted": mix_id})

    return router


def _check_own(library: Library, visiting: Visitor, mix_id: int) -> None:
    """Raises RefusedError for somebody else's mix, unless the visitor administers."""
    visiting.check_sees(library.mixes.load(mix_id).options.listener)


def _see(path: str, options: AskOptions) -> Response:
    return RedirectResponse(link(path, listener=options.listener), HTTPStatus.SEE_OTHER)


def _playlist(title: str, answer: Answer, kind: Kind, request: Request) -> Response:
    tracks = [pick.track for pick in answer.picks]
    return playlist_file(title, tracks, kind, request, named=_file_name(title, kind))


def _file_name(title: str, kind: Kind) -> str:
    """The name to save it under: letters and figures of any writing, and dashes; "mix" where none is left."""
    name = "-".join(re.findall(r"\w+", unicodedata.normalize("NFC", title)))[:_LONGEST_FILE_NAME] or "mix"
    plain_name = "-".join(re.findall(r"[A-Za-z0-9]+", name)) or "mix"
    own_name = quote(f"{name}.{kind}", errors="replace")
    return f"filename=\"{plain_name}.{kind}\"; filename*=UTF-8''{own_name}"
