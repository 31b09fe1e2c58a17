"""All that is asked about an artist before it is recommended to a listener."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from linernotes.evaluate.taste.counts import artists_by_listener, artists_of, listeners_by_artist
from linernotes.evaluate.taste.factors import fit_als
from linernotes.evaluate.taste.lists import asked, best
from linernotes.evaluate.taste.neighbours import Neighbours, fit_chances, fit_item_knn
from linernotes.evaluate.taste.ridge import fit_ease
from linernotes.evaluate.taste.shortlists import joined
from linernotes.evaluate.taste.tags import Content, nearest, tag_vectors, widened
from linernotes.evaluate.taste.values import Fit, Listening, Played, Shortlist, Signal, Split
from linernotes.rank.blend import standard
from linernotes.types import Ids, Vector

CANDIDATES: Final = 300
"""Artists of a shortlist: two thirds of what should be found is among them."""
_DRAWN_BY: Final = ("als, tags", "als, few tags", "knn", "chances", "content, fame")
"""The signals whose sum says who comes onto the shortlist."""
_WIDENED: Final = ("als, tags", "chances")
"""Signals that are asked a second time, with what resembles the known by tags beside it."""
_HEARD: Final = 3
"""Listeners of an artist whose company says something."""
_AT_ONCE: Final = 400
"""Listeners whose scores of all artists are in memory at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The signals by name, with what they were fitted on: tags of artists and their listeners."""

    signals: Mapping[str, Signal]
    tags: Vector
    listeners: Vector


def fit_signals(known: Listening) -> Fitted:
    """All signals, fitted on what is known and nothing else."""
    tags = tag_vectors(known)
    fits: Mapping[str, Fit] = {
        "als": partial(fit_als, factors=256, regularization=60.0, alpha=16.5),
        "als, tags": partial(fit_als, factors=256, regularization=60.0, alpha=15.0, beside=2.5 * tags),
        "als, few tags": partial(fit_als, factors=128, regularization=200.0, alpha=40.0, beside=tags),
        "ease, tags": partial(fit_ease, strength=150.0, beside=2.5 * tags),
        "knn": partial(fit_item_knn, shrink=3.0),
        "chances": partial(fit_chances, backoff=50.0),
    }
    return Fitted(
        signals={"content": Content(vectors=tags), **{name: fit(known) for name, fit in fits.items()}},
        tags=tags,
        listeners=listeners_by_artist(known.played),
    )


def shortlist(fitted: Fitted, split: Split, *, count: int = CANDIDATES) -> Shortlist:
    """The artists that come into question for each listener of the split with something to be found."""
    listeners = asked(split)
    starts = range(0, len(listeners), _AT_ONCE)
    parts = [_part(fitted, split, listeners[start : start + _AT_ONCE], count) for start in starts]
    return joined(parts)


def _part(fitted: Fitted, split: Split, listeners: Ids, count: int) -> Shortlist:
    """The shortlists of some listeners."""
    played, right = split.known.played[listeners], split.right[listeners]
    scores = dict(_scores(fitted, played))
    drawn = np.sum([standard(scores[name]) for name in _DRAWN_BY], axis=0)
    artists = best(np.asarray(drawn, dtype=np.float32), played, count)
    signals = {name: np.take_along_axis(own, artists, axis=1) for name, own in scores.items()}
    return Shortlist(
        listeners=listeners.astype(np.int64),
        artists=artists,
        signals={**signals, **_close_looks(fitted, played, artists)},
        right=np.stack([np.isin(own, artists_of(right, row)) for row, own in enumerate(artists)]),
        right_in_all=artists_by_listener(right).astype(np.int64),
    )


def _scores(fitted: Fitted, played: Played) -> Iterator[tuple[str, Vector]]:
    """What each signal says of all artists, ``(n, artists) float32``."""
    for name, signal in fitted.signals.items():
        yield name, signal.scores(played)
    heard = np.flatnonzero(fitted.listeners >= _HEARD).astype(np.int64)
    wider = widened(fitted.tags, played, heard)
    for name in _WIDENED:
        yield f"{name}, widened", fitted.signals[name].scores(wider)
    yield "content, fame", fitted.signals["content"].scores(played) * np.log1p(fitted.listeners)


def _close_looks(fitted: Fitted, played: Played, artists: Ids) -> dict[str, Vector]:
    """What is worked out for the artists of shortlists alone."""
    knn = fitted.signals["knn"]
    if not isinstance(knn, Neighbours):
        raise TypeError(f"knn is a {type(knn).__name__}: the nearest artists are looked up in Neighbours")
    rows = [(artists_of(played, row), own) for row, own in enumerate(artists)]
    return {
        "fame": np.log1p(fitted.listeners)[artists],
        "popularity": fitted.listeners[artists],
        "nearest, tags": np.stack([nearest(fitted.tags, known, own) for known, own in rows]),
        "nearest, knn": np.stack([knn.nearest(known, own) for known, own in rows]),
    }
