"""Three listeners drawn at random get one list: whether the one it serves worst is served at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.metrics import mean_interval, ndcg_at
from linernotes.evaluate.taste.calibrating import Ranked
from linernotes.evaluate.taste.counts import artists_of
from linernotes.evaluate.taste.lists import DEPTH, asked, places_of
from linernotes.evaluate.taste.shortlists import ranked as best_places
from linernotes.evaluate.taste.signals import Fitted, shortlist
from linernotes.evaluate.taste.values import Listening, Played, Ranker, Split
from linernotes.evaluate.values import Measured
from linernotes.rank.blend import standard
from linernotes.rank.group import group_order
from linernotes.types import Ids, Vector

GROUP: Final = "groups of three"
MEMBERS: Final = 3
DRAWS: Final = 3
"""How often all listeners are put into groups."""


def drawn_groups(split: Split, *, seed: int) -> Ids:
    """Groups of those who are asked, ``(groups, 3) int64``, each in ``DRAWS`` of them, unless left over."""
    random = np.random.default_rng(seed)
    listeners = asked(split)
    whole = len(listeners) // MEMBERS * MEMBERS
    draws = [random.permutation(listeners)[:whole].reshape(-1, MEMBERS) for _ in range(DRAWS)]
    return np.concatenate(draws).astype(np.int64)


def as_one(split: Split, groups: Ids) -> Split:
    """Each group as one listener, who plays what any member plays."""
    from scipy.sparse import csr_matrix

    def union(played: Played) -> Played:
        rows = np.repeat(np.arange(len(groups)), groups.shape[1])
        ones = np.ones(groups.size, dtype=np.float32)
        members = csr_matrix((ones, (rows, groups.ravel())), shape=(len(groups), played.shape[0]))
        return (members @ played).sign()

    known = Listening(played=union(split.known.played), taggings=split.known.taggings)
    return Split(known=known, right=union(split.right))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLists:
    """The lists of all groups, ``(groups, 20) int64``: ours, and those of the average."""

    ours: Ids
    mean_of_scores: Ids
    common_profile: Ids


def group_lists(groups: Ids, *, split: Split, ranked: Ranked, fitted: Fitted, ranker: Ranker) -> GroupLists:
    """What none of a group plays: from the members' own scored shortlists, and from one profile of all."""
    common = as_one(split, groups)
    members = ranked.shortlist
    ours, means = [], []
    for number, rows in enumerate(np.searchsorted(members.listeners, groups)):
        known = artists_of(common.known.played, number)
        artists = np.setdiff1d(members.artists[rows], known)
        told = member_scores(members.artists[rows], ranked.scores[rows], artists)
        ours.append(artists[group_order(told, n=DEPTH)])
        means.append(artists[best_places(told.mean(axis=0, keepdims=True))[0]])
    of_profile = shortlist(fitted, common)
    places = best_places(ranker.scores(of_profile))
    return GroupLists(
        ours=np.stack(ours),
        mean_of_scores=np.stack(means),
        common_profile=np.take_along_axis(of_profile.artists, places, axis=1),
    )


def member_scores(listed: Ids, scores: Vector, artists: Ids) -> Vector:
    """The standard scores of ``artists``, sorted, ``(members, artists) float32``.

    ``listed`` and ``scores`` are ``(members, c)``; what is not on a member's shortlist scores as its last.
    """
    scaled = standard(scores)
    told = np.repeat(scaled.min(axis=1, keepdims=True), len(artists), axis=1)
    for member, own in enumerate(listed):
        kept = np.isin(own, artists)
        told[member, np.searchsorted(artists, own[kept])] = scaled[member, kept]
    return told


def ndcg_of_members(lists: Ids, groups: Ids, split: Split) -> NDArray[np.float64]:
    """nDCG@20 of each member's own hidden artists, ``(groups, 3)``."""
    return np.array([list(_ndcgs(own, group, split)) for own, group in zip(lists, groups, strict=True)])


def _ndcgs(own: Ids, group: Sequence[int], split: Split) -> Iterator[float]:
    for listener in group:
        right = artists_of(split.right, listener)
        yield ndcg_at(places_of(own, right), len(right), DEPTH)


def measured_members(ndcg: NDArray[np.float64]) -> Measured:
    """The figures of one kind of lists: the mean member's and the worst member's."""
    intervals = {
        "ndcg_at_20": mean_interval(ndcg.mean(axis=1).tolist()),
        "ndcg_of_worst": mean_interval(ndcg.min(axis=1).tolist()),
    }
    figures: Mapping[str, float] = {measure: interval.mean for measure, interval in intervals.items()}
    return Measured(
        figures={"n": len(ndcg), **figures},
        intervals={measure: (one.low, one.high) for measure, one in intervals.items()},
    )
