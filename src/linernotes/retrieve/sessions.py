"""What others asked for and liked then: tracks of sessions like this one.

A session is a conversation, or a playlist with its title: what was said in it, and which tracks were liked.
Those of sessions with the same meaning are found, those of sessions with the same liked tracks, and other
tracks of their artists (Jannach and Ludewig: When Recurrent Neural Networks Meet the Neighborhood, RecSys
2017; here the neighbours are found by words, too).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from linernotes.retrieve.field import Field
from linernotes.types import Hits, Ids, Vector

if TYPE_CHECKING:
    from linernotes.index import Index

NEIGHBOURS: Final = 40
"""Sessions whose tracks are found; of 10, 20, 40 and 60 the best on the first turns of CPCD, five-fold."""
SHARPNESS: Final = 4
"""Power of a neighbour's cosine, so that the nearest count most; of 1, 4 and 8 the best, as above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session as it is kept: vectors ``(t, d) float32`` of what was said, L2 norm 1, and liked tracks.

    ``key`` tells sessions apart. ``tracks`` and ``artists`` are ids of this library, rising.
    """

    key: str
    vectors: Vector
    tracks: Ids
    artists: Ids


class Sessions:
    """Sessions side by side, so that a request is held against all at once."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        kept = [one for one in sessions if len(one.vectors) and (len(one.tracks) or len(one.artists))]
        self._sessions = kept
        self._vectors = (
            np.concatenate([one.vectors for one in kept]) if kept else np.zeros((0, 1), np.float32)
        )
        self._starts = np.cumsum([0, *(len(one.vectors) for one in kept)])[:-1]
        self._tracks = _Members([one.tracks for one in kept])
        self._artists = _Members([one.artists for one in kept])

    def __len__(self) -> int:
        return len(self._sessions)

    def without(self, key: str) -> Sessions:
        """All but the one with this key: what is measured on a session must not be found from itself."""
        return Sessions([one for one in self._sessions if one.key != key])

    def like(self, said: Vector) -> Vector:
        """How much each session counts for what was said, ``said (c, d)``: ``(s,) float32``, mostly 0.

        What was said in a session and is nearest to each sentence decides, on average over the sentences.
        """
        if not self._sessions or not len(said):
            return np.zeros(len(self._sessions), dtype=np.float32)
        cosines = np.maximum.reduceat(said @ self._vectors.T, self._starts, axis=1).mean(axis=0)
        weights = np.maximum(cosines, 0.0) ** SHARPNESS
        if len(weights) > NEIGHBOURS:
            weights[np.argsort(-weights, kind="stable")[NEIGHBOURS:]] = 0.0
        return np.asarray(weights, dtype=np.float32)

    def with_tracks(self, track_ids: Ids) -> Vector:
        """How much each session counts that holds these tracks, rare ones more: ``(s,) float32``."""
        return self._tracks.shared(track_ids)

    def with_artists(self, artist_ids: Ids) -> Vector:
        """How much each session counts that holds these artists, rare ones more: ``(s,) float32``."""
        return self._artists.shared(artist_ids)

    def tracks(self, weights: Vector, *, rare: bool = False) -> Hits:
        """The tracks of the sessions by the sum of their weights; ``rare`` counts frequent ones less."""
        return self._tracks.weighed(weights, rare=rare)

    def by_artists(self, weights: Vector, index: Index, field: Field, *, rare: bool = False) -> Vector:
        """For each track of the field the weight of its artists in the sessions: ``(n,) float32``."""
        artists = self._artists.weighed(weights, rare=rare)
        score_by_artist = dict(zip(artists.ids.tolist(), artists.scores.tolist(), strict=True))
        total = field.zeros()
        for artist, ids in index.find("artist_ids", score_by_artist).items():
            total[field.rows(ids)] += np.float32(score_by_artist[int(artist)])
        return total

    def track_counts(self, ids: Ids) -> Vector:
        """In how many sessions each of these tracks stands: ``(n,) float32``."""
        return self._tracks.counts(ids)

    def artist_counts(self) -> Mapping[int, float]:
        """In how many sessions each artist stands that stands in any."""
        ids = self._artists.ids
        return dict(zip(ids.tolist(), self._artists.counts(ids).tolist(), strict=True))


class _Members:
    """Which ids stand in which sessions: the rows of a sparse matrix."""

    def __init__(self, members: Sequence[Ids]) -> None:
        lengths = [len(ids) for ids in members]
        self._session = np.repeat(np.arange(len(members)), lengths)
        flat = np.concatenate([np.zeros(0, dtype=np.int64), *members])
        self._ids, self._column = np.unique(flat, return_inverse=True)
        self._counts = np.bincount(self._column, minlength=len(self._ids)).astype(np.float32)
        self._sessions = len(members)

    @property
    def ids(self) -> Ids:
        return self._ids

    def counts(self, ids: Ids) -> Vector:
        if not len(self._ids):
            return np.zeros(len(ids), dtype=np.float32)
        places = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        return np.where(self._ids[places] == ids, self._counts[places], np.float32(0.0))

    def shared(self, ids: Ids) -> Vector:
        wanted = np.isin(self._ids, ids)[self._column]
        rarity = 1.0 / np.sqrt(self._counts[self._column[wanted]] + 1.0)
        shared = np.bincount(self._session[wanted], weights=rarity, minlength=self._sessions)
        return np.asarray(shared, dtype=np.float32)

    def weighed(self, weights: Vector, *, rare: bool) -> Hits:
        """Ids of the sessions with a weight, best first."""
        if not len(self._ids):
            return Hits(ids=self._ids, scores=np.zeros(0, dtype=np.float32))
        totals = np.bincount(self._column, weights=weights[self._session], minlength=len(self._ids))
        if rare:
            totals = totals / np.sqrt(self._counts + 1.0)
        rows = np.flatnonzero(totals > 0)
        rows = rows[np.argsort(-totals[rows], kind="stable")]
        return Hits(ids=self._ids[rows], scores=totals[rows].astype(np.float32))
