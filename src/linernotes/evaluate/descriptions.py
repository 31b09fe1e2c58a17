"""The suite ``descriptions``: what the writer makes of facts, beside those who write from the same."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linernotes.describe import told_facts
from linernotes.evaluate.judging import judge, kind_of_problem
from linernotes.evaluate.measure import Sides, measure, partiality
from linernotes.evaluate.parts import (
    HUMAN,
    RAW_TAGS,
    SHEET_WORDS,
    Part,
    captions_part,
    corpus_part,
    library_part,
    sample,
)
from linernotes.evaluate.values import Example, Measured, Subject, SuiteResult, Texts
from linernotes.evaluate.writing import OnDone, write, write_first
from linernotes.ingest import OnProgress, Progress, silent
from linernotes.llm import TextGenerator

SUITE = "descriptions"
FIRST_TEXT = "first text"
STORED = "stored"
BASE = "base"
OURS = (FIRST_TEXT, STORED)
PARTS = ("captions", "corpus", "library")

_MOST_PROBLEMS = 12
_EXAMPLES_PER_PART = 4
_SIDES = {
    RAW_TAGS: Sides(prose=False),
    SHEET_WORDS: Sides(prose=False),
    HUMAN: Sides(likeness=False),
}
"""A list of words is no prose, and whoever wrote the reference is not like it but it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to measure: ``full`` takes all subjects, ``database`` is the store of a library."""

    data_dir: Path
    corpus_dir: Path
    database: str | Path | None = None
    parts: tuple[str, ...] = PARTS
    full: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Writers:
    """The models: the one that writes the library's notes, and the base as it was before any tuning."""

    ours: TextGenerator
    base: TextGenerator


def collect(options: Options, writers: Writers | None, on_progress: OnProgress = silent) -> list[Part]:
    """The parts with every system's texts; without writers, those that need no model.

    Raises InputError where data is missing, GenerationError or ModelError where a model fails altogether.
    """
    parts = []
    if "captions" in options.parts:
        parts.append(captions_part(options.data_dir, full=options.full))
    if "corpus" in options.parts:
        parts.append(corpus_part(options.corpus_dir))
    if "library" in options.parts and options.database is not None:
        parts.append(library_part(options.database, full=options.full))
    if writers is None:
        return parts
    return [_written(part, writers, options.seed, on_progress) for part in parts]


def measure_all(options: Options, parts: Sequence[Part], *, started: float) -> SuiteResult:
    """The figures of all systems; ``started`` is when the run began, by ``time.monotonic``."""
    systems = list(dict.fromkeys(name for part in parts for name in part.systems))
    tables = {name: _table(name, parts) for name in systems}
    first = [part for part in parts if FIRST_TEXT in part.systems]
    return SuiteResult(
        suite=SUITE,
        data=str(options.data_dir),
        n=sum(len(part.subjects) for part in parts),
        metrics={name: table for name, table in tables.items() if name in OURS},
        baselines={name: table for name, table in tables.items() if name not in OURS},
        seconds=time.monotonic() - started,
        problems={part.name: _problems(part) for part in first},
        examples=tuple(example for part in parts for example in _examples(part)),
    )


def _written(part: Part, writers: Writers, seed: int, on_progress: OnProgress) -> Part:
    def telling(writer: str) -> OnDone:
        stage, total = f"{part.name}, {writer}", len(part.subjects)
        return lambda done: on_progress(Progress(stage=stage, done=done, total=total))

    ours = write(
        part.subjects,
        writers.ours,
        seed=seed,
        tuned=writers.ours.adapter is not None,
        on_done=telling("ours"),
    )
    base = write_first(part.subjects, writers.base, seed=seed, tuned=False, on_done=telling(BASE))
    part = part.with_system(FIRST_TEXT, ours.first).with_system(STORED, ours.stored)
    return part.with_system(BASE, base)


def _table(system: str, parts: Iterable[Part]) -> dict[str, Measured]:
    table: dict[str, Measured] = {}
    for part in parts:
        if texts := part.systems.get(system):
            sides = _SIDES.get(system)
            whole = measure(part.subjects, texts, sides)
            table[part.name] = Measured(
                figures={**whole.figures, **_partiality(part, texts)}, intervals=whole.intervals
            )
            for group, places in part.groups.items():
                if places:
                    table[f"{part.name}: {group}"] = measure(*_at(part.subjects, texts, places), sides)
    return table


def _partiality(part: Part, texts: Texts) -> Mapping[str, float | None]:
    if any(subject.popularity is not None for subject in part.subjects):
        return partiality(part.subjects, texts)
    return {}


def _at(subjects: Sequence[Subject], texts: Texts, places: Sequence[int]) -> tuple[Sequence[Subject], Texts]:
    return [subjects[at] for at in places], [texts[at] for at in places]


def _problems(part: Part) -> tuple[tuple[str, int], ...]:
    """What the check says most often of our first texts."""
    counts: Counter[str] = Counter()
    for subject, text in zip(part.subjects, part.systems[FIRST_TEXT], strict=True):
        if text is not None:
            judgement = judge(subject, text)
            counts.update(map(kind_of_problem, (*judgement.unsupported, *judgement.form)))
    return tuple(counts.most_common(_MOST_PROBLEMS))


def _examples(part: Part) -> list[Example]:
    drawn = sample(range(len(part.subjects)), full=False)
    places = drawn[:: max(1, len(drawn) // _EXAMPLES_PER_PART)]
    return [
        Example(
            subject=f"{part.name} {part.subjects[at].id}",
            facts=facts_lines(part, at),
            texts={name: text.text for name, texts in part.systems.items() if (text := texts[at])},
        )
        for at in places[:_EXAMPLES_PER_PART]
    ]


def facts_lines(part: Part, at: int) -> tuple[str, ...]:
    """What a reader is shown of a subject: its facts, line by line, and what stands beside them."""
    subject = part.subjects[at]
    lines = [f"{fact.label}: {', '.join(fact.values)}" for fact in told_facts(subject.sheet)]
    note = part.notes.get(subject.id)
    return (subject.sheet.kind, *lines, *([note] if note else []))
