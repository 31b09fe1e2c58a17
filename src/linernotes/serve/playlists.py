"""Answers saved as playlists that players read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from linernotes.errors import InputError
from linernotes.serve.printable import printable
from linernotes.sources import fs_path
from linernotes.types import Track

SUFFIXES = (".m3u8",)
LINE_BREAKS = frozenset("\r\n")


def check_playlist_path(path: Path) -> None:
    """Raises InputError for another suffix and for a folder that is not there."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path.name}: playlists are saved as {', '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise InputError(f"{path.parent} is not a folder: make it first")


def save_playlist(tracks: Sequence[Track], path: Path) -> int:
    """Writes an extended M3U playlist in UTF-8 with paths relative to it; returns how many tracks it holds.

    Tracks without a file are left out, and those whose path has a line break, which no playlist can hold.
    Raises InputError for another suffix, for a folder that is not there, and when no track has a file.
    """
    check_playlist_path(path)
    playable = [(track, fs_path(track.audio_path)) for track in tracks if track.audio_path]
    playable = [(track, file) for track, file in playable if not LINE_BREAKS & set(str(file))]
    if not playable:
        raise InputError("none of these tracks has a file, so there is nothing to play")
    lines = ["#EXTM3U"]
    for track, file in playable:
        lines += [_extinf(track), _relative(file, path.parent)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogateescape")
    return len(playable)


def _extinf(track: Track) -> str:
    seconds = -1 if track.duration_s is None else round(track.duration_s)
    name = f"{', '.join(track.artists)} - {track.title}" if track.artists else track.title
    return f"#EXTINF:{seconds},{' '.join(printable(name).split())}"


def _relative(audio: Path, folder: Path) -> str:
    path = Path(os.path.relpath(audio.resolve(), folder.resolve())).as_posix()
    return f"./{path}" if path.startswith("#") else path  # a line that begins with # is a comment
