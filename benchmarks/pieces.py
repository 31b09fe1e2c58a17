"""Synthesised pieces of music with known tempo and key, for when no recordings are at hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44_100
_TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_PROGRESSIONS = {  # as steps of the scale
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 3), (0, 3, 0, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 4), (0, 3, 6, 0)),
}
_BEATS = 16  # four bars of four, then the pattern comes again with another melody


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """``samples`` is ``(n, 2) float32`` at 44,100 Hz."""

    samples: NDArray[np.float32]
    tempo_bpm: float
    key: str


def synthesise(seed: int, seconds: float) -> Piece:
    """A piece with chords, bass, melody and drums; the same seed gives the same piece."""
    rng = np.random.default_rng(seed)
    tempo_bpm = float(rng.uniform(72, 168))
    mode = str(rng.choice(["major", "minor"], p=[0.6, 0.4]))
    tonic = int(rng.integers(12))
    progression = _PROGRESSIONS[mode][rng.integers(4)]
    timbre = rng.uniform(1.0, 2.5)
    beat = int(60 / tempo_bpm * RATE_HZ)
    loops = [
        _loop(rng, beat, 48 + tonic, _SCALES[mode], progression, timbre)
        for _ in range(int(np.ceil(seconds * RATE_HZ / (beat * _BEATS))))
    ]
    mono = np.concatenate(loops)[: int(seconds * RATE_HZ)]
    mono /= np.abs(mono).max() * 1.3
    names = _TONICS if mode == "major" else _MINOR_TONICS
    samples = np.stack([mono, np.roll(mono, 200)], axis=1).astype(np.float32)
    return Piece(samples=samples, tempo_bpm=60 * RATE_HZ / beat, key=f"{names[tonic]} {mode}")


def _loop(
    rng: np.random.Generator,
    beat: int,
    tonic: int,
    scale: tuple[int, ...],
    progression: tuple[int, ...],
    timbre: float,
) -> NDArray[np.float64]:
    sound = np.zeros(beat * (_BEATS + 4))

    def pitch(step: int) -> int:
        return tonic + 12 * (step // 7) + scale[step % 7]

    for bar, root in enumerate(progression):
        start = bar * 4 * beat
        for step in (root, root + 2, root + 4):
            _add(sound, start, _note(pitch(step + 7), 4 * beat, timbre) * 0.5)
        for eighth in range(8):
            _add(sound, start + eighth * beat // 2, _note(pitch(root) - 12, beat // 2, timbre) * 0.6)
    for eighth in range(_BEATS * 2):
        if rng.random() < 0.55:
            step = int(rng.choice([0, 1, 2, 4, 5]) + 14)
            _add(sound, eighth * beat // 2, _note(pitch(step), beat, timbre * 0.8) * 0.35)
    for number in range(_BEATS):
        drum = _kick(beat) if number % 2 == 0 else _snare(rng, beat)
        _add(sound, number * beat, drum)
        for half in range(2):
            _add(sound, number * beat + half * beat // 2, _hat(rng, beat // 2))
    return sound[: beat * _BEATS]


def _add(sound: NDArray[np.float64], start: int, part: NDArray[np.float64]) -> None:
    sound[start : start + len(part)] += part[: max(len(sound) - start, 0)]


def _note(midi: int, frames: int, timbre: float) -> NDArray[np.float64]:
    time_s = np.arange(frames) / RATE_HZ
    frequency_hz = 440 * 2 ** ((midi - 69) / 12)
    wave = np.sum([np.sin(2 * np.pi * frequency_hz * n * time_s) / n**timbre for n in range(1, 7)], axis=0)
    attack = np.minimum(time_s / 0.008, 1)
    release = np.minimum((frames / RATE_HZ - time_s) / 0.02, 1)
    return np.asarray(wave * attack * release * np.exp(-2 * time_s))


def _kick(frames: int) -> NDArray[np.float64]:
    time_s = np.arange(frames) / RATE_HZ
    return np.asarray(1.2 * np.sin(2 * np.pi * 55 * time_s + 6 * np.exp(-30 * time_s)) * np.exp(-14 * time_s))


def _snare(rng: np.random.Generator, frames: int) -> NDArray[np.float64]:
    time_s = np.arange(frames) / RATE_HZ
    return np.asarray(0.6 * rng.standard_normal(frames) * np.exp(-22 * time_s))


def _hat(rng: np.random.Generator, frames: int) -> NDArray[np.float64]:
    time_s = np.arange(frames) / RATE_HZ
    return np.asarray(0.15 * np.diff(rng.standard_normal(frames + 1)) * np.exp(-60 * time_s))
