"""Small recordings made for tests."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

RATE = 22_050


def write_sound(path: Path, *, seconds: float = 3.0, pitch_hz: float = 220.0) -> Path:
    """A chord with two pulses a second, as a 16-bit WAV; other pitches are other recordings."""
    time_s = np.arange(int(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * pitch_hz * step * time_s) for step in (1.0, 1.25, 1.5))
    sound = 0.2 * chord * np.exp(-((time_s * 2.0) % 1.0) * 6.0)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 20_000).astype("<i2").tobytes())
    return path
