"""Recipes: what is read, and what is refused with a word on what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from linernotes.errors import InputError
from linernotes.learn.recipe import read_recipe

GOOD = """
name = "small"
base = "smollm2-135m-instruct"
licence = "CC-BY-4.0"

[[data]]
format = "notes"
path = "notes.jsonl"
source = "ours"
licence = "CC-BY-4.0"

[training]
epochs = 1
"""


@pytest.fixture
def recipe_path(tmp_path: Path) -> Path:
    (tmp_path / "notes.jsonl").write_text("", encoding="utf-8")
    path = tmp_path / "recipe.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_paths_count_from_the_recipe(recipe_path: Path) -> None:
    recipe = read_recipe(recipe_path)
    assert recipe.data[0].path == recipe_path.parent / "notes.jsonl"
    assert recipe.training.epochs == 1.0
    assert recipe.lora.rank == 16


def test_the_recipe_of_the_shipped_writer_is_good() -> None:
    recipe = read_recipe(Path(__file__).resolve().parents[1] / "recipes" / "writer.toml")
    assert recipe.data[0].path.is_dir()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("epochs = 1", "epoch = 1", r"\[training\]: unknown key 'epoch'"),
        ("epochs = 1", "epochs = true", "epochs is True, expected a float"),
        ("epochs = 1", "epochs = 0", "training.epochs is out of range"),
        ("epochs = 1", "epochs = inf", "epochs is inf, expected a finite number"),
        ("epochs = 1", "warmup_steps = -5", "training.warmup_steps is out of range"),
        ("epochs = 1", "weight_decay = -1.0", "training.weight_decay is out of range"),
        ('name = "small"', 'name = "a/b"', "name is out of range"),
        ('name = "small"', "", "name"),
        ('name = "small"', "name = 3", "name is 3, expected a str"),
        ('name = "small"', 'name = "small"\ncolour = "red"', "unknown key 'colour'"),
        ("notes.jsonl", "gone.jsonl", "there is no gone.jsonl"),
        ('format = "notes"', "", "number 1: .*format"),
        ("[training]", "[training", "cannot read the recipe"),
        ("[[data]]", "[data]", r"at least one \[\[data\]\]"),
    ],
)
def test_what_is_wrong_is_named(recipe_path: Path, old: str, new: str, said: str) -> None:
    recipe_path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_recipe(recipe_path)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml"):
        read_recipe(tmp_path / "none.toml")
