"""The library as a map, as a list that says the same, and playlists of songs that were chosen on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from linernotes.errors import InputError
from linernotes.library import SongMap
from linernotes.library.song_map import MOST_DOTS, MapBy, MapDot
from linernotes.serve.api import as_json
from linernotes.serve.pages import Pages, fields_of
from linernotes.serve.playlists import WRITERS, Entry
from linernotes.serve.printable import printable
from linernotes.types import Track

OTHERS: Final = "other genres, or none known"
_MEDIA: Final = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".jspf": "application/jspf+json",
    ".xspf": "application/xspf+xml",
}

By = Annotated[MapBy, Query()]


def map_router(pages: Pages) -> APIRouter:
    """The page with the map, and playlists of what was chosen on it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/map")
    def show(by: By = "words", listener: str = "me") -> Response:
        found = pages.library.song_map(by)
        return pages.show(
            "map.html",
            listener=listener,
            map=found,
            areas=_listed(found),
            kinds=[suffix.removeprefix(".") for suffix in WRITERS],
        )

    @router.post("/map/playlist")
    async def playlist(request: Request) -> Response:
        form = await fields_of(request)
        ids = _numbers(" ".join(form.get("song", [])))
        title = printable(form.get("title", [""])[0]).strip()[:200] or "From the map"
        return _playlist(pages.library.songs(ids), title, form.get("kind", [""])[0], str(request.base_url))

    return router


def map_api(pages: Pages) -> APIRouter:
    """The map as JSON."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/map")
    def show(by: By = "words") -> Response:
        """Songs on a plane, near each other where they sound alike or are told of in like words.

        Each dot is ``[song, x, y, area, can be played, title, artists]``; area 0 is none of ``areas``.
        """
        return as_json(map_json(pages.library.song_map(by)))

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


def _playlist(tracks: Sequence[Track], title: str, kind: str, base_url: str) -> Response:
    """The songs as a file; a player that has it asks us for the recordings."""
    write = WRITERS.get(f".{kind}")
    if write is None:
        raise InputError(f"playlist {kind[:20]!r}: one of {', '.join(WRITERS)} is needed")
    entries = [
        Entry(track=one, location=f"{base_url}song/{one.id}/audio" if one.audio_path else None)
        for one in tracks
    ]
    name = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-") or "map"
    return Response(
        write(title, entries).encode("utf-8", "replace"),
        media_type=_MEDIA[f".{kind}"],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )
