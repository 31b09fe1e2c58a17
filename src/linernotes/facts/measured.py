"""What was measured in a recording, as facts."""

from __future__ import annotations

import math

from linernotes.facts.tags import SOURCE as TAGGER
from linernotes.facts.tags import facts_from_tags
from linernotes.types import AudioFeatures, Fact

ANALYSER = "audio:sonara"
METER = "audio:loudness"
TYPICAL_START = "typical_start_s"

_ENERGY_CONFIDENCE = 0.5
"""Energy is a measure of ours without a known accuracy against listeners."""
_METER_CONFIDENCE = 0.95
"""Length and loudness are measured, not guessed."""
_TYPICAL_CONFIDENCE = 0.5
"""Ten patches of three seconds are listened to, and nobody was asked which part they find typical."""
_ALTERNATIVE_SHARE = 0.5
"""How much of the tempo's confidence its half and double readings keep."""
_PLAUSIBLE = {
    "tempo_bpm": (20.0, 400.0),
    "energy": (0.0, 1.0),
    "loudness_lufs": (-70.0, 5.0),
    "duration_s": (0.1, 86_400.0),
    TYPICAL_START: (0.0, 86_400.0),
}


def facts_from_audio(features: AudioFeatures) -> tuple[Fact, ...]:
    """Tempo with its octave readings, key, energy, loudness, duration, and what the taggers heard where.

    A number that is missing, not finite or out of its range gives no fact.
    """
    tempo_confidence = min(max(features.tempo_confidence, 0.0), 1.0)
    facts = [
        _number("tempo_bpm", features.tempo_bpm, ANALYSER, tempo_confidence, "bpm"),
        *(
            _number("tempo_alternative_bpm", bpm, ANALYSER, tempo_confidence * _ALTERNATIVE_SHARE, "bpm")
            for bpm in features.tempo_alternatives_bpm
        ),
        _key(features),
        _number("energy", features.energy, ANALYSER, _ENERGY_CONFIDENCE),
        _number("loudness_lufs", features.loudness_lufs, METER, _METER_CONFIDENCE, "LUFS"),
        _number("duration_s", features.duration_s, METER, _METER_CONFIDENCE, "s"),
        _number(TYPICAL_START, features.typical_start_s, TAGGER, _TYPICAL_CONFIDENCE, "s"),
    ]
    return (*(fact for fact in facts if fact), *facts_from_tags(features.tags))


def _number(
    name: str, value: float | None, source: str, confidence: float, unit: str | None = None
) -> Fact | None:
    if value is None or not math.isfinite(value):
        return None
    low, high = _PLAUSIBLE[name.replace("_alternative", "")]
    if not low <= value <= high:
        return None
    return Fact(name=name, value=float(value), source=source, confidence=confidence, unit=unit)


def _key(features: AudioFeatures) -> Fact | None:
    if features.key is None:
        return None
    confidence = min(max(features.key_confidence, 0.0), 1.0)
    return Fact(name="key", value=features.key, source=ANALYSER, confidence=confidence)
