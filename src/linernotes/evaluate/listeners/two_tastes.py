"""Two planted tastes: whether songs for somebody who likes both serve both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linernotes.evaluate.bars import median_bar, share_bar
from linernotes.evaluate.listeners.asking import FOR_ME
from linernotes.evaluate.listeners.serving import LEAST, Served, nearest_to_mean, served, space_of
from linernotes.evaluate.listeners.world import PICKS, Person, World, reached_at
from linernotes.evaluate.simulated.reactions import favourites
from linernotes.evaluate.simulated.songs import Numbers
from linernotes.evaluate.simulated.tastes import draw_pair, pleasure
from linernotes.evaluate.values import Bar

LIKES: Final = 6
"""Songs of each taste that are liked."""
MOST: Final = 1 - LEAST
LISTENERS: Final = 0.8
"""The share of listeners whose tastes must both be served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """From how many likes on both tastes are served, and whether one centroid of all likes serves both."""

    likes: float
    by_centroid: bool


def measure_two_tastes(world: World) -> list[Bar]:
    """How many are served both tastes, beside one centroid, and after how many likes."""
    space = space_of(world.songs)
    outcomes = [_outcome(world, person, space) for person in world.everyone("two tastes")]
    return [
        share_bar(
            "two tastes: listeners who get 35 to 65 % of each",
            [one.likes <= 2 * LIKES for one in outcomes],
            least=LISTENERS,
            rivals=[one.by_centroid for one in outcomes],
            rival="one centroid",
        ),
        median_bar(
            "two tastes: likes until both are served, median", [one.likes for one in outcomes], most=2 * LIKES
        ),
    ]


def _outcome(world: World, person: Person, space: Numbers) -> _Outcome:
    """Songs of both tastes are liked by turns, and after each two an answer is asked for."""
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
    return _Outcome(
        likes=reached_at(course, range(2, 2 * LIKES + 1, 2)),
        by_centroid=_both(served(nearest_to_mean(space, liked), one, other)),
    )


def _both(shares: Served) -> bool:
    return all(LEAST <= share <= MOST for share in (shares.one, shares.other))
