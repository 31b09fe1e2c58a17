"""A profile said in one sentence: whether songs for somebody follow it, and turn round with its opposite."""

from __future__ import annotations

from typing import Final

import numpy as np

from linernotes.evaluate.bars import ratio_bar, share_bar
from linernotes.evaluate.listeners.asking import FOR_ME
from linernotes.evaluate.listeners.world import PICKS, World, ndcg
from linernotes.evaluate.simulated.sentences import sentence
from linernotes.evaluate.simulated.tastes import draw_pair, pleasure
from linernotes.evaluate.values import Bar

ABOVE_POPULARITY: Final = 1.3
TURNED: Final = 0.9
"""The share of listeners for whom the opposite turns the order of the tastes round."""


def measure_said(world: World) -> list[Bar]:
    """How well the answer pleases, beside popular songs, and how often the opposite turns it round."""
    popular = np.argsort(-world.songs.standard["popularity"], kind="stable").tolist()
    values: list[float] = []
    by_popularity: list[float] = []
    turned: list[bool] = []
    for person in world.everyone("said"):
        pair = draw_pair(person.rng)
        one, other = pleasure(pair.one, world.songs), pleasure(pair.other, world.songs)
        opposite = f"{person.name}, the opposite"
        world.asking.say(person.name, sentence(pair.one, person.rng))
        world.asking.say(opposite, sentence(pair.other, person.rng))
        rows, opposite_rows = (
            list(world.asking.ask(name, FOR_ME, PICKS).rows) for name in (person.name, opposite)
        )
        values.append(ndcg(rows, one, PICKS))
        by_popularity.append(ndcg(popular[:PICKS], one, PICKS))
        lean = one - other
        turned.append(bool(lean[rows].sum() > 0 > lean[opposite_rows].sum()))
    return [
        ratio_bar("one sentence: nDCG@20", values, by_popularity, rival="popularity", least=ABOVE_POPULARITY),
        share_bar("one sentence: the opposite turns the tastes round", turned, least=TURNED),
    ]
