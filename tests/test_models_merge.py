"""A base and an adapter in one file."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest
from gguf import quants

from linernotes.errors import ModelError
from linernotes.models import merged
from linernotes.models.merge import merge

ROWS, COLUMNS, RANK = 8, 64, 2
NAME = "blk.0.attn_q.weight"
RNG = np.random.default_rng(1)
MATRIX = RNG.normal(size=(ROWS, COLUMNS)).astype(np.float32)
NORM = RNG.normal(size=COLUMNS).astype(np.float32)
DOWN = RNG.normal(size=(RANK, COLUMNS)).astype(np.float16)
UP = RNG.normal(size=(ROWS, RANK)).astype(np.float16)
ALPHA = 4.0


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(128)
    writer.add_token_list(["a", "b"])
    four_bits = gguf.GGMLQuantizationType.Q4_1
    writer.add_tensor(NAME, quants.quantize(MATRIX, four_bits), raw_dtype=four_bits)
    writer.add_tensor("output_norm.weight", NORM)
    return finished(writer, path)


def an_adapter(path: Path, *, name: str = NAME, up: np.ndarray = UP) -> Path:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type("adapter")
    writer.add_float32("adapter.lora.alpha", ALPHA)
    writer.add_tensor(f"{name}.lora_a", DOWN)
    writer.add_tensor(f"{name}.lora_b", up)
    return finished(writer, path)


def finished(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_what_the_adapter_changes_is_changed_and_nothing_else(base: Path, tmp_path: Path) -> None:
    merge(base, an_adapter(tmp_path / "adapter.gguf"), tmp_path / "out.gguf")
    reader = gguf.GGUFReader(tmp_path / "out.gguf")
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    four_bits = gguf.GGMLQuantizationType.Q4_1
    rough = quants.dequantize(quants.quantize(MATRIX, four_bits), four_bits)
    wanted = rough + ALPHA / RANK * UP.astype(np.float32) @ DOWN.astype(np.float32)
    changed = tensors[NAME]
    found = quants.dequantize(changed.data, changed.tensor_type)
    assert np.abs(found - wanted).max() < np.abs(wanted).max() / 127
    assert (np.asarray(tensors["output_norm.weight"].data) == NORM).all()
    assert reader.fields["llama.context_length"].contents() == 128
    assert reader.fields["tokenizer.ggml.tokens"].contents() == ["a", "b"]


def test_it_is_made_once_and_the_oldest_goes(base: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    first = merged(models, base, an_adapter(tmp_path / "first.gguf"))
    assert first is not None
    inode = first.stat().st_ino
    others = []
    for number in range(2, 6):
        assert merged(models, base, tmp_path / "first.gguf") == first
        others.append(merged(models, base, an_adapter(tmp_path / f"{number}.gguf", up=UP * number)))
    assert first.stat().st_ino == inode
    assert set((models / "merged").iterdir()) == {first, *others[-2:]}


@pytest.mark.parametrize("kind", ["no gguf", "unknown tensor", "other shape", "other rank"])
def test_what_does_not_fit_is_left_apart(base: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "adapter.gguf"
    if kind == "no gguf":
        path.write_bytes(b"something else entirely, long enough for a header")
    elif kind == "unknown tensor":
        an_adapter(path, name="blk.7.attn_q.weight")
    elif kind == "other shape":
        an_adapter(path, up=UP[:4])
    else:
        an_adapter(path, up=np.hstack([UP, UP]))
    with pytest.raises(ModelError):
        merge(base, path, tmp_path / "out.gguf")
    assert merged(tmp_path / "models", base, path) is None
    assert list((tmp_path / "models" / "merged").iterdir()) == []


def test_a_full_disk_leaves_the_two_apart(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("linernotes.models.merge.merge", fill)
    assert merged(tmp_path / "models", base, an_adapter(tmp_path / "adapter.gguf")) is None
