"""Reads keys and modes: "in F-sharp minor", "the key of E", "a major key"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.describe.check.contexts import is_denied
from linernotes.describe.check.reading import Reading

_NOTE = r"(?P<note>[A-G])(?:(?P<sign>#|♯|b(?=\s)|♭)|[\s-](?P<word>sharp|flat)\b)?"
_KEY = re.compile(rf"(?<![\w'’]){_NOTE}[\s-](?P<mode>major|minor)\b")
_TONE = re.compile(rf"\bkey of {_NOTE}")
_MODE = re.compile(
    r"\b(?P<mode>major|minor)(?=[\s-]+(?:key|mode|chords?|scale|tonality)\b)"
    r"|\bkey is (?P<after>major|minor)\b"
)
_PITCHES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}


def key_problems(reading: Reading) -> Iterator[str]:
    """Keys and modes other than the sheet's; C sharp and D flat are the same."""
    known = _KEY.search(reading.facts.key or "")
    told = f"the key is {reading.facts.key}" if reading.facts.key else "the key is unknown"
    for match in _KEY.finditer(reading.text):
        if known is None or _pitch(match) != _pitch(known) or match["mode"] != known["mode"]:
            yield f"says '{match.group()}', {told}"
    for match in _TONE.finditer(reading.text):
        if known is None or _pitch(match) != _pitch(known):
            yield f"says '{match.group()}', {told}"
    for match in _MODE.finditer(reading.prose):
        is_other = known is None or known["mode"] != (match["mode"] or match["after"])
        if is_other != is_denied(reading.prose, match.start()):
            yield f"says '{match.group()}', {told}"


def is_key_told(reading: Reading) -> bool:
    """Whether the note names the sheet's key, or its mode and no other key."""
    known = _KEY.search(reading.facts.key or "")
    said = list(_KEY.finditer(reading.text))
    if known is None or not said:
        return known is not None and known["mode"] in reading.prose
    return any(_pitch(match) == _pitch(known) and match["mode"] == known["mode"] for match in said)


def _pitch(match: re.Match[str]) -> int:
    sign = match["sign"] or match["word"] or ""
    return (_PITCHES[match["note"]] + _SIGNS.get(sign, 0)) % 12
