"""What was learned, as a file that llama.cpp loads beside its base: LoRA in GGUF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
