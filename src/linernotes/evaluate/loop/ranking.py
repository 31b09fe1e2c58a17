"""From models to lists of 20: shortlists of what a listener has not tagged, put in order by weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.loop.models import DRAWN_BY, Models
from linernotes.evaluate.metrics import ndcg_at
from linernotes.evaluate.taste.counts import artists_by_listener, artists_of
from linernotes.evaluate.taste.lists import asked, best
from linernotes.evaluate.taste.shortlists import ranked
from linernotes.evaluate.taste.signals import CANDIDATES
from linernotes.evaluate.taste.values import Played, Shortlist, Split
from linernotes.rank.blend import blend, standard
from linernotes.types import Ids

Weights = Mapping[str, float]
"""How much each signal counts, by its name."""


def shortlist(models: Models, profiles: Played, split: Split, *, count: int = CANDIDATES) -> Shortlist:
    """What comes into question for those who are asked, by the sum of signals for their profiles."""
    listeners = asked(split)
    scores = models.signals(profiles[listeners])
    known = split.known.played[listeners]
    count = min(count, known.shape[1] - int(artists_by_listener(known).max(initial=0)))
    drawn = np.sum([standard(scores[name]) for name in DRAWN_BY], axis=0)
    artists = best(drawn, known, count)
    right = split.right[listeners]
    return Shortlist(
        listeners=listeners,
        artists=artists,
        signals={name: np.take_along_axis(own, artists, axis=1) for name, own in scores.items()},
        right=np.stack([np.isin(own, artists_of(right, row)) for row, own in enumerate(artists)]),
        right_in_all=artists_by_listener(right).astype(np.int64),
    )


def lists_of(own: Shortlist, weights: Weights) -> Ids:
    """The best 20 of each shortlist, best first, ``(n, 20) int64``."""
    return np.take_along_axis(own.artists, ranked(blend(own.signals, weights)), axis=1)


def lists_by(models: Models, profiles: Played, split: Split, weights: Weights) -> Ids:
    """What the models list for those who are asked, see lists_of."""
    return lists_of(shortlist(models, profiles, split), weights)


def ndcg_in_all(own: Shortlist, weights: Weights) -> NDArray[np.float64]:
    """NDCG over whole shortlists, ``(n,)``: it moves with what nDCG@20 does not see yet."""
    depth = own.artists.shape[1]
    order = ranked(blend(own.signals, weights), depth)
    hits = np.take_along_axis(own.right, order, axis=1)
    pairs = zip(hits, own.right_in_all.tolist(), strict=True)
    return np.array([ndcg_at((np.flatnonzero(row) + 1).tolist(), right, depth) for row, right in pairs])
