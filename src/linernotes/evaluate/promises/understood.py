"""What our own parse of a request says that the answer must keep, for requests that nobody marked.

It shows only that what was understood was kept, not that all was understood.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from linernotes.evaluate.promises.rules import (
    VERSIONS,
    minutes_at_most,
    number_within,
    songs_at_most,
    songs_of_an_artist_at_most,
    without_artist,
    without_tempo,
    without_title,
    without_value,
    without_version,
    without_voice,
    years_within,
)
from linernotes.evaluate.promises.values import Promise
from linernotes.types import Avoid, Limit, Request

_FACTS: Final = frozenset({"genre", "mood", "instrument", "vocals", "country", "language"})


def understood(request: Request) -> tuple[Promise, ...]:
    """The exclusions and limits of the parse that facts can tell, as promises."""
    return (
        *(promise for avoid in request.avoids for promise in _without(avoid)),
        *(promise for limit in request.limits for promise in _within(limit)),
    )


def _without(avoid: Avoid) -> Iterator[Promise]:
    if avoid.family == "artist":
        yield without_artist([avoid.name], avoid.text)
    elif avoid.family in ("track", "album"):
        yield without_title(avoid.name, avoid.text)
    elif avoid.family == "vocals" and avoid.name == "vocals":
        yield without_voice(avoid.text)
    elif avoid.family == "tempo":
        yield without_tempo(avoid.name, avoid.text)
    elif avoid.name in VERSIONS:
        yield without_version(avoid.name, avoid.text)
    elif avoid.family in _FACTS:
        yield without_value([avoid.family], [avoid.name], avoid.text)


def _within(limit: Limit) -> Iterator[Promise]:
    low = -math.inf if limit.low is None else limit.low
    high = math.inf if limit.high is None else limit.high
    if limit.name in ("tempo_bpm", "duration_s"):
        yield number_within(limit.name, limit.text, low=low, high=high, outside=limit.excluded)
    elif limit.name == "year":
        yield years_within(limit.text, low=low, high=high, outside=limit.excluded)
    elif limit.high is not None and limit.name == "tracks":
        yield songs_at_most(int(limit.high), limit.text)
    elif limit.high is not None and limit.name == "tracks_per_artist":
        yield songs_of_an_artist_at_most(int(limit.high), limit.text)
    elif limit.high is not None and limit.name == "total_minutes":
        yield minutes_at_most(limit.high, limit.text, strictly=limit.low != limit.high)
