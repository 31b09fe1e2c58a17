"""The suites ``taste`` and ``exposure``: a fifth of each listener's artists is hidden.

``taste`` tells what is found, for listeners and for groups of them; ``exposure`` whom the same lists show.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.taste.contest import Contest, hold_contest
from linernotes.evaluate.taste.data import FOLDER
from linernotes.evaluate.taste.figures import Scene, gain, gains, measure
from linernotes.evaluate.taste.groups import (
    GROUP,
    drawn_groups,
    group_lists,
    measured_members,
    ndcg_of_members,
)
from linernotes.evaluate.values import Gain, SuiteResult, Table
from linernotes.ingest import OnProgress, silent
from linernotes.types import Ids

TASTE: Final = "taste"
EXPOSURE: Final = "exposure"
TOLD: Final = {
    TASTE: ("n", "ndcg_at_20", "recall_at_20", "miscalibration", "tail_share"),
    EXPOSURE: ("n", "ndcg_at_20", "miscalibration", "tail_share", "aplt", "arp", "coverage", "gini"),
}
"""The measures of each suite."""
FOR_GROUPS: Final = "ranker, for groups"
MEAN_OF_SCORES: Final = "mean of members' scores"
COMMON_PROFILE: Final = "one profile of all members"


def measure_taste(
    data_dir: Path, *, seed: int, started: float, on_progress: OnProgress = silent
) -> SuiteResult:
    """What ours and the baselines find; ``started`` is by ``time.monotonic``.

    Raises InputError where the data is missing.
    """
    contest = hold_contest(data_dir, suite=TASTE, seed=seed, on_progress=on_progress)
    ours, scene = contest.entry.lists(), contest.scene
    groups = _ndcg_of_groups(contest, seed)
    of_groups: dict[str, Table] = {name: {GROUP: measured_members(own)} for name, own in groups.items()}
    gained = [one for name, lists in ours.items() for one in gains(TASTE, name, lists, contest.rivals, scene)]
    return SuiteResult(
        suite=TASTE,
        data=str(data_dir / FOLDER),
        n=len(scene.thirds),
        metrics={**_tables(TASTE, ours, scene), FOR_GROUPS: of_groups.pop(FOR_GROUPS)},
        baselines={**_tables(TASTE, contest.rivals, scene), **of_groups},
        gains=(*gained, *_gains_of_groups(groups)),
        seconds=time.monotonic() - started,
    )


def measure_exposure(
    data_dir: Path, *, seed: int, started: float, on_progress: OnProgress = silent
) -> SuiteResult:
    """Whom the lists of ours, at each setting of the dial, and of the baselines show; see measure_taste."""
    contest = hold_contest(data_dir, suite=EXPOSURE, seed=seed, on_progress=on_progress)
    ours = {**contest.entry.lists(), **contest.entry.dialled()}
    return SuiteResult(
        suite=EXPOSURE,
        data=str(data_dir / FOLDER),
        n=len(contest.scene.thirds),
        metrics=_tables(EXPOSURE, ours, contest.scene),
        baselines=_tables(EXPOSURE, contest.rivals, contest.scene),
        seconds=time.monotonic() - started,
    )


def _tables(suite: str, lists_by_name: Mapping[str, Ids], scene: Scene) -> dict[str, Table]:
    """The suite's measures of each system's lists."""
    return {name: _told(suite, measure(suite, lists, scene)) for name, lists in lists_by_name.items()}


def _told(suite: str, table: Table) -> Table:
    return {
        group: replace(row, figures={measure: row.figures[measure] for measure in TOLD[suite]})
        for group, row in table.items()
    }


def _ndcg_of_groups(contest: Contest, seed: int) -> dict[str, NDArray[np.float64]]:
    """nDCG@20 of each member of each group, ``(groups, 3)``, by kind of lists."""
    split, entry = contest.scene.split, contest.entry
    groups = drawn_groups(split, seed=seed)
    own = group_lists(groups, split=split, ranked=entry.ranked, fitted=entry.fitted, ranker=entry.ranker)
    lists_by_name = {
        FOR_GROUPS: own.ours,
        MEAN_OF_SCORES: own.mean_of_scores,
        COMMON_PROFILE: own.common_profile,
    }
    return {name: ndcg_of_members(lists, groups, split) for name, lists in lists_by_name.items()}


def _gains_of_groups(groups: Mapping[str, NDArray[np.float64]]) -> Iterator[Gain]:
    """What the worst member gains on the worst member of the same group with another kind of list."""
    worst = {name: own.min(axis=1) for name, own in groups.items()}
    for rival in (MEAN_OF_SCORES, COMMON_PROFILE):
        more = worst[FOR_GROUPS] - worst[rival]
        yield gain(f"{TASTE}: {GROUP}", FOR_GROUPS, rival, more, measure="ndcg_of_worst")
