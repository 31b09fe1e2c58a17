"""The text embedder: the one that was promoted on this machine, else the one of the package."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Final

from linernotes.errors import ModelError
from linernotes.models.shelf import current

EMBEDDER: Final = "embedder"
"""Its name on the shelf."""
SHIPPED_EMBEDDER: Final = Path(str(resources.files("linernotes").joinpath("data/embedder")))
"""Made by ``tools/learn_embedder.py``: ``model.onnx``, ``tokenizer.json`` and ``card.json``."""


def embedder_files(models_dir: Path) -> tuple[Path, Path]:
    """The int8 ONNX model and its ``tokenizer.json``.

    Raises ModelError for one that was promoted and is damaged.
    """
    tokenizer = SHIPPED_EMBEDDER / "tokenizer.json"
    chosen = current(models_dir, EMBEDDER)
    if chosen.card is None:
        return SHIPPED_EMBEDDER / "model.onnx", tokenizer
    if chosen.state != "ok":
        raise ModelError(f"the embedder in use is {chosen.state}: `linernotes models rollback {EMBEDDER}`")
    return chosen.path, tokenizer
