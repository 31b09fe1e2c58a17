"""One run of ours and of the baselines: the lists that the suites ``taste`` and ``exposure`` tell of."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from linernotes.evaluate.taste.baselines import GRIDS, tune
from linernotes.evaluate.taste.calibrating import Ranked, mixes_of, strength_at
from linernotes.evaluate.taste.data import read_listening
from linernotes.evaluate.taste.dialling import SETTINGS, lists_at
from linernotes.evaluate.taste.figures import Scene, scene_of
from linernotes.evaluate.taste.learned import learn_boosted
from linernotes.evaluate.taste.lists import lists_by
from linernotes.evaluate.taste.shortlists import joined
from linernotes.evaluate.taste.signals import Fitted, fit_signals, shortlist
from linernotes.evaluate.taste.split import folds, hold_out
from linernotes.evaluate.taste.values import Ranker, Shortlist, Split
from linernotes.ingest import OnProgress, Progress
from linernotes.types import Ids

log = logging.getLogger(__name__)

OURS: Final = "ranker"
CALIBRATED: Final = "ranker, calibrated"
FOLDS: Final = 5
LESSONS: Final = 3
"""Folds of what is known that are hidden in turn, to learn from; more of them teach the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Ours: the signals fitted on all that is known, and the shortlists of those who are asked, scored.

    The ranker, and the strength of its calibration, were learned on parts of what is known.
    """

    fitted: Fitted
    ranker: Ranker
    ranked: Ranked
    strength: float

    def lists(self) -> dict[str, Ids]:
        """As the ranker has them, and calibrated."""
        return {OURS: self.ranked.lists(0.0), CALIBRATED: self.ranked.lists(self.strength)}

    def dialled(self) -> dict[str, Ids]:
        """At each setting of the dial but 0, which is the ranker's own order."""
        own, popularity = self.ranked, self.fitted.listeners
        return {
            f"{OURS}, dial {setting:+g}": lists_at(setting, own.shortlist, own.scores, popularity)
            for setting in SETTINGS
            if setting
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """What is hidden and what lists are held against, ours, and the lists of the baselines by name."""

    scene: Scene
    entry: Entry
    rivals: Mapping[str, Ids]


def hold_contest(data_dir: Path, *, suite: str, seed: int, on_progress: OnProgress) -> Contest:
    """Whatever is chosen or learned is so on parts of what is known.

    Raises InputError where the data is missing.
    """
    split = hold_out(read_listening(data_dir), seed=seed)
    practice = folds(split.known, FOLDS, seed=seed + 1)[:LESSONS]
    steps = _Steps(suite=suite, on_progress=on_progress)
    return Contest(
        scene=scene_of(split),
        rivals=_rival_lists(split, practice[0], steps),
        entry=_entry(split, practice, seed, steps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """Tells how far the run is."""

    suite: str
    on_progress: OnProgress

    def tell(self, done: int) -> None:
        self.on_progress(Progress(stage=self.suite, done=done, total=len(GRIDS) + LESSONS + 1))


def _rival_lists(split: Split, practice: Split, steps: _Steps) -> dict[str, Ids]:
    """What each baseline lists, with the settings that find most in practice."""
    lists: dict[str, Ids] = {}
    for name, grid in GRIDS.items():
        steps.tell(len(lists))
        (best,) = tune(grid, practice.known, [practice])
        log.info("%s: %s, nDCG@20 %.4f in practice", name, best.fit, best.ndcg)
        (lists[name],) = lists_by(best.fit, split.known, [split])
    return lists


def _entry(split: Split, practice: Sequence[Split], seed: int, steps: _Steps) -> Entry:
    """Ours, learned in practice."""
    lessons: list[Shortlist] = []
    for part in practice:
        steps.tell(len(GRIDS) + len(lessons))
        lessons.append(shortlist(fit_signals(part.known), part))
    ranker = learn_boosted(joined(lessons), seed=seed)
    pairs = zip(lessons, practice, strict=True)
    strength = strength_at([_ranked(ranker, lesson, part) for lesson, part in pairs])
    log.info("ranker: %s, calibrated by %.2f", ranker.first, strength)
    steps.tell(len(GRIDS) + LESSONS)
    fitted = fit_signals(split.known)
    ranked = _ranked(ranker, shortlist(fitted, split), split)
    return Entry(fitted=fitted, ranker=ranker, ranked=ranked, strength=strength)


def _ranked(ranker: Ranker, own: Shortlist, split: Split) -> Ranked:
    return Ranked(shortlist=own, scores=ranker.scores(own), mixes=mixes_of(split.known))
