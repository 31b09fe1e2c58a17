"""The dial between deep cuts and hits."""

from __future__ import annotations

from typing import Final

import numpy as np

from linernotes.rank.ranking import KnownTracks, Ranking, add
from linernotes.types import Vector

REACH: Final = 0.3
"""What the dial at its end adds to the best known track and takes from the least known one, on a scale where
the best possible relevance is 1: it decides among what fits, and what does not fit stays below."""

UNKNOWN: Final = 0.5
"""The place of a track of which nobody says how popular it is: in the middle, so that the dial leaves it."""


def popularity(
    ranking: Ranking,
    dial: float | None,
    *,
    tracks: KnownTracks,
    library: Vector | None = None,
) -> Ranking:
    """The ranking turned towards the well known (dial up to 1) or the little known (down to -1).

    0 or None changes nothing. ``library`` holds the known popularities of the whole library in ascending
    order; with it a track's place among them counts, so that a library of obscure music has its hits too.
    """
    values = [
        tracks[int(track_id)].popularity if int(track_id) in tracks else None for track_id in ranking.ids
    ]
    known = np.array([np.nan if value is None else value for value in values], dtype=np.float32)
    return add(ranking, "popularity", dialled(known, dial, library=library))


def dialled(values: Vector, dial: float | None, *, library: Vector | None = None) -> Vector:
    """What the dial adds to the score of each, in the shape of ``values``: popularities, NaN for unknown.

    See ``popularity``; the scores should be on a scale where the best possible one is 1.
    """
    setting = min(max(dial or 0.0, -1.0), 1.0)
    stands = np.where(np.isnan(values), UNKNOWN, places(values, library))
    return np.asarray(setting * REACH * (2 * stands - 1), dtype=np.float32)


def places(values: Vector, library: Vector | None) -> Vector:
    """Each value's place from 0 to 1; in the middle of its equals where the library gives the scale."""
    if library is None or not len(library):
        return np.clip(values, 0.0, 1.0)
    below = np.searchsorted(library, values, side="left")
    not_above = np.searchsorted(library, values, side="right")
    return np.asarray((below + not_above) / (2 * len(library)), dtype=np.float32)
