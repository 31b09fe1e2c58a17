"""The suite ``coldstart``: strangers tell of 1, 3 or 5 artists, and their others should be found."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.metrics import mean_interval
from linernotes.evaluate.taste.baselines import GRIDS_FOR_STRANGERS, tune
from linernotes.evaluate.taste.data import FOLDER, read_listening
from linernotes.evaluate.taste.figures import gain
from linernotes.evaluate.taste.learned import learn_boosted
from linernotes.evaluate.taste.lists import Found, found, lists_by
from linernotes.evaluate.taste.shortlists import joined, ranked
from linernotes.evaluate.taste.signals import fit_signals, shortlist
from linernotes.evaluate.taste.split import of_listeners, parts_of_listeners, strangers
from linernotes.evaluate.taste.values import Fit, Listening, Shortlist, Split
from linernotes.evaluate.values import Gain, Measured, SuiteResult, Table
from linernotes.ingest import OnProgress, Progress, silent
from linernotes.types import Ids

log = logging.getLogger(__name__)

NAME: Final = "coldstart"
OURS: Final = "ranker"
POPULARITY: Final = "popularity"
KNOWN: Final = (1, 3, 5)
"""Artists that a stranger tells of."""
PARTS: Final = 5
"""Of all listeners one part is strangers; of the others in turn, to learn from, one part of as many."""
LESSONS: Final = 3
"""Parts of those others that are strangers in turn."""
DRAWS: Final = 5
"""How often a stranger tells of other artists; a stranger counts once, with the mean."""
DRAWS_TO_LEARN: Final = 2

Finds = Mapping[int, Found]
"""What is found for each stranger, means over draws, by how many artists are known."""


def measure_coldstart(
    data_dir: Path, *, seed: int, started: float, on_progress: OnProgress = silent
) -> SuiteResult:
    """The figures of ours and of the baselines; ``started`` is by ``time.monotonic``.

    Whatever is chosen or learned is so on other listeners. Raises InputError where the data is missing.
    """
    everyone = read_listening(data_dir)
    asked = parts_of_listeners(everyone, PARTS, seed=seed)[0]
    others = of_listeners(everyone, np.setdiff1d(np.arange(everyone.played.shape[0]), asked))
    tests = {known: _draws(everyone, asked, known, DRAWS, seed) for known in KNOWN}
    steps = _Steps(on_progress=on_progress)
    rivals = _rival_finds(others, tests, seed + 1, steps)
    ours = _our_finds(others, tests, seed + 1, steps)
    return SuiteResult(
        suite=NAME,
        data=str(data_dir / FOLDER),
        n=len(asked),
        metrics={OURS: _table(ours, rivals[POPULARITY])},
        baselines={name: _table(finds, rivals[POPULARITY]) for name, finds in rivals.items()},
        gains=tuple(_gains(ours, rivals)),
        seconds=time.monotonic() - started,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """Tells how far the run is."""

    on_progress: OnProgress

    def tell(self, done: int) -> None:
        total = len(GRIDS_FOR_STRANGERS) + LESSONS + 1
        self.on_progress(Progress(stage=NAME, done=done, total=total))


def _draws(listening: Listening, listeners: Ids, known: int, count: int, seed: int) -> list[Split]:
    """These listeners as strangers, so many times."""
    return [strangers(listening, listeners, known, seed=seed + draw) for draw in range(count)]


def _without(listening: Listening, listeners: Ids) -> Listening:
    """What is known of all the other listeners."""
    return of_listeners(listening, np.setdiff1d(np.arange(listening.played.shape[0]), listeners))


def _rival_finds(
    others: Listening, tests: Mapping[int, list[Split]], seed: int, steps: _Steps
) -> dict[str, Finds]:
    """What each baseline finds, for each number of artists with the settings that find most for others."""
    practice = parts_of_listeners(others, PARTS, seed=seed)[0]
    known = _without(others, practice)
    splits = [strangers(others, practice, count, seed=seed) for count in tests]
    finds: dict[str, Finds] = {}
    for name, grid in GRIDS_FOR_STRANGERS.items():
        steps.tell(len(finds))
        tuned = dict(zip(tests, tune(grid, known, splits), strict=True))
        log.info("%s: %s", name, {count: (one.fit, round(one.ndcg, 4)) for count, one in tuned.items()})
        finds[name] = {count: _found_by(tuned[count].fit, others, own) for count, own in tests.items()}
    return finds


def _found_by(fit: Fit, known: Listening, splits: Sequence[Split]) -> Found:
    lists = lists_by(fit, known, list(splits))
    return _mean([found(own, split) for own, split in zip(lists, splits, strict=True)])


def _our_finds(others: Listening, tests: Mapping[int, list[Split]], seed: int, steps: _Steps) -> Finds:
    """What a ranker finds that has learned, for each number of known artists, from others as strangers."""
    lessons: dict[int, list[Shortlist]] = {count: [] for count in tests}
    for done, part in enumerate(parts_of_listeners(others, PARTS, seed=seed)[:LESSONS]):
        steps.tell(len(GRIDS_FOR_STRANGERS) + done)
        fitted = fit_signals(_without(others, part))
        for count, own in lessons.items():
            own += [shortlist(fitted, one) for one in _draws(others, part, count, DRAWS_TO_LEARN, seed)]
    steps.tell(len(GRIDS_FOR_STRANGERS) + LESSONS)
    rankers = {count: learn_boosted(joined(own), seed=seed) for count, own in lessons.items()}
    fitted = fit_signals(others)

    def lists(count: int, split: Split) -> Ids:
        own = shortlist(fitted, split)
        return np.take_along_axis(own.artists, ranked(rankers[count].scores(own)), axis=1)

    return {count: _mean([found(lists(count, one), one) for one in own]) for count, own in tests.items()}


def _mean(draws: Sequence[Found]) -> Found:
    """Of each listener, over draws."""
    return Found(
        ndcg=np.mean([one.ndcg for one in draws], axis=0),
        recall=np.mean([one.recall for one in draws], axis=0),
    )


def group_of(known: int) -> str:
    """What a table is called."""
    return f"{NAME}: {known} artist{'' if known == 1 else 's'} known"


def _table(finds: Finds, popularity: Finds) -> Table:
    return {group_of(known): _measured(own, popularity[known].ndcg) for known, own in finds.items()}


def _measured(own: Found, popularity: NDArray[np.float64]) -> Measured:
    ndcg, recall = mean_interval(own.ndcg.tolist()), mean_interval(own.recall.tolist())
    return Measured(
        figures={
            "n": len(own.ndcg),
            "ndcg_at_20": ndcg.mean,
            "times_popularity": ndcg.mean / float(popularity.mean()),
            "recall_at_20": recall.mean,
        },
        intervals={"ndcg_at_20": (ndcg.low, ndcg.high), "recall_at_20": (recall.low, recall.high)},
    )


def _gains(ours: Finds, rivals: Mapping[str, Finds]) -> Iterator[Gain]:
    for rival, finds in rivals.items():
        for known, own in ours.items():
            yield gain(group_of(known), OURS, rival, own.ndcg - finds[known].ndcg)
