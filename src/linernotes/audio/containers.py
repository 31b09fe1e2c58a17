"""Opening a recording: by libsndfile, or by the ``ffmpeg`` program for what libsndfile cannot read.

Both give the same view: duration, rate, channels, and blocks of samples from any place.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from linernotes.errors import AudioError, UndecodableError

Block = NDArray[np.float32]

BLOCK_FRAMES = 1 << 16
_PROBE_TIMEOUT_S = 30.0
_DECODE_TIMEOUT_S = 120.0
_LIBSNDFILE_KINDS = frozenset({"flac", "ogg", "oga", "opus", "mp3", "wav", "aif", "aiff", "au", "caf"})
_MAX_CHANNELS = 64
_RATES_HZ = (1_000, 1_000_000)


class Recording(Protocol):
    """An open recording. ``duration_s`` is what the file says of itself and may be wrong."""

    duration_s: float
    rate_hz: int
    channels: int

    def blocks(self, start_s: float, length_s: float) -> Iterator[Block]:
        """Samples from this place on as ``(n, channels) float32``, up to the end of the recording."""
        ...


@contextmanager
def open_recording(path: Path) -> Iterator[Recording]:
    """The recording in this file. Raises AudioError if nothing at hand can read it.

    It is an UndecodableError where that is the file's fault.
    """
    import soundfile

    try:
        sound_file = soundfile.SoundFile(path)
    except soundfile.LibsndfileError as err:
        yield _open_with_ffmpeg(path, err.error_string)
        return
    except TypeError:  # a headerless ".raw" lacks what a call would have to tell
        yield _open_with_ffmpeg(path, "it has no header")
        return
    with sound_file:
        yield _checked(_SoundFileRecording(sound_file), path)


class _SoundFileRecording:
    def __init__(self, sound_file: Any) -> None:
        self._file = sound_file
        self.rate_hz: int = sound_file.samplerate
        self.channels: int = sound_file.channels
        self.duration_s: float = sound_file.frames / max(self.rate_hz, 1)

    def blocks(self, start_s: float, length_s: float) -> Iterator[Block]:
        import soundfile

        if start_s > 0:
            self._file.seek(int(start_s * self.rate_hz))
        left = int(length_s * self.rate_hz)
        while left > 0:
            try:
                block = self._file.read(min(BLOCK_FRAMES, left), dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as err:
                raise AudioError(f"its sound breaks off ({err.error_string})") from err
            if not len(block):
                return
            left -= len(block)
            yield block


class _FfmpegRecording:
    def __init__(self, ffmpeg: str, path: Path, facts: dict[str, Any]) -> None:
        stream = facts["streams"][0]
        self._ffmpeg = ffmpeg
        self._path = path
        self.rate_hz = int(stream["sample_rate"])
        self.channels = int(stream["channels"])
        self.duration_s = float(facts.get("format", {}).get("duration", 0.0))

    def blocks(self, start_s: float, length_s: float) -> Iterator[Block]:
        place = ["-ss", f"{start_s:.3f}", "-t", f"{length_s:.3f}", *_input(self._path)]
        command = [self._ffmpeg, "-nostdin", "-v", "error", *place, "-map", "0:a:0", "-f", "f32le", "pipe:1"]
        with _running(command) as output:
            frame_bytes = 4 * self.channels
            while raw := output.read(BLOCK_FRAMES * frame_bytes):
                whole = len(raw) - len(raw) % frame_bytes
                yield np.frombuffer(raw[:whole], "<f4").reshape(-1, self.channels)


def _open_with_ffmpeg(path: Path, refusal: str) -> Recording:
    if not path.is_file() or not os.access(path, os.R_OK):
        raise AudioError(f"{path.name} cannot be opened: is it still there, and are you allowed to read it?")
    ffmpeg, ffprobe = shutil.which("ffmpeg"), shutil.which("ffprobe")
    if ffmpeg is None or ffprobe is None:
        kind = path.suffix.lower().lstrip(".")
        if kind in _LIBSNDFILE_KINDS:
            raise UndecodableError(f"{path.name} cannot be decoded: is it damaged? ({refusal})")
        raise AudioError(f"{kind or path.name} needs ffmpeg, which is not installed")
    entries = "stream=sample_rate,channels:format=duration"
    command = [ffprobe, "-v", "error", "-select_streams", "a:0", "-show_entries", entries]
    try:
        probe = subprocess.run(
            [*command, "-of", "json", *_input(path)],
            capture_output=True,
            timeout=_PROBE_TIMEOUT_S,
            check=True,
        )
        recording = _FfmpegRecording(ffmpeg, path, json.loads(probe.stdout))
    except subprocess.TimeoutExpired as err:
        raise AudioError(f"ffprobe did not answer within {_PROBE_TIMEOUT_S:g} s") from err
    except (subprocess.CalledProcessError, ValueError, KeyError, IndexError, TypeError) as err:
        raise UndecodableError(f"neither libsndfile ({refusal}) nor ffmpeg finds sound in it") from err
    return _checked(recording, path)


def _input(path: Path) -> list[str]:
    """The file as an input of ffmpeg, which must not follow links to the network from inside it."""
    return ["-protocol_whitelist", "file", "-i", f"file:{path}"]


@contextmanager
def _running(command: list[str]) -> Iterator[IO[bytes]]:
    """The output of a program that is ended when it takes too long or is not wanted any more."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    timer = Timer(_DECODE_TIMEOUT_S, process.kill)
    timer.start()
    try:
        assert process.stdout is not None
        with process.stdout:
            yield process.stdout
    finally:
        timer.cancel()
        process.kill()
        process.wait()


def _checked(recording: Recording, path: Path) -> Recording:
    lowest, highest = _RATES_HZ
    if not lowest <= recording.rate_hz <= highest or not 1 <= recording.channels <= _MAX_CHANNELS:
        claim = f"{recording.channels} channels at {recording.rate_hz} Hz"
        raise UndecodableError(f"{path.name} claims {claim}: is its header damaged?")
    return recording
