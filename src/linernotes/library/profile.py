"""What a listener's events say of their taste, as far as this step goes: likes and dislikes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from linernotes.index import Index
from linernotes.rank import Taste
from linernotes.types import Event, EventKind

LIKING: Final[frozenset[EventKind]] = frozenset({"like", "save"})
VERDICTS: Final[frozenset[EventKind]] = frozenset({*LIKING, "dislike"})
RECENT_EVENTS = 2000
"""Verdicts that are looked at; older ones say little of what is liked now."""


def taste_of(events: Sequence[Event], index: Index) -> Taste:
    """The taste that these verdicts tell, newest first; the latest word on a track counts."""
    verdict_by_track: dict[int, str] = {}
    for event in events:
        if event.kind in VERDICTS:
            verdict_by_track.setdefault(event.track_id, event.kind)
    liked = [track_id for track_id, kind in verdict_by_track.items() if kind in LIKING]
    disliked = [track_id for track_id, kind in verdict_by_track.items() if kind == "dislike"]
    tracks = index.tracks([*liked, *disliked])
    return Taste(
        disliked_ids=frozenset(disliked),
        disliked_by_artist=Counter(
            artist for track_id in disliked if track_id in tracks for artist in tracks[track_id].artist_ids
        ),
        liked_artist_ids=frozenset(
            artist for track_id in liked if track_id in tracks for artist in tracks[track_id].artist_ids
        ),
        liked_vectors=index.vectors("text", liked).vectors,
        disliked_vectors=index.vectors("text", disliked).vectors,
    )
