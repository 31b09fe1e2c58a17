"""A listener as the ranking knows them: all that their events and their words tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from linernotes.listener.affinity import Affinity
from linernotes.listener.opinions import Opinion, Word
from linernotes.listener.sayings import Said
from linernotes.listener.vocabulary import OwnMeaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a listener.

    ``affinity`` tells how much they would like a track, None where nothing is known; ``opinions`` are those
    that it rests on, row for row. ``dropped_ids``, all recordings of ``dropped_songs`` and ``left_artists``
    are not to come back. ``mainstreamness`` is the place, 0 to 1, of what they like among
    all of the library by popularity, moved by what they said of it; None where nothing tells.
    ``popular`` are the popularities of what they like, ``popularity_votes`` what they said: below 0 "too
    mainstream". ``words`` are the own meanings. ``explored`` are the outcomes of explorations: how many were
    liked, how many not. ``felt`` keeps affinities in situations, by which opinions are from elsewhere.
    """

    listener: str
    events: int = 0
    affinity: Affinity | None = None
    opinions: tuple[Opinion, ...] = ()
    liked_ids: frozenset[int] = frozenset()
    dropped_ids: frozenset[int] = frozenset()
    dropped_songs: frozenset[str] = frozenset()
    left_artists: frozenset[int] = frozenset()
    mainstreamness: float | None = None
    popular: tuple[float, ...] = ()
    popularity_votes: float = 0.0
    words: Mapping[Word, OwnMeaning] = field(default_factory=dict)
    said: Said = field(default_factory=Said)
    explored: tuple[int, int] = (0, 0)
    felt: dict[tuple[bool, ...], Affinity] = field(default_factory=dict, compare=False)
