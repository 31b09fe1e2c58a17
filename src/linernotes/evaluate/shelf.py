"""Notes that were written once for an evaluation, kept by their facts and by who wrote them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from linernotes.describe import PROMPT_VERSION
from linernotes.evaluate.values import Subject
from linernotes.evaluate.writing import write
from linernotes.llm import TextGenerator
from linernotes.llm.kept import digest

log = logging.getLogger(__name__)

_AT_ONCE = 64
"""Subjects that are written before their notes are kept: little is lost in a kill."""


def kept_notes(
    subjects: Sequence[Subject],
    generator: TextGenerator,
    folder: Path,
    *,
    seed: int,
    tuned: bool,
    on_done: Callable[[int], None],
) -> dict[str, str]:
    """What an ingest would keep of each subject, by its id; those without a note are left out.

    A note is written anew when its facts, the model, the adapter or the prompts are others.
    """
    named = digest([generator.model, generator.adapter, PROMPT_VERSION, seed])
    path = folder / f"notes-{named}.jsonl"
    kept = _read(path)
    key_of = {subject.id: digest(asdict(subject.sheet)) for subject in subjects}
    new = [subject for subject in subjects if key_of[subject.id] not in kept]
    for start in range(0, len(new), _AT_ONCE):
        some = new[start : start + _AT_ONCE]
        written = write(some, generator, seed=seed, tuned=tuned, on_done=lambda _: None)
        with path.open("a", encoding="utf-8") as file:
            for subject, text in zip(some, written.stored, strict=True):
                kept[key_of[subject.id]] = text.text if text else ""
                line = {"facts": key_of[subject.id], "note": kept[key_of[subject.id]]}
                file.write(f"{json.dumps(line)}\n")
        on_done(len(subjects) - len(new) + start + len(some))
    return {id_: kept[key] for id_, key in key_of.items() if kept[key]}


def _read(path: Path) -> dict[str, str]:
    kept: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            kept[row["facts"]] = row["note"]
        except (ValueError, KeyError, TypeError):
            log.warning("%s, line %d cannot be read; its note is written again", path, number)
    return kept
