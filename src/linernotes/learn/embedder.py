"""Teaches the text embedder what people mean who ask for music, from requests and what they should find.

The loss is InfoNCE (van den Oord et al., 2018) over the other documents of a batch and a hard negative for
each request. Weights are read from an int8 ONNX file and go back into its own graph: as large, as fast, as
exact. Word vectors stay as they are, so that words which no request holds keep their place.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from linernotes.embed import Embedder
from linernotes.errors import InputError, ModelError
from linernotes.learn.memory import keep_memory
from linernotes.types import Vector

BATCH: Final = 64
TOKENS: Final = 96
TEMPERATURE: Final = 0.05
WARM_UP: Final = 0.1
"""Share of the steps in which the learning rate rises; then it falls to zero in a straight line."""
HARD: Final = slice(10, 50)
"""Places of the base's ranking that negatives are drawn from; the first ones are too often right."""
_LARGEST_GRADIENT: Final = 1.0
_LARGEST_BYTE: Final = 127
_FROZEN: Final = "embeddings."


OnBatch = Callable[[int, int, float], None]
"""Hears how many batches of how many are done, and the loss of the last."""


def _silent(_done: int, _total: int, _loss: float) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A request, and the documents that are right for it."""

    request: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How often each pair is seen, the highest learning rate, and the seed of all that is drawn."""

    rounds: int = 3
    rate: float = 3e-5
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What was learned: batches, the mean loss of the last tenth of them, seconds of the processor."""

    batches: int
    loss: float
    seconds: float


def teach(
    base: Path,
    tokenizer: Path,
    pairs: Sequence[Pair],
    embedder: Embedder,
    target: Path,
    *,
    course: Course = Course(),
    on_batch: OnBatch = _silent,
) -> Lessons:
    """Writes to ``target`` the model at ``base`` (int8 ONNX) after it has learned from the pairs.

    ``embedder`` is that of the base: it says which documents are likely and wrong. Raises InputError for
    fewer than two pairs, ModelError for a base of another form.
    """
    if len(pairs) < 2:
        raise InputError("an embedder learns from two requests at least")
    keep_memory()
    reader = _Reader(base, tokenizer)
    batches = _batches(pairs, _hard_negatives(pairs, embedder), course)
    started = time.process_time()
    losses = _learn(reader, batches, course, on_batch)
    _write(base, reader.weights(), target, seed=course.seed)
    last = losses[-max(len(losses) // 10, 1) :]
    return Lessons(batches=len(losses), loss=float(np.mean(last)), seconds=time.process_time() - started)


# --- what is learned from


@dataclass(frozen=True, slots=True, kw_only=True)
class _Example:
    """A pair as it is seen once: a right document, and one that is likely and wrong."""

    request: str
    document: str
    wrong: str
    right: frozenset[str]


def _hard_negatives(pairs: Sequence[Pair], embedder: Embedder) -> list[list[str]]:
    """For each pair documents of other pairs that the base finds likely, but that are not right."""
    documents = list(dict.fromkeys(text for pair in pairs for text in pair.documents))
    scores = embedder.embed([pair.request for pair in pairs]) @ embedder.embed(documents).T
    order = np.argsort(-scores, axis=1, kind="stable").tolist()
    wrong = [
        [documents[at] for at in row if documents[at] not in pair.documents]
        for pair, row in zip(pairs, order, strict=True)
    ]
    return [row[HARD] or row for row in wrong]


def _batches(pairs: Sequence[Pair], wrong: Sequence[Sequence[str]], course: Course) -> list[list[_Example]]:
    draw = random.Random(course.seed)
    batches: list[list[_Example]] = []
    for _ in range(course.rounds):
        examples = [
            _Example(
                request=pair.request,
                document=draw.choice(pair.documents),
                wrong=draw.choice(others or pair.documents),
                right=frozenset(pair.documents),
            )
            for pair, others in zip(pairs, wrong, strict=True)
        ]
        draw.shuffle(examples)
        batches += [examples[start : start + BATCH] for start in range(0, len(examples), BATCH)]
    return batches


# --- learning


class _Reader:
    """The model in torch, with its tokenizer: texts become vectors as ``embed`` makes them."""

    def __init__(self, base: Path, tokenizer: Path) -> None:
        from tokenizers import Tokenizer
        from transformers import BertConfig, BertModel

        weights = _read(base)
        words = weights["embeddings.word_embeddings.weight"]
        layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
        config = BertConfig(
            vocab_size=len(words),
            hidden_size=words.shape[1],
            num_hidden_layers=layers,
            num_attention_heads=12,
            intermediate_size=len(weights["encoder.layer.0.intermediate.dense.bias"]),
            hidden_dropout_prob=0.1,
        )
        self.model: Any = BertModel(config, add_pooling_layer=False)
        self._put(weights, base)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.enable_padding()

    def _put(self, weights: Mapping[str, Vector], base: Path) -> None:
        import torch

        kept = {name: torch.tensor(values) for name, values in weights.items()}
        missing, _ = self.model.load_state_dict(kept, strict=False)
        if missing:
            raise ModelError(f"{base} lacks weights that its kind of model has: {', '.join(missing[:3])}")
        self.model.embeddings.requires_grad_(False)

    def weights(self) -> dict[str, Vector]:
        return {name: values.detach().float().numpy() for name, values in self.model.state_dict().items()}

    def read(self, texts: Sequence[str]) -> Any:
        """A tensor ``(n, d)`` of L2 norm 1."""
        import torch

        encoded = self._tokenizer.encode_batch(list(texts))
        mask = torch.tensor([one.attention_mask for one in encoded])
        with torch.autocast("cpu", torch.bfloat16):  # twice as fast on one core
            states = self.model(input_ids=torch.tensor([one.ids for one in encoded]), attention_mask=mask)[0]
        sums = (states.float() * mask[:, :, None]).sum(1)
        return torch.nn.functional.normalize(sums, dim=1)


def _learn(
    reader: _Reader,
    batches: Sequence[Sequence[_Example]],
    course: Course,
    on_batch: OnBatch,
) -> list[float]:
    """The loss of each batch."""
    import torch

    torch.manual_seed(course.seed)
    reader.model.train()
    parameters = [one for one in reader.model.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=course.rate, weight_decay=0.01)
    losses: list[float] = []
    for step, batch in enumerate(batches):
        left = (1 - step / len(batches)) / (1 - WARM_UP)
        for group in optimiser.param_groups:
            group["lr"] = course.rate * min((step + 1) / (len(batches) * WARM_UP), left, 1.0)
        loss = _loss(reader, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, _LARGEST_GRADIENT)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append(loss.item())
        on_batch(step + 1, len(batches), losses[-1])
    reader.model.eval()
    return losses


def _loss(reader: _Reader, batch: Sequence[_Example]) -> Any:
    """InfoNCE: the right document among all of the batch, those left out that are right as well."""
    import torch

    documents = [one.document for one in batch] + [one.wrong for one in batch]
    scores = reader.read([one.request for one in batch]) @ reader.read(documents).T / TEMPERATURE
    right_too = [
        [text in one.right and at != row for at, text in enumerate(documents)]
        for row, one in enumerate(batch)
    ]
    scores = scores.masked_fill(torch.tensor(right_too), -torch.inf)
    return torch.nn.functional.cross_entropy(scores, torch.arange(len(batch)))


# --- int8 ONNX: a byte a weight, and a scale for each column or row


def _read(path: Path) -> dict[str, Vector]:
    """The weights by their names in transformers, as float32. Raises ModelError for another kind of file."""
    graph = _graph(path)
    tensors = {one.name: one for one in graph.initializer}
    weights = {
        name.removeprefix(_PREFIX): _values(tensor)
        for name, tensor in tensors.items()
        if name.startswith(_PREFIX) and not name.endswith(("_q", "_scale", "position_ids"))
    }
    for layer in _layers(graph):
        values = _values(tensors[layer.bytes]).astype(np.float32) * _values(tensors[layer.scale])
        weights[layer.name.removeprefix(_PREFIX)] = values.T if layer.turned else values
    if "embeddings.word_embeddings.weight" not in weights:
        raise ModelError(f"{path} is no int8 model of the kind that we embed with")
    return weights


def _write(base: Path, weights: Mapping[str, Vector], target: Path, *, seed: int) -> None:
    """Writes the graph of ``base`` with these weights; those that were not taught stay to the byte.

    What is learned is mostly smaller than a step of a byte: rounded to the nearest, it would be lost. So it
    is rounded up as often as it is near to it, by chance (Gupta et al., Deep Learning with Limited Numerical
    Precision, 2015).
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(base))
    tensors = {one.name: one for one in model.graph.initializer}

    def put(name: str, values: Vector) -> None:
        tensors[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), name))

    taught = {f"{_PREFIX}{name}": values for name, values in weights.items() if not name.startswith(_FROZEN)}
    for name in tensors.keys() & taught.keys():
        put(name, taught[name])
    draw = np.random.default_rng(seed)
    for layer in _layers(model.graph):
        if layer.name not in taught:
            continue
        values = taught[layer.name].T if layer.turned else taught[layer.name]
        steps = values / _values(tensors[layer.scale])
        rounded = np.floor(steps + draw.random(steps.shape, dtype=np.float32))
        put(layer.bytes, np.clip(rounded, -_LARGEST_BYTE, _LARGEST_BYTE).astype(np.int8))
    onnx.save(model, str(target))


_PREFIX: Final = "inner."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """Where a matrix of the model stands in the graph; ``turned``: rows are columns there."""

    name: str
    bytes: str
    scale: str
    turned: bool


def _layers(graph: Any) -> list[_Layer]:
    """The matrices that are kept as bytes.

    A product's weights have no name of their own; the bias that is added to it has.
    """
    user = {name: node for node in graph.node if node.op_type in ("MatMul", "Add") for name in node.input}
    layers: list[_Layer] = []
    for node in graph.node:
        if node.op_type != "Mul" or not node.input[1].endswith("_scale"):
            continue
        (made,) = node.output
        name = made
        if not made.startswith(_PREFIX):
            added = user[user[made].output[0]]
            bias = next(one for one in added.input if one.endswith(".bias"))
            name = bias.removesuffix("bias") + "weight"
        layers.append(_Layer(name=name, bytes=f"{made}_q", scale=node.input[1], turned=name != made))
    return layers


def _graph(path: Path) -> Any:
    import onnx

    try:
        return onnx.load(str(path)).graph
    except Exception as err:  # protobuf's own, which we do not depend on
        raise ModelError(f"{path} cannot be read as ONNX: {err}") from err


def _values(tensor: Any) -> Vector:
    from onnx import numpy_helper

    return np.asarray(numpy_helper.to_array(tensor))
