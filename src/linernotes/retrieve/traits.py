"""What is known of candidates whoever found them, and of what was asked, for a fusion that was learned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from linernotes.retrieve.sessions import Sessions
from linernotes.types import Conversation, Ids, Request, Vector

if TYPE_CHECKING:
    from linernotes.index import Index, IndexedTrack


def traits_of(ids: Ids, index: Index, sessions: Sessions) -> Mapping[str, Vector]:
    """Each trait of the tracks, ``(n,) float32`` in the order of the rising ``ids``; NaN where unknown.

    ``session_count`` and ``session_artist_count`` say in how many sessions the track or its artist stands,
    ``version`` whether its title tells of another recording than the plain one (live, remix, karaoke),
    ``described`` how much its facts say. A track that was taken out meanwhile has none.
    """
    tracks = index.tracks(ids)
    known = [tracks.get(track_id) for track_id in ids.tolist()]
    return {
        "popularity": np.array([_popularity(one) for one in known], dtype=np.float32),
        "session_count": sessions.track_counts(ids),
        "session_artist_count": sessions.artist_counts([one.artist_ids if one else () for one in known]),
        "version": np.array([_is_version(one) for one in known], dtype=np.float32),
        "described": np.array([_described(one) for one in known], dtype=np.float32),
    }


def _popularity(track: IndexedTrack | None) -> float:
    return math.nan if track is None or track.popularity is None else track.popularity


def _is_version(track: IndexedTrack | None) -> bool:
    return track is not None and bool(track.sheet.styles or track.sheet.live)


def _described(track: IndexedTrack | None) -> int:
    return 0 if track is None else bool(track.sheet.genres) + bool(track.sheet.moods)


def asked_of(request: Request, conversation: Conversation) -> Mapping[str, float]:
    """How much was said, and of which kind."""
    return {
        "requests_before": float(len(conversation.requests)),
        "liked_before": float(len(conversation.liked)),
        "words": float(len(request.text.split())),
        "wants": float(len(request.wants)),
        "names_like": float(sum(seed.relation == "like" for seed in request.seeds)),
        "names_by": float(sum(seed.relation == "by" for seed in request.seeds)),
    }
