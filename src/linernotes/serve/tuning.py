"""The screen of a tuning run."""

from __future__ import annotations

import math
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from linernotes.config import Settings
from linernotes.learn.recipe import read_recipe
from linernotes.models import install_writer, smollm2_gguf
from linernotes.serve.layout import Screen

_LINE_EVERY = 50
"""Without a terminal, one line for so many steps."""


def run_recipe(
    settings: Settings, recipe_path: Path, *, out: Path | None, threads: int, use: bool, err: Screen
) -> Path:
    """Runs a recipe with its progress on ``err``; ``use`` makes what it made the writer. Gives its folder."""
    from linernotes.learn import tune as tuning

    recipe = read_recipe(recipe_path)
    folder = out or Path(recipe.name)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task("tuning", total=None, told="loading the base model")

        def tell(progress: tuning.Progress) -> None:
            told = _told(progress)
            bar.update(
                task, description=progress.doing, total=progress.steps, completed=progress.step, told=told
            )
            if not err.is_terminal and progress.step % _LINE_EVERY == 0:
                err.print(f"{progress.doing}, step {progress.step} of {progress.steps}: {told}")

        tuned = tuning.tune(recipe, folder, models_dir=settings.models_dir, threads=threads, on_progress=tell)
    figures = tuned.card["figures"]
    err.print(f"{tuned.path}: held-out loss {figures['held_out_loss_before']} → {figures['held_out_loss']}")
    if use:
        install_writer(settings.models_dir, folder, smollm2_gguf(settings.models_dir))
        err.print("it writes from now on; `linernotes models rollback writer` takes it back")
    return folder


def _told(progress: object) -> str:
    from linernotes.learn.tune import Progress as Step

    assert isinstance(progress, Step)
    loss = "" if math.isnan(progress.loss) else f"loss {progress.loss:.3f}, "
    held_out = "" if progress.held_out_loss is None else f"held out {progress.held_out_loss:.3f}, "
    left = "" if math.isnan(progress.left_s) else f"{progress.left_s / 60:.0f} min left"
    return f"{loss}{held_out}{left}"
