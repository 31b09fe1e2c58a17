"""The suite ``loop``: January to September 2010, month by month, as four systems go through them."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from linernotes.evaluate.bars import ratio_bar
from linernotes.evaluate.loop.data import Events, month_name, read_events
from linernotes.evaluate.loop.figures import Finds, by_listener, finds_of, measured, pooled, trend
from linernotes.evaluate.loop.months import TESTED, profiles_at
from linernotes.evaluate.loop.practice import GRID, plan_for
from linernotes.evaluate.loop.ranking import lists_by
from linernotes.evaluate.loop.systems import EASE, FRESH, FROZEN, FULL, LOOP, Month, Plan, Turn, replay
from linernotes.evaluate.taste.counts import artists_by_listener
from linernotes.evaluate.taste.data import FOLDER
from linernotes.evaluate.values import Bar, Plot, SuiteResult, Table
from linernotes.ingest import OnProgress, Progress, silent

log = logging.getLogger(__name__)

NAME: Final = "loop"
UNANSWERED: Final = "everything frozen, strangers unanswered"
LEAST_OF_FROZEN: Final = 1.45
LEAST_OF_FRESH: Final = 1.05
LEAST_OF_FULL: Final = 0.97
MOST_OF_TRAINING: Final = 0.25
"""Most of the gain on everything frozen is the fresh profile; full retraining of EASE gained 1.057 on frozen
models with fresh profiles when the bars were set."""


def measure_loop(
    data_dir: Path,
    *,
    seed: int,
    started: float,
    on_progress: OnProgress = silent,
) -> SuiteResult:
    """The figures of all systems; ``started`` is by ``time.monotonic``.

    Raises InputError where the data is missing.
    """
    steps = _Steps(total=len(GRID) + 1 + len(TESTED), on_progress=on_progress)
    events = read_events(data_dir)
    plan = plan_for(events, seed=seed, tell=steps.tell)
    replayed = list(replay(events, TESTED, plan, lambda _: steps.tell()))
    finds = _finds_by_system(events, replayed)
    return SuiteResult(
        suite=NAME,
        data=str(data_dir / FOLDER),
        n=len(np.unique(finds[LOOP].listeners)),
        metrics={LOOP: _table(finds[LOOP])},
        baselines={name: _table(own) for name, own in finds.items() if name != LOOP},
        bars=tuple(_bars(events, plan, replayed, finds)),
        plots=(
            _plot(finds, "ndcg_at_20", (LOOP, FULL, FRESH, FROZEN)),
            _plot(finds, "tail_share", (LOOP, FULL)),
        ),
        seconds=time.monotonic() - started,
    )


class _Steps:
    """Counts how far the run is."""

    def __init__(self, *, total: int, on_progress: OnProgress) -> None:
        self._done, self._total, self._on_progress = 0, total, on_progress

    def tell(self) -> None:
        self._on_progress(Progress(stage=NAME, done=self._done, total=self._total))
        self._done += 1


def _finds_by_system(events: Events, replayed: Sequence[Month]) -> dict[str, Finds]:
    """All systems', and those of everything frozen that has no answer for whom it did not know."""
    finds = {
        name: pooled([finds_of(month, month.lists[name]) for month in replayed]) for name in replayed[0].lists
    }
    at_first = artists_by_listener(profiles_at(events, replayed[0].number)) > 0
    known = at_first[finds[FROZEN].listeners]
    finds[UNANSWERED] = replace(
        finds[FROZEN],
        ndcg_at_20=finds[FROZEN].ndcg_at_20 * known,
        recall_at_20=finds[FROZEN].recall_at_20 * known,
    )
    return finds


def _table(finds: Finds) -> Table:
    return {NAME: measured(finds)}


def _plot(finds: Mapping[str, Finds], measure: str, systems: Sequence[str]) -> Plot:
    months = np.unique(finds[LOOP].months).tolist()
    return Plot(
        measure=measure,
        steps=tuple(month_name(month) for month in months),
        lines={
            name: tuple(
                float(finds[name].values(measure)[finds[name].months == month].mean()) for month in months
            )
            for name in systems
        },
    )


def _bars(events: Events, plan: Plan, replayed: Sequence[Month], finds: Mapping[str, Finds]) -> Iterator[Bar]:
    yield _against(finds, FROZEN, least=LEAST_OF_FROZEN, rises=True)
    yield _against(finds, UNANSWERED, least=LEAST_OF_FROZEN, rises=True)
    yield _against(finds, FRESH, least=LEAST_OF_FRESH, rises=True)
    yield _against(finds, FULL, least=LEAST_OF_FULL)
    yield from _costs(replayed)
    yield _forgetting(events, plan, replayed[0], replayed[-1])
    slope = trend(finds[LOOP], "tail_share")
    yield Bar(
        measure="the tail's share of the lists: rise a month",
        n=len(np.unique(finds[LOOP].listeners)),
        value=slope.mean,
        interval=(slope.low, slope.high),
        bar="not surely < 0",
        holds=slope.high >= 0,
    )
    ease = finds[f"{EASE}, {FULL}"], finds[f"{EASE}, {FRESH}"]
    full, fresh = (by_listener(own, own.ndcg_at_20) for own in ease)
    yield ratio_bar("nDCG@20 of EASE alone, full retraining", full, fresh, rival=FRESH)


def _against(finds: Mapping[str, Finds], rival: str, *, least: float, rises: bool | None = None) -> Bar:
    ours, theirs = (by_listener(finds[name], finds[name].ndcg_at_20) for name in (LOOP, rival))
    return ratio_bar("nDCG@20, all months", ours, theirs, rival=rival, least=least, rises=rises)


def _costs(replayed: Sequence[Month]) -> Iterator[Bar]:
    """What learning cost, and what the gate did."""
    turns = [month.turn for month in replayed if month.turn is not None]
    full_cpu_s = sum(month.full_cpu_s for month in replayed)
    training = sum(turn.training_cpu_s for turn in turns)
    gate = sum(turn.gate_cpu_s for turn in turns)
    yield _cost("CPU-seconds of training", training, full_cpu_s, turns, most=MOST_OF_TRAINING)
    yield _cost("the same with the gate", training + gate, full_cpu_s, turns)
    for month in replayed:
        if month.turn is not None:
            log.info("%s: %s", month_name(month.number), month.turn.verdict)
    passed = sum(turn.verdict.rises for turn in turns)
    yield Bar(measure="turns that the gate let through", n=len(turns), value=float(passed))


def _cost(
    measure: str, ours_s: float, full_s: float, turns: Sequence[Turn], *, most: float | None = None
) -> Bar:
    ratio = ours_s / full_s if full_s else None
    return Bar(
        measure=measure,
        n=len(turns),
        value=ours_s,
        rival=FULL,
        rival_value=full_s,
        ratio=ratio,
        bar=f"ratio <= {most:.2f}" if most is not None else "",
        holds=ratio is not None and ratio <= most if most is not None else None,
    )


def _forgetting(events: Events, plan: Plan, first: Month, last: Month) -> Bar:
    """The loop's last models on the first month, of which they have seen a part, beside the first models."""
    profiles = profiles_at(events, first.number)
    final, former = (
        finds_of(first, lists_by(month.models, profiles, first.split, plan.weights)).ndcg_at_20.tolist()
        for month in (last, first)
    )
    bar = ratio_bar("first month: nDCG@20 of the last models", final, former, rival="the first models")
    ends = bar.ratio_interval
    return replace(bar, bar="ratio not surely < 1", holds=ends is not None and ends[1] >= 1)
