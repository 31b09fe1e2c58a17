"""Everything that is measured in one recording: tempo, key, loudness, energy, tags, embedding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linernotes.audio.decode import ANALYSIS_RATE_HZ, Samples, Sound, decode
from linernotes.audio.energy import perceived_energy
from linernotes.audio.tagger import TaggerPaths, Tagging, tag
from linernotes.types import AudioFeatures

ANALYSER_VERSION = "sonara-0.3.6+musicnn-1+lufs-1+energy-1"

_MIN_TEMPO_S = 6.0  # about eight beats
_MIN_KEY_S = 3.0
_MIN_PULSE = 0.1  # sonara's confidence: 0.33 and more in 87 pieces of music, below 0.01 in a plain tone
_MIN_LOUDNESS_S = 0.4  # one block of ITU-R BS.1770
_TEMPO_RANGE_BPM = (40.0, 240.0)  # in which another octave is worth telling

# sonara names keys with sharps alone; written music prefers flats for these.
_USUAL_MAJOR = {"C#": "Db", "D#": "Eb", "G#": "Ab", "A#": "Bb"}
_USUAL_MINOR = {"D#": "Eb", "A#": "Bb"}


def analyse_file(path: Path, *, tagger_paths: TaggerPaths | None) -> AudioFeatures:
    """What can be measured in the recording at ``path``; without taggers, no tags and no embedding.

    What cannot be measured (the tempo of silence) is None with confidence 0. Raises AudioError if the file
    cannot be read or holds no sound.
    """
    return analyse_sound(decode(path), tagger_paths=tagger_paths)


def analyse_sound(sound: Sound, *, tagger_paths: TaggerPaths | None) -> AudioFeatures:
    """As ``analyse_file``, of sound already decoded.

    ``tempo_confidence`` is sonara's: how clear and steady the pulse is, about 0.8 for dance music and 0.4
    for free playing; it knows nothing of octave errors, so the alternatives are half and double.
    ``key_confidence`` says how far the best key is ahead of the next (0.5: not at all). Neither is a
    probability. Energy is described with ``perceived_energy``.
    """
    if sound.silent:
        return _features(sound, _Rhythm(), None, None, (*sound.warnings, "it is silent"))
    rhythm = _rhythm(sound.analysis)
    tagging = tag(sound.tagging, tagger_paths) if tagger_paths else None
    return _features(sound, rhythm, _loudness(sound), tagging, sound.warnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rhythm:
    """What sonara measures."""

    tempo_bpm: float | None = None
    tempo_confidence: float = 0.0
    key: str | None = None
    key_confidence: float = 0.0
    energy: float | None = None


def _features(
    sound: Sound,
    rhythm: _Rhythm,
    loudness_lufs: float | None,
    tagging: Tagging | None,
    warnings: tuple[str, ...],
) -> AudioFeatures:
    tags = tagging.tags if tagging else ()
    return AudioFeatures(
        duration_s=sound.duration_s,
        tempo_bpm=rhythm.tempo_bpm,
        tempo_alternatives_bpm=_octaves(rhythm.tempo_bpm),
        tempo_confidence=rhythm.tempo_confidence,
        key=rhythm.key,
        key_confidence=rhythm.key_confidence,
        loudness_lufs=loudness_lufs,
        energy=perceived_energy(rhythm.energy, loudness_lufs, tags),
        tags=tags,
        embedding=tagging.embedding if tagging else None,
        typical_start_s=sound.in_recording_s(tagging.typical_start_s) if tagging else None,
        warnings=warnings,
    )


def _rhythm(samples: Samples) -> _Rhythm:
    """Tempo, key and energy by sonara, as far as there is enough sound for each."""
    import sonara

    found = sonara.analyze_signal(samples, sr=ANALYSIS_RATE_HZ, features=["bpm", "key", "energy"])
    seconds = len(samples) / ANALYSIS_RATE_HZ
    has_pulse = seconds >= _MIN_TEMPO_S and found["bpm_confidence"] >= _MIN_PULSE and found["bpm"] > 0
    has_key = seconds >= _MIN_KEY_S and bool(found["key"])
    return _Rhythm(
        tempo_bpm=round(float(found["bpm"]), 1) if has_pulse else None,
        tempo_confidence=float(found["bpm_confidence"]) if has_pulse else 0.0,
        key=usual_key_name(found["key"]) if has_key else None,
        key_confidence=_key_confidence(float(found["key_confidence"])) if has_key else 0.0,
        energy=float(found["energy"]),
    )


def usual_key_name(key: str) -> str:
    """A key as it is usually written: "D# major" is "Eb major"."""
    tonic, _, mode = key.partition(" ")
    usual = _USUAL_MAJOR if mode == "major" else _USUAL_MINOR
    return f"{usual.get(tonic, tonic)} {mode}"


def _key_confidence(margin: float) -> float:
    """The share of the best key in the sum of its score and the next one's.

    sonara tells the margin ``(best - next) / best``. 0.5: both fit as well; 1: nothing else fits at all.
    """
    return 1 / (2 - min(max(margin, 0.0), 1.0))


def _octaves(tempo_bpm: float | None) -> tuple[float, ...]:
    """Half and double the tempo, as far as they are tempos."""
    if tempo_bpm is None:
        return ()
    low, high = _TEMPO_RANGE_BPM
    return tuple(bpm for bpm in (tempo_bpm / 2, tempo_bpm * 2) if low <= bpm <= high)


def _loudness(sound: Sound) -> float | None:
    """Integrated loudness by ITU-R BS.1770-4, or None if there is too little to measure."""
    import pyloudnorm

    if len(sound.channels) < _MIN_LOUDNESS_S * sound.channels_rate_hz:
        return None
    with np.errstate(all="ignore"):
        loudness = float(pyloudnorm.Meter(sound.channels_rate_hz).integrated_loudness(sound.channels))
    return loudness if np.isfinite(loudness) else None
