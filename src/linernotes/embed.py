"""Texts as vectors, so that likeness of meaning can be measured."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from linernotes.errors import ModelError
from linernotes.types import Vector

_MOST_TOKENS = 256
"""What the model was trained to read; the rest of a longer text is left out."""
_MOST_CHARACTERS = 10_000
"""Far more than 256 tokens of prose: keeps the tokenizer from reading a whole book."""
_BATCH_SIZE = 8
"""Measured on one core over notes of 40 tokens: 8 at a time 114 texts/s, 1 at a time 113, 32 at a time 79."""

_MODELS_KEPT = 4
"""Loaded models that stay in memory, some 60 MB each."""


class Embedder(Protocol):
    """A model that turns texts into vectors. ``model`` names its weights and changes when they change."""

    model: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Vector:
        """``(n, dimensions) float32`` of L2 norm 1, in the texts' order; ``(0, dimensions)`` for no texts."""


class MiniLmEmbedder:
    """all-MiniLM-L6-v2 as ONNX: 384 dimensions, mean of the token vectors (Reimers and Gurevych, 2019).

    A text's vector does not depend on the texts beside it. Safe for use from several threads. The model
    is loaded (0.2 s) at the first text.
    """

    dimensions = 384

    def __init__(self, onnx_path: Path, tokenizer_path: Path, threads: int = 1) -> None:
        """Raises ModelError if a file is missing."""
        self._files = (_File.of(onnx_path), _File.of(tokenizer_path))
        self._threads = threads
        self.model = f"minilm-l6-v2@{_short_sha256(*self._files)}"

    def embed(self, texts: Sequence[str]) -> Vector:
        """See Embedder. Raises ModelError if a file is not the model that it should be."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if not texts:
            return vectors
        session, tokenizer = _load(*self._files, self._threads)
        tokens = [tokenizer.encode(_readable(text)).ids for text in texts]
        shortest_first = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
        for start in range(0, len(texts), _BATCH_SIZE):
            rows = shortest_first[start : start + _BATCH_SIZE]
            vectors[rows] = _means(session, [tokens[row] for row in rows])
        return vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMap:
    """Turns what a request means to the embedder towards what is liked here by those who ask so.

    ``mean (d,)`` is that of the requests that it was learned from, ``matrix (d, d)``; the vectors of tracks
    stay as they are. ``model`` names the embedder that it belongs to, ``name`` is the version.
    """

    model: str
    mean: Vector
    matrix: Vector
    name: str

    def turned(self, vectors: Vector) -> Vector:
        """The vectors ``(n, d)`` of requests, turned; L2 norm 1."""
        moved = vectors + (vectors - self.mean) @ self.matrix
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)


NO_MAP: Final = RequestMap(
    model="", mean=np.zeros(0, np.float32), matrix=np.zeros((0, 0), np.float32), name="none"
)
"""Where nothing was learned; it is never turned by."""


def write_map(model: str, mean: Vector, matrix: Vector) -> bytes:
    """The map as the NumPy archive that ``read_map`` reads; equal ones are equal byte for byte."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        model=np.array(model),
        mean=mean.astype(np.float16),
        matrix=matrix.astype(np.float16),
    )
    return buffer.getvalue()


def read_map(data: bytes, name: str) -> RequestMap:
    """What ``write_map`` wrote. Raises ModelError for anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as packed:
            model = str(packed["model"])
            mean, matrix = (packed[part].astype(np.float32) for part in ("mean", "matrix"))
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as err:
        raise ModelError(f"this is no map of requests: {err}") from err
    is_finite = bool(np.isfinite(mean).all() and np.isfinite(matrix).all())
    if mean.ndim != 1 or matrix.shape != (len(mean), len(mean)) or not is_finite:
        raise ModelError("this is no map of requests: its numbers do not belong together")
    return RequestMap(model=model, mean=mean, matrix=matrix, name=name)


def _readable(text: str) -> str:
    return text[:_MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _means(session: Any, tokens: Sequence[Sequence[int]]) -> Vector:
    longest = max(len(row) for row in tokens)
    ids = np.zeros((len(tokens), longest), dtype=np.int64)
    mask = np.zeros((len(tokens), longest), dtype=np.int64)
    for row, row_tokens in enumerate(tokens):
        ids[row, : len(row_tokens)] = row_tokens
        mask[row, : len(row_tokens)] = 1
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    states: NDArray[np.float32] = session.run(None, inputs)[0]
    # The mean's divisor falls out when the length is made 1.
    sums = np.einsum("bth,bt->bh", states, mask.astype(np.float32))
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


def _session(path: Path, threads: int) -> Any:
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidGraph, InvalidProtobuf) as err:
        raise ModelError(f"{path} is not an ONNX model: fetch it again ({err})") from err


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as err:  # tokenizers raises nothing narrower
        raise ModelError(f"{path} is not a tokenizer: fetch it again ({err})") from err
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_TOKENS)
    return tokenizer


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was when it was looked at: another one in its place is another file."""

    path: Path
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> _File:
        """Raises ModelError for a file that is not there."""
        try:
            stat = path.stat()
        except OSError as err:
            raise ModelError(f"no model file {path}: fetch it with `linernotes models fetch`") from err
        return cls(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=_MODELS_KEPT)
def _short_sha256(*files: _File) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.path.read_bytes())
    return digest.hexdigest()[:12]


_loading = threading.Lock()


def _load(onnx: _File, tokenizer: _File, threads: int) -> tuple[Any, Any]:
    """The model and its tokenizer, which all embedders of this process share."""
    with _loading:
        return _loaded(onnx, tokenizer, threads)


@lru_cache(maxsize=_MODELS_KEPT)
def _loaded(onnx: _File, tokenizer: _File, threads: int) -> tuple[Any, Any]:
    return _session(onnx.path, threads), _tokenizer(tokenizer.path)
