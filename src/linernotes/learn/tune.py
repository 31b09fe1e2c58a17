"""Teaches a writer by a recipe: LoRA with PEFT, resumable, on whatever processor there is."""

from __future__ import annotations

import hashlib
import json
import math
import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from linernotes.describe import PROMPT_VERSION
from linernotes.errors import InputError, ModelError
from linernotes.learn.base import Base, load_base
from linernotes.learn.batches import Tokens, batches, encode, share
from linernotes.learn.card import make_card, write_card
from linernotes.learn.corpora import CORRECTIONS, Lesson, augmented, listeners_of, load, pool_of
from linernotes.learn.memory import keep_memory
from linernotes.learn.preference import Drawn, prefer
from linernotes.learn.recipe import Recipe
from linernotes.learn.student import Student
from linernotes.llm import LocalGenerator
from linernotes.models.merge import merge

_EVAL_BATCH = 12
_MEASURED_ON = 200
"""Held-out lessons on which the loss is taken, spread over all: more say little more for their time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: the loss over the last steps, on the held-out part, and the seconds left.

    ``doing`` says which part of the run this is; each counts its own steps.
    """

    step: int
    steps: int
    loss: float
    left_s: float
    held_out_loss: float | None = None
    doing: str = "learning"


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What a run made: where it is, and what stands on its card."""

    path: Path
    card: dict[str, Any]


def tune(
    recipe: Recipe, out: Path, *, models_dir: Path, threads: int = 0, on_progress: OnProgress | None = None
) -> Tuned:
    """Runs the recipe, or goes on with a run that was interrupted, and writes adapter and card to ``out``.

    The same recipe on the same machine gives the same adapter, interrupted or not. Raises InputError for a
    checkpoint of another recipe, ModelError for a base that cannot be tuned or a disk that is full.
    """
    import torch

    keep_memory()
    if threads:
        torch.set_num_threads(threads)
    base = load_base(recipe.base, models_dir)
    if recipe.preference.rounds and base.gguf_path is None:
        raise InputError(f"rounds of preference are written by llama.cpp, and {recipe.base} is no GGUF file")
    try:
        out.mkdir(parents=True, exist_ok=True)
        run = _Run(recipe, base, out, on_progress)
        run.learn()
        run.prefer()
        tuned = run.export()
        shutil.rmtree(out / "checkpoint", ignore_errors=True)
    except OSError as err:
        raise ModelError(f"the run in {out} stopped: {err}; what was saved last is kept") from err
    return tuned


class _Run:
    """One run of a recipe: the student, the lessons, and how far it is."""

    def __init__(self, recipe: Recipe, base: Base, out: Path, on_progress: OnProgress | None) -> None:
        self._recipe = recipe
        self._out = out
        self._folder = out / "checkpoint"
        self._tell = on_progress or (lambda _: None)
        self._by_data = [
            load(data.format, data.path, source=data.source, licence=data.licence) for data in recipe.data
        ]
        self._listeners = [
            name for data in recipe.data if data.format == CORRECTIONS for name in listeners_of(data.path)
        ]
        self._pool = pool_of(self._taught())
        self._student = Student(base, recipe.lora, recipe.seed)
        held_out = [one for lessons in self._by_data for one in lessons if one.is_held_out]
        some = held_out[:: max(1, math.ceil(len(held_out) / _MEASURED_ON))]
        self._held_out = [self._encode(one) for one in some]
        training = recipe.training
        self._optimiser = self._student.optimiser(training.learning_rate, training.weight_decay)
        self._step = 0
        self._seconds_before = 0.0
        self._started = time.monotonic()
        self._learned_s = 0.0
        self._losses: list[float] = []
        self._measured: list[tuple[int, float]] = []
        self._rounds: list[Drawn] = []
        self._load_checkpoint()

    def _taught(self) -> list[Lesson]:
        return [one for known in self._by_data for one in known if not one.is_held_out]

    # --- learning

    def learn(self) -> None:
        """Steps until the recipe's end, or until the held-out part has gained nothing for long."""
        if not self._measured:
            self._measure()
        is_done = self._is_spent() or self._step >= self.steps
        for batch in () if is_done else self._left():
            self._losses.append(self._learn(batch))
            self._step += 1
            self._report()
            if self._step % self._recipe.training.measure_every == 0 or self._step == self.steps:
                self._measure()
                if self._is_spent():
                    break
            if self._step % self._recipe.training.checkpoint_every == 0:
                self._save_checkpoint()
        if not self._step:
            raise InputError("every lesson is longer than training.max_tokens: there is nothing to learn")
        if self._held_out and self._measured[-1][0] != self._step:  # some lessons were too long for a batch
            self._measure()
        if not self._best.exists():  # nothing was held out to choose by
            self._student.save(self._best)
        self._learned_s = self._seconds_before if is_done else self._seconds
        if not is_done:
            self._save_checkpoint()

    @cached_property
    def steps(self) -> int:
        """Steps of the whole recipe."""
        training = self._recipe.training
        return max(1, math.ceil(self._steps_an_epoch() * training.epochs))

    def _steps_an_epoch(self) -> int:
        drawn = self._drawn(random.Random(self._recipe.seed))
        return math.ceil(len(drawn) / self._recipe.training.batch)

    def _drawn(self, rng: random.Random) -> list[Lesson]:
        lessons: list[Lesson] = []
        for data, known in zip(self._recipe.data, self._by_data, strict=True):
            lessons += share([one for one in known if not one.is_held_out], data.repeats, rng)
        return lessons

    def _lessons(self, epoch: int) -> list[Lesson]:
        """What is taught in one epoch, the same for the same epoch."""
        rng = random.Random(f"{self._recipe.seed}/{epoch}")
        lessons = self._drawn(rng)
        if self._recipe.training.augment:
            lessons = [augmented(one, random.Random(rng.random()), self._pool) for one in lessons]
        return lessons

    def _left(self) -> Iterator[list[Tokens]]:
        """The batches from where the run stands to its end."""
        training, done = self._recipe.training, 0
        for epoch in range(math.ceil(training.epochs)):
            encoded = [self._encode(one) for one in self._lessons(epoch)]
            whole = [one for one in encoded if len(one) <= training.max_tokens]
            rng = random.Random(f"{self._recipe.seed}/{epoch}/order")
            for batch in batches(whole, training.batch, rng):
                done += 1
                if done > self.steps:
                    return
                if done > self._step:
                    yield batch

    def _encode(self, lesson: Lesson) -> Tokens:
        return encode(lesson, self._student.base.tokenizer, self._student.base.end_id)

    def _learn(self, batch: Sequence[Tokens]) -> float:
        self._student.train()
        likelihoods, counts = self._student.log_likelihoods(batch)
        loss = -likelihoods.sum() / counts.sum()
        self._student.learn(loss, self._optimiser, self._learning_rate())
        return float(loss)

    def _learning_rate(self) -> float:
        """Warm-up, then a cosine down to a twentieth."""
        training = self._recipe.training
        warm = min(1.0, (self._step + 1) / training.warmup_steps) if training.warmup_steps else 1.0
        cosine = 0.5 * (1 + math.cos(math.pi * self._step / self.steps))
        return training.learning_rate * warm * max(0.05, cosine)

    # --- preferring

    def prefer(self) -> None:
        """The rounds of preference that the recipe has, from the best that the lessons made."""
        if not self._recipe.preference.rounds:
            return
        self._student.load(self._best)
        begun: dict[str, float] = {}

        def tell(doing: str, step: int, steps: int, loss: float) -> None:
            took = time.monotonic() - begun.setdefault(doing, time.monotonic())
            left = took / step * (steps - step) if step else math.nan
            self._tell(Progress(step=step, steps=steps, loss=loss, left_s=left, doing=doing))

        self._rounds = prefer(
            self._student,
            self._taught(),
            self._recipe,
            self._folder,
            writer_of=self._writer,
            on_step=tell,
        )
        self._student.save(self._preferred)

    def _writer(self, adapter: Path) -> LocalGenerator:
        """What writes with the base and this adapter."""
        base = self._student.base.gguf_path
        assert base is not None, "tune refuses any other base"
        in_one = adapter.with_name("merged.gguf")
        merge(base, adapter, in_one)
        return LocalGenerator(base, adapter_path=adapter, merged_path=in_one)

    # --- measuring

    def _measure(self) -> None:
        if not self._held_out:
            return
        self._measured.append((self._step, self._held_out_loss()))
        if self._best_step() == self._step:
            self._student.save(self._best)
            self._save_checkpoint()  # or a run that is cut off now would find a best that it has not measured
        self._report()

    def _held_out_loss(self) -> float:
        import torch

        self._student.train(False)
        total, count = 0.0, 0
        ordered = sorted(self._held_out, key=len)
        with torch.no_grad():
            for start in range(0, len(ordered), _EVAL_BATCH):
                likelihoods, counts = self._student.log_likelihoods(ordered[start : start + _EVAL_BATCH])
                total, count = total - float(likelihoods.sum()), count + int(counts.sum())
        return total / count

    def _best_step(self) -> int:
        return min(self._measured, key=lambda pair: pair[1])[0] if self._measured else self._step

    def _is_spent(self) -> bool:
        since_best = [step for step, _ in self._measured if step > self._best_step()]
        return len(since_best) >= self._recipe.training.patience

    @property
    def _seconds(self) -> float:
        """What the lessons have taken, earlier attempts included."""
        return self._seconds_before + time.monotonic() - self._started

    def _report(self) -> None:
        recent = self._losses[-20:]
        self._tell(
            Progress(
                step=self._step,
                steps=self.steps,
                loss=sum(recent) / len(recent) if recent else math.nan,
                held_out_loss=self._measured[-1][1] if self._measured else None,
                left_s=self._seconds / max(self._step, 1) * (self.steps - self._step),
            )
        )

    # --- keeping

    @property
    def _best(self) -> Path:
        """What learned best from the lessons, by the held-out part."""
        return self._folder / "best.safetensors"

    @property
    def _preferred(self) -> Path:
        """What the rounds of preference made of it."""
        return self._folder / "preferred.safetensors"

    def _save_checkpoint(self) -> None:
        """All that a run needs to go on as if nothing had happened; the last stays until this is whole."""
        import torch

        folder = self._folder
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / "state.new"
        state = {
            "recipe": self._identity,
            "step": self._step,
            "seconds": self._seconds,
            "losses": self._losses[-20:],
            "measured": self._measured,
            "weights": [one.detach().cpu() for one in self._student.weights],
            "optimiser": self._optimiser.state_dict(),
            "random": torch.get_rng_state(),
            "random_of_gpus": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }
        try:
            torch.save(state, new)
        except (OSError, RuntimeError) as err:  # torch tells of a full disk in a RuntimeError
            new.unlink(missing_ok=True)
            raise ModelError(
                f"no checkpoint could be written to {folder} ({err}): make room and start again; the last "
                "checkpoint is kept"
            ) from err
        new.replace(folder / "state.pt")

    def _load_checkpoint(self) -> None:
        import torch

        path = self._folder / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self._student.device, weights_only=True)
        if state["recipe"] != self._identity:
            raise InputError(
                f"{path.parent} is of another recipe or other data: remove it, or choose another --out"
            )
        for weight, saved in zip(self._student.weights, state["weights"], strict=True):
            weight.data.copy_(saved)
        self._optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"].cpu())
        if state["random_of_gpus"]:
            torch.cuda.set_rng_state_all([one.cpu() for one in state["random_of_gpus"]])
        self._step, self._seconds_before = state["step"], state["seconds"]
        self._losses = state["losses"]
        self._measured = [(step, loss) for step, loss in state["measured"]]

    @cached_property
    def _identity(self) -> str:
        """What must be the same for a run to go on."""
        lessons = hashlib.sha256(repr(self._by_data).encode("utf-8", "replace")).hexdigest()
        recipe = replace(self._recipe, data=tuple(replace(one, path=Path()) for one in self._recipe.data))
        base = self._student.base.sha256
        return json.dumps([asdict(recipe), lessons, base, PROMPT_VERSION], default=str, sort_keys=True)

    def export(self) -> Tuned:
        """Writes the adapter that the run has made, and its card."""
        path = self._out / f"{self._recipe.name}.gguf"
        self._student.export(self._preferred if self._rounds else self._best, path)
        card = make_card(
            self._recipe,
            path,
            base=self._student.base,
            lessons=self._by_data,
            measured=self._measured,
            passed=[drawn.passed for drawn in self._rounds],
            steps=self._step,
            seconds=self._learned_s + sum(drawn.seconds for drawn in self._rounds),
            device=str(self._student.device),
            listeners=self._listeners,
        )
        write_card(self._out, card)
        return Tuned(path=path, card=card)
