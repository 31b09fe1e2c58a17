"""The library as a map, as a list that says the same, and playlists of songs that were chosen on them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from linernotes.errors import InputError
from linernotes.library import Library, SongMap
from linernotes.library.song_map import MOST_DOTS, MapBy, MapDot
from linernotes.serve import replies
from linernotes.serve.asked import Who
from linernotes.serve.downloads import playlist_file
from linernotes.serve.pages import Fields, Pages
from linernotes.serve.playlists import WRITERS
from linernotes.serve.printable import printable
from linernotes.serve.replies import ERRORS, as_json

OTHERS: Final = "other genres, or none known"

By = Annotated[MapBy, Query()]


def map_router(pages: Pages) -> APIRouter:
    """The page with the map, and playlists of what was chosen on it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/map")
    def show(listener: Who, by: By = "words") -> Response:
        found = pages.library.song_map(by)
        return pages.show(
            "map.html",
            listener=listener,
            map=found,
            areas=_listed(found),
            kinds=[suffix.removeprefix(".") for suffix in WRITERS],
        )

    @router.post("/map/playlist")
    def playlist(form: Fields, request: Request) -> Response:
        ids = _numbers(" ".join(form.get("song", [])))
        title = printable(form.get("title", [""])[0]).strip()[:200] or "From the map"
        kind = form.get("kind", [""])[0]
        name = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-") or "map"
        return playlist_file(
            title, pages.library.songs(ids), kind, request, named=f'filename="{name}.{kind}"'
        )

    return router


def map_api(library: Library) -> APIRouter:
    """The map as JSON."""
    router = APIRouter(prefix="/api/v1", responses=ERRORS, tags=["library"])

    @router.get("/map", response_model=replies.Map)
    def show(by: By = "words") -> Response:
        """Songs on a plane, near each other where they sound alike or are told of in like words.

        Each dot is ``[song, x, y, area, can be played, title, artists]``; area 0 is none of ``areas``.
        """
        return as_json(map_json(library.song_map(by)))

    return router


def map_json(found: SongMap) -> dict[str, Any]:
    """The map in few bytes."""
    dots = [
        [
            dot.track.id,
            dot.x,
            dot.y,
            dot.area,
            dot.track.audio_path is not None,
            dot.track.title,
            ", ".join(dot.track.artists),
        ]
        for dot in found.dots
    ]
    return {"by": found.by, "songs": found.total, "areas": list(found.areas), "dots": dots}


def _listed(found: SongMap) -> list[tuple[int, str, list[MapDot]]]:
    """The songs of each area by name, the largest area first and all others last."""
    names = [*enumerate(found.areas, start=1), (0, OTHERS)]
    in_area: dict[int, list[MapDot]] = {number: [] for number, _ in names}
    for dot in sorted(found.dots, key=lambda one: (one.track.artists, one.track.title)):
        in_area[dot.area].append(dot)
    return [(number, name, in_area[number]) for number, name in names if in_area[number]]


def _numbers(text: str) -> list[int]:
    """The numbers in a text, each once. Raises InputError for none, or more than a map shows."""
    found = [int(one) for one in re.findall(r"(?<!\S)[0-9]{1,18}(?!\S)", text)]
    if not 0 < len(found) <= MOST_DOTS:
        raise InputError(f"{len(found)} songs are chosen: 1 to {MOST_DOTS:,} make a playlist")
    return found
