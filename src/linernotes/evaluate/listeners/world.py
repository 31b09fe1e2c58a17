"""What all measures share: songs, people, a library to ask, and how well an answer pleases."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.evaluate.listeners.asking import Asking
from linernotes.evaluate.metrics import ndcg_of_gains
from linernotes.evaluate.simulated.songs import Numbers, Songs

PEOPLE: Final = 40
PICKS: Final = 20
"""Songs of an answer that are looked at."""
DEEP: Final = 40
"""Songs that are asked for where known ones are left out before looking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is simulated: a name that is new to the library, and the dice of their moods."""

    name: str
    rng: np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The songs, the library of them, and how many people each measure has."""

    songs: Songs
    asking: Asking
    seed: int
    people: int = PEOPLE
    on_person: Callable[[str, int, int], None] = lambda _measure, _done, _total: None

    def everyone(self, measure: str) -> Iterator[Person]:
        """The people of a measure, the same for a seed."""
        for number in range(self.people):
            self.on_person(measure, number, self.people)
            dice = np.random.default_rng([self.seed, zlib.crc32(measure.encode()), number])
            yield Person(name=f"{measure} {number}", rng=dice)


def ndcg(rows: Sequence[int], pleasures: Numbers, k: int, known: Collection[int] = ()) -> float:
    """nDCG@k with pleasures as gains, of the songs that are not ``known``."""
    left = np.delete(pleasures, sorted(known))
    return ndcg_of_gains([float(pleasures[row]) for row in new_ones(rows, known)], left.tolist(), k)


def new_ones(rows: Sequence[int], known: Collection[int]) -> list[int]:
    """The songs that are not known, in their order."""
    return [row for row in rows if row not in known]


def reached_at(holds: Sequence[bool], counts: Sequence[int]) -> float:
    """The count from which on something holds for good; infinity where it does not in the end."""
    if not holds or not holds[-1]:
        return np.inf
    broken = [at for at, one in enumerate(holds) if not one]
    return float(counts[broken[-1] + 1 if broken else 0])
