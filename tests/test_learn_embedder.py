"""The text embedder learns: the real model, its real weights, a few pairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from linernotes import models
from linernotes.embed import MiniLmEmbedder
from linernotes.errors import InputError, ModelError
from linernotes.learn.embedder import Course, Pair, teach

pytestmark = [pytest.mark.train, pytest.mark.models]

PAIRS = tuple(
    Pair(request=request, documents=(note,))
    for request, note in (
        ("music for washing up", "A bright, bouncing pop song with handclaps."),
        ("something to fall asleep to", "Slow piano, hardly louder than the room."),
        ("a song to shout along to", "Fast guitars and a chorus for many voices."),
        ("rainy windows", "A woman sings low over brushed drums and a double bass."),
        ("driving at night", "Synthesizers pulse at a steady 110 beats a minute."),
        ("old men in a bar", "Accordion and a tired male voice in waltz time."),
    )
)


@pytest.fixture
def stock(models_dir: Path) -> tuple[Path, Path]:
    return models.minilm_onnx(models_dir), models.minilm_tokenizer(models_dir)


def test_what_is_right_comes_nearer(stock: tuple[Path, Path], tmp_path: Path) -> None:
    base, tokenizer = stock
    before = MiniLmEmbedder(base, tokenizer)
    target = tmp_path / "taught.onnx"
    lessons = teach(base, tokenizer, PAIRS, before, target, course=Course(rounds=6, rate=3e-5))
    after = MiniLmEmbedder(target, tokenizer)
    assert lessons.batches == 6
    assert target.stat().st_size == base.stat().st_size
    assert _lead(after) > _lead(before) + 0.01
    assert after.model != before.model


def _lead(embedder: MiniLmEmbedder) -> float:
    """By how much the right document is nearer than the others, on average."""
    scores = (
        embedder.embed([one.request for one in PAIRS]) @ embedder.embed([one.documents[0] for one in PAIRS]).T
    )
    right = np.eye(len(PAIRS), dtype=bool)
    return float(scores[right].mean() - scores[~right].mean())


def test_without_a_step_the_model_stays_what_it_was(stock: tuple[Path, Path], tmp_path: Path) -> None:
    base, tokenizer = stock
    before = MiniLmEmbedder(base, tokenizer)
    teach(base, tokenizer, PAIRS, before, tmp_path / "same.onnx", course=Course(rounds=1, rate=0.0))
    texts = [text for one in PAIRS for text in (one.request, *one.documents)]
    same = MiniLmEmbedder(tmp_path / "same.onnx", tokenizer).embed(texts)
    assert float((same * before.embed(texts)).sum(axis=1).min()) > 0.9999


def test_one_pair_teaches_nothing(stock: tuple[Path, Path], tmp_path: Path) -> None:
    base, tokenizer = stock
    with pytest.raises(InputError, match="two requests"):
        teach(base, tokenizer, PAIRS[:1], MiniLmEmbedder(base, tokenizer), tmp_path / "x.onnx")


def test_another_file_is_no_base(stock: tuple[Path, Path], tmp_path: Path) -> None:
    base, tokenizer = stock
    other = tmp_path / "other.onnx"
    other.write_bytes(b"no model")
    with pytest.raises(ModelError, match="cannot be read"):
        teach(other, tokenizer, PAIRS, MiniLmEmbedder(base, tokenizer), tmp_path / "x.onnx")
