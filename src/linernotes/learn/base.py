"""The model that a run starts from, ready for torch: a GGUF file, a folder of weights, or a name on a hub."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext, redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from linernotes import models
from linernotes.errors import InputError, ModelError
from linernotes.learn.adapter import ARCHITECTURES

_FETCHED = {"smollm2-135m-instruct": models.smollm2_gguf}
_WEIGHTS = ("*.safetensors", "*.bin")
END_OF_TEXT = "<|im_end|>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """``model`` and ``tokenizer`` are those of transformers; ``end_id`` is the token that ends a text.

    ``gguf_path`` is None for a base that is no GGUF, ``sha256`` (of all files of weights) for one on a hub.
    """

    name: str
    model: Any
    tokenizer: Any
    end_id: int
    gguf_path: Path | None
    sha256: str | None


def load_base(name: str, models_dir: Path) -> Base:
    """Loads the base in float32, a quantised GGUF too.

    Raises ModelError for what was not fetched or is no causal language model, InputError without the
    extra ``train``.
    """
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as err:
        raise InputError(
            f"tuning needs the extra [train]: pip install '.[train]' in the clone ({err})"
        ) from err
    gguf_path = _gguf_path(name, models_dir)
    if gguf_path is None:
        place: dict[str, Any] = {"pretrained_model_name_or_path": name}
    else:
        place = {"pretrained_model_name_or_path": str(gguf_path.parent), "gguf_file": gguf_path.name}
    try:
        with redirect_stderr(StringIO()) if gguf_path else nullcontext():  # bars for a few seconds
            tokenizer = AutoTokenizer.from_pretrained(**place)
            model = AutoModelForCausalLM.from_pretrained(**place, dtype=torch.float32)
    except (OSError, ValueError, KeyError, RuntimeError) as err:
        reason = str(err).strip().splitlines()[0] if str(err).strip() else repr(err)
        raise ModelError(f"{name} cannot be tuned: {reason}") from err
    if model.config.model_type not in ARCHITECTURES:
        raise ModelError(
            f"{name} is of the architecture {model.config.model_type!r}; adapters can be made for "
            f"{', '.join(ARCHITECTURES)}"
        )
    end_id = tokenizer.convert_tokens_to_ids(END_OF_TEXT)
    if end_id is None or end_id == tokenizer.unk_token_id:
        end_id = tokenizer.eos_token_id
    return Base(
        name=name,
        model=model,
        tokenizer=tokenizer,
        end_id=int(end_id),
        gguf_path=gguf_path,
        sha256=_sha256(gguf_path or Path(name)),
    )


def _sha256(weights: Path) -> str | None:
    """Of a file its own checksum, of a folder that of its files of weights together."""
    if weights.is_file():
        return models.sha256_of(weights)
    files = [file for kind in _WEIGHTS for file in sorted(weights.glob(kind))]
    sums = "".join(models.sha256_of(file) for file in files)
    return hashlib.sha256(sums.encode()).hexdigest() if files else None


def _gguf_path(name: str, models_dir: Path) -> Path | None:
    if name in _FETCHED:
        return _FETCHED[name](models_dir)
    if name.endswith(".gguf"):
        path = Path(name).expanduser()
        if not path.is_file():
            raise ModelError(f"there is no base model {path}")
        return path
    return None
