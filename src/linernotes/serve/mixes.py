"""Saved mixes and playlists, as pages and as JSON."""

from __future__ import annotations

import re
import unicodedata
from http import HTTPStatus
from typing import Annotated, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from linernotes.errors import InputError
from linernotes.library import AskOptions, Library
from linernotes.serve.api import as_json
from linernotes.serve.as_json import mix_json, opened_mix_json
from linernotes.serve.asked import options_of
from linernotes.serve.pages import Pages, form_of, link, number_in
from linernotes.serve.playlists import WRITERS, Entry
from linernotes.serve.search import Options
from linernotes.types import Answer

Kind = Literal["m3u8", "jspf", "xspf"]
Number = Annotated[int, Path(ge=1, le=2**62)]
Who = Annotated[str, Query(min_length=1, max_length=200)]
_MEDIA_TYPES: Final = {
    "m3u8": "audio/x-mpegurl; charset=utf-8",
    "jspf": "application/json",
    "xspf": "application/xspf+xml",
}
_LONGEST_FILE_NAME: Final = 60


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
    mixes = pages.library.mixes

    @router.get("/mixes")
    def all_mixes(listener: Who = "me") -> Response:
        return pages.show("mixes.html", listener=listener, mixes=mixes.of(listener))

    @router.post("/mixes")
    async def save(request: Request, options: Options) -> Response:
        form = await form_of(request)
        answer_id = number_in(form.get("answer", ""))
        mix = mixes.save(answer_id, options, name=form.get("name", ""), fresh="fresh" in form)
        return _see(f"/mixes/{mix.id}", options)

    @router.get("/mixes/{mix_id}")
    def one(mix_id: Number) -> Response:
        opened = mixes.open(mix_id)
        return pages.home(opened.mix.request, options=opened.mix.options, answer=opened.answer, mix=opened)

    @router.post("/mixes/{mix_id}")
    async def change(mix_id: Number, request: Request, options: Options) -> Response:
        done = (await form_of(request)).get("do", "")
        if done == "delete":
            mixes.delete(mix_id)
        elif done in ("keep", "leave"):
            mixes.keep_fresh(mix_id, done == "keep")
        else:
            raise InputError(f"a mix can be kept fresh, left as it is, or deleted, not {done!r}")
        return _see("/mixes", options)

    @router.get("/answers/{answer_id}/mix.{kind}")
    def answer_playlist(answer_id: Number, kind: Kind, request: Request) -> Response:
        answer = pages.library.answer(answer_id)
        return _playlist(answer.request.text, answer, kind, request)

    @router.get("/mixes/{mix_id}/mix.{kind}")
    def mix_playlist(mix_id: Number, kind: Kind, request: Request) -> Response:
        opened = mixes.open(mix_id)
        return _playlist(opened.mix.name, opened.answer, kind, request)

    return router


def mix_api_router(library: Library) -> APIRouter:
    """The JSON of saved mixes, below ``/api/v1``."""
    router = APIRouter(prefix="/api/v1")
    mixes = library.mixes

    @router.get("/mixes")
    def all_mixes(listener: Who = "me") -> Response:
        """The mixes that a listener saved, the latest first."""
        return as_json({"mixes": [mix_json(mix) for mix in mixes.of(listener)]})

    @router.post("/mixes", status_code=201)
    def save(new: NewMix, options: Annotated[AskOptions, Depends(options_of)]) -> Response:
        """Keeps an answer as a mix, to be asked again with these options."""
        mix = mixes.save(new.answer_id, options, name=new.name, fresh=new.fresh)
        return as_json(mix_json(mix), status=201)

    @router.get("/mixes/{mix_id}")
    def one(mix_id: Number) -> Response:
        """A mix with its answer; a fresh one is asked anew where songs or feedback came or went since."""
        return as_json(opened_mix_json(mixes.open(mix_id)))

    @router.patch("/mixes/{mix_id}")
    def change(mix_id: Number, wanted: Freshness) -> Response:
        """Says whether a mix is asked anew from now on."""
        mixes.keep_fresh(mix_id, wanted.fresh)
        return as_json(mix_json(mixes.load(mix_id)))

    @router.delete("/mixes/{mix_id}")
    def delete(mix_id: Number) -> Response:
        """Takes a mix out; the answers that it had stay."""
        mixes.delete(mix_id)
        return as_json({"deleted": mix_id})

    return router


def _see(path: str, options: AskOptions) -> Response:
    return RedirectResponse(link(path, listener=options.listener), HTTPStatus.SEE_OTHER)


def _playlist(title: str, answer: Answer, kind: Kind, request: Request) -> Response:
    """The songs of an answer as a file; a player that has it asks us for the recordings."""
    entries = [
        Entry(
            track=pick.track,
            location=f"{request.base_url}song/{pick.track.id}/audio" if pick.track.audio_path else None,
        )
        for pick in answer.picks
    ]
    return Response(
        WRITERS[f".{kind}"](title, entries).encode("utf-8", "replace"),
        media_type=_MEDIA_TYPES[kind],
        headers={"Content-Disposition": _attached(title, kind)},
    )


def _attached(title: str, kind: Kind) -> str:
    """The name to save it under: letters and figures of any writing, and dashes; "mix" where none is left."""
    name = "-".join(re.findall(r"\w+", unicodedata.normalize("NFC", title)))[:_LONGEST_FILE_NAME] or "mix"
    plain_name = "-".join(re.findall(r"[A-Za-z0-9]+", name)) or "mix"
    own_name = quote(f"{name}.{kind}", errors="replace")
    return f"attachment; filename=\"{plain_name}.{kind}\"; filename*=UTF-8''{own_name}"
