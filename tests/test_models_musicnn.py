"""From a TensorFlow checkpoint to ONNX, against a reference written with numpy alone."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from linernotes import models
from linernotes.errors import ModelError
from linernotes.models.checkpoint import read_checkpoint
from linernotes.models.musicnn import build, convert, read_labels

Array = NDArray[Any]

# --- a checkpoint, written by hand -----------------------------------------------------------------

DTYPES = {"float32": 1, "float64": 2, "int32": 3, "int64": 9}


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def message(*fields: tuple[int, int | bytes]) -> bytes:
    """Fields of a protocol buffer: numbers as varints, bytes with their length."""
    out = b""
    for number, value in fields:
        if isinstance(value, bytes):
            out += varint(number << 3 | 2) + varint(len(value)) + value
        else:
            out += varint(number << 3) + varint(value)
    return out


def block(entries: list[tuple[bytes, bytes]]) -> bytes:
    """A LevelDB block in which each key repeats only what differs from the one before."""
    out, last = b"", b""
    for key, value in entries:
        shared = 0
        while shared < min(len(last), len(key)) and last[shared] == key[shared]:
            shared += 1
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    return out + struct.pack("<II", 0, 1)


def write_checkpoint(folder: Path, name: str, tensors: dict[str, Array]) -> tuple[Path, Path]:
    data, entries = b"", [(b"", message((1, 1)))]  # the header: one shard
    for key in sorted(tensors):
        array = tensors[key]
        shape = b"".join(message((2, message((1, size)))) for size in array.shape)
        place = ((4, len(data)),) if data else ()
        entry = message((1, DTYPES[str(array.dtype)]), (2, shape), *place, (5, array.nbytes))
        entries.append((key.encode(), entry + varint(6 << 3 | 5) + b"crc!"))
        data += array.tobytes()
    table = b""
    handles = []
    for part in (entries[: len(entries) // 2], entries[len(entries) // 2 :]):
        content = block(part)
        handles.append((part[-1][0], varint(len(table)) + varint(len(content))))
        table += content + b"\0crc!"
    index = block(handles)
    place_of_index = varint(len(table)) + varint(len(index))
    footer = varint(0) + varint(0) + place_of_index
    table += index + b"\0crc!" + footer.ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")
    paths = folder / f"{name}.index", folder / f"{name}.data-00000-of-00001"
    folder.mkdir(parents=True, exist_ok=True)
    paths[0].write_bytes(table)
    paths[1].write_bytes(data)
    return paths


def test_a_checkpoint_gives_back_its_tensors(tmp_path: Path) -> None:
    tensors: dict[str, Array] = {
        "dense/bias": np.array([1.5, -2.5], np.float32),
        "dense/kernel": np.arange(300, dtype=np.float32).reshape(3, 100),
        "dense/kernel/Adam": np.array([[7.0]], np.float64),
        "step": np.array(41, np.int64),
    }
    read = read_checkpoint(*write_checkpoint(tmp_path, "model", tensors))
    assert set(read) == set(tensors)
    for name, array in tensors.items():
        assert read[name].dtype == array.dtype
        assert read[name].shape == array.shape
        np.testing.assert_array_equal(read[name], array)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 100])
def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path, content: bytes) -> None:
    index, data = tmp_path / "a.index", tmp_path / "a.data"
    index.write_bytes(content)
    data.write_bytes(b"")
    with pytest.raises(ModelError, match=r"a\.index is not a TensorFlow checkpoint"):
        read_checkpoint(index, data)


def test_a_data_file_cut_short_is_named(tmp_path: Path) -> None:
    index, data = write_checkpoint(tmp_path, "model", {"a": np.ones(9, np.float32)})
    data.write_bytes(data.read_bytes()[:-4])
    with pytest.raises(ModelError, match="is not a TensorFlow checkpoint"):
        read_checkpoint(index, data)


# --- the network -----------------------------------------------------------------------------------

FILTERS = {0: (7, 38, 3), 1: (7, 67, 2), 2: (128, 1, 2), 3: (64, 1, 1), 4: (32, 1, 2)}
FEATURES = sum(count for *_, count in FILTERS.values())
HIDDEN, UNITS, TAGS = 4, 5, 3
POOLED = 2 * (FEATURES + 3 * HIDDEN)


def suffix(layer: str, index: int) -> str:
    return f"{layer}_{index}" if index else layer


def small_network() -> dict[str, Array]:
    """The shape of musicnn with few filters and random weights."""
    rng = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {}
    for index, (time, mels, count) in FILTERS.items():
        shapes[suffix("conv2d", index) + "/kernel"] = (time, mels, 1, count)
        shapes[suffix("conv2d", index) + "/bias"] = (count,)
    for index, inputs in ((5, FEATURES), (6, HIDDEN), (7, HIDDEN)):
        shapes[f"conv2d_{index}/kernel"] = (7, inputs, 1, HIDDEN)
        shapes[f"conv2d_{index}/bias"] = (HIDDEN,)
    widths = [1, *(count for *_, count in FILTERS.values()), HIDDEN, HIDDEN, HIDDEN, POOLED, UNITS]
    for index, width in enumerate(widths):
        for part in ("gamma", "beta", "moving_mean", "moving_variance"):
            shapes[suffix("batch_normalization", index) + "/" + part] = (width,)
    shapes |= {"dense/kernel": (POOLED, UNITS), "dense/bias": (UNITS,)}
    shapes |= {"dense_1/kernel": (UNITS, TAGS), "dense_1/bias": (TAGS,)}
    tensors = {name: (rng.standard_normal(shape) * 0.3).astype(np.float32) for name, shape in shapes.items()}
    return {name: np.abs(t) + 0.5 if name.endswith("variance") else t for name, t in tensors.items()}


class Reference:
    """The forward pass of one patch as the paper tells it, in float64, channels last."""

    def __init__(self, tensors: dict[str, Array]) -> None:
        self.tensors = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}

    def normal(self, x: Array, index: int) -> Array:
        name = suffix("batch_normalization", index)
        gamma, beta, mean, variance = (
            self.tensors[f"{name}/{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        normal: Array = (x - mean) / np.sqrt(variance + 1e-3) * gamma + beta
        return normal

    def convolved(self, x: Array, index: int) -> Array:
        """x: (time, mels); kernel: (time, mels, 1, filters); "same" over time, "valid" over mels."""
        kernel = self.tensors[suffix("conv2d", index) + "/kernel"][:, :, 0, :]
        time, mels, _ = kernel.shape
        padded = np.pad(x, (((time - 1) // 2, time // 2), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (time, mels))
        answer = np.einsum("tmab,abf->tmf", windows, kernel) + self.tensors[suffix("conv2d", index) + "/bias"]
        rectified: Array = np.maximum(answer, 0)
        return rectified

    def run(self, mel: Array) -> tuple[Array, Array]:
        image = self.normal(mel.astype(np.float64), 0)
        banks = [self.normal(self.convolved(image, n), n + 1).max(axis=1) for n in FILTERS]
        layers = [np.concatenate(banks, axis=1)]
        for n in range(3):
            answer = self.normal(self.convolved(layers[-1], 5 + n)[:, 0], 6 + n)
            layers.append(answer + layers[-1] if n else answer)
        stacked = np.concatenate(layers, axis=1)
        pooled = np.stack([stacked.max(axis=0), stacked.mean(axis=0)], axis=1).reshape(-1)
        dense = self.normal(pooled, 9) @ self.tensors["dense/kernel"] + self.tensors["dense/bias"]
        penultimate = self.normal(np.maximum(dense, 0), 10)
        logits = penultimate @ self.tensors["dense_1/kernel"] + self.tensors["dense_1/bias"]
        return 1 / (1 + np.exp(-logits)), penultimate


def load(content: bytes | str) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])


def test_the_onnx_graph_computes_what_the_reference_computes() -> None:
    tensors = small_network()
    session = load(build(tensors, ("rock", "pop", "jazz")))
    mels = np.random.default_rng(1).random((2, 140, 96), np.float32) * 4
    tags, penultimate = session.run(["tags", "penultimate"], {"mel": mels})
    assert tags.shape == (2, TAGS)
    assert penultimate.shape == (2, UNITS)
    for n, mel in enumerate(mels):
        expected_tags, expected_penultimate = Reference(tensors).run(mel)
        np.testing.assert_allclose(penultimate[n], expected_penultimate, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(tags[n], expected_tags, rtol=1e-4, atol=1e-6)


def test_the_graph_carries_its_labels_and_opset() -> None:
    session = load(build(small_network(), ("rock", "pop", "jazz")))
    assert json.loads(session.get_modelmeta().custom_metadata_map["labels"]) == ["rock", "pop", "jazz"]
    assert [output.name for output in session.get_outputs()] == ["tags", "penultimate"]


def test_a_checkpoint_of_another_model_is_refused() -> None:
    with pytest.raises(ModelError, match="is it a musicnn model"):
        build({"dense/kernel": np.ones((2, 2), np.float32)}, ("a",))


def test_a_package_is_converted_with_its_own_labels(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "musicnn" / "MTT_musicnn", "", small_network())
    (tmp_path / "musicnn" / "configuration.py").write_text(
        "RATE = 16000\nMSD_LABELS = ['x']\nMTT_LABELS = ['rock', 'pop', 'jazz']\nraise SystemExit\n"
    )
    details = convert(tmp_path, "MTT", tmp_path / "out.onnx")
    assert details["labels"] == ["rock", "pop", "jazz"]
    assert load(str(tmp_path / "out.onnx")).get_inputs()[0].name == "mel"


def test_a_package_without_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "configuration.py").write_text("RATE = 16000\n")
    with pytest.raises(ModelError, match="has no MSD_LABELS"):
        read_labels(tmp_path / "configuration.py", "MSD")


@pytest.mark.models
@pytest.mark.parametrize(
    ("model", "best", "tags", "norm"),
    [  # recorded once from another conversion, which agreed with TensorFlow to 7e-7
        ("MSD", "electronic", [0.003602, 0.000728, 0.007707], 25.712),
        ("MTT", "techno", [0.000036, 0.050565, 0.000856], 13.802),
    ],
)
def test_the_real_taggers_give_the_recorded_numbers(
    models_dir: Path, model: Any, best: str, tags: list[float], norm: float
) -> None:
    session = load(str(models.musicnn_onnx(models_dir, model)))
    mel = (np.outer(np.arange(187), np.arange(96)) % 7).astype(np.float32)[None] / 2
    scores, penultimate = session.run(["tags", "penultimate"], {"mel": mel})
    labels = json.loads(session.get_modelmeta().custom_metadata_map["labels"])
    assert labels[int(scores[0].argmax())] == best
    np.testing.assert_allclose(scores[0, :3], tags, atol=1e-5)
    assert float(np.linalg.norm(penultimate)) == pytest.approx(norm, rel=1e-4)
