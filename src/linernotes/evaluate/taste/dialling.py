"""Lists turned towards deep cuts or hits, by the product's own dial."""

from __future__ import annotations

from typing import Final

import numpy as np

from linernotes.evaluate.taste.shortlists import ranked
from linernotes.evaluate.taste.values import Shortlist
from linernotes.rank.popularity import dialled
from linernotes.types import Ids, Vector

SETTINGS: Final = (-1.0, -0.5, 0.0, 0.5, 1.0)


def lists_at(dial: float, shortlist: Shortlist, scores: Vector, popularity: Vector) -> Ids:
    """The 20 artists for each listener, ``(n, 20) int64``, best first.

    ``popularity (artists,)`` is that of all artists, which are the dial's library. The dial adds to scores of
    which the best possible is 1, so each list's scores are put between 0, its last, and 1, its first.
    """
    last, first = scores.min(axis=1, keepdims=True), scores.max(axis=1, keepdims=True)
    relevance = (scores - last) / np.maximum(first - last, np.finfo(np.float32).tiny)
    change = dialled(popularity[shortlist.artists], dial, library=np.sort(popularity))
    places = ranked(np.asarray(relevance + change, dtype=np.float32))
    return np.take_along_axis(shortlist.artists, places, axis=1)
