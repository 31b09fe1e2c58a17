"""A taste that changes: after how many likes of the new one the answer follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from linernotes.evaluate.bars import median_bar, share_bar
from linernotes.evaluate.listeners.asking import FOR_ME
from linernotes.evaluate.listeners.serving import Served, nearest_to_mean, served
from linernotes.evaluate.listeners.world import PICKS, World, reached_at
from linernotes.evaluate.simulated.reactions import favourites
from linernotes.evaluate.simulated.tastes import draw_pair, pleasure
from linernotes.evaluate.values import Bar

OLD_LIKES: Final = 30
OLD_DAYS: Final = (400, 60)
"""Between so many days ago the old taste was liked."""
NEW_LIKES: Final = 10
NEW_DAYS: Final = 10
LISTENERS: Final = 0.9
"""The share of listeners whom the answer must follow."""


def measure_drift(world: World) -> list[Bar]:
    """How many likes of the new taste it takes until it has as many picks as the old one or more."""
    today = datetime.now(UTC)
    likes: list[float] = []
    by_centroid: list[float] = []
    for person in world.everyone("drift"):
        pair = draw_pair(person.rng)
        old, new = pleasure(pair.one, world.songs), pleasure(pair.other, world.songs)
        liked = favourites(old, OLD_LIKES, person.rng)
        world.asking.like_at(person.name, dict(zip(liked, _moments(today), strict=True)))
        course: list[bool] = []
        of_centroid: list[bool] = []
        for at, row in enumerate(favourites(new, NEW_LIKES, person.rng)):
            world.asking.like_at(person.name, {row: today - timedelta(days=NEW_DAYS * (1 - at / NEW_LIKES))})
            liked.append(row)
            reply = world.asking.ask(person.name, FOR_ME, PICKS, without=liked)
            course.append(_followed(served(reply.rows, old, new)))
            of_centroid.append(_followed(served(nearest_to_mean(world.songs, liked), old, new)))
        counts = range(1, NEW_LIKES + 1)
        likes.append(reached_at(course, counts))
        by_centroid.append(reached_at(of_centroid, counts))
    return [
        share_bar(
            f"drift: listeners followed within {NEW_LIKES} new likes after {OLD_LIKES} old ones",
            [count <= NEW_LIKES for count in likes],
            least=LISTENERS,
            rivals=[count <= NEW_LIKES for count in by_centroid],
            rival="one centroid",
        ),
        median_bar(
            "drift: new likes until the answer follows, median",
            likes,
            most=NEW_LIKES,
            rivals=by_centroid,
            rival="one centroid",
        ),
    ]


def _moments(today: datetime) -> list[datetime]:
    """When the old taste was liked, at even distances."""
    first, last = OLD_DAYS
    step = (first - last) / (OLD_LIKES - 1)
    return [today - timedelta(days=first - step * at) for at in range(OLD_LIKES)]


def _followed(shares: Served) -> bool:
    return 0 < shares.other >= shares.one
