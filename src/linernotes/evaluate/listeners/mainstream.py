"""Songs called too mainstream: whether the next answer holds less popular ones."""

from __future__ import annotations

from typing import Final

import numpy as np

from linernotes.evaluate.bars import ratio_bar
from linernotes.evaluate.listeners.world import DEEP, PICKS, World, new_ones
from linernotes.evaluate.simulated.tastes import draw_pair
from linernotes.evaluate.values import Bar

TIMES: Final = 3
REASON: Final = "too-mainstream"


def measure_mainstream(world: World) -> list[Bar]:
    """The mean popularity of the next answer, 0 to 100, beside that of the answer before."""
    popularity = np.array([float(row["popularity"] or 0) for row in world.songs.rows])
    before: list[float] = []
    after: list[float] = []
    for person in world.everyone("mainstream"):
        request = f"{draw_pair(person.rng).one.subgenre} music"
        first = world.asking.ask(person.name, request, DEEP)
        known = sorted(first.rows[:PICKS], key=lambda row: -popularity[row])[:TIMES]
        for row in known:
            world.asking.tell(person.name, row, "skip", reason=REASON, reply=first)
        second = world.asking.ask(person.name, request, DEEP)
        before.append(float(popularity[new_ones(first.rows, known)[:PICKS]].mean()))
        after.append(float(popularity[new_ones(second.rows, known)[:PICKS]].mean()))
    return [
        ratio_bar(
            f"too mainstream, {TIMES} times: mean popularity of the next answer",
            after,
            before,
            rival="before",
            rises=False,
        )
    ]
