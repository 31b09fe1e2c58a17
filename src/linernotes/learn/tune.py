"""Teaches a writer by a recipe: LoRA with PEFT, resumable, on whatever processor there is."""

from __future__ import annotations

import contextlib
import json
import math
import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from linernotes.errors import InputError, ModelError
from linernotes.learn.adapter import write_gguf
from linernotes.learn.base import Base, load_base
from linernotes.learn.batches import Tokens, batches, encode, share
from linernotes.learn.corpora import Lesson, augmented, load
from linernotes.learn.recipe import Recipe

_EVAL_BATCH = 12
_IGNORED = -100


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: the loss over the last steps, on the held-out part, and the seconds left."""

    step: int
    steps: int
    loss: float
    held_out_loss: float | None
    left_s: float


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

    if threads:
        torch.set_num_threads(threads)
    base = load_base(recipe.base, models_dir)
    try:
        out.mkdir(parents=True, exist_ok=True)
        run = _Run(recipe, base, out, on_progress)
        run.learn()
        tuned = run.export()
        shutil.rmtree(out / "checkpoint", ignore_errors=True)
    except OSError as err:
        raise ModelError(f"the run in {out} stopped: {err}; what was saved last is kept") from err
    return tuned


class _Run:
    """One run of a recipe: the model with its adapter, the lessons, and how far it is."""

    def __init__(self, recipe: Recipe, base: Base, out: Path, on_progress: OnProgress | None) -> None:
        import torch
        from peft import LoraConfig, get_peft_model

        self._recipe = recipe
        self._base = base
        self._out = out
        self._tell = on_progress or (lambda _: None)
        self._by_data = [
            load(data.format, data.path, source=data.source, licence=data.licence) for data in recipe.data
        ]
        self._held_out = [
            self._encode(one) for lessons in self._by_data for one in lessons if one.is_held_out
        ]
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(recipe.seed)
        lora = recipe.lora
        self._model = get_peft_model(
            base.model,
            LoraConfig(
                r=lora.rank,
                lora_alpha=lora.alpha,
                lora_dropout=lora.dropout,
                target_modules="all-linear",
                task_type="CAUSAL_LM",
            ),
        ).to(self._device)
        self._weights = [one for one in self._model.parameters() if one.requires_grad]
        training = recipe.training
        self._optimiser = torch.optim.AdamW(
            self._weights,
            lr=training.learning_rate,
            weight_decay=training.weight_decay,
            betas=(0.9, 0.95),
        )
        self._step = 0
        self._seconds = 0.0
        self._losses: list[float] = []
        self._measured: list[tuple[int, float]] = []
        self._load_checkpoint()

    # --- learning

    def learn(self) -> None:
        """Steps until the recipe's end, or until the held-out part has gained nothing for long."""
        if not self._measured:
            self._measure()
        for batch in self._left():
            started = time.monotonic()
            self._losses.append(self._learn(batch))
            self._step += 1
            self._seconds += time.monotonic() - started
            self._report()
            if self._step % self._recipe.training.measure_every == 0 or self._step == self.steps:
                self._measure()
                if self._is_spent():
                    break
            if self._step % self._recipe.training.checkpoint_every == 0:
                self._save_checkpoint()

    @cached_property
    def steps(self) -> int:
        """Steps of the whole recipe."""
        training = self._recipe.training
        return max(1, math.ceil(self._steps_an_epoch() * training.epochs))

    def _steps_an_epoch(self) -> int:
        return math.ceil(len(self._lessons(0)) / self._recipe.training.batch)

    def _lessons(self, epoch: int) -> list[Lesson]:
        """What is taught in one epoch, the same for the same epoch."""
        rng = random.Random(f"{self._recipe.seed}/{epoch}")
        lessons: list[Lesson] = []
        for data, known in zip(self._recipe.data, self._by_data, strict=True):
            lessons += share([one for one in known if not one.is_held_out], data.repeats, rng)
        if self._recipe.training.augment:
            lessons = [augmented(one, random.Random(rng.random())) for one in lessons]
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
        return encode(lesson, self._base.tokenizer, self._base.end_id)

    def _learn(self, batch: Sequence[Tokens]) -> float:
        import torch

        for group in self._optimiser.param_groups:
            group["lr"] = self._learning_rate()
        self._model.train()
        total, count = self._loss(batch)
        loss = total / count
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        return float(loss)

    def _learning_rate(self) -> float:
        """Warm-up, then a cosine down to a twentieth."""
        training = self._recipe.training
        warm = min(1.0, (self._step + 1) / training.warmup_steps) if training.warmup_steps else 1.0
        cosine = 0.5 * (1 + math.cos(math.pi * self._step / self.steps))
        return training.learning_rate * warm * max(0.05, cosine)

    def _loss(self, batch: Sequence[Tokens]) -> tuple[Any, int]:
        """The summed loss over the tokens of the texts, and how many they are."""
        import torch

        longest = max(map(len, batch))
        end = self._base.end_id
        ids = [[*one.prompt, *one.text, *[end] * (longest - len(one))] for one in batch]
        targets = [
            [*[_IGNORED] * len(one.prompt), *one.text, *[_IGNORED] * (longest - len(one))] for one in batch
        ]
        mask = [[1] * len(one) + [0] * (longest - len(one)) for one in batch]
        ids_, mask_, targets_ = (torch.tensor(rows, device=self._device) for rows in (ids, mask, targets))
        core = self._model.base_model.model
        with torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=_has_bfloat16(self._device)):
            states = core.model(input_ids=ids_, attention_mask=mask_, use_cache=False).last_hidden_state
            wanted = targets_[:, 1:]
            known = wanted != _IGNORED
            logits = core.lm_head(states[:, :-1][known]).float()
        loss = torch.nn.functional.cross_entropy(logits, wanted[known], reduction="sum")
        return loss, int(known.sum())

    # --- measuring

    def _measure(self) -> None:
        import torch

        if not self._held_out:
            return
        self._model.eval()
        total, count = 0.0, 0
        ordered = sorted(self._held_out, key=len)
        with torch.no_grad():
            for start in range(0, len(ordered), _EVAL_BATCH):
                loss, tokens = self._loss(ordered[start : start + _EVAL_BATCH])
                total, count = total + float(loss), count + tokens
        self._measured.append((self._step, total / count))
        if self._best_step() == self._step:
            self._save_weights(self._out / "checkpoint" / "best.safetensors")
        self._report()

    def _best_step(self) -> int:
        return min(self._measured, key=lambda pair: pair[1])[0] if self._measured else self._step

    def _is_spent(self) -> bool:
        since_best = [step for step, _ in self._measured if step > self._best_step()]
        return len(since_best) >= self._recipe.training.patience

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

    def _save_weights(self, path: Path) -> None:
        from peft import get_peft_model_state_dict
        from safetensors.torch import save_file

        path.parent.mkdir(parents=True, exist_ok=True)
        weights = {
            name: one.contiguous().cpu() for name, one in get_peft_model_state_dict(self._model).items()
        }
        new = path.with_suffix(".new")
        save_file(weights, new)
        new.replace(path)

    def _save_checkpoint(self) -> None:
        """All that a run needs to go on as if nothing had happened; the last stays until this is whole."""
        import torch

        folder = self._out / "checkpoint"
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / "state.new"
        state = {
            "recipe": self._identity,
            "step": self._step,
            "seconds": self._seconds,
            "losses": self._losses[-20:],
            "measured": self._measured,
            "weights": [one.detach().cpu() for one in self._weights],
            "optimiser": self._optimiser.state_dict(),
            "random": torch.get_rng_state(),
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

        path = self._out / "checkpoint" / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self._device, weights_only=True)
        if state["recipe"] != self._identity:
            raise InputError(
                f"{path.parent} is of another recipe or other data: remove it, or choose another --out"
            )
        for weight, saved in zip(self._weights, state["weights"], strict=True):
            weight.data.copy_(saved)
        self._optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"].cpu())
        self._step, self._seconds = state["step"], state["seconds"]
        self._losses = state["losses"]
        self._measured = [(step, loss) for step, loss in state["measured"]]

    @cached_property
    def _identity(self) -> str:
        """What must be the same for a run to go on."""
        counts = [len(lessons) for lessons in self._by_data]
        return json.dumps([asdict(self._recipe), counts], default=str, sort_keys=True)

    def export(self) -> Tuned:
        """Writes the best adapter, by the held-out part, and its card."""
        from safetensors.numpy import load_file

        from linernotes.learn.card import make_card, write_card

        best = self._out / "checkpoint" / "best.safetensors"
        if not best.exists():
            self._save_weights(best)
        path = self._out / f"{self._recipe.name}.gguf"
        new = path.with_suffix(".new")
        write_gguf(new, load_file(best), self._base.model.config, alpha=self._recipe.lora.alpha)
        new.replace(path)
        card = make_card(
            self._recipe,
            path,
            base=self._base,
            lessons=self._by_data,
            measured=self._measured,
            steps=self._step,
            seconds=self._seconds,
            device=str(self._device),
        )
        write_card(self._out, card)
        return Tuned(path=path, card=card)


def _has_bfloat16(device: Any) -> bool:
    """Whether sums in bfloat16 are faster than in float32 here."""
    import torch

    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    with contextlib.suppress(AttributeError, RuntimeError):
        return bool(torch.cpu._is_avx512_bf16_supported())
    return False
