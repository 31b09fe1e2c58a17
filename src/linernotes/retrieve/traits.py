"""What is known of candidates whoever found them, and of what was asked, for a fusion that was learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from linernotes.retrieve.sessions import Sessions
from linernotes.types import Conversation, Ids, Request, Vector

if TYPE_CHECKING:
    from linernotes.index import Index


def traits_of(ids: Ids, index: Index, sessions: Sessions) -> Mapping[str, Vector]:
    """Each trait of the tracks, ``(n,) float32`` in the order of the rising ``ids``; NaN where unknown.

    ``session_count`` and ``session_artist_count`` say in how many sessions the track or its artist stands,
    ``version`` whether its title tells of another recording than the plain one (live, remix, karaoke),
    ``described`` how much its facts say.
    """
    every = index.ids()
    tracks = index.tracks(ids)
    known = [tracks[track_id] for track_id in ids.tolist()]
    popularity = index.numbers("popularity")
    has_numbers = len(popularity) == len(every)
    return {
        "popularity": (
            popularity[np.searchsorted(every, ids)].astype(np.float32)
            if has_numbers
            else np.full(len(ids), np.nan, dtype=np.float32)
        ),
        "session_count": sessions.track_counts(ids),
        "session_artist_count": sessions.artist_counts([track.artist_ids for track in known]),
        "version": np.array([bool(one.sheet.styles or one.sheet.live) for one in known], dtype=np.float32),
        "described": np.array(
            [bool(one.sheet.genres) + bool(one.sheet.moods) for one in known], dtype=np.float32
        ),
    }


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
