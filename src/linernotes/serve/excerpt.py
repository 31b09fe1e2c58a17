"""Which part of a song to play to somebody who wants to know what it is like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linernotes.audio import TYPICAL_S

_SHARE: Final = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The part that stands for a song; ``heard`` says whether the recording was listened to for it."""

    start_s: int
    heard: bool


def excerpt_of(duration_s: float | None, typical_start_s: float | None = None) -> Excerpt:
    """Where the typical part begins; where nobody listened for it a third in, or 0 without a length.

    A third in, introductions are over and most songs have come to what they are about.
    """
    latest_s = max(0.0, (duration_s or 0.0) - TYPICAL_S)
    wanted_s = (duration_s or 0.0) * _SHARE if typical_start_s is None else typical_start_s
    return Excerpt(start_s=int(min(wanted_s, latest_s)), heard=typical_start_s is not None)
