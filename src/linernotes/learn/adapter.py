"""What was learned, as a file that llama.cpp loads beside its base: LoRA in GGUF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linernotes.errors import ModelError
from linernotes.models.merge import factors_of

_MODULES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
ARCHITECTURES = ("llama",)
"""Whose rows we know how to lay out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """The LoRA matrices of a file by the names that PEFT gives them, and their size."""

    tensors: Mapping[str, NDArray[np.float32]]
    rank: int
    alpha: float


def read_gguf(path: Path, config: Any) -> Adapter:
    """What ``write_gguf`` wrote, to be learned on from; ``config`` is the base's, of transformers.

    Raises ModelError for a file that is no such adapter.
    """
    import gguf

    try:
        reader = gguf.GGUFReader(path)
        alpha = float(reader.fields["adapter.lora.alpha"].contents())
        tensors = dict(_tensors(reader, config))
        rank = next(len(one) for name, one in tensors.items() if ".lora_A." in name)
    except (OSError, ValueError, KeyError, IndexError, StopIteration) as err:
        raise ModelError(f"{path} is no adapter that can be learned on from: {err!r}") from err
    return Adapter(tensors=tensors, rank=rank, alpha=alpha)


def _tensors(reader: Any, config: Any) -> Iterator[tuple[str, NDArray[np.float32]]]:
    modules = {ours: theirs for theirs, ours in _MODULES.items()}
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    for target, (down, up) in factors_of(reader).items():
        _, layer, module, _ = target.split(".")
        name = f"base_model.model.model.layers.{layer}.{modules[module]}"
        yield f"{name}.lora_A.weight", down
        yield f"{name}.lora_B.weight", _in_halves(up, heads[module]) if module in heads else up


def write_gguf(path: Path, tensors: Mapping[str, NDArray[Any]], config: Any, *, alpha: float) -> None:
    """Writes the LoRA matrices as float16, named and laid out as llama.cpp expects.

    ``tensors`` have the names that PEFT gives them; ``config`` is the base's, of transformers.
    """
    import gguf

    writer = gguf.GGUFWriter(path, config.model_type)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for name, matrix in sorted(tensors.items()):
        layer, rest = name.split(".layers.")[1].split(".", 1)
        module, side = rest.split(".lora_")
        side = side[0].lower()
        if side == "b" and module == "self_attn.q_proj":
            matrix = _interleaved(matrix, config.num_attention_heads)
        elif side == "b" and module == "self_attn.k_proj":
            matrix = _interleaved(matrix, config.num_key_value_heads)
        target = f"blk.{layer}.{_MODULES[module]}.weight.lora_{side}"
        writer.add_tensor(target, np.ascontiguousarray(matrix.astype(np.float16)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _interleaved(matrix: NDArray[Any], heads: int) -> NDArray[Any]:
    """llama.cpp keeps the two halves of each head's rows in turns."""
    rows = matrix.shape[0]
    return matrix.reshape(heads, 2, rows // heads // 2, -1).swapaxes(1, 2).reshape(matrix.shape)


def _in_halves(matrix: NDArray[Any], heads: int) -> NDArray[Any]:
    """As it was before ``_interleaved``."""
    rows = matrix.shape[0]
    return matrix.reshape(heads, rows // heads // 2, 2, -1).swapaxes(1, 2).reshape(matrix.shape)
