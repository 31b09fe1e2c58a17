"""Reads who is heard: a man, a woman, a choir, rap, speech, or nobody at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.describe.check.contexts import follows_instrument, is_denied, similes
from linernotes.describe.check.patterns import any_of
from linernotes.describe.check.reading import Reading, Span
from linernotes.types import FactSheet

_SILENCE = any_of(
    r"instrumentals?|instrumentally|wordless(?:ly)?|voiceless|vocal-free|nobody singing",
    r"nobody(?: here)? (?:sings|says|speaks)|no[- ]?one (?:sings|singing|says|speaks|here sings)",
    r"no (?:voices?|vocals?|singers?|singing|lyrics|words|human voice)",
    r"without (?:a |any |one |uttering )?(?:single )?(?:voices?|vocals?|singers?|singing|lyrics|words?)",
    r"not (?:a|one|a single) (?:word|voice|singer|syllable)|never a (?:word|voice)",
    r"free of (?:singing|words|voices|vocals)",
)
_VOICES = {
    "voice": any_of(
        r"sings?|singing|sang|sung|singers?|vocals?|vocalists?|voices?|lyrics|croon(?:s|ed|ing)?|throats?"
    ),
    "male": re.compile(
        r"\b(?:man|men|males?|guys?|he|his|him|gentlem[ae]n|boys?|baritone|tenor)\b(?! (?:sax|guitar|horn))"
    ),
    "female": re.compile(
        r"\b(?:wom[ae]n|females?|she|hers?|lady|ladies|girls?|soprano|mezzo|divas?)\b(?! (?:sax|recorder))"
    ),
    "choir": any_of(r"choirs?|chorus of|choristers?"),
    "duet": any_of(r"duets?|two (?:voices|singers)|both singers|duetting"),
    "rap": any_of(r"raps|rapping|rapped|rappers?|emcees?"),
    "spoken": any_of(r"spoken|speech|recit(?:es|ed|ing|ation)|narrat(?:es|ed|ing|ion|or)"),
    "scream": any_of(r"screamed|screaming (?:voice|vocals)|shouted vocals|shrieked"),
    "growl": any_of(r"growled|growling (?:voice|vocals)"),
}


def voice_problems(reading: Reading) -> Iterator[str]:
    """Voices that the sheet does not hold, and silence where it holds one."""
    prose, sheet = reading.masked, reading.sheet
    silences = [Span(start=match.start(), end=match.end()) for match in _SILENCE.finditer(prose)]
    if silences and sheet.vocals != "instrumental":
        yield f"says '{prose[silences[0].start : silences[0].end]}', {_told(sheet)}"
    figures = (*similes(prose), *silences)
    for voice, pattern in _VOICES.items():
        if not _is_borne_out(voice, sheet):
            yield from _unknown_voice(pattern, figures, reading)


def is_voice_told(reading: Reading) -> bool:
    """Whether the note has any word for the voice, or for there being none."""
    return any(pattern.search(reading.prose) for pattern in (_SILENCE, *_VOICES.values()))


def _unknown_voice(pattern: re.Pattern[str], figures: tuple[Span, ...], reading: Reading) -> Iterator[str]:
    for match in pattern.finditer(reading.masked):
        span = Span(start=match.start(), end=match.end())
        is_figure = any(figure.holds(span) for figure in figures) or follows_instrument(span, reading)
        if not is_figure and not is_denied(reading.masked, span.start):
            yield f"says '{match.group()}', {_told(reading.sheet)}"
            return


def _told(sheet: FactSheet) -> str:
    return f"the voice is {sheet.vocals}" if sheet.vocals else "the voice is unknown"


def _is_borne_out(voice: str, sheet: FactSheet) -> bool:
    """Whether the sheet holds such a voice. Who the two of a duet are is not known."""
    vocals, genres = sheet.vocals or "", " ".join(sheet.genres).lower()
    if voice == "spoken" and "spoken" in genres:
        return True
    if vocals == "instrumental":
        return False
    if not vocals:  # a known language is sung by somebody
        return voice == "voice" and sheet.language is not None
    words = vocals.replace("-", " ").split()
    bears_out = {
        "voice": True,
        "male": bool({"male", "man", "men"} & set(words)),
        "female": bool({"female", "woman", "women"} & set(words)),
        "choir": "choir" in words or "chor" in genres,
        "duet": "duet" in words or vocals == "male and female vocals",
        "rap": "rap" in words or "rap" in genres.split() or "hip hop" in genres,
        "spoken": "spoken" in words,
        "scream": "scream" in vocals,
        "growl": "growl" in vocals,
    }
    return bears_out[voice]
