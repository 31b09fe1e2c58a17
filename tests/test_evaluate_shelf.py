"""Notes for an evaluation are written once, and again only when what they rest on is another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fakes import FakeGenerator
from linernotes.evaluate.shelf import kept_notes
from linernotes.evaluate.values import Subject
from linernotes.types import FactSheet

SUBJECTS = [
    Subject(id=str(at), sheet=FactSheet(genres=("ambient",), moods=("calm",), instruments=(name,)))
    for at, name in enumerate(["piano", "harp"])
]


def written(folder: Path, *subjects: Subject) -> tuple[dict[str, str], int]:
    """The notes, and how often the model was asked."""
    generator = FakeGenerator(default="{title} is calm ambient.", adapter="tuned@1")
    notes = kept_notes(subjects, generator, folder, seed=0, tuned=True, on_done=lambda _: None)
    return notes, len(generator.prompts)


def test_a_note_is_written_once(tmp_path: Path) -> None:
    first, asked = written(tmp_path, *SUBJECTS)
    assert set(first) == {"0", "1"}
    assert asked
    assert written(tmp_path, *SUBJECTS) == (first, 0)


def test_other_facts_want_another_note(tmp_path: Path) -> None:
    written(tmp_path, *SUBJECTS)
    other = replace(SUBJECTS[0], sheet=FactSheet(genres=("metal",), moods=("dark",)))
    assert written(tmp_path, other, SUBJECTS[1])[1] > 0


def test_a_torn_line_costs_its_note_alone(tmp_path: Path) -> None:
    first, _ = written(tmp_path, *SUBJECTS)
    (path,) = tmp_path.glob("notes-*.jsonl")
    lines = path.read_text().splitlines()
    path.write_text(f"{lines[0]}\n{lines[1][:20]}\n")
    again, asked = written(tmp_path, *SUBJECTS)
    assert again == first
    assert asked
