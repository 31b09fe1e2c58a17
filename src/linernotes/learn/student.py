"""The model that learns: a base with an adapter, what it makes of texts, and how it is kept."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linernotes.errors import ModelError
from linernotes.learn.adapter import Adapter, write_gguf
from linernotes.learn.base import Base
from linernotes.learn.batches import Tokens
from linernotes.learn.recipe import Lora

_IGNORED = -100
_LARGEST_GRADIENT = 1.0


class Student:
    """A base of which only the adapter changes, on whatever processor there is."""

    def __init__(self, base: Base, lora: Lora, seed: int) -> None:
        import torch
        from peft import LoraConfig, get_peft_model

        self.base = base
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._alpha = lora.alpha
        torch.manual_seed(seed)
        if self.device.type == "cpu":  # the backward pass of the fused attention takes far longer there
            base.model.set_attn_implementation("eager")
        config = LoraConfig(
            r=lora.rank, lora_alpha=lora.alpha, target_modules="all-linear", task_type="CAUSAL_LM"
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # what PEFT asks of transformers gets another name
            self._model = get_peft_model(base.model, config).to(self.device)
        self._has_bfloat16 = _has_bfloat16(self.device)
        if self._has_bfloat16:
            _halve(self._model)
        _drop_out(self._model, lora.dropout)
        self.weights = [one for one in self._model.parameters() if one.requires_grad]

    def optimiser(self, learning_rate: float, weight_decay: float = 0.0) -> Any:
        """A fresh AdamW over the adapter."""
        import torch

        return torch.optim.AdamW(self.weights, lr=learning_rate, weight_decay=weight_decay, betas=(0.9, 0.95))

    def train(self, on: bool = True) -> None:
        """Turns dropout on, or off to measure."""
        self._model.train(on)

    def log_likelihoods(self, batch: Sequence[Tokens]) -> tuple[Any, Any]:
        """For each lesson the summed log likelihood of its text after its facts, and its number of tokens."""
        import torch

        longest = max(map(len, batch))
        end = self.base.end_id
        ids = [[*one.prompt, *one.text, *[end] * (longest - len(one))] for one in batch]
        targets = [
            [*[_IGNORED] * len(one.prompt), *one.text, *[_IGNORED] * (longest - len(one))] for one in batch
        ]
        mask = [[1] * len(one) + [0] * (longest - len(one)) for one in batch]
        ids_, mask_, targets_ = (torch.tensor(rows, device=self.device) for rows in (ids, mask, targets))
        core = self._model.base_model.model
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self._has_bfloat16):
            states = core.model(input_ids=ids_, attention_mask=mask_, use_cache=False).last_hidden_state
            wanted = targets_[:, 1:]
            known = wanted != _IGNORED
            logits = core.lm_head(states[:, :-1][known]).float()
        each = -torch.nn.functional.cross_entropy(logits, wanted[known], reduction="none")
        counts = known.sum(dim=1)
        return torch.stack([tokens.sum() for tokens in each.split(counts.tolist())]), counts

    def learn(self, loss: Any, optimiser: Any, learning_rate: float) -> None:
        """One step of the optimiser down the loss."""
        loss.backward()
        self.step(optimiser, learning_rate)

    def step(self, optimiser: Any, learning_rate: float) -> None:
        """One step of the optimiser down the gradients that have come together."""
        import torch

        for group in optimiser.param_groups:
            group["lr"] = learning_rate
        torch.nn.utils.clip_grad_norm_(self.weights, _LARGEST_GRADIENT)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    def save(self, path: Path) -> None:
        """Writes the adapter in the names of PEFT; what lay there before stays until this is whole."""
        from peft import get_peft_model_state_dict
        from safetensors import SafetensorError
        from safetensors.torch import save_file

        path.parent.mkdir(parents=True, exist_ok=True)
        state = get_peft_model_state_dict(self._model, save_embedding_layers=False)
        weights = {name: one.contiguous().cpu() for name, one in state.items()}
        new = path.with_suffix(".new")
        try:
            save_file(weights, new)
        except (OSError, SafetensorError) as err:  # a full disk is one of the latter
            new.unlink(missing_ok=True)
            raise ModelError(f"{path} could not be written ({err}); what was there before is kept") from err
        new.replace(path)

    def load(self, path: Path) -> None:
        """Takes the adapter that ``save`` wrote."""
        from peft import set_peft_model_state_dict
        from safetensors.torch import load_file

        set_peft_model_state_dict(self._model, load_file(path))

    def take(self, adapter: Adapter) -> None:
        """Goes on from an adapter that was made for this base, of the same rank.

        Raises ModelError where it does not fit.
        """
        import torch
        from peft import set_peft_model_state_dict

        weights = {name: torch.from_numpy(one.copy()) for name, one in adapter.tensors.items()}
        try:
            set_peft_model_state_dict(self._model, weights)
        except RuntimeError as err:
            raise ModelError(f"the adapter was made for another base than {self.base.name}: {err}") from err

    def export(self, saved: Path, path: Path) -> None:
        """Writes what ``save`` wrote as a GGUF adapter for llama.cpp."""
        from safetensors.numpy import load_file

        new = path.with_suffix(".new")
        write_gguf(new, load_file(saved), self.base.model.config, alpha=self._alpha)
        new.replace(path)


def _halve(model: Any) -> None:
    """Keeps the layers that do not learn in bfloat16, else every step would make them anew."""
    import torch

    for name, module in model.named_modules():
        if name.endswith(".base_layer"):
            module.weight.data = module.weight.data.to(torch.bfloat16)


def _drop_out(model: Any, share: float) -> None:
    """Drops out what the adapter's inner layers give while it learns.

    Dropping out what they are given, as PEFT does, takes a quarter of a step on a processor: they are given
    some hundred numbers a token, and give as many as the adapter has ranks.
    """
    from torch.nn.functional import dropout

    def dropped(module: Any, _: object, given: Any) -> Any:
        return dropout(given, share, module.training)

    for name, module in model.named_modules():
        if share and name.endswith(".lora_A.default"):
            module.register_forward_hook(dropped)


def _has_bfloat16(device: Any) -> bool:
    """Whether sums in bfloat16 are faster than in float32 here."""
    import torch

    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    with contextlib.suppress(AttributeError, RuntimeError):
        return bool(torch.cpu._is_avx512_bf16_supported())
    return False
