"""Learning from the writer's own texts: which pairs are drawn, and that the better ones become likelier."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakes import OddOnesLie
from linernotes.learn.corpora import Lesson
from linernotes.learn.recipe import Lora, Preference, Recipe
from linernotes.types import FactSheet

if TYPE_CHECKING:
    from linernotes.learn.student import Student

pytestmark = [
    pytest.mark.train,
    pytest.mark.usefixtures("train_extra"),
    pytest.mark.filterwarnings("ignore"),  # torch and transformers warn of what concerns nobody here
]


class OddOnesAreOdd(OddOnesLie):
    """Says the truth, but at every odd seed as nobody would."""

    def _text(self, mood: str, genre: str, *, is_odd: bool) -> str:
        return f"a {mood} thing of {genre}" if is_odd else f"a {mood} {genre} song"


LESSONS = [
    Lesson(
        id=f"l-{number}",
        sheet=FactSheet(genres=(genre,), moods=(mood,)),
        text=f"a {mood} {genre} song",
        source="ours",
        licence="CC0-1.0",
    )
    for number in range(4)
    for genre in ("rock", "folk")
    for mood in ("sad", "glad")
]
RECIPE = Recipe(
    name="tiny",
    base="tiny",
    licence="CC0-1.0",
    data=(),
    preference=Preference(rounds=1, sheets=12, tries=2, learning_rate=0.02),
)


def run(
    tiny_base: Path, folder: Path, writer: OddOnesLie, lessons: Sequence[Lesson] = LESSONS
) -> tuple[Student, list[float], list[float]]:
    from linernotes.learn.base import load_base
    from linernotes.learn.preference import prefer
    from linernotes.learn.student import Student

    folder.mkdir(exist_ok=True)
    student = Student(load_base(str(tiny_base), folder), Lora(rank=4, alpha=8), 1)
    losses: list[float] = []
    rounds = prefer(
        student,
        lessons,
        RECIPE,
        folder,
        writer_of=lambda _: writer,
        on_step=lambda doing, step, steps, loss: losses.append(loss),
    )
    return student, [drawn.passed for drawn in rounds], losses


def margin(student: Student, pair: Mapping[str, str]) -> float:
    """By how much the writer has the chosen text likelier than the rejected one."""
    from linernotes.learn.batches import tokens_of

    base = student.base
    both = [
        tokens_of(pair["prompt"], pair[name], base.tokenizer, base.end_id) for name in ("chosen", "rejected")
    ]
    student.train(False)
    chosen, rejected = student.log_likelihoods(both)[0].tolist()
    return float(chosen - rejected)


def test_what_passes_the_check_becomes_likelier_than_what_does_not(tiny_base: Path, tmp_path: Path) -> None:
    from linernotes.learn.base import load_base
    from linernotes.learn.student import Student

    untaught = Student(load_base(str(tiny_base), tmp_path), Lora(rank=4, alpha=8), 1)
    student, passed, _ = run(tiny_base, tmp_path / "run", OddOnesLie())
    assert passed == [0.5]
    pairs = json.loads((tmp_path / "run" / "round-1.json").read_text(encoding="utf-8"))["pairs"]
    assert pairs
    assert all("slow" in pair["rejected"] and "slow" not in pair["chosen"] for pair in pairs)
    assert all(margin(student, pair) > margin(untaught, pair) for pair in pairs)


def test_of_two_true_texts_the_one_more_like_peoples_is_chosen(tiny_base: Path, tmp_path: Path) -> None:
    run(tiny_base, tmp_path / "run", OddOnesAreOdd())
    pairs = json.loads((tmp_path / "run" / "round-1.json").read_text(encoding="utf-8"))["pairs"]
    assert pairs
    assert all("thing of" in pair["rejected"] and "song" in pair["chosen"] for pair in pairs)


def test_a_round_that_was_interrupted_goes_on_with_what_it_had_drawn(tiny_base: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    run(tiny_base, whole, OddOnesLie())
    cut = tmp_path / "cut"
    cut.mkdir()
    (cut / "round-1.json").write_bytes((whole / "round-1.json").read_bytes())
    writer = OddOnesLie()
    run(tiny_base, cut, writer)
    assert not writer.prompts
    assert (cut / "round-1.safetensors").read_bytes() == (whole / "round-1.safetensors").read_bytes()


def test_a_round_that_is_done_is_not_run_again(tiny_base: Path, tmp_path: Path) -> None:
    first, passed, _ = run(tiny_base, tmp_path / "run", OddOnesLie())
    again, passed_again, losses = run(tiny_base, tmp_path / "run", OddOnesLie())
    assert losses == []
    assert passed_again == passed
    for one, other in zip(first.weights, again.weights, strict=True):
        assert bool((one == other).all())


def test_nothing_to_prefer_changes_nothing(tiny_base: Path, tmp_path: Path) -> None:
    _, passed, _ = run(tiny_base, tmp_path / "run", OddOnesLie(lies=()))
    assert passed == [1.0]
    assert not (tmp_path / "run" / "round-1.safetensors").exists()


def test_a_correction_becomes_likelier_than_what_it_corrects(tiny_base: Path, tmp_path: Path) -> None:
    from linernotes.describe import bare_prompt
    from linernotes.learn.base import load_base
    from linernotes.learn.order import plan_of
    from linernotes.learn.student import Student

    corrected = [replace(one, rejected="it is a song") for one in LESSONS]
    untaught = Student(load_base(str(tiny_base), tmp_path), Lora(rank=4, alpha=8), 1)
    student, passed, losses = run(tiny_base, tmp_path / "run", OddOnesLie(lies=()), corrected)
    assert passed == [1.0]
    assert losses
    for one in corrected[:4]:
        prompt = bare_prompt(one.sheet, plan_of(one)).user
        pair = {"prompt": prompt, "chosen": one.text, "rejected": "it is a song"}
        assert margin(student, pair) > margin(untaught, pair)


def test_a_step_in_parts_goes_the_way_of_the_whole(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from linernotes.learn.base import load_base
    from linernotes.learn.batches import encode
    from linernotes.learn.preference import corrected_pair, learn_group, likelihoods_before, pair_groups
    from linernotes.learn.student import Student

    monkeypatch.setattr("linernotes.learn.student._has_bfloat16", lambda _: False)  # which rounds too much
    student = Student(load_base(str(tiny_base), tmp_path), Lora(rank=4, alpha=8), 1)
    student.train(False)
    pairs = [corrected_pair(replace(one, rejected=f"{one.text} by far")) for one in LESSONS[:3]]
    taught = [encode(one, student.base.tokenizer, student.base.end_id) for one in LESSONS[:3]]
    [group] = pair_groups(student, pairs)
    before = likelihoods_before(student, [group])[0] + torch.tensor([0.0, 1, 2, 0, 1, 1])

    now, counts = student.log_likelihoods(group)
    likelihoods, tokens = student.log_likelihoods(taught)
    gained = now - before
    preference = -torch.nn.functional.logsigmoid(0.5 * (gained[0::2] - gained[1::2])).mean()
    beside = 0.3 * now[0::2].sum() / counts[0::2].sum() + 0.7 * likelihoods.sum() / tokens.sum()
    (preference - beside).backward()
    whole = [one.grad.clone() for one in student.weights]
    for one in student.weights:
        one.grad = None

    parts: list[torch.Tensor] = []
    monkeypatch.setattr(student, "step", lambda *_: parts.extend(one.grad.clone() for one in student.weights))
    told = learn_group(student, group, before, taught, 0.5, optimiser=None, learning_rate=1.0)
    assert told == pytest.approx(float(preference))
    assert any(one.abs().max() > 0 for one in whole)
    for one, other in zip(parts, whole, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-6)
