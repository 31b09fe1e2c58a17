"""Shortlists: put together, taken apart, ranked, and held against what is right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.metrics import ndcg_at
from linernotes.evaluate.taste.lists import DEPTH
from linernotes.evaluate.taste.values import Shortlist
from linernotes.types import Ids, Vector


def joined(parts: Sequence[Shortlist]) -> Shortlist:
    """The shortlists below each other. Raises ValueError for none."""
    if not parts:
        raise ValueError("no listener has anything to be found")
    return Shortlist(
        listeners=np.concatenate([part.listeners for part in parts]),
        artists=np.concatenate([part.artists for part in parts]),
        signals={name: np.concatenate([part.signals[name] for part in parts]) for name in parts[0].signals},
        right=np.concatenate([part.right for part in parts]),
        right_in_all=np.concatenate([part.right_in_all for part in parts]),
    )


def rows_of(shortlist: Shortlist, chosen: NDArray[np.bool_]) -> Shortlist:
    """The shortlists of some listeners, ``chosen (n,) bool``."""
    return Shortlist(
        listeners=shortlist.listeners[chosen],
        artists=shortlist.artists[chosen],
        signals={name: own[chosen] for name, own in shortlist.signals.items()},
        right=shortlist.right[chosen],
        right_in_all=shortlist.right_in_all[chosen],
    )


def ranked(scores: Vector, depth: int = DEPTH) -> Ids:
    """The places of the best in each list, best first, ``(n, depth) int64``."""
    return np.argsort(-scores, axis=1, kind="stable")[:, :depth].astype(np.int64)


def ndcg_of(places: Ids, shortlist: Shortlist) -> NDArray[np.float64]:
    """nDCG@20 of the artists in these places, ``(n, 20) int64``; what is right and not there is missed."""
    hits = np.take_along_axis(shortlist.right, places, axis=1)
    pairs = zip(hits, shortlist.right_in_all.tolist(), strict=True)
    return np.array([ndcg_at((np.flatnonzero(own) + 1).tolist(), right, DEPTH) for own, right in pairs])
