"""A writer learns on from what it is: pairs of texts with lessons beside them, within a time."""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from linernotes.errors import InputError
from linernotes.learn.adapter import read_gguf
from linernotes.learn.base import Base
from linernotes.learn.batches import Tokens, batches, encode
from linernotes.learn.corpora import Lesson
from linernotes.learn.memory import keep_memory
from linernotes.learn.preference import PAIRS_A_STEP, Pair, learn_group, likelihoods_before, pair_groups
from linernotes.learn.recipe import Lora, Preference
from linernotes.learn.student import Student

MOST_STEPS: Final = 40
MOST_EPOCHS: Final = 3
TOLD_APART: Final = 0.1
"""The loss of preference, in the mean over some steps, from which on there is no more to learn from pairs."""
_LATEST: Final = 5
FEWEST_STEPS: Final = 8
"""Fewer are no training: then the time was too short."""
_TIMED: Final = 2
"""Groups of pairs that are read to know how many steps there is time for."""
_STEP: Final = 5.5
"""What a step takes beside the reading of its group: forward and back over half as many texts again, and that
reading before."""
_LESSONS_A_STEP: Final = 4
_MOST_TOKENS: Final = 320
_WARM_STEPS: Final = 5
_LEAST_RATE: Final = 0.1
FORGETTING: Final = 0.02
"""How far the likelihood of a token of people's notes may fall, of itself."""
SCALES: Final = (1.0, 0.7, 0.5, 0.35, 0.25, 0.15)
_READ_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Refined:
    """How it went: steps, seconds, and the loss of preference over the first and the last few of them.

    ``pairs`` is how many there was time for, ``scale`` the share of what was learned that was kept, lest the
    writer forgets how people write.
    """

    pairs: int
    steps: int
    seconds: float
    first_loss: float
    last_loss: float
    scale: float
    device: str


def student_of(base: Base, adapter: Path, seed: int) -> Student:
    """The base with what this adapter changes, ready to go on. Raises ModelError where they do not fit."""
    keep_memory()
    start = read_gguf(adapter, base.model.config)
    student = Student(base, Lora(rank=start.rank, alpha=start.alpha), seed)
    student.take(start)
    return student


def refine(
    student: Student,
    pairs: Sequence[Pair],
    lessons: Sequence[Lesson],
    old: Sequence[Lesson],
    settings: Preference,
    *,
    watched: Sequence[Lesson],
    until: float,
    seed: int,
    on_step: Callable[[int, int], None],
) -> Refined:
    """Teaches the better of each pair, the lessons, and old ones beside them lest anything is forgotten.

    ``until`` is a moment of ``time.monotonic``: as many steps are planned as there is time for, and it ends
    sooner where the pairs are told apart. What matters most comes first in ``pairs`` and ``lessons``: the
    rest is left out where there is no time. Raises InputError where the steps are too few. Of what was
    learned so much is kept as leaves ``watched``, lessons that are not taught, about as likely as before.
    """
    import torch

    torch.manual_seed(seed)
    rng = random.Random(seed)
    start = [one.detach().clone() for one in student.weights]
    kept = sorted(_encoded(student, watched), key=len)
    likely = _likelihood(student, kept)
    started = time.monotonic()
    steps = _planned(student, pairs, until)
    groups = pair_groups(student, pairs[: steps * PAIRS_A_STEP])
    before = likelihoods_before(student, groups)
    beside = _beside(_encoded(student, lessons), _encoded(student, old), rng)
    optimiser = student.optimiser(settings.learning_rate)
    told: list[float] = []
    for step, at in zip(range(1, steps + 1), _order(len(groups), rng), strict=False):
        rate = settings.learning_rate * _rate(step, steps)
        told.append(
            learn_group(
                student,
                groups[at],
                before[at],
                next(beside),
                settings.beta,
                optimiser=optimiser,
                learning_rate=rate,
            )
        )
        on_step(step, steps)
        is_over = time.monotonic() > until or _are_told_apart(told)
        if is_over and step >= FEWEST_STEPS:
            break
    scale = _near(student, start, kept, likely)
    few = max(1, len(told) // 5)
    return Refined(
        pairs=sum(map(len, groups)) // 2,
        steps=len(told),
        seconds=round(time.monotonic() - started, 1),
        first_loss=round(sum(told[:few]) / few, 4),
        last_loss=round(sum(told[-few:]) / few, 4),
        scale=scale,
        device=str(student.device),
    )


def _are_told_apart(losses: Sequence[float]) -> bool:
    """Whether the better texts are so much likelier by now that going on would only push the others away."""
    latest = losses[-_LATEST:]
    return sum(latest) < TOLD_APART * len(latest)


def _near(student: Student, start: Sequence[Any], watched: Sequence[Tokens], likely: float) -> float:
    """Goes back towards the start until the watched are likely enough (Wortsman et al., CVPR 2022)."""
    import torch

    learned = [one.detach().clone() for one in student.weights]
    for scale in SCALES:
        with torch.no_grad():
            for weight, old, new in zip(student.weights, start, learned, strict=True):
                weight.copy_(old + scale * (new - old))
        if _likelihood(student, watched) >= likely * (1 - FORGETTING):
            break
    return scale


def _likelihood(student: Student, lessons: Sequence[Tokens]) -> float:
    """The mean over the lessons of how likely a token of the text is; 1 for no lesson."""
    import torch

    student.train(False)
    found: list[float] = []
    with torch.no_grad():
        for at in range(0, len(lessons), _READ_AT_ONCE):
            likelihoods, counts = student.log_likelihoods(lessons[at : at + _READ_AT_ONCE])
            found += torch.exp(likelihoods / counts).tolist()
    return sum(found) / len(found) if found else 1.0


def _planned(student: Student, pairs: Sequence[Pair], until: float) -> int:
    """The steps that there is time for, by how long it takes to read some pairs."""
    most = min(MOST_STEPS, MOST_EPOCHS * math.ceil(len(pairs) / PAIRS_A_STEP))
    some = pair_groups(student, pairs[: _TIMED * PAIRS_A_STEP])
    started = time.monotonic()
    likelihoods_before(student, some)
    each_s = _STEP * (time.monotonic() - started) / len(some)
    steps = min(most, int((until - time.monotonic()) / each_s))
    if steps < min(FEWEST_STEPS, most):
        raise InputError(f"a step takes {each_s:.0f} s here: there is too little time (--budget)")
    return steps


def exported(student: Student, folder: Path, name: str) -> Path:
    """What the student has learned as a file for llama.cpp."""
    weights, path = folder / "learned.safetensors", folder / name
    student.save(weights)
    student.export(weights, path)
    return path


def _encoded(student: Student, lessons: Sequence[Lesson]) -> list[Tokens]:
    encoded = [encode(one, student.base.tokenizer, student.base.end_id) for one in lessons]
    return [one for one in encoded if len(one) <= _MOST_TOKENS]


def _beside(lessons: Sequence[Tokens], old: Sequence[Tokens], rng: random.Random) -> Iterator[list[Tokens]]:
    """Batches of old lessons, round after round; in each one of the others, in their order, in turns."""
    others = itertools.cycle(lessons)
    while True:
        for batch in batches(old, _LESSONS_A_STEP, rng):
            yield [*itertools.islice(others, 1), *batch[: _LESSONS_A_STEP - 1]] if lessons else batch


def _order(count: int, rng: random.Random) -> Iterator[int]:
    """Round after round of the groups; the longest texts come first: for them the memory has to do."""
    longest = count - 1
    yield longest
    yield from rng.sample(range(longest), longest)
    while True:
        yield from rng.sample(range(count), count)


def _rate(step: int, steps: int) -> float:
    """Warm-up, then a line down."""
    return min(1.0, step / _WARM_STEPS) * max(_LEAST_RATE, 1 - step / steps)
