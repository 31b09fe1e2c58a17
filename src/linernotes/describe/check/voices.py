"""Reads who is heard: a man, a woman, a choir, rap, speech, or nobody at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.describe.check.contexts import follows_instrument, is_denied, similes
from linernotes.describe.check.patterns import any_of
from linernotes.describe.check.reading import Reading, Span, words_in
from linernotes.types import FactSheet

_NOBODY = r"(?:nobody|no[- ]?one)"
_VOICE = r"(?:voices?|vocals?|vocalists?|singers?|singing|lyrics|words?)"
_INSTRUMENTAL = any_of("instrumentals?|instrumentally")
_UNSUNG = any_of(rf"{_NOBODY} (?:here )?(?:sings|singing)|no singing|without singing|nobody singing")
_SILENCE = any_of(
    r"wordless(?:ly)?|voiceless|vocal-free|unsung",
    rf"{_NOBODY}(?: here)? (?:sings?|singing|says|speaks|here sings|is singing|at the microphone|to sing)",
    rf"no (?:{_VOICE}|human voice|one at the microphone)",
    rf"without (?:a |any |one |uttering )?(?:single )?{_VOICE}",
    rf"not (?:a|one|a single) (?:{_VOICE}|syllable)|never a (?:word|voice|singer)",
    rf"free of {_VOICE}",
    rf"leav(?:es?|ing) (?:out )?(?:the |all |any )?{_VOICE}(?: out| aside| at home| behind)?",
    r"(?:a |the |any )?singers? (?:is|are|was|were) (?:not|nowhere|absent|missing)\b",
    rf"do(?:es)? without {_VOICE}",
)
_VOICES = {
    "voice": any_of(
        r"sings?|singing|sang|sung|singers?|vocals?|vocalists?|voices?|lyrics|croon(?:s|ed|ing)?|throats?"
        r"|falsettos?|humming"
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
_LOUD_VOICES = frozenset({"scream", "screamed", "shouted", "shrieked", "barked", "yelled"})
_ALONE = any_of(
    r"(?:wo)?man (?:alone|by (?:him|her)self)|(?:only|just) (?:a|one) (?:wo)?man",
    r"(?:lone|solo|single) (?:fe)?male",
)
_MOSTLY = any_of("mostly|mainly|largely|usually|often|chiefly|most|as a rule|predominantly|for the most part")
_SELDOM = any_of(
    r"seldom|rare(?:ly)?|few|sometimes|now and then|occasional(?:ly)?|here and there|exceptions?|little"
    r"|hardly|not always|at times|one or two"
)
_ABSENT = re.compile(r"\b(?:no|not|never|without(?: an?)?)\s+$")
_IF = re.compile(r"\bif (?:an?|any|the|there (?:is|was) an?)\s+$")
_SUPPOSED = re.compile(r"\W+(?:\w+ ){0,2}(?:might|would|could|should)(?: have)?\b")


def voice_problems(reading: Reading) -> Iterator[str]:
    """Voices that the sheet does not hold, and silence where it holds one."""
    prose, sheet = reading.masked, reading.facts
    silences = [span for span in _silences(prose) if not _is_moderated(span, reading)]
    wrong = next((span for span in silences if not _is_silent(span, reading)), None)
    if wrong:
        yield f"says '{prose[wrong.start : wrong.end]}', {_told(sheet)}"
    yield from _denials(reading)
    figures = (*similes(prose), *_silences(prose))
    for voice, pattern in _VOICES.items():
        if not is_voice_borne_out(voice, sheet):
            yield from _unknown_voice(pattern, figures, reading)
    yield from _half_problems(reading)


def _half_problems(reading: Reading) -> Iterator[str]:
    """A line if a man and a woman sing, and the note tells of one of them only."""
    if (reading.facts.vocals or "").endswith("male and female vocals"):
        male, female = (_VOICES[voice].search(reading.prose) for voice in ("male", "female"))
        alone = _ALONE.search(reading.prose) or (male if female is None else female if male is None else None)
        if alone:
            yield f"says '{alone.group()}', {_told(reading.facts)}"


def _denials(reading: Reading) -> Iterator[str]:
    """A line if the note denies the very voice that the sheet tells: "sung, never rapped"."""
    for voice in ("male", "female", "choir", "rap", "spoken", "growl"):
        if reading.facts.vocals and is_voice_borne_out(voice, reading.facts):
            found = _VOICES[voice].finditer(reading.masked)
            if wrong := next((m for m in found if _ABSENT.search(reading.masked[: m.start()])), None):
                yield f"denies '{wrong.group()}', {_told(reading.facts)}"


def is_voice_told(reading: Reading) -> bool:
    """Whether the note has any word for the voice, or for there being none."""
    return any(pattern.search(reading.prose) for pattern in (_INSTRUMENTAL, _SILENCE, *_VOICES.values()))


def _silences(prose: str) -> tuple[Span, ...]:
    """Where the text says that nobody sings."""
    found = (*_INSTRUMENTAL.finditer(prose), *_SILENCE.finditer(prose))
    return tuple(Span(start=match.start(), end=match.end()) for match in found)


def _is_silent(span: Span, reading: Reading) -> bool:
    """Whether the sheet bears out that nobody sings: where they speak, too, nobody does."""
    vocals = reading.facts.vocals or ""
    said = reading.masked[span.start : span.end]
    if vocals == "instrumental" or (vocals == "spoken word" and _UNSUNG.fullmatch(said)):
        return True
    return "instrumental" in vocals and bool(_INSTRUMENTAL.fullmatch(said))


def _is_moderated(span: Span, reading: Reading) -> bool:
    """Whether "mostly" goes with the silence, and the sheet says as much."""
    unusual = reading.collection.stands_out if reading.collection else ()
    told = (reading.facts.vocals or "", *unusual)
    if not any("instrumental" in value and value != "instrumental" for value in told):
        return False
    return bool(_MOSTLY.search(_sentence_around(span, reading)))


def _unknown_voice(pattern: re.Pattern[str], figures: tuple[Span, ...], reading: Reading) -> Iterator[str]:
    for match in pattern.finditer(reading.masked):
        span = Span(start=match.start(), end=match.end())
        if any(figure.holds(span) for figure in figures) or _claims_nothing(span, reading):
            continue
        yield f"says '{match.group()}', {_told(reading.facts)}"
        return


def _is_supposed(span: Span, prose: str) -> bool:
    """Whether it is only imagined: "if a singer was booked", "where a singer might have stood"."""
    return bool(_IF.search(prose[: span.start]) or _SUPPOSED.match(prose, span.end))


def _claims_nothing(span: Span, reading: Reading) -> bool:
    """Whether the voice is denied, supposed, an instrument's, or an exception where most is instrumental."""
    if follows_instrument(span, reading) or is_denied(reading.masked, span.start):
        return True
    if _is_supposed(span, reading.masked):
        return True
    is_exception = (reading.facts.vocals or "").startswith("mostly instrumental")
    return is_exception and bool(_SELDOM.search(_sentence_around(span, reading)))


def _sentence_around(span: Span, reading: Reading) -> str:
    around = next((place for place in reading.sentences if place.holds(span)), span)
    return reading.prose[around.start : around.end]


def _told(sheet: FactSheet) -> str:
    return f"the voice is {sheet.vocals}" if sheet.vocals else "the voice is unknown"


def is_voice_borne_out(voice: str, sheet: FactSheet) -> bool:
    """Whether the sheet holds such a voice. Who the two of a duet are is not known."""
    vocals, genres = sheet.vocals or "", " ".join(sheet.genres).lower()
    if voice == "spoken" and "spoken" in genres:
        return True
    if vocals in ("instrumental", "mostly instrumental"):
        return False
    if not vocals:  # a known language is sung by somebody
        return voice == "voice" and sheet.language is not None
    words = set(words_in(vocals))
    bears_out = {
        "voice": True,
        "male": bool({"male", "man", "men"} & words),
        "female": bool({"female", "woman", "women"} & words),
        "choir": "choir" in words or "chor" in genres,
        "duet": "duet" in words or vocals.endswith("male and female vocals"),
        "rap": "rap" in words or "rap" in genres.split() or "hip hop" in genres,
        "spoken": "spoken" in words,
        "scream": bool(_LOUD_VOICES & words),
        "growl": "growl" in vocals,
    }
    return bears_out[voice]
