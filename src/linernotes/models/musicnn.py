"""The musicnn taggers as ONNX, built from their TensorFlow checkpoint without TensorFlow.

The architecture is that of Pons and Serra, "musicnn: Pre-trained convolutional neural networks for music
audio tagging" (ISMIR late-breaking demo, 2019): timbral and temporal convolutions over a mel spectrogram,
three residual layers over time, pooling and two dense layers.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from linernotes.errors import ModelError
from linernotes.models.checkpoint import Tensors, read_checkpoint

TaggerName = Literal["MSD", "MTT"]

MELS = 96
_OPSET = 13
_IR_VERSION = 8
_EPSILON = 1e-3  # of tf.layers.batch_normalization
_FRONT_END_PADS = ((3, 3), (3, 3), (63, 64), (31, 32), (15, 16))  # "same" over time, "valid" over mels
_RESIDUAL_LAYERS = 3


def convert(package: Path, model: TaggerName, target: Path) -> dict[str, Any]:
    """Writes one tagger of the unpacked package as ONNX to ``target``; returns what its card should hold.

    Input ``mel`` is ``(n, 187, 96) float32``; outputs are ``tags`` ``(n, 50)``, 0 to 1, and ``penultimate``
    ``(n, 200)``. The tag labels also stand in the file's metadata, as JSON under ``labels``.
    """
    folder = package / "musicnn" / f"{model}_musicnn"
    tensors = read_checkpoint(folder / ".index", folder / ".data-00000-of-00001")
    labels = read_labels(package / "musicnn" / "configuration.py", model)
    target.write_bytes(build(tensors, labels))
    return {"labels": list(labels), "input": "mel (n, 187, 96) float32", "opset": _OPSET}


def read_labels(configuration: Path, model: TaggerName) -> tuple[str, ...]:
    """Tags of one tagger in the order of its outputs, from the package's own list, without running it."""
    wanted = f"{model}_LABELS"
    for statement in ast.parse(configuration.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(name, ast.Name) and name.id == wanted for name in statement.targets
        ):
            return tuple(str(label) for label in ast.literal_eval(statement.value))
    raise ModelError(f"{configuration} has no {wanted}: is this another version of musicnn?")


def build(tensors: Tensors, labels: tuple[str, ...]) -> bytes:
    """The graph with these weights as a serialised ONNX model."""
    from onnx import TensorProto, helper

    try:
        graph = _Graph(tensors)
        _add_network(graph)
    except KeyError as err:
        raise ModelError(f"the checkpoint has no tensor {err}: is it a musicnn model?") from err
    outputs = [
        helper.make_tensor_value_info("tags", TensorProto.FLOAT, ["n", len(labels)]),
        helper.make_tensor_value_info("penultimate", TensorProto.FLOAT, ["n", None]),
    ]
    mel = helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["n", "t", MELS])
    built = helper.make_graph(graph.nodes, "musicnn", [mel], outputs, graph.weights)
    model = helper.make_model(built, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    helper.set_model_props(model, {"labels": json.dumps(list(labels))})
    return bytes(model.SerializeToString())


class _Graph:
    """Nodes and weights collected so far. Each method adds one operation and returns its output's name."""

    def __init__(self, tensors: Tensors) -> None:
        self.tensors = tensors
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def constant(self, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operation: str, *inputs: str, output: str | None = None, **attributes: object) -> str:
        from onnx import helper

        name = output or f"{operation}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def tensor(self, layer: str, index: int, part: str) -> NDArray[Any]:
        """A tensor of the n-th layer of its kind; TensorFlow leaves out the number of the first."""
        return self.tensors[f"{layer}_{index}/{part}" if index else f"{layer}/{part}"]

    def normalise(self, x: str, index: int, shape: tuple[int, ...], output: str | None = None) -> str:
        """Batch normalisation with its running statistics: one product and one sum."""
        gamma, beta, mean, variance = (
            self.tensor("batch_normalization", index, part)
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        scale = (gamma / np.sqrt(variance + np.float32(_EPSILON))).astype(np.float32)
        shift = (beta - mean * scale).astype(np.float32)
        scaled = self.add("Mul", x, self.constant(scale.reshape(shape)))
        return self.add("Add", scaled, self.constant(shift.reshape(shape)), output=output)

    def convolve(self, x: str, kernel: NDArray[Any], bias: NDArray[Any], pads: list[int]) -> str:
        convolved = self.add("Conv", x, self.constant(kernel), self.constant(bias), pads=pads)
        return self.add("Relu", convolved)

    def dense(self, x: str, index: int) -> str:
        kernel, bias = self.tensor("dense", index, "kernel"), self.tensor("dense", index, "bias")
        return self.add("Gemm", x, self.constant(kernel), self.constant(bias))


def _add_network(graph: _Graph) -> None:
    axis_of_channels = graph.constant(np.array([1], np.int64))
    image = graph.normalise(graph.add("Unsqueeze", "mel", axis_of_channels), 0, (1, 1, 1, 1))
    features = graph.add("Concat", *_front_end(graph, image), axis=1)
    layers = graph.add("Concat", *_residual_layers(graph, features), axis=1)
    pooled = graph.normalise(_pool(graph, layers), 9, (1, -1))
    hidden = graph.add("Relu", graph.dense(pooled, 0))
    penultimate = graph.normalise(hidden, 10, (1, -1), output="penultimate")
    graph.add("Sigmoid", graph.dense(penultimate, 1), output="tags")


def _front_end(graph: _Graph, image: str) -> list[str]:
    """Five banks of filters over the spectrogram, each reduced to its largest answer over the mels."""
    banks = []
    for index, (before, after) in enumerate(_FRONT_END_PADS):
        kernel = graph.tensor("conv2d", index, "kernel").transpose(3, 2, 0, 1)
        bias = graph.tensor("conv2d", index, "bias")
        convolved = graph.convolve(image, kernel, bias, [before, 0, after, 0])
        normal = graph.normalise(convolved, index + 1, (1, -1, 1, 1))
        banks.append(graph.add("ReduceMax", normal, axes=[3], keepdims=0))
    return banks


def _residual_layers(graph: _Graph, features: str) -> list[str]:
    """The features and the outputs of the layers over time; from the second on each adds its input."""
    outputs = [features]
    first_kernel, first_norm = len(_FRONT_END_PADS), len(_FRONT_END_PADS) + 1
    for index in range(_RESIDUAL_LAYERS):
        kernel = graph.tensor("conv2d", first_kernel + index, "kernel")[:, :, 0, :].transpose(2, 1, 0)
        bias = graph.tensor("conv2d", first_kernel + index, "bias")
        convolved = graph.convolve(outputs[-1], kernel, bias, [3, 3])
        normal = graph.normalise(convolved, first_norm + index, (1, -1, 1))
        outputs.append(graph.add("Add", normal, outputs[-1]) if index else normal)
    return outputs


def _pool(graph: _Graph, layers: str) -> str:
    """Largest and mean value over time, interleaved by channel as TensorFlow's flatten leaves them."""
    axis = graph.constant(np.array([2], np.int64))
    largest = graph.add("Unsqueeze", graph.add("ReduceMax", layers, axes=[2], keepdims=0), axis)
    mean = graph.add("Unsqueeze", graph.add("ReduceMean", layers, axes=[2], keepdims=0), axis)
    return graph.add("Flatten", graph.add("Concat", largest, mean, axis=2), axis=1)
