"""The suite ``taste``: a fifth of each listener's artists is hidden, and should be found from the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from linernotes.evaluate.taste.baselines import GRIDS, tune
from linernotes.evaluate.taste.calibrating import Ranked, mixes_of, strength_at
from linernotes.evaluate.taste.data import FOLDER, read_listening
from linernotes.evaluate.taste.figures import gains, measure, scene_of
from linernotes.evaluate.taste.learned import learn
from linernotes.evaluate.taste.lists import lists_by
from linernotes.evaluate.taste.shortlists import joined
from linernotes.evaluate.taste.signals import fit_signals, shortlist
from linernotes.evaluate.taste.split import folds, hold_out
from linernotes.evaluate.taste.values import Split
from linernotes.evaluate.values import SuiteResult
from linernotes.ingest import OnProgress, Progress, silent
from linernotes.types import Ids

log = logging.getLogger(__name__)

NAME: Final = "taste"
OURS, CALIBRATED = "ranker", "ranker, calibrated"
FOLDS: Final = 5
LESSONS: Final = 3
"""Folds of what is known that are hidden in turn, to learn from; more of them teach the same."""


def measure_taste(
    data_dir: Path, *, seed: int, started: float, on_progress: OnProgress = silent
) -> SuiteResult:
    """The figures of ours and of the baselines; ``started`` is by ``time.monotonic``.

    Whatever is chosen or learned is so on parts of what is known. Raises InputError where the data is missing.
    """
    split = hold_out(read_listening(data_dir), seed=seed)
    practice = folds(split.known, FOLDS, seed=seed + 1)[:LESSONS]
    scene = scene_of(split)
    rivals = baseline_lists(split, practice[0], on_progress)
    ours = our_lists(split, practice, seed, on_progress)
    return SuiteResult(
        suite=NAME,
        data=str(data_dir / FOLDER),
        n=len(scene.thirds),
        metrics={name: measure(NAME, lists, scene) for name, lists in ours.items()},
        baselines={name: measure(NAME, lists, scene) for name, lists in rivals.items()},
        seconds=time.monotonic() - started,
        gains=tuple(gain for name, lists in ours.items() for gain in gains(NAME, name, lists, rivals, scene)),
    )


def baseline_lists(split: Split, practice: Split, on_progress: OnProgress) -> dict[str, Ids]:
    """What each baseline lists, with the settings that find most in practice."""
    lists: dict[str, Ids] = {}
    for done, (name, grid) in enumerate(GRIDS.items()):
        on_progress(Progress(stage=f"{NAME}: {name}", done=done, total=len(GRIDS)))
        (best,) = tune(grid, practice.known, [practice])
        log.info("%s: %s, nDCG@20 %.4f in practice", name, best.fit, best.ndcg)
        (lists[name],) = lists_by(best.fit, split.known, [split])
    return lists


def our_lists(split: Split, practice: list[Split], seed: int, on_progress: OnProgress) -> Mapping[str, Ids]:
    """What the personal ranker lists, as it is and calibrated as strongly as practice allows."""
    lessons = []
    for done, part in enumerate(practice):
        on_progress(Progress(stage=f"{NAME}: {OURS}", done=done, total=len(practice) + 1))
        lessons.append(shortlist(fit_signals(part.known), part))
    ranker = learn(joined(lessons), seed=seed)
    strength = strength_at(
        [
            Ranked(shortlist=lesson, scores=ranker.scores(lesson), mixes=mixes_of(part.known))
            for lesson, part in zip(lessons, practice, strict=True)
        ]
    )
    log.info("ranker: %s, calibrated by %.2f", ranker, strength)
    on_progress(Progress(stage=f"{NAME}: {OURS}", done=len(practice), total=len(practice) + 1))
    asked = shortlist(fit_signals(split.known), split)
    ranked = Ranked(shortlist=asked, scores=ranker.scores(asked), mixes=mixes_of(split.known))
    return {OURS: ranked.lists(0.0), CALIBRATED: ranked.lists(strength)}
