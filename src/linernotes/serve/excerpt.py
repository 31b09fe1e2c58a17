"""Which part of a song to play to somebody who wants to know what it is like."""

from __future__ import annotations

from typing import Final

EXCERPT_S: Final = 30.0
_SHARE: Final = 1 / 3


def typical_start_s(duration_s: float | None) -> int:
    """Where the part that stands for the song begins, in seconds; 0 for one of unknown length.

    A stand-in: what was heard keeps no time, so nothing known says which part is the most typical. A third
    in, introductions are over and most songs have come to what they are about.
    """
    if duration_s is None:
        return 0
    return int(max(0.0, min(duration_s * _SHARE, duration_s - EXCERPT_S)))
