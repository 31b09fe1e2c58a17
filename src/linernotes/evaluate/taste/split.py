"""Hides artists from what is known of listeners, so that something is left to be found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.taste.values import Listening, Played, Split
from linernotes.types import Ids

SHARE: Final = 0.2
"""Of a listener's artists, what is hidden."""
LEAST: Final = 10
"""Listeners with fewer artists have nothing hidden: they teach, but are not measured."""

Draw = Callable[[int, np.random.Generator], Ids]
"""Which of so many artists of a listener are hidden, by their places from 0."""


def hold_out(listening: Listening, *, seed: int, share: float = SHARE, least: int = LEAST) -> Split:
    """A share of each listener's artists is hidden, rounded down, drawn by the listener's number and seed."""

    def draw(count: int, random: np.random.Generator) -> Ids:
        return random.permutation(count)[: int(count * share)] if count >= least else _NONE

    return _split(listening, draw, seed)


def folds(listening: Listening, count: int, *, seed: int, least: int = LEAST) -> list[Split]:
    """So many splits, each of which hides another part of each listener's artists."""

    def part(number: int) -> Draw:
        return lambda size, random: random.permutation(size)[number::count] if size >= least else _NONE

    return [_split(listening, part(number), seed) for number in range(count)]


def strangers(listening: Listening, listeners: Ids, known: int, *, seed: int) -> Split:
    """These listeners alone, with all but so many of their artists hidden, and their tags on those.

    Raises ValueError for a listener with nothing left to be found.
    """

    def draw(count: int, random: np.random.Generator) -> Ids:
        if count <= known:
            raise ValueError(f"a listener with {count} artists: {known} known ones leave none to be found")
        return random.permutation(count)[known:]

    split = _split(of_listeners(listening, listeners), draw, seed)
    taggings = split.known.taggings
    own = taggings[_has(split.known.played, taggings)]
    return Split(known=Listening(played=split.known.played, taggings=own), right=split.right)


def parts_of_listeners(listening: Listening, count: int, *, seed: int, least: int = LEAST) -> list[Ids]:
    """All listeners with ``least`` artists or more in so many parts of about the same size, each in order."""
    enough = np.flatnonzero(np.diff(listening.played.indptr) >= least)
    drawn = np.random.default_rng(seed).permutation(enough)
    return [np.sort(drawn[number::count]).astype(np.int64) for number in range(count)]


def of_listeners(listening: Listening, listeners: Ids) -> Listening:
    """What is known of these listeners alone, in their order."""
    row_of = np.full(listening.played.shape[0], -1, dtype=np.int64)
    row_of[listeners] = np.arange(len(listeners))
    taggings = listening.taggings[row_of[listening.taggings[:, 0]] >= 0].copy()
    taggings[:, 0] = row_of[taggings[:, 0]]
    return Listening(played=listening.played[listeners], taggings=taggings)


_NONE: Final[Ids] = np.zeros(0, dtype=np.int64)


def _split(listening: Listening, draw: Draw, seed: int) -> Split:
    """Hides what is drawn, plays and tags."""
    played = listening.played
    hidden = np.zeros(played.nnz, dtype=bool)
    for listener, (start, end) in enumerate(zip(played.indptr[:-1], played.indptr[1:], strict=True)):
        random = np.random.default_rng([seed, listener])
        hidden[start + draw(int(end - start), random)] = True
    right, known = _only(played, hidden), _only(played, ~hidden)
    taggings = listening.taggings[~_has(right, listening.taggings)]
    return Split(known=Listening(played=known, taggings=taggings), right=right)


def _only(played: Played, kept: NDArray[np.bool_]) -> Played:
    """The matrix with these entries alone."""
    own = played.copy()
    own.data = kept.astype(np.float32)
    own.eliminate_zeros()
    return own


def _has(played: Played, taggings: Ids) -> NDArray[np.bool_]:
    """Whether the listener of each tagging has an entry for its artist, ``(n,) bool``."""
    if not len(taggings):
        return np.zeros(0, dtype=bool)
    return np.asarray(np.asarray(played[taggings[:, 0], taggings[:, 1]]).ravel() > 0)
