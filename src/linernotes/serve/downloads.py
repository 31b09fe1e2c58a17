"""Songs as a playlist to be kept: the files that pages and JSON hand out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fastapi import Request, Response

from linernotes.errors import InputError
from linernotes.serve.playlists import WRITERS, Entry
from linernotes.types import Track

_MEDIA_TYPES: Final = {
    "m3u8": "audio/x-mpegurl; charset=utf-8",
    "jspf": "application/jspf+json",
    "xspf": "application/xspf+xml",
}


def playlist_file(
    title: str, tracks: Iterable[Track], kind: str, request: Request, *, named: str
) -> Response:
    """The songs as a file, ``named`` as Content-Disposition says it.

    A player that has it asks us for the recordings.

    Raises InputError for another kind than m3u8, jspf and xspf, and where m3u8 would hold nothing.
    """
    write = WRITERS.get(f".{kind}")
    if write is None:
        raise InputError(f"playlist {kind[:20]!r}: one of {', '.join(WRITERS)} is needed")
    entries = [
        Entry(track=one, location=f"{request.base_url}song/{one.id}/audio" if one.audio_path else None)
        for one in tracks
    ]
    return Response(
        write(title, entries).encode("utf-8", "replace"),
        media_type=_MEDIA_TYPES[kind],
        headers={"Content-Disposition": f"attachment; {named}"},
    )
