"""What is known at the start of a month, and what should be found in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from linernotes.evaluate.loop.data import Events, month_number
from linernotes.evaluate.taste.counts import artists_by_listener
from linernotes.evaluate.taste.values import Listening, Played, Split
from linernotes.types import Ids, Vector

TESTED: Final = tuple(month_number(2010, month) for month in range(1, 10))
"""January to September 2010, when the data ends."""
PRACTICE: Final = tuple(month_number(2009, month) for month in range(7, 13))
"""July to December 2009: all that is chosen or learned beforehand is so on these."""
LEAST: Final = 5
"""Artists that are known of who is asked."""
HALF_LIFE: Final = 12.0
"""Months after which an artist counts half in a profile; without, 2 % less was found in practice."""
RECENT: Final = 3
"""Months that tell whether an artist is still being found; 6 and 12 found 1 and 2 % less in practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What models are taught: who tagged whom, with which tags, and how many found each artist lately.

    ``played`` and ``taggings`` as in Listening; ``recent (artists,) float32`` counts the last months.
    """

    played: Played
    taggings: Ids
    recent: Vector


def known_at(events: Events, month: int) -> Known:
    """What happened before a month."""
    before = events.firsts[events.firsts[:, 2] < month]
    lately = before[before[:, 2] >= month - RECENT]
    return Known(
        played=_matrix(events, before),
        taggings=events.taggings[events.taggings[:, 3] < month][:, :3],
        recent=np.bincount(lately[:, 1], minlength=events.artists).astype(np.float32),
    )


def profiles_at(events: Events, month: int) -> Played:
    """What all listeners tagged before a month, later artists with more weight, at most 1."""
    before = events.firsts[events.firsts[:, 2] < month]
    weights = 0.5 ** ((month - 1 - before[:, 2]) / HALF_LIFE)
    return _matrix(events, before, weights.astype(np.float32))


def split_at(events: Events, month: int, *, least: int = LEAST) -> Split:
    """What is known at the start of a month, and what those with enough artists tag first in it."""
    known = known_at(events, month)
    enough = artists_by_listener(known.played) >= least
    own = events.firsts[(events.firsts[:, 2] == month) & enough[events.firsts[:, 0]]]
    listening = Listening(played=known.played, taggings=known.taggings)
    return Split(known=listening, right=_matrix(events, own))


def without(events: Events, month: int, listeners: Ids) -> Events:
    """The same without what these listeners did in one month."""

    def kept(rows: Ids) -> Ids:
        kept_rows: Ids = rows[~((rows[:, -1] == month) & np.isin(rows[:, 0], listeners))]
        return kept_rows

    return replace(events, firsts=kept(events.firsts), taggings=kept(events.taggings))


def _matrix(events: Events, rows: Ids, weights: Vector | None = None) -> Played:
    """Listeners by artists; 1 where there is no weight."""
    from scipy.sparse import csr_matrix

    values = np.ones(len(rows), dtype=np.float32) if weights is None else weights
    return csr_matrix((values, (rows[:, 0], rows[:, 1])), shape=(events.listeners, events.artists))
