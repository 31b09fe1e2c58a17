"""What is measured in sounds that are known beforehand."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from linernotes import models
from linernotes.audio import ANALYSER_VERSION, LIMITS, TaggerPaths, analyse_file
from linernotes.audio.analyse import usual_key_name
from linernotes.audio.energy import perceived_energy
from linernotes.compute import run_isolated
from linernotes.errors import AudioError
from linernotes.types import TagScore

Samples = NDArray[np.float32]

RATE_HZ = 22_050


def clicks(tempo_bpm: float, seconds: float) -> Samples:
    """Short bursts of noise on every beat, over a soft hum."""
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    noise = np.random.default_rng(3).standard_normal(len(time_s))
    bursts = noise * np.exp(-80 * (time_s % (60 / tempo_bpm)))
    return (0.3 * bursts + 0.01 * np.sin(2 * np.pi * 110 * time_s)).astype(np.float32)


def chords(midi_chords: list[list[int]], seconds_each: float) -> Samples:
    """Chords of decaying tones with four harmonics."""
    time_s = np.arange(int(seconds_each * RATE_HZ)) / RATE_HZ
    parts = []
    for notes in midi_chords:
        wave = np.zeros_like(time_s)
        for note in notes:
            for harmonic in range(1, 5):
                frequency = 440 * 2 ** ((note - 69) / 12) * harmonic
                wave += np.sin(2 * np.pi * frequency * time_s) / harmonic**2
        parts.append(wave * np.exp(-1.5 * time_s))
    return (np.concatenate(parts) * 0.05).astype(np.float32)


def written(path: Path, samples: Samples, rate_hz: int = RATE_HZ) -> Path:
    soundfile.write(path, samples, rate_hz, subtype="FLOAT")
    return path


@pytest.mark.parametrize("tempo_bpm", [80.0, 100.0, 120.0, 150.0])
def test_the_tempo_of_a_click_track_is_found_or_among_the_alternatives(
    tmp_path: Path, tempo_bpm: float
) -> None:
    features = analyse_file(written(tmp_path / "a.wav", clicks(tempo_bpm, 20)), tagger_paths=None)
    assert features.tempo_bpm is not None
    readings = [features.tempo_bpm, *features.tempo_alternatives_bpm]
    assert min(abs(reading - tempo_bpm) / tempo_bpm for reading in readings) < 0.02
    assert features.tempo_confidence > 0.5


@pytest.mark.parametrize(
    ("key", "tonic", "progression"),
    [
        ("C major", 48, [[0, 4, 7], [5, 9, 12], [7, 11, 14], [0, 4, 7]]),
        ("Eb major", 51, [[0, 4, 7], [5, 9, 12], [7, 11, 14], [0, 4, 7]]),
        ("A minor", 57, [[0, 3, 7], [5, 8, 12], [7, 11, 14], [0, 3, 7]]),
        ("F# minor", 54, [[0, 3, 7], [5, 8, 12], [7, 11, 14], [0, 3, 7]]),
    ],
)
def test_the_key_of_a_cadence_is_found(
    tmp_path: Path, key: str, tonic: int, progression: list[list[int]]
) -> None:
    notes = [[tonic + step for step in chord] for chord in progression] * 3
    features = analyse_file(written(tmp_path / "a.wav", chords(notes, 1.5)), tagger_paths=None)
    assert features.key == key
    assert 0.5 <= features.key_confidence <= 1


def test_silence_has_a_duration_and_nothing_else(tmp_path: Path) -> None:
    features = analyse_file(written(tmp_path / "a.wav", np.zeros(RATE_HZ * 8, np.float32)), tagger_paths=None)
    assert features.duration_s == 8
    assert (features.tempo_bpm, features.key, features.loudness_lufs, features.energy) == (None,) * 4
    assert (features.tempo_confidence, features.key_confidence) == (0, 0)
    assert (features.tempo_alternatives_bpm, features.tags, features.embedding) == ((), (), None)
    assert features.warnings == ("it is silent",)


def test_a_plain_tone_has_no_tempo(tmp_path: Path) -> None:
    hum = (0.3 * np.sin(2 * np.pi * 220 * np.arange(RATE_HZ * 10) / RATE_HZ)).astype(np.float32)
    features = analyse_file(written(tmp_path / "a.wav", hum), tagger_paths=None)
    assert features.tempo_bpm is None
    assert features.tempo_confidence == 0


@pytest.mark.parametrize("frames", [1, 100, RATE_HZ // 3])
def test_a_moment_of_sound_has_neither_tempo_nor_key_nor_loudness(tmp_path: Path, frames: int) -> None:
    noise = (np.random.default_rng(0).standard_normal(frames) / 4).astype(np.float32)
    noise[0] = 0.5
    features = analyse_file(written(tmp_path / "a.wav", noise), tagger_paths=None)
    assert (features.tempo_bpm, features.key, features.loudness_lufs) == (None, None, None)


def test_loudness_of_the_calibration_tone_of_bs1770(tmp_path: Path) -> None:
    # A 997 Hz sine of full scale in one channel is -3.01 LUFS (ITU-R BS.1770-4, annex 1).
    tone = np.sin(2 * np.pi * 997 * np.arange(48_000 * 5) / 48_000).astype(np.float32)
    mono = analyse_file(written(tmp_path / "m.wav", tone, 48_000), tagger_paths=None)
    assert mono.loudness_lufs == pytest.approx(-3.01, abs=0.05)
    both = analyse_file(written(tmp_path / "s.wav", np.stack([tone, tone], 1), 48_000), tagger_paths=None)
    assert both.loudness_lufs == pytest.approx(0.0, abs=0.05)


def test_loudness_too_low_for_the_gate_is_unknown(tmp_path: Path) -> None:
    quiet = (2e-4 * np.sin(2 * np.pi * 50 * np.arange(RATE_HZ * 3) / RATE_HZ)).astype(np.float32)
    assert analyse_file(written(tmp_path / "a.wav", quiet), tagger_paths=None).loudness_lufs is None


def test_what_cannot_be_read_is_an_audio_error(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"")
    with pytest.raises(AudioError):
        analyse_file(tmp_path / "a.mp3", tagger_paths=None)


@pytest.mark.parametrize(
    ("measured", "usual"),
    [("A minor", "A minor"), ("D# major", "Eb major"), ("C# minor", "C# minor"), ("C# major", "Db major"),
     ("G# minor", "G# minor"), ("A# minor", "Bb minor"), ("F# major", "F# major")],
)  # fmt: skip
def test_keys_are_named_as_they_are_usually_written(measured: str, usual: str) -> None:
    assert usual_key_name(measured) == usual


def tags(**scores: float) -> tuple[TagScore, ...]:
    return tuple(TagScore(model="MTT", tag=name, score=score) for name, score in scores.items())


def test_energy_is_the_mean_of_three_readings() -> None:
    assert perceived_energy(0.35, -15.5, tags(loud=0.3, slow=0.1)) == pytest.approx((0.5 + 0.5 + 0.75) / 3)


def test_energy_leaves_out_what_is_missing() -> None:
    assert perceived_energy(0.35, None, ()) == pytest.approx(0.5)
    assert perceived_energy(0.35, None, tags(flute=0.5)) == pytest.approx(0.5)
    assert perceived_energy(None, -7.0, tags(loud=1.0)) is None


def test_energy_stays_between_zero_and_one() -> None:
    assert perceived_energy(0.9, 3.0, tags(loud=0.9)) == 1
    assert perceived_energy(0.0, -60.0, tags(slow=0.9)) == 0


def test_the_version_names_every_part() -> None:
    assert all(part in ANALYSER_VERSION for part in ("sonara-0.3.6", "musicnn-", "lufs-", "energy-"))


@pytest.mark.models
def test_files_are_analysed_in_child_processes(tmp_path: Path, models_dir: Path) -> None:
    paths = TaggerPaths(
        msd=models.musicnn_onnx(models_dir, "MSD"), mtt=models.musicnn_onnx(models_dir, "MTT")
    )
    good = written(tmp_path / "good.wav", clicks(120, 12))
    bad = tmp_path / "bad.flac"
    bad.write_bytes(b"fLaC, but no more")
    function = partial(analyse_file, tagger_paths=paths)
    outcomes = {o.item: o for o in run_isolated(function, [bad, good], jobs=1, limits=LIMITS)}
    assert "is it damaged" in (outcomes[bad].error or "")
    features = outcomes[good].value
    assert features is not None
    assert features.embedding is not None
    assert (features.embedding.shape, len(features.tags)) == ((400,), 100)
