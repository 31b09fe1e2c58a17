"""One contract for every embedder, then what is special to MiniLM."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEmbedder
from linernotes import models
from linernotes.embed import Embedder, MiniLmEmbedder
from linernotes.errors import ModelError


def fake(_request: pytest.FixtureRequest) -> Embedder:
    return FakeEmbedder()


def minilm(request: pytest.FixtureRequest) -> Embedder:
    folder: Path = request.getfixturevalue("models_dir")
    onnx_path = next(folder.glob("minilm-l6-v2-int8/**/model.onnx"))
    return MiniLmEmbedder(onnx_path, next(folder.glob("minilm-l6-v2-tokenizer/**/tokenizer.json")))


def shipped(_request: pytest.FixtureRequest) -> Embedder:
    return MiniLmEmbedder(*models.embedder_files())


@pytest.fixture(params=[fake, shipped, pytest.param(minilm, marks=pytest.mark.models)])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    make: Callable[[pytest.FixtureRequest], Embedder] = request.param
    return make(request)


NOTES = (
    "A slow, sad piano ballad with a female voice.",
    "Fast punk rock, loud guitars and shouting.",
    "Piano",
    "A gentle and very long note about strings, brass, drums, an organ and a choir that sings together.",
    "",
    "Ein trauriges Lied, 悲しい歌 🎻",
)


def test_no_texts_give_an_empty_matrix(embedder: Embedder) -> None:
    vectors = embedder.embed([])
    assert vectors.shape == (0, embedder.dimensions)
    assert vectors.dtype == np.float32


def test_every_vector_has_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed(NOTES)
    assert vectors.shape == (len(NOTES), embedder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_vector_does_not_depend_on_the_texts_beside_it(embedder: Embedder) -> None:
    together = embedder.embed(NOTES)
    alone = np.vstack([embedder.embed([note]) for note in NOTES])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_likeness_of_words_is_likeness_of_vectors(embedder: Embedder) -> None:
    query = embedder.embed(["sad piano"])[0]
    ballad, punk = embedder.embed(NOTES[:2])
    assert query @ ballad > query @ punk


@pytest.mark.parametrize("text", ["\x00", "\ud800 broken", "word " * 50_000, "\u202e‮​"])
def test_odd_texts_have_vectors_too(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed([text])).all()


def test_several_threads_may_embed_at_once(embedder: Embedder) -> None:
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda note: embedder.embed([note])[0], NOTES))
    np.testing.assert_allclose(np.vstack(rows), embedder.embed(NOTES), atol=1e-6)


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.onnx"):
        MiniLmEmbedder(tmp_path / "model.onnx", tmp_path / "tokenizer.json")


def test_a_file_that_is_no_model_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="not an ONNX model"):
        MiniLmEmbedder(tmp_path / "model.onnx", tmp_path / "tokenizer.json").embed(["a"])


@pytest.mark.models
def test_a_file_that_is_no_tokenizer_is_an_error(models_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    onnx_path = next(models_dir.glob("minilm-l6-v2-int8/**/model.onnx"))
    with pytest.raises(ModelError, match="not a tokenizer"):
        MiniLmEmbedder(onnx_path, tmp_path / "tokenizer.json").embed(["a"])


@pytest.mark.models
def test_minilm_reads_256_tokens_and_no_more(request: pytest.FixtureRequest) -> None:
    embedder = minilm(request)
    vectors = embedder.embed(["drum " * 254, "drum " * 254 + "violin", "drum " * 200 + "violin"])
    assert np.array_equal(vectors[0], vectors[1])
    assert not np.array_equal(vectors[0], vectors[2])
