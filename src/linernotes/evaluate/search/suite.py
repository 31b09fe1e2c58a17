"""Runs a suite of retrieval: every system on the same requests, measured in the same way."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linernotes.evaluate.search.figures import DEPTH, gain, measure_rankings, values_of
from linernotes.evaluate.search.values import System, Task
from linernotes.evaluate.values import Gain, SuiteResult, Table
from linernotes.ingest import OnProgress, Progress, silent

RIVAL = "BM25, history"
"""Against whom a gain is told."""


def run_suite(
    suite: str,
    tasks: Sequence[Task],
    ours: Mapping[str, System],
    baselines: Sequence[System],
    *,
    started: float,
    on_progress: OnProgress = silent,
) -> SuiteResult:
    """The figures of all systems on all tasks; ``started`` is when the run began, by ``time.monotonic``."""
    measured = [_measured(task, {**ours, **_by_name(baselines)}, on_progress) for task in tasks]
    tables = {
        name: {label: row for one in measured for label, row in one.table_by_system[name].items()}
        for name in (*ours, *_by_name(baselines))
    }
    return SuiteResult(
        suite=suite,
        data=tasks[0].data,
        n=sum(len(task.queries) for task in tasks),
        metrics={name: tables[name] for name in ours},
        baselines={name: tables[name] for name in _by_name(baselines)},
        seconds=time.monotonic() - started,
        gains=tuple(
            gained
            for task, one in zip(tasks, measured, strict=True)
            for name in ours
            for gained in _gains(task, name, one.values_by_system)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What was measured of each system on one task: its tables, and each measure's value of each query."""

    table_by_system: Mapping[str, Table]
    values_by_system: Mapping[str, Mapping[str, Sequence[float]]]


def _by_name(systems: Sequence[System]) -> dict[str, System]:
    return {system.name: system for system in systems}


def _measured(task: Task, systems: Mapping[str, System], on_progress: OnProgress) -> _Measured:
    tables: dict[str, Table] = {}
    values: dict[str, Mapping[str, Sequence[float]]] = {}
    for done, (name, system) in enumerate(systems.items()):
        on_progress(Progress(stage=f"{task.name}: {name}", done=done, total=len(systems)))
        rankings = system.rank(task, task.queries, DEPTH)
        tables[name] = measure_rankings(task, task.queries, rankings)
        values[name] = values_of(task, task.queries, rankings)
    return _Measured(table_by_system=tables, values_by_system=values)


def _gains(task: Task, system: str, values: Mapping[str, Mapping[str, Sequence[float]]]) -> Iterator[Gain]:
    """What a system of ours gains on the rival, request by request."""
    for measure, own in values[system].items() if RIVAL in values else ():
        found = gain(task.queries, own, values[RIVAL][measure])
        yield Gain(
            task=task.name,
            system=system,
            rival=RIVAL,
            measure=measure,
            mean=found.mean,
            low=found.low,
            high=found.high,
        )
