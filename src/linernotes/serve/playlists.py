"""Answers saved as playlists that players read: M3U8, JSPF and XSPF."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from linernotes.errors import InputError
from linernotes.serve.printable import printable
from linernotes.sources import fs_path
from linernotes.types import Track

LINE_BREAKS = frozenset("\r\n")
_XSPF: Final = "http://xspf.org/ns/0/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A track of a playlist, and where a player finds it: a path or an address; None where nowhere."""

    track: Track
    location: str | None


def check_playlist_path(path: Path) -> None:
    """Raises InputError for another suffix and for a folder that is not there."""
    if path.suffix.lower() not in WRITERS:
        raise InputError(f"{path.name}: playlists are saved as {', '.join(WRITERS)}")
    if not path.parent.is_dir():
        raise InputError(f"{path.parent} is not a folder: make it first")


def save_playlist(tracks: Sequence[Track], path: Path) -> int:
    """Writes the playlist that the suffix names, in UTF-8; returns how many tracks it holds.

    M3U8 holds paths relative to it, and no track without a file, or with a path that has a line break,
    which it cannot hold. JSPF and XSPF hold every track by name, and the file's address where there is one.
    Raises InputError for another suffix, for a folder that is not there, and where M3U8 would hold nothing.
    """
    check_playlist_path(path)
    kind = path.suffix.lower()
    place = _relative if kind == ".m3u8" else _address
    entries = [
        Entry(track=one, location=place(fs_path(one.audio_path), path.parent) if one.audio_path else None)
        for one in tracks
    ]
    path.write_text(WRITERS[kind](path.stem, entries), encoding="utf-8", errors="surrogateescape")
    return len(playable(entries)) if kind == ".m3u8" else len(entries)


def playable(entries: Sequence[Entry]) -> list[Entry]:
    """Those that a playlist of paths can hold. Raises InputError where there is none."""
    found = [one for one in entries if one.location and not LINE_BREAKS & set(one.location)]
    if not found:
        raise InputError("none of these tracks has a file, so there is nothing to play")
    return found


def m3u8(title: str, entries: Sequence[Entry]) -> str:
    """An extended M3U playlist of what can be played. Raises InputError where nothing can."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_shown(title)}"]
    for one in playable(entries):
        lines += [_extinf(one.track), f"{one.location}"]
    return "\n".join(lines) + "\n"


def jspf(title: str, entries: Sequence[Entry]) -> str:
    """A JSPF playlist (XSPF as JSON), which tells every track by its names."""
    tracks = [
        {**_told(one.track), **({"location": [one.location]} if one.location else {})} for one in entries
    ]
    return json.dumps({"playlist": {"title": _shown(title), "track": tracks}}, ensure_ascii=False) + "\n"


def xspf(title: str, entries: Sequence[Entry]) -> str:
    """An XSPF playlist, version 1, which tells every track by its names."""
    root = ET.Element("playlist", {"version": "1", "xmlns": _XSPF})
    ET.SubElement(root, "title").text = _shown(title)
    tracks = ET.SubElement(root, "trackList")
    for one in entries:
        track = ET.SubElement(tracks, "track")
        if one.location:
            ET.SubElement(track, "location").text = one.location
        for name, value in _told(one.track).items():
            ET.SubElement(track, name).text = str(value)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


WRITERS: Final[Mapping[str, Callable[[str, Sequence[Entry]], str]]] = MappingProxyType(
    {".m3u8": m3u8, ".jspf": jspf, ".xspf": xspf}
)


def _told(track: Track) -> dict[str, str | int]:
    """What XSPF and JSPF say of a track, under the names that both have for it; the duration is in ms."""
    told: dict[str, str | int | None] = {
        "title": _shown(track.title),
        "creator": _shown(", ".join(track.artists)),
        "album": _shown(track.album or ""),
        "duration": None if track.duration_s is None else round(track.duration_s * 1000),
    }
    return {name: value for name, value in told.items() if value}


def _shown(text: str) -> str:
    return " ".join(printable(text).split())


def _extinf(track: Track) -> str:
    seconds = -1 if track.duration_s is None else round(track.duration_s)
    name = f"{', '.join(track.artists)} - {track.title}" if track.artists else track.title
    return f"#EXTINF:{seconds},{_shown(name)}"


def _address(audio: Path, _folder: Path) -> str:
    return audio.resolve().as_uri()


def _relative(audio: Path, folder: Path) -> str:
    path = Path(os.path.relpath(audio.resolve(), folder.resolve())).as_posix()
    return f"./{path}" if path.startswith("#") else path  # a line that begins with # is a comment
