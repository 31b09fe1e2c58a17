"""The text embedder of the package. What a library learns on top of it lies on the shelf under its name."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Final

EMBEDDER: Final = "embedder"
"""The name on the shelf of the map that turns its requests, see ``embed.RequestMap``."""
SHIPPED_EMBEDDER: Final = Path(str(resources.files("linernotes").joinpath("data/embedder")))
"""Made by ``tools/learn_embedder.py``: ``model.onnx``, ``tokenizer.json`` and ``card.json``."""


def embedder_files() -> tuple[Path, Path]:
    """The int8 ONNX model and its ``tokenizer.json``."""
    return SHIPPED_EMBEDDER / "model.onnx", SHIPPED_EMBEDDER / "tokenizer.json"
