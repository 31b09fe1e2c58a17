"""Two planted tastes: whether songs for somebody who likes both serve both."""

from __future__ import annotations

from typing import Final

from linernotes.evaluate.bars import median_bar, share_bar
from linernotes.evaluate.listeners.asking import FOR_ME
from linernotes.evaluate.listeners.serving import Served, nearest_to_mean, served
from linernotes.evaluate.listeners.world import PICKS, World, reached_at
from linernotes.evaluate.simulated.reactions import favourites
from linernotes.evaluate.simulated.tastes import draw_pair, pleasure
from linernotes.evaluate.values import Bar

LIKES: Final = 6
"""Songs of each taste that are liked."""
LEAST: Final = 0.35
MOST: Final = 0.65
LISTENERS: Final = 0.8
"""The share of listeners whose tastes must both be served."""


def measure_two_tastes(world: World) -> list[Bar]:
    """How many are served both tastes, beside one centroid, and after how many likes."""
    holds: list[bool] = []
    by_centroid: list[bool] = []
    likes: list[float] = []
    for person in world.everyone("two tastes"):
        pair = draw_pair(person.rng)
        one, other = pleasure(pair.one, world.songs), pleasure(pair.other, world.songs)
        first, second = (favourites(taste, LIKES, person.rng) for taste in (one, other))
        liked: list[int] = []
        course: list[bool] = []
        for both in zip(first, second, strict=True):
            for row in both:
                world.asking.tell(person.name, row, "like")
            liked += both
            reply = world.asking.ask(person.name, FOR_ME, PICKS, without=liked)
            course.append(_both(served(reply.rows, one, other)))
        holds.append(course[-1])
        likes.append(reached_at(course, range(2, 2 * LIKES + 1, 2)))
        by_centroid.append(_both(served(nearest_to_mean(world.songs, liked), one, other)))
    return [
        share_bar(
            "two tastes: listeners who get 35 to 65 % of each",
            holds,
            least=LISTENERS,
            rivals=by_centroid,
            rival="one centroid",
        ),
        median_bar("two tastes: likes until both are served, median", likes, most=2 * LIKES),
    ]


def _both(shares: Served) -> bool:
    return all(LEAST <= share <= MOST for share in (shares.one, shares.other))
