"""Pairs of tracks of which one was preferred, and the weights that they teach.

A track that stands on top is liked because it stands on top. So only what was certainly looked at is
compared: two tracks that were both reacted to in one answer, and a liked one with those above it that were
passed over ("skip above", Joachims, KDD 2002); never with what stands below.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.learn.judged import Judged

ABOVE: Final = 0.5
"""All that was passed over above a liked track counts together so much of a skipped one."""
MOST_A_DAY: Final = 40
"""Preferences of one listener on one day that are learned from."""
MOST_A_SONG: Final = 20
"""Preferences for, and against, one song."""
MOST_A_LISTENER: Final = 2.0
"""What one listener counts at most, in medians of all listeners, where there are three or more."""

RIDGES: Final = (3.0, 10.0, 30.0, 100.0, 300.0)
"""What a squared weight may cost; the one is taken that foretells the latest of the taught pairs best."""
_NUISANCE_RIDGE: Final = 0.01
_CHECKED: Final = 0.2
_STEPS: Final = 30
_STILL: Final = 1e-7
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """In the answer at this place of a list, one track went before another; both by their places in it.

    ``above`` says that the other stood above and was passed over.
    """

    answer: int
    better: int
    worse: int
    weight: float
    above: bool

    @property
    def places(self) -> tuple[int, int]:
        """The better's and the worse's."""
        return self.better, self.worse


def preferences(answers: Sequence[Judged]) -> tuple[Preference, ...]:
    """All that may be learned from, in the order of the answers, with nobody and no song counting too much.

    The latest go first where there are too many, and that somebody likes a song is learned once.
    """
    days: Counter[tuple[int, object]] = Counter()
    told: set[tuple[int, int]] = set()
    liked: Counter[int] = Counter()
    disliked: Counter[int] = Counter()
    found: list[Preference] = []
    for at in reversed(range(len(answers))):
        answer = answers[at]
        for better in _places(answer, liked_ones=True):
            day, song = (answer.listener_id, answer.at.date()), answer.shown[better]
            known = (answer.listener_id, song) in told
            if known or days[day] >= MOST_A_DAY or liked[song] >= MOST_A_SONG:
                continue
            told.add((answer.listener_id, song))
            days[day] += 1
            liked[song] += 1
            found += _of(at, answer, better, disliked)
    return _levelled(found[::-1], answers)


def _of(at: int, answer: Judged, better: int, disliked: Counter[int]) -> Iterator[Preference]:
    """What one liked track was preferred to: 1 for what was not liked, a half for what was passed over."""
    worse = [
        place for place in _places(answer, liked_ones=False) if disliked[answer.shown[place]] < MOST_A_SONG
    ]
    disliked.update(answer.shown[place] for place in worse)
    for place in worse:
        yield Preference(answer=at, better=better, worse=place, weight=1 / len(worse), above=False)
    passed = [place for place in range(better) if answer.shown[place] not in answer.values]
    for place in passed:
        yield Preference(answer=at, better=better, worse=place, weight=ABOVE / len(passed), above=True)


def _places(answer: Judged, *, liked_ones: bool) -> list[int]:
    return [
        place
        for place, track_id in enumerate(answer.shown)
        if track_id in answer.values and (answer.values[track_id] > 0) == liked_ones
    ]


def _levelled(found: Sequence[Preference], answers: Sequence[Judged]) -> tuple[Preference, ...]:
    """The preferences with those of a listener who says much more than most made lighter."""
    total: dict[int, float] = defaultdict(float)
    for one in found:
        total[answers[one.answer].listener_id] += one.weight
    if len(total) < 3:
        return tuple(found)
    most = MOST_A_LISTENER * float(np.median(list(total.values())))
    share = {listener: min(1.0, most / weight) for listener, weight in total.items()}
    return tuple(replace(one, weight=one.weight * share[answers[one.answer].listener_id]) for one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Differences, better less worse: ``columns (n, f)``; the base's log-odds ``(n,)``; ``places (n, 2)``.

    ``places`` say that a pair is one of those passed over, and by how much it stood above: such pairs always
    speak against the order that was shown, and by these columns the weights need not explain it.
    """

    columns: Floats
    base: Floats
    places: Floats
    weights: Floats

    def part(self, rows: slice) -> Pairs:
        """Some of them."""
        return Pairs(
            columns=self.columns[rows],
            base=self.base[rows],
            places=self.places[rows],
            weights=self.weights[rows],
        )

    def __len__(self) -> int:
        return len(self.weights)


def learn_pairs(pairs: Pairs) -> Floats:
    """The weights ``(f,)`` by which the better of a pair comes first: logistic loss, drawn towards 0.

    The pairs are in the order of time.
    """
    before = round((1 - _CHECKED) * len(pairs))
    early, late = pairs.part(slice(before)), pairs.part(slice(before, None))
    losses = {ridge: _loss(late, _fitted(early, ridge)) for ridge in RIDGES}
    best = min(losses, key=lambda ridge: losses[ridge])
    return _fitted(pairs, best)[: pairs.columns.shape[1]]


def _fitted(pairs: Pairs, ridge: float) -> Floats:
    """Newton's method; the loss is convex."""
    columns = np.hstack([pairs.columns, pairs.places])
    cost = np.full(columns.shape[1], ridge)
    cost[pairs.columns.shape[1] :] = _NUISANCE_RIDGE
    weights = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        right = _logistic(pairs.base + columns @ weights)
        slope = columns.T @ (pairs.weights * (right - 1)) + cost * weights
        curve = (columns * (pairs.weights * right * (1 - right))[:, None]).T @ columns + np.diag(cost)
        step = np.linalg.solve(curve, slope)
        weights = weights - step * min(1.0, 2.0 / max(float(np.abs(step).max(initial=0.0)), 1e-12))
        if np.abs(step).max(initial=0.0) < _STILL:
            break
    return weights


def _loss(pairs: Pairs, weights: Floats) -> float:
    if not len(pairs):
        return 0.0
    margin = pairs.base + np.hstack([pairs.columns, pairs.places]) @ weights
    return float((pairs.weights * np.logaddexp(0.0, -margin)).sum())


def _logistic(values: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(values / 2)))
