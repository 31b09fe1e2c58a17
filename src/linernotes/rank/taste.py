"""What a listener liked and disliked: dislikes are dropped, what resembles a like is lifted a little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from linernotes.rank.ranking import KnownTracks, Ranking, add, take
from linernotes.types import Ids, Vector

DISLIKES_OF_AN_ARTIST: Final = 2
"""From so many disliked tracks of one artist on, the artist is left out; one may be an accident."""

LIKENESS: Final = 0.12
"""Most that likeness to a liked track adds, and likeness to a disliked one takes, on a scale where the best
possible relevance is 1: enough to order what fits about alike, too little to answer another request."""

LIKED_ARTIST: Final = 0.04
"""What another track of a liked artist gains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What is known of a listener.

    ``liked_vectors`` and ``disliked_vectors`` are ``(m, d) float32`` of L2 norm 1, of one space, a row for
    each track with a vector. ``disliked_by_artist`` counts the disliked tracks of each artist.
    """

    disliked_ids: frozenset[int] = frozenset()
    disliked_by_artist: Mapping[int, int] = field(default_factory=dict)
    liked_artist_ids: frozenset[int] = frozenset()
    liked_vectors: Vector | None = None
    disliked_vectors: Vector | None = None


class TrackVectors(Protocol):
    """The vectors of some tracks, row for row."""

    @property
    def ids(self) -> Ids:
        """``(m,) int64``."""

    @property
    def vectors(self) -> Vector:
        """``(m, d) float32`` of L2 norm 1."""


def taste(
    ranking: Ranking, known: Taste, *, tracks: KnownTracks, vectors: TrackVectors | None = None
) -> Ranking:
    """The ranking without disliked tracks and artists, and with what resembles liked tracks lifted.

    A track without a vector, or not among ``tracks``, is neither lifted nor lowered by its sound or artist.
    """
    artists = [_artists(int(track_id), tracks) for track_id in ranking.ids]
    stays = [
        int(track_id) not in known.disliked_ids and not _tired_of(own, known)
        for track_id, own in zip(ranking.ids, artists, strict=True)
    ]
    left = take(ranking, np.flatnonzero(stays))
    change = np.array(
        [
            LIKED_ARTIST * bool(known.liked_artist_ids.intersection(_artists(int(track_id), tracks)))
            for track_id in left.ids
        ],
        dtype=np.float32,
    )
    if vectors is not None:
        change += LIKENESS * _likeness(left.ids, vectors, known.liked_vectors)
        change -= LIKENESS * _likeness(left.ids, vectors, known.disliked_vectors)
    return add(left, "taste", change)


def _artists(track_id: int, tracks: KnownTracks) -> tuple[int, ...]:
    return tracks[track_id].artist_ids if track_id in tracks else ()


def _tired_of(artists: Iterable[int], known: Taste) -> bool:
    return any(known.disliked_by_artist.get(artist, 0) >= DISLIKES_OF_AN_ARTIST for artist in artists)


def _likeness(ids: Ids, vectors: TrackVectors, liked: Vector | None) -> Vector:
    """Cosine to the nearest of the liked tracks, 0 to 1: a listener has several tastes, not an average."""
    likeness = np.zeros(len(ids), dtype=np.float32)
    if liked is None or not len(liked) or not len(vectors.ids):
        return likeness
    row_by_id = {int(track_id): row for row, track_id in enumerate(vectors.ids)}
    rows = np.array([row_by_id.get(int(track_id), -1) for track_id in ids], dtype=np.intp)
    nearest = (vectors.vectors[rows[rows >= 0]] @ liked.T).max(axis=1, initial=0.0)
    likeness[rows >= 0] = np.clip(nearest, 0.0, 1.0)
    return likeness
