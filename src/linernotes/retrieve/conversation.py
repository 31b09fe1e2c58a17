"""What went before a request in one conversation, as ways to find tracks: its words, and who was liked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np

from linernotes.retrieve.field import Field
from linernotes.types import Conversation, Ids, Vector

if TYPE_CHECKING:
    from linernotes.index import Index

MOST_LIKED: Final = 20
"""Liked tracks that are looked at, the latest."""


def liked_ids(conversation: Conversation) -> tuple[int, ...]:
    """The latest liked tracks, the latest last."""
    return conversation.liked[-MOST_LIKED:]


def conversation_words(text: str, conversation: Conversation, index: Index) -> str:
    """The words for BM25: the request's, names of what was liked, those of earlier requests, latest first.

    The index reads a limited number of words, so what says most comes first.
    """
    liked = liked_ids(conversation)
    documents = index.document_text(liked)
    names = [documents[track_id].names for track_id in reversed(liked) if track_id in documents]
    return " ".join([text, *names, *reversed(conversation.searched)])


def by_liked_artists(conversation: Conversation, loved: Iterable[int], index: Index, field: Field) -> Vector:
    """Of the liked tracks, the share by each track's artists: ``(n,) float32``, 0 to 1.

    Each artist that was named to be ``loved`` counts as one more liked track.
    """
    liked = index.tracks(liked_ids(conversation)).values()
    counts = Counter(artist for track in liked for artist in track.artist_ids)
    counts.update(loved)
    total = field.zeros()
    for artist, ids in index.find("artist_ids", counts).items():
        total[field.rows(ids)] += np.float32(counts[int(artist)] / max(counts.total(), 1))
    return np.minimum(total, np.float32(1.0))


def other_recordings(track_ids: tuple[int, ...], index: Index) -> Ids:
    """These tracks and all recordings of their songs."""
    songs = {track.song_key for track in index.tracks(track_ids).values() if track.song_key}
    found = index.find("song_key", songs).values() if songs else ()
    return np.unique(np.concatenate([np.array(track_ids, dtype=np.int64), *found]))
