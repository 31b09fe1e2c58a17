"""A writer goes on from an adapter: what it was is read back, and what it learns within a time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fakes import OddOnesLie
from linernotes.errors import InputError, ModelError
from linernotes.learn.corpora import Lesson
from linernotes.learn.preference import Asked, Pair, corrected_pair, draw
from linernotes.learn.recipe import Lora, Preference
from linernotes.types import FactSheet

if TYPE_CHECKING:
    from linernotes.learn.student import Student

pytestmark = [
    pytest.mark.train,
    pytest.mark.usefixtures("train_extra"),
    pytest.mark.filterwarnings("ignore"),  # torch and transformers warn of what concerns nobody here
]

SHEETS = [FactSheet(genres=(genre,), moods=(mood,)) for genre in ("rock", "folk") for mood in ("sad", "glad")]
LESSONS = [
    Lesson(
        id=f"l-{number}",
        sheet=sheet,
        text=f"a {sheet.moods[0]} {sheet.genres[0]} song",
        rejected=f"a {sheet.genres[0]} song {sheet.moods[0]}",
        source="ours",
        licence="CC0-1.0",
    )
    for number, sheet in enumerate(SHEETS)
]
SETTINGS = Preference(rounds=1, sheets=4, tries=2, learning_rate=0.02)


@pytest.fixture
def adapter(tiny_base: Path, tmp_path: Path) -> Path:
    """An adapter of which every matrix is other than zero."""
    import torch

    from linernotes.learn.base import load_base
    from linernotes.learn.refining import exported
    from linernotes.learn.student import Student

    student = Student(load_base(str(tiny_base), tmp_path), Lora(rank=4, alpha=8), 1)
    with torch.no_grad():
        for number, weight in enumerate(student.weights):
            weight += 0.01 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(number))
    return exported(student, tmp_path, "small.gguf")


def started(tiny_base: Path, adapter: Path) -> Student:
    from linernotes.learn.base import load_base
    from linernotes.learn.refining import student_of

    return student_of(load_base(str(tiny_base), adapter.parent), adapter, 1)


def margin(student: Student, pair: Pair) -> float:
    from linernotes.learn.batches import tokens_of

    tokenizer, end_id = student.base.tokenizer, student.base.end_id
    student.train(False)
    batch = [tokens_of(pair.prompt, text, tokenizer, end_id) for text in (pair.chosen, pair.rejected)]
    better, worse = student.log_likelihoods(batch)[0].tolist()
    return float(better - worse)


def test_what_was_written_is_read_back(tiny_base: Path, adapter: Path, tmp_path: Path) -> None:
    from linernotes.learn.adapter import read_gguf
    from linernotes.learn.refining import exported

    student = started(tiny_base, adapter)
    config = student.base.model.config
    before = read_gguf(adapter, config)
    again = read_gguf(exported(student, tmp_path, "again.gguf"), config)
    assert (again.rank, again.alpha) == (before.rank, before.alpha) == (4, 8.0)
    assert again.tensors.keys() == before.tensors.keys()
    assert all(np.array_equal(again.tensors[name], one) for name, one in before.tensors.items())
    shapes = {
        name.rpartition("lora_")[2]: one.shape for name, one in again.tensors.items() if "q_proj" in name
    }
    assert shapes == {"A.weight": (4, 16), "B.weight": (16, 4)}


def test_no_adapter_cannot_be_gone_on_from(tiny_base: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"no adapter")
    with pytest.raises(ModelError, match=r"other\.gguf"):
        started(tiny_base, other)


def test_it_learns_what_is_preferred(tiny_base: Path, adapter: Path) -> None:
    from linernotes.learn.refining import MOST_EPOCHS, refine

    student = started(tiny_base, adapter)
    pairs = [corrected_pair(one) for one in LESSONS]
    before = [margin(student, one) for one in pairs]
    told: list[int] = []
    refined = refine(
        student,
        pairs,
        LESSONS,
        LESSONS,
        SETTINGS,
        watched=LESSONS,
        until=time.monotonic() + 60,
        seed=0,
        on_step=lambda step, steps: told.append(steps),
    )
    assert refined.steps == len(told) == MOST_EPOCHS
    assert refined.last_loss < refined.first_loss
    assert all(margin(student, one) > was for one, was in zip(pairs, before, strict=True))


def test_it_goes_only_so_far_as_leaves_what_it_knew_likely(tiny_base: Path, adapter: Path) -> None:
    import torch

    from linernotes.learn.refining import FORGETTING, SCALES, _encoded, _likelihood, _near, refine

    student = started(tiny_base, adapter)
    pairs = [corrected_pair(one) for one in LESSONS] * 12
    told = {"until": time.monotonic() + 60, "seed": 0, "on_step": lambda step, steps: None}
    refine(student, pairs, LESSONS, LESSONS, SETTINGS, watched=(), **told)  # type: ignore[arg-type]
    watched = _encoded(student, LESSONS)
    start, likely = [one.detach().clone() for one in student.weights], _likelihood(student, watched)
    assert _near(student, start, watched, likely) == 1.0
    with torch.no_grad():
        for weight in student.weights:
            weight += 0.2 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(3))
    assert _likelihood(student, watched) < likely * (1 - FORGETTING)
    scale = _near(student, start, watched, likely)
    assert scale < 1.0
    assert scale == SCALES[-1] or _likelihood(student, watched) >= likely * (1 - FORGETTING)


def test_with_no_time_it_says_so(tiny_base: Path, adapter: Path) -> None:
    from linernotes.learn.refining import refine

    pairs = [corrected_pair(one) for one in LESSONS] * 4
    with pytest.raises(InputError, match="--budget"):
        refine(
            started(tiny_base, adapter),
            pairs,
            LESSONS,
            LESSONS,
            SETTINGS,
            watched=(),
            until=time.monotonic(),
            seed=0,
            on_step=lambda step, steps: None,
        )


def test_each_batch_beside_the_pairs_has_one_of_the_lessons_and_the_longest_pairs_come_first() -> None:
    from linernotes.learn.batches import Tokens
    from linernotes.learn.refining import _beside, _order

    own = [Tokens((1,), (number,)) for number in range(3)]
    old = [Tokens((2,), (number,)) for number in range(40)]
    found = list(islice(_beside(own, old, Random(0)), 20))
    assert [batch[0] for batch in found] == (own * 7)[:20]
    assert {len(batch) for batch in found} == {4}
    assert {one for batch in found[:10] for one in batch[1:]} <= set(old)
    assert all(one in old for batch in islice(_beside([], old, Random(0)), 5) for one in batch)
    order = list(islice(_order(5, Random(0)), 15))
    assert order[0] == 4
    assert sorted(order) == sorted([*range(5)] * 3)


def drawn(asked: Sequence[Asked], *, bad: str = "nothing") -> list[Pair]:
    found = draw(
        OddOnesLie(),
        asked,
        LESSONS,
        SETTINGS,
        1,
        Random(0),
        is_bad=lambda text, sheet: bad in text,
        on_step=lambda doing, step, steps, loss: None,
    )
    return list(found.pairs)


def test_a_text_that_makes_a_corrected_mistake_is_none_of_the_good_ones() -> None:
    asked = [Asked(sheet=sheet) for sheet in SHEETS]
    assert {"sad" in pair.chosen for pair in drawn(asked)} == {True, False}
    assert {"sad" in pair.chosen for pair in drawn(asked, bad="sad")} == {False}


def test_a_note_that_helped_nobody_is_worse_than_a_text_without_fault() -> None:
    asked = [replace(Asked(sheet=sheet), rejected=("a note.",)) for sheet in SHEETS]
    assert "a note." in {pair.rejected for pair in drawn(asked)}


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.long
def test_a_turn_teaches_the_real_writer(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linernotes import models
    from linernotes.config import Settings
    from linernotes.learn import refining, replay, writing
    from linernotes.learn.turn import turn
    from linernotes.library import Library
    from test_learn_writing import correct, written_library

    shelf = tmp_path / "models"
    shutil.copytree(models_dir, shelf, ignore=shutil.ignore_patterns("writer", "merged"))
    settings = Settings(library_dir=tmp_path / "library", models_dir=shelf, notes_for="all")
    written_library(settings, tmp_path / "songs.jsonl")
    monkeypatch.setattr(refining, "MOST_STEPS", 2)
    monkeypatch.setattr(writing, "SETTINGS", replace(writing.SETTINGS, sheets=2, tries=2))
    monkeypatch.setattr(writing, "MOST_HELD", 2)
    sheets, watched = replay.shipped_sheets()[:2], replay.watched_lessons()[:4]
    monkeypatch.setattr(replay, "watched_lessons", lambda: watched)
    monkeypatch.setattr(replay, "shipped_sheets", lambda: sheets)
    with Library(settings) as library:
        correct(library, 12)
        told = turn(library, budget_s=600)
    (outcome,) = (one for one in told.outcomes if one.kind == "writer")
    assert outcome.state == "kept"  # two sheets prove nothing
    (version,) = models.versions(shelf, "writer")
    assert version.card is not None
    assert version.card.licence == "CC-BY-SA-4.0"
    assert version.card.details["steps"] == 2
    assert models.listener_mark("listener 1") in version.card.details["listeners"]
    models.promote(shelf, "writer", version.card.sha256)
    assert models.writer_adapter(shelf, models.smollm2_gguf(shelf)) == version.path
