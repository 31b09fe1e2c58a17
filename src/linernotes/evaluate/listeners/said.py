"""A profile said in one sentence: whether songs for somebody follow it, and turn round with its opposite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.evaluate.bars import ratio_bar, share_bar
from linernotes.evaluate.listeners.asking import FOR_ME
from linernotes.evaluate.listeners.world import PICKS, Person, World, ndcg
from linernotes.evaluate.simulated.sentences import sentence
from linernotes.evaluate.simulated.tastes import draw_pair, opposite_of, pleasure
from linernotes.evaluate.values import Bar

ABOVE_POPULARITY: Final = 1.3
TURNED: Final = 0.9
"""The share of listeners for whom the opposite turns the order of the tastes round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """nDCG@20 of ours and of the most popular songs, and whether the opposite turned the order round."""

    ours: float
    popularity: float
    turned: bool


def measure_said(world: World) -> list[Bar]:
    """How well the answer pleases, beside popular songs, and how often the opposite turns it round."""
    popular = np.argsort(-world.songs.standard["popularity"], kind="stable")[:PICKS].tolist()
    outcomes = [_outcome(world, person, popular) for person in world.everyone("said")]
    return [
        ratio_bar(
            "one sentence: nDCG@20",
            [one.ours for one in outcomes],
            [one.popularity for one in outcomes],
            rival="popularity",
            least=ABOVE_POPULARITY,
        ),
        share_bar(
            "one sentence: the opposite turns the order round",
            [one.turned for one in outcomes],
            least=TURNED,
        ),
    ]


def _outcome(world: World, person: Person, popular: list[int]) -> _Outcome:
    """Somebody says a taste, and somebody else the same genre in the opposite sound."""
    taste = draw_pair(person.rng).one
    opposite = opposite_of(taste)
    own, others = pleasure(taste, world.songs), pleasure(opposite, world.songs)
    rows = _songs_after(world, person.name, sentence(taste, person.rng))
    turned_rows = _songs_after(world, f"{person.name}, the opposite", sentence(opposite, person.rng))
    lean = own - others
    return _Outcome(
        ours=ndcg(rows, own, PICKS),
        popularity=ndcg(popular, own, PICKS),
        turned=bool(lean[rows].sum() > 0 > lean[turned_rows].sum()),
    )


def _songs_after(world: World, name: str, words: str) -> list[int]:
    world.asking.say(name, words)
    return list(world.asking.ask(name, FOR_ME, PICKS).rows)
