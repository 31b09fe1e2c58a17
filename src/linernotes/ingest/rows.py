"""From what a source says of a track to the row of the catalogue: which title, which artists, which year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from linernotes.facts import facts_from_names
from linernotes.store import ArtistName, NewTrack
from linernotes.types import Fact, SourceItem
from linernotes.words import fold

FAME_STEPS = 5
"""Fame runs from 1 to 5; as popularity each step stands for the middle of its fifth."""


def row_of(item: SourceItem) -> NewTrack:
    """The row for a track: the most confident value of each name, and what the title itself tells."""
    title = _text(item.facts, "title") or item.key
    album = _text(item.facts, "album")
    facts = item.facts + facts_from_names(title, album)
    return NewTrack(
        item=replace(item, facts=facts),
        title=title,
        title_key=fold(title),
        artists=_artists(item.facts),
        album=album,
        album_key=fold(album) if album else None,
        year=_whole(item.facts, "year"),
        duration_s=_number(item.facts, "duration_s"),
        popularity=popularity_of(item.facts),
    )


def _best(facts: Sequence[Fact], name: str) -> Fact | None:
    return max((fact for fact in facts if fact.name == name), key=lambda fact: fact.confidence, default=None)


def _text(facts: Sequence[Fact], name: str) -> str | None:
    fact = _best(facts, name)
    return str(fact.value) if fact is not None else None


def _number(facts: Sequence[Fact], name: str) -> float | None:
    fact = _best(facts, name)
    return float(fact.value) if fact is not None and not isinstance(fact.value, str) else None


def _whole(facts: Sequence[Fact], name: str) -> int | None:
    number = _number(facts, name)
    return int(number) if number is not None else None


def _artists(facts: Sequence[Fact]) -> tuple[ArtistName, ...]:
    """The artists as the most trusted source names them, the album's artist where there is no other."""
    for name in ("artist", "album_artist"):
        named = [fact for fact in facts if fact.name == name]
        trust = max((fact.confidence for fact in named), default=0.0)
        names = dict.fromkeys(str(fact.value) for fact in named if fact.confidence == trust)
        if names:
            return tuple(ArtistName(name=name, key=fold(name)) for name in names)
    return ()


def popularity_of(facts: Sequence[Fact]) -> float | None:
    """How well known the track is, 0 to 1, by its own figure or by its artist's fame; None where unknown."""
    popularity = _number(facts, "popularity")
    if popularity is not None:
        return min(max(popularity, 0.0), 1.0)
    fame = _number(facts, "fame")
    return (fame - 0.5) / FAME_STEPS if fame is not None else None
