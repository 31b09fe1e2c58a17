"""A taste that changes: after how many likes of the new one the answer follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from linernotes.evaluate.bars import median_bar, share_bar
from linernotes.evaluate.listeners.asking import FOR_ME
from linernotes.evaluate.listeners.serving import LEAST, Served, nearest_to_mean, served, space_of
from linernotes.evaluate.listeners.world import PICKS, Person, World, reached_at
from linernotes.evaluate.simulated.reactions import favourites
from linernotes.evaluate.simulated.songs import Numbers
from linernotes.evaluate.simulated.tastes import draw_pair, pleasure
from linernotes.evaluate.values import Bar

OLD_LIKES: Final = 30
OLD_DAYS: Final = (400, 60)
"""Between so many days ago the old taste was liked."""
NEW_LIKES: Final = 10
"""Likes of the new taste, one a day until today."""
LISTENERS: Final = 0.9
"""The share of listeners whom the answer must follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """From how many new likes on the answer follows, and one centroid of all likes does."""

    ours: float
    centroid: float


def measure_drift(world: World) -> list[Bar]:
    """How many likes it takes until the new taste has 35 % of the picks, and as many as the old one."""
    today = datetime.now(UTC)
    space = space_of(world.songs)
    outcomes = [_outcome(world, person, space, today) for person in world.everyone("drift")]
    ours, centroid = [one.ours for one in outcomes], [one.centroid for one in outcomes]
    return [
        share_bar(
            f"drift: listeners followed within {NEW_LIKES} new likes after {OLD_LIKES} old ones",
            [count <= NEW_LIKES for count in ours],
            least=LISTENERS,
            rivals=[count <= NEW_LIKES for count in centroid],
            rival="one centroid",
        ),
        median_bar(
            "drift: new likes until the answer follows, median",
            ours,
            most=NEW_LIKES,
            rivals=centroid,
            rival="one centroid",
        ),
    ]


def _outcome(world: World, person: Person, space: Numbers, today: datetime) -> _Outcome:
    pair = draw_pair(person.rng)
    old, new = pleasure(pair.one, world.songs), pleasure(pair.other, world.songs)
    liked = favourites(old, OLD_LIKES, person.rng)
    world.asking.like_at(person.name, dict(zip(liked, _old_moments(today), strict=True)))
    course: list[bool] = []
    of_centroid: list[bool] = []
    fresh = [row for row in favourites(new, NEW_LIKES + OLD_LIKES, person.rng) if row not in liked]
    for at, row in enumerate(fresh[:NEW_LIKES], start=1):
        world.asking.like_at(person.name, {row: today - timedelta(days=NEW_LIKES - at)})
        liked.append(row)
        reply = world.asking.ask(person.name, FOR_ME, PICKS, without=liked)
        course.append(_follows(served(reply.rows, old, new)))
        of_centroid.append(_follows(served(nearest_to_mean(space, liked), old, new)))
    counts = range(1, NEW_LIKES + 1)
    return _Outcome(ours=reached_at(course, counts), centroid=reached_at(of_centroid, counts))


def _old_moments(today: datetime) -> Iterator[datetime]:
    """When the old taste was liked, at even distances."""
    first, last = OLD_DAYS
    step = (first - last) / (OLD_LIKES - 1)
    return (today - timedelta(days=first - step * at) for at in range(OLD_LIKES))


def _follows(shares: Served) -> bool:
    return shares.other >= max(LEAST, shares.one)
