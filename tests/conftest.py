"""Fixtures that many tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linernotes import models
from linernotes.config import load_settings

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder of fetched model weights; skips without it, fails where CI demands it."""
    folder = load_settings().models_dir
    if all(artefact.state == "ok" for artefact in models.listing(folder)):
        return folder
    if os.environ.get("LINERNOTES_REQUIRE_MODELS") == "1":
        pytest.fail(f"no model weights in {folder}: run `linernotes models fetch`")
    pytest.skip("needs the model weights: make models")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The development data beside the checkout; skips where there is none."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the development data beside the checkout")
    return folder


@pytest.fixture(scope="session")
def train_extra() -> None:
    """Skips without the extra [train], and fails where it has to be there."""
    try:
        for name in ("torch", "transformers", "peft", "gguf"):
            __import__(name)
    except ImportError as err:
        if os.environ.get("LINERNOTES_REQUIRE_TRAIN") == "1":
            pytest.fail(f"the extra [train] is missing ({err}): make train")
        pytest.skip("needs the extra [train]: make train")


_WORDS = (
    "rock",
    "folk",
    "fast",
    "slow",
    "piano",
    "drums",
    "sad",
    "glad",
    "song",
    "genres",
    "a",
    "is",
    ":",
    "#",
)


@pytest.fixture(scope="session")
def tiny_base(train_extra: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of two thin layers with a vocabulary of a few words."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("base")
    vocabulary = {word: place for place, word in enumerate(["<unk>", "<|im_end|>", *_WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", eos_token="<|im_end|>"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder
