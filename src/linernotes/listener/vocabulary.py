"""What a listener means by a word: learned from what they like and skip when they ask for it.

The common table stands at the beginning: without reactions a word means for everybody what the table says.
Each reaction under a word moves its meaning for this listener, along the numbers of the tracks, by Bayesian
linear regression whose prior is "as for most": what the listeners of a library have in common (``priors``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.listener.likeness import NUMBERS
from linernotes.listener.opinions import Word
from linernotes.listener.priors import NO_PRIORS, Priors
from linernotes.types import Vector

FEWEST: Final = 3
"""Reactions without which nothing is made of a word."""
PRIOR: Final = 0.25
"""Standard deviation of a number's slope before anything is known."""
NOISE: Final = 0.5
"""Variance of a reaction that nothing explains."""
SHRINKING: Final = 5.0
"""So many reactions count for the common meaning."""
SURE: Final = 1.0
"""Standard errors that a shift is away from none before it is spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What was thought of a track that was found for a word, -1 to 1; ``said`` is how it was asked for."""

    word: Word
    said: str
    track_id: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """For this listener the word lies elsewhere in one number: by ``shift`` deviations of the library.

    ``sure`` where that is more than chance would make it.
    """

    word: str
    family: str
    field: str
    shift: float
    events: int
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMeaning:
    """A word's own meaning: slopes of the liking along each number, ``(len(NUMBERS),)``, and what is told."""

    slopes: Vector
    shifts: tuple[Shift, ...]

    def change(self, numbers: Vector) -> Vector:
        """How much better each track fits the word for this listener, ``(n,)``."""
        return np.asarray(np.nan_to_num(numbers) @ self.slopes, dtype=np.float32)


def vocabulary(
    reactions: Iterable[Reaction], numbers_of: Mapping[int, Vector], priors: Priors = NO_PRIORS
) -> dict[Word, OwnMeaning]:
    """The own meaning of each word with enough reactions; ``numbers_of`` are the numbers of each track.

    Words with fewer mean what they mean to most, where that was learned.
    """
    by_word: dict[Word, list[Reaction]] = defaultdict(list)
    for reaction in reactions:
        if reaction.track_id in numbers_of:
            by_word[reaction.word].append(reaction)
    common = {word: OwnMeaning(slopes=slopes, shifts=()) for word, slopes in priors.slopes.items()}
    own = {
        word: _meaning(word, own, numbers_of, priors.slopes.get(word))
        for word, own in by_word.items()
        if len(own) >= FEWEST
    }
    return common | own


def _meaning(
    word: Word, reactions: list[Reaction], numbers_of: Mapping[int, Vector], prior: Vector | None
) -> OwnMeaning:
    numbers = np.stack([numbers_of[one.track_id] for one in reactions]).astype(np.float64)
    values = np.array([one.value for one in reactions])
    said = Counter(one.said for one in reactions).most_common(1)[0][0]
    shifts = _shifts((word[0], said), numbers, values)
    return OwnMeaning(slopes=_slopes(numbers, values, prior), shifts=tuple(shifts))


def _slopes(numbers: np.ndarray, values: np.ndarray, prior: Vector | None) -> Vector:
    """The posterior mean of the slopes; how much is liked on the whole says nothing of the word."""
    columns = np.column_stack([np.ones(len(numbers)), np.nan_to_num(numbers)])
    precision = np.diag([0.25, *[1.0 / PRIOR**2] * numbers.shape[1]])
    begun = np.concatenate([[0.0], np.zeros(numbers.shape[1]) if prior is None else prior])
    told = columns.T @ values / NOISE + precision @ begun
    solved = np.linalg.solve(columns.T @ columns / NOISE + precision, told)
    return np.asarray(solved[1:], dtype=np.float32)


def _shifts(word: Word, numbers: np.ndarray, values: np.ndarray) -> Iterable[Shift]:
    """Where what is liked lies apart from what is not, number by number, the surest first."""
    liked, others = numbers[values > 0], numbers[values <= 0]
    found: list[tuple[float, Shift]] = []
    for column, field in enumerate(NUMBERS):
        yes, no = (part[:, column][~np.isnan(part[:, column])] for part in (liked, others))
        if not len(yes) or not len(no):
            continue
        both = np.concatenate([yes, no])
        apart = float(yes.mean() - no.mean())
        error = max(float(both.std()), 1e-3) * (1 / len(yes) + 1 / len(no)) ** 0.5
        shift = apart * len(both) / (len(both) + SHRINKING)
        entry = Shift(
            word=word[1],
            family=word[0],
            field=field,
            shift=round(shift, 3),
            events=len(both),
            sure=abs(apart) >= SURE * error,
        )
        found.append((abs(apart) / error, entry))
    return [entry for _, entry in sorted(found, key=lambda one: -one[0])]
