"""Four ways to go through months of history, and what each lists, finds and costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from linernotes.evaluate.loop.data import Events
from linernotes.evaluate.loop.gate import Verdict, held_out, judge
from linernotes.evaluate.loop.models import Models, Settings, fit, taught
from linernotes.evaluate.loop.months import known_at, profiles_at, split_at, without
from linernotes.evaluate.loop.ranking import Weights, lists_by
from linernotes.evaluate.taste.values import Split
from linernotes.types import Ids

FROZEN: Final = "everything frozen"
FRESH: Final = "frozen models, fresh profiles"
LOOP: Final = "loop"
FULL: Final = "full retraining"
EASE: Final = "EASE alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was chosen and learned before the first month, the same for all systems."""

    settings: Settings
    weights: Weights
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of the loop; ``current`` is what answers from now on, ``candidate`` what learns on."""

    current: Models
    candidate: Models
    verdict: Verdict
    training_cpu_s: float
    gate_cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month: the lists of each system ``(n, 20) int64``, and what learning cost; no turn in the first.

    ``models`` are those of the loop.
    """

    number: int
    split: Split
    lists: Mapping[str, Ids]
    models: Models
    turn: Turn | None
    full_cpu_s: float


def replay(
    events: Events, months: Sequence[int], plan: Plan, tell: Callable[[int], None] = lambda _: None
) -> Iterator[Month]:
    """All systems through the months, each from the same models, fitted at the start of the first.

    ``tell`` is called with the number of each month before it.
    """
    first = current = candidate = full = fit(known_at(events, months[0]), plan.settings, seed=plan.seed)
    at_first = profiles_at(events, months[0])
    turn, full_cpu_s = None, 0.0
    for number in months:
        tell(number)
        if number > months[0]:
            turn = take_turn(current, candidate, events, number, plan)
            current, candidate = turn.current, turn.candidate
            full, full_cpu_s = _timed(partial(fit, known_at(events, number), plan.settings, seed=plan.seed))
        split, profiles = split_at(events, number), profiles_at(events, number)
        answering = {
            FROZEN: (first, at_first),
            FRESH: (first, profiles),
            LOOP: (current, profiles),
            FULL: (full, profiles),
        }
        yield Month(
            number=number,
            split=split,
            lists={
                **{name: lists_by(*of, split, plan.weights) for name, of in answering.items()},
                **{
                    f"{EASE}, {name}": lists_by(*answering[name], split, {"ease": 1.0})
                    for name in (FRESH, FULL)
                },
            },
            models=current,
            turn=turn,
            full_cpu_s=full_cpu_s,
        )


def take_turn(current: Models, candidate: Models, events: Events, month: int, plan: Plan) -> Turn:
    """What is done at the start of a month: the candidate learns from the one before, and is judged.

    Whatever the verdict, it then learns what it was judged by, too.
    """
    latest = month - 1
    shown = known_at(without(events, latest, held_out(events, latest)), month)
    learned, learning_cpu_s = _timed(partial(taught, candidate, shown))
    verdict, gate_cpu_s = _timed(partial(judge, current, learned, events, latest, plan.weights))
    whole, finishing_cpu_s = _timed(partial(taught, learned, known_at(events, month)))
    return Turn(
        current=whole if verdict.rises else current,
        candidate=whole,
        verdict=verdict,
        training_cpu_s=learning_cpu_s + finishing_cpu_s,
        gate_cpu_s=gate_cpu_s,
    )


_T = TypeVar("_T")


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    """What the work makes, and its CPU-seconds, all threads together."""
    started = time.process_time()
    made = work()
    return made, time.process_time() - started
