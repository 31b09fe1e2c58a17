"""Album covers: which songs have one, remembered while their files stay as they are."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from linernotes.sources import Cover, fs_path, read_cover
from linernotes.types import Track

_MOST_REMEMBERED: Final = 50_000

State = tuple[int, int]
"""When the file and its folder were changed, in ns."""


class Covers:
    """Finds the covers of songs. It may be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[State, bool]] = {}

    def has(self, track: Track) -> bool:
        """Whether a song has a cover; its file is read once, and again when it or its folder changed."""
        path = fs_path(track.audio_path) if track.audio_path else None
        state = _state(path)
        if path is None or state is None:
            return False
        known = self._known.get(path)
        return known[1] if known is not None and known[0] == state else self._read(path, state) is not None

    def of(self, track: Track) -> Cover | None:
        """The cover of a song; None where there is none."""
        path = fs_path(track.audio_path) if track.audio_path else None
        state = _state(path)
        return None if path is None or state is None else self._read(path, state)

    def _read(self, path: Path, state: State) -> Cover | None:
        cover = read_cover(path)
        with self._lock:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[path] = (state, cover is not None)
        return cover


def _state(path: Path | None) -> State | None:
    if path is None:
        return None
    try:
        return path.stat().st_mtime_ns, path.parent.stat().st_mtime_ns
    except (OSError, ValueError):
        return None
