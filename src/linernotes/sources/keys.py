"""Musical keys in the many ways they are written, as "A minor", "F# minor", "Bb major"."""

from __future__ import annotations

import re

# The spelling with fewer accidentals; where both have six, the commoner one.
_MAJOR = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_PITCH_OF_LETTER = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARPS = frozenset({"#", "♯", "sharp"})
_NAMED = re.compile(
    r"([A-Ga-g])(?:[\s-]*(#|♯|♭|(?i:sharp|flat)|(?<=[A-Ga-g])b))?"
    r"[\s:_-]*(m|M|(?i:min|minor|moll|maj|major|dur))?\.?"
)
_WHEEL = re.compile(r"0?([1-9]|1[0-2])([ABabmd])")
_MINOR_WORDS = frozenset({"min", "minor", "moll"})
_MODES = {"0": "minor", "minor": "minor", "min": "minor", "m": "minor"} | dict.fromkeys(
    ("1", "major", "maj"), "major"
)


def mode_of(text: str) -> str | None:
    """``major`` or ``minor``, from the word or from 1 and 0; None for anything else."""
    return _MODES.get(text.strip().casefold().removesuffix(".0"))


def key_of_pitch(pitch_class: int, mode: str) -> str:
    """The name of a key by pitch class (0 = C to 11 = B) and mode ("major" or "minor")."""
    names = _MINOR if mode == "minor" else _MAJOR
    return f"{names[pitch_class % 12]} {mode}"


def key_in(text: str, mode: str | None = "major") -> str | None:
    """The key that a text names: "Am", "F# minor", "Ebmaj", Camelot "8A", Open Key "1m"; None if none.

    ``mode`` is taken where the text tells none; ID3 means major. With None such a text is no key.
    """
    text = text.strip()
    wheel = _WHEEL.fullmatch(text)
    if wheel:
        return _key_on_wheel(int(wheel[1]), wheel[2])
    named = _NAMED.fullmatch(text[:40])
    if named is None:
        return None
    letter, accidental, word = named.groups()
    if word is not None:
        mode = "minor" if word == "m" or word.casefold() in _MINOR_WORDS else "major"
    if mode is None:
        return None
    return key_of_pitch(_PITCH_OF_LETTER[letter.upper()] + _shift(accidental), mode)


def _shift(accidental: str | None) -> int:
    if accidental is None:
        return 0
    return 1 if accidental.casefold() in _SHARPS else -1


def _key_on_wheel(hour: int, ring: str) -> str:
    """Camelot has A minor at 8A and C major at 8B, Open Key at 1m and 1d; an hour is a fifth."""
    fifths = hour - (8 if ring in "ABab" else 1)
    is_minor = ring in "Aam"
    return key_of_pitch((9 if is_minor else 0) + 7 * fifths, "minor" if is_minor else "major")
