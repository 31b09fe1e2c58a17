"""Runs a suite of retrieval: every system on the same requests, measured in the same way."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from linernotes.evaluate.search.figures import DEPTH, gain, measure_rankings, values_of
from linernotes.evaluate.search.values import System, Task
from linernotes.evaluate.values import Gain, SuiteResult, Table
from linernotes.ingest import OnProgress, Progress, silent

RIVAL = "BM25, history"
"""Against whom a gain is told."""
_SPARE = 4
"""Tracks a system is asked for, as a multiple of the songs looked at: some are one song, some are known."""


def run_suite(
    task: Task,
    ours: Mapping[str, System],
    baselines: Sequence[System],
    *,
    started: float,
    on_progress: OnProgress = silent,
) -> SuiteResult:
    """The figures of all systems; ``started`` is when the run began, by ``time.monotonic``."""
    systems = {**ours, **{system.name: system for system in baselines}}
    tables: dict[str, Table] = {}
    values: dict[str, Mapping[str, Sequence[float]]] = {}
    for done, (name, system) in enumerate(systems.items()):
        on_progress(Progress(stage=f"{task.name}: {name}", done=done, total=len(systems)))
        rankings = system.rank(task, task.queries, _SPARE * DEPTH)
        tables[name] = measure_rankings(task, task.queries, rankings)
        values[name] = values_of(task, task.queries, rankings)
    return SuiteResult(
        suite=task.name,
        data=task.data,
        n=len(task.queries),
        metrics={name: tables[name] for name in ours},
        baselines={system.name: tables[system.name] for system in baselines},
        seconds=time.monotonic() - started,
        gains=tuple(
            _gain(task, name, measure, own, values[RIVAL][measure])
            for name in ours
            if RIVAL in values
            for measure, own in values[name].items()
        ),
    )


def _gain(task: Task, system: str, measure: str, ours: Sequence[float], theirs: Sequence[float]) -> Gain:
    found = gain(task.queries, ours, theirs)
    return Gain(system=system, rival=RIVAL, measure=measure, mean=found.mean, low=found.low, high=found.high)
