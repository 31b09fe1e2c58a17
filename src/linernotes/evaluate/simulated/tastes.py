"""Tastes: what somebody's pleasure in each song is, as a function of its genres and its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.evaluate.simulated.songs import Numbers, Songs

SUBGENRES: Final[Mapping[str, tuple[str, ...]]] = {
    "edm": ("electro house", "pop edm"),
    "latin": ("latin hip hop", "latin pop", "reggaeton", "tropical"),
    "pop": ("dance pop", "electropop"),
    "r&b": ("neo soul", "new jack swing", "urban contemporary"),
    "rap": ("gangster rap", "southern hip hop", "trap"),
    "rock": ("classic rock", "hard rock"),
}
"""The subgenres of the table that people name, by genre."""
KIN: Final = 0.4
STRANGE: Final = 0.1
"""How much of the pleasure is left in another subgenre of the same genre, and in any other."""
STEEPNESS: Final = 2.0
"""How fast pleasure grows with a number that a taste leans on: from 12 % to 88 % within two deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A sound that somebody may lean to: columns with the direction in each, and words for it and against.

    ``shunned`` is what somebody who leans to it does not want; ``opposite`` is the name of the other side.
    """

    name: str
    directions: Mapping[str, float]
    words: tuple[str, ...]
    shunned: tuple[str, ...]
    opposite: str


SIDES: Final[Mapping[str, Side]] = {
    side.name: side
    for side in (
        Side(
            name="calm",
            directions={"energy": -1.0, "acousticness": 1.0},
            words=("calm acoustic", "quiet acoustic", "soft, acoustic"),
            shunned=("loud", "energetic"),
            opposite="energetic",
        ),
        Side(
            name="energetic",
            directions={"energy": 1.0, "acousticness": -1.0},
            words=("energetic", "loud and energetic", "powerful, energetic"),
            shunned=("calm", "quiet"),
            opposite="calm",
        ),
        Side(
            name="sad",
            directions={"valence": -1.0, "tempo": -1.0},
            words=("sad, slow", "slow and melancholy", "sad and slow"),
            shunned=("happy", "fast"),
            opposite="happy",
        ),
        Side(
            name="happy",
            directions={"valence": 1.0, "tempo": 1.0},
            words=("happy, fast", "fast and cheerful", "happy uptempo"),
            shunned=("sad", "slow"),
            opposite="sad",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """A subgenre in one sound."""

    subgenre: str
    side: str

    @property
    def genre(self) -> str:
        """The genre that the subgenre belongs to."""
        return next(genre for genre, own in SUBGENRES.items() if self.subgenre in own)


def pleasure(taste: Taste, songs: Songs) -> Numbers:
    """The pleasure in each song, 0 to 1, ``(n,)``: that in its genres times that in its sound."""
    genres = np.full(len(songs), STRANGE)
    genres[songs.of_genre(taste.genre)] = KIN
    genres[songs.of_genre(taste.subgenre)] = 1.0
    directions = SIDES[taste.side].directions
    leanings = [_logistic(STEEPNESS * sign * songs.standard[name]) for name, sign in directions.items()]
    return np.asarray(genres * np.mean(leanings, axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two tastes far apart: of two genres, in opposite sounds."""

    one: Taste
    other: Taste


def draw_pair(rng: np.random.Generator, sides: Sequence[str] = tuple(SIDES)) -> Pair:
    """Two tastes far apart, the sound of the first being among ``sides``."""
    first, second = rng.choice(list(SUBGENRES), size=2, replace=False)
    side = str(rng.choice(list(sides)))
    return Pair(
        one=Taste(subgenre=str(rng.choice(SUBGENRES[first])), side=side),
        other=Taste(subgenre=str(rng.choice(SUBGENRES[second])), side=SIDES[side].opposite),
    )


def opposite_of(taste: Taste) -> Taste:
    """The same subgenre in the opposite sound."""
    return Taste(subgenre=taste.subgenre, side=SIDES[taste.side].opposite)


def _logistic(values: Numbers) -> Numbers:
    return np.asarray(1.0 / (1.0 + np.exp(-values)), dtype=np.float64)
