"""Tuning, on a model small enough for a test, and a few steps of the real one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakes import OddOnesLie
from linernotes.errors import InputError, ModelError
from linernotes.learn.recipe import Data, Lora, Preference, Recipe, Training

if TYPE_CHECKING:
    from linernotes.learn.base import Base
    from linernotes.learn.tune import Progress

pytestmark = [
    pytest.mark.train,
    pytest.mark.usefixtures("train_extra"),
    pytest.mark.filterwarnings("ignore"),  # torch and transformers warn of what concerns nobody here
]


@pytest.fixture
def recipe(tiny_base: Path, tmp_path: Path) -> Recipe:
    rows = [
        {
            "id": f"n-{number}",
            "kind": "song",
            "facts": {"genres": [genre], "moods": [mood]},
            "text": f"a {mood} {genre} song",
        }
        for number in range(12)
        for genre in ("rock", "folk")
        for mood in ("sad", "glad")
    ]
    path = tmp_path / "notes.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return Recipe(
        name="tiny",
        base=str(tiny_base),
        licence="CC0-1.0",
        data=(Data(format="notes", path=path, source="made up", licence="CC0-1.0"),),
        lora=Lora(rank=4, alpha=8, dropout=0.1),
        training=Training(
            epochs=2, batch=4, warmup_steps=2, measure_every=8, checkpoint_every=4, learning_rate=0.02
        ),
    )


class InterruptedRunError(Exception):
    """Somebody pulled the plug."""


@contextmanager
def full_disk() -> Iterator[None]:
    """Lets the second checkpoint be cut off half-way."""
    import torch

    save, saved = torch.save, []

    def fill(state: object, path: Path) -> None:
        saved.append(path)
        if len(saved) == 2:
            path.write_bytes(b"half a checkpoint")
            raise OSError(28, "No space left on device")
        save(state, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "save", fill)
        yield


def stop_at(step: int) -> Callable[[object], None]:
    def tell(progress: object) -> None:
        if getattr(progress, "step", 0) == step:
            raise InterruptedRunError

    return tell


def test_it_learns_and_says_what_it_did(recipe: Recipe, tmp_path: Path) -> None:
    import gguf

    from linernotes.learn.tune import tune

    told: list[int] = []
    out = tmp_path / "out"
    tuned = tune(recipe, out, models_dir=tmp_path, on_progress=lambda one: told.append(one.step))
    figures = tuned.card["figures"]
    assert figures["held_out_loss"] < figures["held_out_loss_before"]
    assert tuned.card["data"][0]["held_out"] > 0
    assert tuned.card["steps"] == max(told)
    tensors = {one.name: one for one in gguf.GGUFReader(tuned.path).tensors}
    assert len(tensors) == 2 * 7 * 2
    assert "blk.1.ffn_down.weight.lora_b" in tensors
    assert not (out / "checkpoint").exists()
    page = (out / "README.md").read_text(encoding="utf-8")
    assert "made up" in page
    assert tuned.card["sha256"] in page


def test_an_interrupted_run_ends_as_an_undisturbed_one(recipe: Recipe, tmp_path: Path) -> None:
    from linernotes.learn.tune import tune

    whole = tune(recipe, tmp_path / "whole", models_dir=tmp_path)
    with pytest.raises(InterruptedRunError):
        tune(recipe, tmp_path / "cut", models_dir=tmp_path, on_progress=stop_at(11))
    resumed = tune(recipe, tmp_path / "cut", models_dir=tmp_path)
    assert resumed.card["sha256"] == whole.card["sha256"]
    assert resumed.card["figures"] == whole.card["figures"]


def test_rounds_that_were_interrupted_end_as_undisturbed_ones(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linernotes.learn import tune as module
    from linernotes.learn.base import load_base

    def load_gguf(name: str, models_dir: Path) -> Base:
        return replace(load_base(name, models_dir), gguf_path=tmp_path / "none.gguf")

    # The tiny base is no GGUF, and no llama.cpp writes with it: a fake writes in its place.
    monkeypatch.setattr(module, "load_base", load_gguf)
    monkeypatch.setattr(module._Run, "_writer", lambda run, adapter: OddOnesLie())
    taught = replace(recipe, preference=Preference(rounds=2, sheets=8, tries=2, learning_rate=0.01))
    steps: list[str] = []
    whole = module.tune(
        taught, tmp_path / "whole", models_dir=tmp_path, on_progress=lambda one: steps.append(one.doing)
    )
    alone = module.tune(recipe, tmp_path / "alone", models_dir=tmp_path)
    assert whole.card["sha256"] != alone.card["sha256"]
    assert whole.card["figures"]["passed_before_rounds"] == [0.5, 0.5]
    assert whole.card["seconds"] >= 0

    def stop(progress: Progress) -> None:
        if progress.doing == "round 2: preferring":
            raise InterruptedRunError

    assert "round 2: preferring" in steps
    with pytest.raises(InterruptedRunError):
        module.tune(taught, tmp_path / "cut", models_dir=tmp_path, on_progress=stop)
    resumed = module.tune(taught, tmp_path / "cut", models_dir=tmp_path)
    assert resumed.card["sha256"] == whole.card["sha256"]


def test_a_run_with_nothing_held_out_can_be_finished(recipe: Recipe, tmp_path: Path) -> None:
    from linernotes.learn.tune import tune

    rows = [json.loads(line) for line in recipe.data[0].path.read_text(encoding="utf-8").splitlines()]
    kept = [row for row in rows if int.from_bytes(sha256(row["id"].encode()).digest()[:8]) % 10][:8]
    path = tmp_path / "few.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in kept), encoding="utf-8")
    few = replace(recipe, data=(replace(recipe.data[0], path=path),))
    with full_disk(), pytest.raises(ModelError, match="make room"):
        tune(few, tmp_path / "out", models_dir=tmp_path)
    assert tune(few, tmp_path / "out", models_dir=tmp_path).card["data"][0]["held_out"] == 0


def test_a_checkpoint_of_another_recipe_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    from linernotes.learn.tune import tune

    with pytest.raises(InterruptedRunError):
        tune(recipe, tmp_path / "out", models_dir=tmp_path, on_progress=stop_at(5))
    with pytest.raises(InputError, match="another recipe"):
        tune(replace(recipe, seed=2), tmp_path / "out", models_dir=tmp_path)


def test_a_full_disk_keeps_the_last_checkpoint(recipe: Recipe, tmp_path: Path) -> None:
    from linernotes.learn.tune import tune

    whole = tune(recipe, tmp_path / "whole", models_dir=tmp_path)
    with full_disk(), pytest.raises(ModelError, match="make room"):
        tune(recipe, tmp_path / "out", models_dir=tmp_path)
    assert not (tmp_path / "out" / "checkpoint" / "state.new").exists()
    assert tune(recipe, tmp_path / "out", models_dir=tmp_path).card["sha256"] == whole.card["sha256"]


def test_lessons_that_are_all_too_long_are_named(recipe: Recipe, tmp_path: Path) -> None:
    from linernotes.learn.tune import tune

    short = replace(recipe, training=replace(recipe.training, max_tokens=4))
    with pytest.raises(InputError, match="max_tokens"):
        tune(short, tmp_path / "out", models_dir=tmp_path)


def test_other_texts_are_other_data(recipe: Recipe, tmp_path: Path) -> None:
    from linernotes.learn.tune import tune

    with pytest.raises(InterruptedRunError):
        tune(recipe, tmp_path / "out", models_dir=tmp_path, on_progress=stop_at(5))
    path = recipe.data[0].path
    path.write_text(path.read_text(encoding="utf-8").replace("folk", "jazz"), encoding="utf-8")
    with pytest.raises(InputError, match="other data"):
        tune(recipe, tmp_path / "out", models_dir=tmp_path)


def test_a_full_disk_under_the_best_weights_is_told(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import safetensors.torch

    from linernotes.learn.tune import tune

    def fill(_weights: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise safetensors.SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(safetensors.torch, "save_file", fill)
    with pytest.raises(ModelError, match="could not be written"):
        tune(recipe, tmp_path / "out", models_dir=tmp_path)
    assert not list((tmp_path / "out").rglob("*.new"))


def test_what_is_no_language_model_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    from linernotes.learn.tune import tune

    other = tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text('{"model_type": "vit"}', encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be tuned"):
        tune(replace(recipe, base=str(other)), tmp_path / "out", models_dir=tmp_path)
    with pytest.raises(ModelError, match="no base model"):
        tune(replace(recipe, base="gone.gguf"), tmp_path / "out", models_dir=tmp_path)


def test_an_architecture_without_adapters_is_refused_before_it_learns(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linernotes.learn.tune import tune

    monkeypatch.setattr("linernotes.learn.base.ARCHITECTURES", ("gpt2",))
    with pytest.raises(ModelError, match="architecture 'llama'"):
        tune(recipe, tmp_path / "out", models_dir=tmp_path)


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.long
def test_the_real_base_learns_and_llama_cpp_runs_it(recipe: Recipe, models_dir: Path, tmp_path: Path) -> None:
    from linernotes.describe import bare_prompt
    from linernotes.learn.tune import tune
    from linernotes.llm import LocalGenerator
    from linernotes.models import merged, smollm2_gguf
    from linernotes.types import FactSheet

    short = replace(
        recipe,
        base="smollm2-135m-instruct",
        training=replace(recipe.training, epochs=1, measure_every=100, learning_rate=0.002),
    )
    tuned = tune(short, tmp_path / "out", models_dir=models_dir, threads=2)
    prompt = bare_prompt(FactSheet(genres=("folk",), moods=("sad",)))
    base = smollm2_gguf(models_dir)
    in_one = merged(tmp_path, base, tuned.path)
    assert in_one is not None
    for merged_path in (None, in_one):
        with closing(
            LocalGenerator(base, adapter_path=tuned.path, merged_path=merged_path, workers=1)
        ) as generator:
            answer = generator.generate([prompt], max_tokens=12, temperature=0.0, seed=1)[0]
        assert answer.text.strip() == "a sad folk song"
