"""A recording as samples at the rates that the analysers want, in bounded memory.

The file is read block by block; each block is mended, mixed down and resampled at once, so that even
twelve minutes of six channels at 192 kHz never lie in memory as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linernotes.audio.containers import Block, Recording, open_recording
from linernotes.errors import AudioError, UndecodableError

Samples = NDArray[np.float32]

ANALYSIS_RATE_HZ = 22_050
TAGGER_RATE_HZ = 16_000

MAX_DECODED_S = 720.0
_EXCERPTS = 4  # of a longer recording, one from the middle of each quarter
_MAX_LOUDNESS_S = 300.0
_LOUDNESS_STRETCH_S = 10.0  # of longer sound every second or third ten seconds are measured
_MAX_LOUDNESS_RATE_HZ = 48_000  # its filters end at 20 kHz
_MAX_LOUDNESS_CHANNELS = 5  # ITU-R BS.1770 gives weights for left, right, centre and two surrounds
_CHANNELS_WITH_LFE, _LFE = 6, 3  # 5.1: the low-frequency channel does not count for loudness
_SILENCE = 1e-4  # -80 dBFS, above the dither of 16-bit silence
_ABSURD = 100.0  # 40 dB over full scale: not sound but a broken file
_RESAMPLING = "HQ"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a recording."""

    start_s: float
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What was decoded of one recording; all samples are float32.

    ``analysis`` (22,050 Hz) and ``tagging`` (16,000 Hz) are mono mixes of the same excerpts. ``channels``
    is ``(n, c)`` at ``channels_rate_hz``, at most five minutes of them, for the measurement of loudness.
    ``excerpts`` are the parts of the recording that it consists of, in their order.
    """

    duration_s: float
    analysis: Samples
    tagging: Samples
    channels: Samples
    channels_rate_hz: int
    silent: bool
    warnings: tuple[str, ...]
    excerpts: tuple[Excerpt, ...] = (Excerpt(0.0, MAX_DECODED_S),)

    def in_recording_s(self, decoded_s: float) -> float:
        """When in the recording that is which comes ``decoded_s`` after the beginning of what was decoded."""
        for excerpt in self.excerpts[:-1]:
            if decoded_s < excerpt.length_s:
                return excerpt.start_s + decoded_s
            decoded_s -= excerpt.length_s
        return self.excerpts[-1].start_s + decoded_s


def decode(path: Path) -> Sound:
    """The sound of a file, at most twelve minutes of it.

    Of a longer recording four excerpts of three minutes are taken, one from the middle of each quarter.
    Raises AudioError if it cannot be read, UndecodableError if that is because it holds no sound.
    """
    with open_recording(path) as recording:
        excerpts = _excerpts(recording.duration_s)
        collector = _Collector(recording, sum(excerpt.length_s for excerpt in excerpts))
        breaks_off = None
        try:
            for block in _blocks(recording, excerpts):
                collector.add(block)
        except AudioError as err:  # what came before is still worth measuring
            breaks_off = str(err)
        return collector.sound(excerpts, breaks_off)


def _excerpts(duration_s: float) -> tuple[Excerpt, ...]:
    if duration_s <= MAX_DECODED_S:
        return (Excerpt(0.0, min(duration_s, MAX_DECODED_S) if duration_s > 0 else MAX_DECODED_S),)
    length_s, quarter_s = MAX_DECODED_S / _EXCERPTS, duration_s / _EXCERPTS
    return tuple(Excerpt((n + 0.5) * quarter_s - length_s / 2, length_s) for n in range(_EXCERPTS))


def _blocks(recording: Recording, excerpts: tuple[Excerpt, ...]) -> Iterator[Block]:
    for excerpt in excerpts:
        # A single excerpt reads on to the end: the header's duration may be too short.
        length_s = excerpt.length_s if len(excerpts) > 1 else MAX_DECODED_S
        yield from recording.blocks(excerpt.start_s, length_s)


class _Collector:
    """Takes blocks of the recording, and in the end makes a Sound of them."""

    def __init__(self, recording: Recording, planned_s: float) -> None:
        self.recording = recording
        rate = recording.rate_hz
        self.mix = np.full(recording.channels, 1 / recording.channels, np.float32)
        self.analysis = _Resampled(rate, ANALYSIS_RATE_HZ, 1)
        self.tagging = _Resampled(rate, TAGGER_RATE_HZ, 1)
        self.counted = _counted_channels(recording.channels)
        self.channels_rate_hz = min(rate, _MAX_LOUDNESS_RATE_HZ)
        self.channels = _Resampled(rate, self.channels_rate_hz, len(self.counted))
        self.every = math.ceil(planned_s / _MAX_LOUDNESS_S)
        self.frames = self.frames_sampled = 0
        self.broken = 0
        self.lowest, self.highest = np.inf, -np.inf

    def add(self, block: Block) -> None:
        block = self._mended(block)
        mono = block @ self.mix
        self.lowest, self.highest = min(self.lowest, mono.min()), max(self.highest, mono.max())
        self.analysis.add(mono)
        self.tagging.add(mono)
        if self._is_loudness_sampled():
            self.channels.add(block[:, self.counted])
            self.frames_sampled += len(block)
        self.frames += len(block)

    def sound(self, excerpts: tuple[Excerpt, ...], breaks_off: str | None) -> Sound:
        if not self.frames:
            raise UndecodableError(breaks_off or "it holds no sound")
        decoded_s = self.frames / self.recording.rate_hz
        whole = len(excerpts) == 1
        return Sound(
            duration_s=decoded_s if whole else self.recording.duration_s,
            analysis=self.analysis.finished(),
            tagging=self.tagging.finished(),
            channels=self.channels.finished(),
            channels_rate_hz=self.channels_rate_hz,
            silent=bool(self.highest - self.lowest < 2 * _SILENCE),
            warnings=tuple(self._warnings(decoded_s, whole=whole, breaks_off=breaks_off)),
            excerpts=excerpts,
        )

    def _is_loudness_sampled(self) -> bool:
        """Whether the next block is in one of the stretches that loudness is measured on."""
        rate = self.recording.rate_hz
        stretch = int(self.frames / rate / _LOUDNESS_STRETCH_S)
        return stretch % self.every == 0 and self.frames_sampled < _MAX_LOUDNESS_S * rate

    def _mended(self, block: Block) -> Block:
        """The block with samples that are no numbers, or absurd, set to zero."""
        if block.min() >= -_ABSURD and block.max() <= _ABSURD:  # false if there is a NaN
            return block
        good = np.abs(block) <= _ABSURD
        self.broken += int(np.count_nonzero(~good))
        return np.where(good, block, np.float32(0))

    def _warnings(self, decoded_s: float, *, whole: bool, breaks_off: str | None) -> Iterator[str]:
        stated_s = self.recording.duration_s
        if breaks_off:
            yield f"only {decoded_s:.0f} s could be decoded: {breaks_off}"
        elif whole and stated_s > 0 and decoded_s < 0.9 * stated_s:
            yield f"only {decoded_s:.0f} of {stated_s:.0f} s could be decoded: is the file cut short?"
        if not whole:
            yield f"measured on {_EXCERPTS} excerpts, {decoded_s / 60:.0f} of {stated_s / 60:.0f} minutes"
        elif decoded_s >= MAX_DECODED_S > stated_s:  # the file does not say how long it is
            yield f"measured on the first {decoded_s / 60:.0f} minutes"
        if self.broken:
            yield f"{self.broken} broken samples were set to zero"


class _Resampled:
    """A signal that grows by blocks, resampled as it comes."""

    def __init__(self, from_hz: int, to_hz: int, channels: int) -> None:
        import soxr

        self.stream = soxr.ResampleStream(from_hz, to_hz, channels, "float32", _RESAMPLING)
        self.same = from_hz == to_hz
        self.shape = (0,) if channels == 1 else (0, channels)
        self.parts: list[Samples] = []

    def add(self, block: Samples) -> None:
        block = block[:, 0] if block.ndim > len(self.shape) else block
        self.parts.append(block if self.same else self.stream.resample_chunk(np.ascontiguousarray(block)))

    def finished(self) -> Samples:
        if not self.same:
            self.parts.append(self.stream.resample_chunk(np.empty(self.shape, np.float32), last=True))
        whole = np.concatenate([np.empty(self.shape, np.float32), *self.parts])
        self.parts.clear()
        return whole


def _counted_channels(channels: int) -> list[int]:
    """The channels that loudness counts, in the order of ITU-R BS.1770."""
    counted = [n for n in range(channels) if not (channels >= _CHANNELS_WITH_LFE and n == _LFE)]
    return counted[:_MAX_LOUDNESS_CHANNELS]
