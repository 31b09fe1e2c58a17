"""Tags and an embedding of a recording, by the two musicnn taggers.

The front end is theirs: 16 kHz mono, Hann windows of 512 samples every 256, 96 mel bands, log10(1 + 10000 x),
patches of 187 frames (three seconds). Only ten patches spread over the track are computed: all of a
three-minute track would be sixty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linernotes.errors import ModelError
from linernotes.types import TagScore, Vector

Samples = NDArray[np.float32]

RATE_HZ = 16_000
PATCHES = 10
EMBEDDING_DIMENSIONS = 400
TYPICAL_S = 30.0
"""How long the part is that stands for a song."""

_FFT = 512
_HOP = 256
_MELS = 96
_FRAMES = 187
_PATCH_SAMPLES = (_FRAMES - 1) * _HOP + _FFT
_COMPRESSION = np.float32(10_000)

# The mel scale of Slaney's Auditory Toolbox (1998): linear below 1 kHz, logarithmic above.
_HZ_PER_MEL = 200 / 3
_LOG_FROM_HZ = 1000.0
_LOG_FROM_MEL = _LOG_FROM_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggerPaths:
    """The two taggers as ONNX files with their tag labels in the metadata."""

    msd: Path
    mtt: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """What the taggers found. ``tags`` holds all 50 of each model, ``MSD`` first, the highest score first.

    ``embedding`` is ``(400,) float32`` of L2 norm 1: the last hidden layer of each model, averaged over the
    patches and brought to norm 1, one after the other. ``typical_start_s`` is where the thirty seconds begin
    that most other patches are like.
    """

    tags: tuple[TagScore, ...]
    embedding: Vector
    typical_start_s: float


def tag(samples: Samples, paths: TaggerPaths) -> Tagging:
    """Tags and embedding of mono samples at 16 kHz. A score is the mean activation over the patches.

    Sound shorter than three seconds is repeated to fill a patch. Raises ModelError if a tagger cannot be
    loaded, ValueError if there are no samples.
    """
    mels = mel_patches(samples)
    tags: list[TagScore] = []
    halves: list[Vector] = []
    patches: list[Vector] = []
    for name, path in (("MSD", paths.msd), ("MTT", paths.mtt)):
        model = _load(path)
        activations, hidden = model.run(mels)
        scores = activations.mean(axis=0)
        tags += [
            TagScore(model=name, tag=model.labels[n], score=float(scores[n])) for n in np.argsort(-scores)
        ]
        halves.append(_unit(hidden.mean(axis=0)))
        patches.append(_unit(hidden))
    return Tagging(
        tags=tuple(tags),
        embedding=_unit(np.concatenate(halves)),
        typical_start_s=_typical_start_s(_unit(np.concatenate(patches, axis=1)), len(samples)),
    )


def _typical_start_s(patches: Vector, length: int) -> float:
    """Where the part of thirty seconds begins whose patches lie where most lie.

    How dense they lie is told by a Gaussian kernel as wide as patches are apart; what is nearest to the
    average of verse and refrain may be neither.
    """
    apart = 1 - patches @ patches.T
    density = np.exp(-apart / max(float(apart.mean()), 1e-6)).mean(axis=1)
    centres_s = (np.array(_starts(length, len(patches))) + _PATCH_SAMPLES / 2) / RATE_HZ
    is_near = np.abs(centres_s[:, None] - centres_s) <= TYPICAL_S / 2
    best = int(np.argmax((is_near @ density) / is_near.sum(axis=1)))
    latest_s = max(0.0, length / RATE_HZ - TYPICAL_S)
    return float(np.clip(centres_s[best] - TYPICAL_S / 2, 0.0, latest_s))


def mel_patches(samples: Samples) -> Samples:
    """Log mel spectrograms of patches spread evenly over the sound: ``(n, 187, 96) float32``.

    Ten of them, fewer where they would overlap. ``samples`` are mono at 16 kHz.
    """
    if not len(samples):
        raise ValueError("no samples to tag")
    if len(samples) < _PATCH_SAMPLES:
        samples = np.resize(samples, _PATCH_SAMPLES)
    starts = _starts(len(samples), min(PATCHES, len(samples) // _PATCH_SAMPLES))
    return np.stack([_log_mel(samples[start : start + _PATCH_SAMPLES]) for start in starts])


def _starts(length: int, count: int) -> list[int]:
    """The first samples of so many patches, spread evenly over sound of this length."""
    free = max(0, length - _PATCH_SAMPLES)
    return [round(free * (n + 0.5) / count) for n in range(count)]


@lru_cache(maxsize=1)
def mel_filters() -> Samples:
    """Triangular mel filters, each of area one in Hz: ``(96, 257) float32``.

    Slaney's scale and normalisation, 0 to 8,000 Hz, for spectra of 512 samples at 16 kHz.
    """
    edges = _mel_to_hz(np.linspace(0.0, _hz_to_mel(RATE_HZ / 2), _MELS + 2))
    frequencies = np.linspace(0.0, RATE_HZ / 2, _FFT // 2 + 1)
    low, centre, high = (edges[n : n + _MELS, None] for n in range(3))
    rising = (frequencies - low) / (centre - low)
    falling = (high - frequencies) / (high - centre)
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * 2 / (high - low)).astype(np.float32)


def _log_mel(samples: Samples) -> Samples:
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FFT)[::_HOP]
    spectrum = np.fft.rfft(frames * _window(), axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    log_mel: Samples = np.log10(1 + _COMPRESSION * (power @ mel_filters().T))
    return log_mel


@lru_cache(maxsize=1)
def _window() -> Samples:
    return np.hanning(_FFT + 1)[:-1].astype(np.float32)


def _hz_to_mel(frequency: float) -> float:
    if frequency < _LOG_FROM_HZ:
        return frequency / _HZ_PER_MEL
    return float(_LOG_FROM_MEL + np.log(frequency / _LOG_FROM_HZ) / _LOG_STEP)


def _mel_to_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    logarithmic = _LOG_FROM_HZ * np.exp(_LOG_STEP * (mels - _LOG_FROM_MEL))
    return np.where(mels < _LOG_FROM_MEL, mels * _HZ_PER_MEL, logarithmic)


def _unit(vector: Vector) -> Vector:
    """The vector, or each row, brought to L2 norm 1; zeros stay zeros."""
    norms = np.linalg.norm(vector, axis=-1, keepdims=True)
    scaled: Vector = (vector / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled


@dataclass(frozen=True, slots=True)
class _Tagger:
    session: Any
    labels: tuple[str, ...]

    def run(self, mels: Samples) -> tuple[Samples, Samples]:
        """Activations ``(n, 50)`` and last hidden layer ``(n, 200)``."""
        # One patch at a time: as fast as ten together on one thread, in a fifth of the memory.
        parts = [self.session.run(["tags", "penultimate"], {"mel": patch[None]}) for patch in mels]
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


@lru_cache(maxsize=4)
def _load(path: Path) -> _Tagger:
    """A tagger, loaded once in each process."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as refusals

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    if not path.is_file():
        raise ModelError(f"{path} is missing: run `linernotes models fetch`")
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        metadata: Mapping[str, str] = session.get_modelmeta().custom_metadata_map
        labels = tuple(json.loads(metadata["labels"]))
    except (
        refusals.Fail,
        refusals.InvalidGraph,
        refusals.InvalidProtobuf,
        refusals.RuntimeException,
        KeyError,
        ValueError,
    ) as err:
        raise ModelError(f"{path} is no tagger of ours ({err}): run `linernotes models fetch`") from err
    return _Tagger(session, labels)
