"""What is known of tracks whoever found them, and of what was asked, for a fusion that was learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from linernotes.retrieve.field import Field
from linernotes.retrieve.sessions import Sessions
from linernotes.types import Conversation, Ids, Request, Vector

if TYPE_CHECKING:
    from linernotes.index import Index

FACT: Final = "fact."
FACTS: Final = (
    *("year", "tempo_bpm", "energy", "valence", "danceability", "acousticness", "loudness_lufs"),
    "duration_s",
)
"""Numbers that tell nothing of songs for all requests alike, but may for those who listen to one library."""


class Traits:
    """Numbers of every track, computed once for an index as it is and the sessions that it is searched with.

    ``session_count`` and ``session_artist_count`` say in how many sessions the track or one of its artists
    stands, ``version`` whether its title tells of another recording than the plain one (live, remix,
    karaoke), ``described`` how much its facts say; ``fact.year`` and its like are numbers of its facts.
    """

    def __init__(self, index: Index, sessions: Sessions) -> None:
        self._field = field = Field(index.ids())
        artists = sessions.artist_counts()
        self._values: dict[str, Vector] = {
            "popularity": _numbers("popularity", index, field),
            "session_count": sessions.track_counts(field.ids),
            "session_artist_count": field.zeros(),
            "version": field.zeros(),
            "described": field.zeros(),
        }
        for artist, ids in index.find("artist_ids", artists).items():
            _raise(self._values["session_artist_count"], field, ids, artists[int(artist)])
        for name in ("styles", "live"):
            for ids in index.find(name, _telling(name, index)).values():
                _raise(self._values["version"], field, ids, 1.0)
        for name in ("genres", "moods"):
            self._values["described"] += _holding(name, index, field)
        self._values |= {f"{FACT}{name}": _numbers(name, index, field) for name in FACTS}

    def of(self, ids: Ids) -> Mapping[str, Vector]:
        """Each trait of the tracks ``(n,) float32``, in their order; NaN of one that is not there."""
        rows = np.minimum(np.searchsorted(self._field.ids, ids), max(len(self._field) - 1, 0))
        here = self._field.ids[rows] == ids if len(self._field) else np.zeros(len(ids), dtype=bool)
        missing = np.full(len(ids), np.nan, dtype=np.float32)
        if not here.any():
            return dict.fromkeys(self._values, missing)
        return {name: np.where(here, values[rows], missing) for name, values in self._values.items()}


def _numbers(name: str, index: Index, field: Field) -> Vector:
    known = index.numbers(name)
    return known.astype(np.float32) if len(known) == len(field) else np.full(len(field), np.nan, np.float32)


def _telling(name: str, index: Index) -> Iterable[str | int]:
    return (True,) if name == "live" else index.values(name)


def _raise(values: Vector, field: Field, ids: Ids, value: float) -> None:
    rows = field.rows(ids)
    values[rows] = np.maximum(values[rows], np.float32(value))


def _holding(name: str, index: Index, field: Field) -> Vector:
    """1 for each track that holds any value in this field."""
    holds = field.zeros()
    for ids in index.find(name, index.values(name)).values():
        holds[field.rows(ids)] = 1.0
    return holds


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
