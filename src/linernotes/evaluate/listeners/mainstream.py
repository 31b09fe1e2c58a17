"""Songs called too mainstream: whether the next answer holds less popular ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.evaluate.bars import ratio_bar
from linernotes.evaluate.listeners.world import DEEP, PICKS, Person, World, new_ones
from linernotes.evaluate.simulated.songs import Numbers
from linernotes.evaluate.simulated.tastes import draw_pair
from linernotes.evaluate.values import Bar

TIMES: Final = 3
REASON: Final = "too-mainstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """The mean popularity of an answer before and after."""

    before: float
    after: float


def measure_mainstream(world: World) -> list[Bar]:
    """The mean popularity of the next answer, 0 to 100, beside that of the answer before."""
    popularity = np.array([float(row["popularity"] or 0) for row in world.songs.rows], dtype=np.float64)
    outcomes = [_outcome(world, person, popularity) for person in world.everyone("mainstream")]
    return [
        ratio_bar(
            f"too mainstream, {TIMES} times: mean popularity of the next answer",
            [one.after for one in outcomes],
            [one.before for one in outcomes],
            rival="before",
            rises=False,
        )
    ]


def _outcome(world: World, person: Person, popularity: Numbers) -> _Outcome:
    """The most popular picks are called so, and left out of both answers."""
    request = f"{draw_pair(person.rng).one.subgenre} music"
    first = world.asking.ask(person.name, request, DEEP)
    known = sorted(first.rows[:PICKS], key=lambda row: -popularity[row])[:TIMES]
    for row in known:
        world.asking.tell(person.name, row, "skip", reason=REASON, reply=first)
    second = world.asking.ask(person.name, request, DEEP)
    before, after = (
        float(popularity[new_ones(reply.rows, known)[:PICKS]].mean()) for reply in (first, second)
    )
    return _Outcome(before=before, after=after)
