"""What a word means: to most people, and to somebody who means another sound by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.evaluate.simulated.songs import Numbers, Songs

MOST: Final[Mapping[str, Mapping[str, float]]] = {
    "chill": {"energy": -1.0, "tempo": -0.5},
    "calm": {"energy": -1.2, "tempo": -0.5},
    "energetic": {"energy": 1.0, "tempo": 0.5},
    "happy": {"valence": 1.0},
    "sad": {"valence": -1.0},
    "danceable": {"danceability": 1.0},
}
"""Where the middle of a word lies for most people, in standard deviations of all songs, by column."""
MOVABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "chill": ("tempo", "acousticness", "valence", "energy"),
    "calm": ("tempo", "acousticness", "valence"),
    "energetic": ("tempo", "valence", "acousticness"),
    "happy": ("energy", "tempo", "acousticness"),
    "sad": ("energy", "tempo", "acousticness"),
    "danceable": ("energy", "tempo", "valence"),
}
"""The columns in which somebody may mean another range by it."""
SHIFT: Final = 1.5
"""How far a planted meaning lies from that of most, in standard deviations."""
WIDTH: Final = 1.0
"""How wide the range is that a word covers, in standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A word that somebody means in their own way: they differ from most by ``shift`` in a column."""

    word: str
    column: str
    shift: float

    @property
    def middle(self) -> Mapping[str, float]:
        """The middle of the word by column, in standard deviations."""
        usual = MOST[self.word]
        return {**usual, self.column: usual.get(self.column, 0.0) + self.shift}


def draw_meaning(rng: np.random.Generator) -> Meaning:
    """A word that somebody means in their own way."""
    word = str(rng.choice(list(MOST)))
    return Meaning(
        word=word, column=str(rng.choice(MOVABLE[word])), shift=SHIFT * float(rng.choice([-1.0, 1.0]))
    )


def fit(middle: Mapping[str, float], songs: Songs) -> Numbers:
    """How well each song fits a word with this middle, 0 to 1, ``(n,)``: a normal curve over its columns."""
    distances = [((songs.standard[name] - value) / WIDTH) ** 2 for name, value in middle.items()]
    return np.asarray(np.exp(-0.5 * np.sum(distances, axis=0)), dtype=np.float64)
