"""What is known of a listener turns the order: what they like up, what just was played down, dislikes out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np

from linernotes.rank.ranking import KnownTrack, KnownTracks, Ranking, add, take
from linernotes.types import Vector

LIKING: Final = 0.25
"""Most that a listener's taste adds or takes, on a scale where the best possible relevance is 1: enough to
order what fits about alike, too little to answer another request."""

MEANING: Final = 0.25
"""The same for what the request's words mean to this listener."""

SAYING: Final = 0.4
"""The same for what they said that they like: it is meant more literally than a request."""

OTHERS: Final = 0.15
"""The same for what those like who like the same as the listener."""

RESTING: Final = 0.3
"""Most that a track loses because it was just heard."""


def left_out(
    ranking: Ranking,
    dropped: Collection[int],
    artists: Collection[int],
    *,
    tracks: KnownTracks,
    songs: Collection[str] = (),
) -> Ranking:
    """The ranking without these tracks, all recordings of these songs, and all by these artists."""
    stays = [
        track_id not in dropped and not (track_id in tracks and _is_out(tracks[track_id], artists, songs))
        for track_id in ranking.ids.tolist()
    ]
    return ranking if all(stays) else take(ranking, np.flatnonzero(stays))


def _is_out(track: KnownTrack, artists: Collection[int], songs: Collection[str]) -> bool:
    return track.song_key in songs or any(artist in artists for artist in track.artist_ids)


def taste(ranking: Ranking, liking: Vector) -> Ranking:
    """The ranking turned to what the listener likes: ``liking (n,)`` from -1 to 1, in its order."""
    return add(ranking, "taste", _held(liking, LIKING))


def said(ranking: Ranking, fit: Vector) -> Ranking:
    """The ranking turned to what a listener said of themselves: ``fit (n,)``, how much of it a track has."""
    return add(ranking, "said", _held(fit, SAYING))


def others(ranking: Ranking, liking: Vector) -> Ranking:
    """The ranking turned to what those like who like the same: ``liking (n,)`` from -1 to 1."""
    return add(ranking, "others", _held(liking, OTHERS))


def own_words(ranking: Ranking, fit: Vector) -> Ranking:
    """The ranking turned to what the words mean to the listener: ``fit (n,)``, from about -1 to 1."""
    return add(ranking, "own_words", _held(fit, MEANING))


def rested(ranking: Ranking, rest: Vector) -> Ranking:
    """The ranking with what was just heard behind: ``rest (n,)`` from 0 to 1."""
    return add(ranking, "rest", _held(-np.asarray(rest), RESTING))


def _held(values: Vector, most: float) -> Vector:
    return np.asarray(most * np.clip(values, -1.0, 1.0), dtype=np.float32)
