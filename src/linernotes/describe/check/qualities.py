"""Reads the words that stand for numbers, and moods: "brisk", "bleak", "made for dancing", "hushed"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from linernotes.describe.check.contexts import is_denied, is_telling, similes
from linernotes.describe.check.patterns import words_of
from linernotes.describe.check.reading import Reading, Span, mentions, singular
from linernotes.types import FactSheet, Family, Target
from linernotes.words import BANDS, fold, lexicon, word_for

_FAMILIES: tuple[Family, ...] = ("mood", "tempo", "energy")
_LABELS = {"tempo_bpm": "tempo", "loudness_lufs": "loudness", "duration_s": "length"}
_UNITS = {"tempo_bpm": " bpm", "loudness_lufs": " LUFS", "duration_s": " seconds"}
_SLACK = {"tempo_bpm": 1.0, "loudness_lufs": 0.5, "duration_s": 1.0}
_SHARE_SLACK = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A claim on a number of the sheet: ``low <= value < high``."""

    name: str
    low: float
    high: float


_INFINITE = float("inf")
_LIVELY_FOR_DANCING = Range(name="danceability", low=0.65, high=_INFINITE)
_HARD_TO_DANCE_TO = Range(name="danceability", low=0.0, high=0.35)
_ELECTRIC = Range(name="acousticness", low=0.0, high=0.1)
_ACOUSTIC = Range(name="acousticness", low=0.7, high=_INFINITE)
_EVEN = Range(name="valence", low=0.45, high=0.6)

# Other ways in which notes say what the table of bands says.
_PHRASES: Mapping[str, Range] = {
    "undanceable": _HARD_TO_DANCE_TO,
    "not danceable": _HARD_TO_DANCE_TO,
    "not made for dancing": _HARD_TO_DANCE_TO,
    "no dance": _HARD_TO_DANCE_TO,
    "easy to dance to": _LIVELY_FOR_DANCING,
    "built for dancing": _LIVELY_FOR_DANCING,
    "electronic through and through": _ELECTRIC,
    "electric through and through": _ELECTRIC,
    "electronic throughout": _ELECTRIC,
    "electronic to the bone": _ELECTRIC,
    "electric to the bone": _ELECTRIC,
    "fully acoustic": _ACOUSTIC,
    "purely acoustic": _ACOUSTIC,
    "all acoustic": _ACOUSTIC,
    "unplugged": _ACOUSTIC,
    "neither glad nor sad": _EVEN,
    "neither happy nor sad": _EVEN,
    "neither sad nor happy": _EVEN,
    "between sad and glad": _EVEN,
    "between sadness and gladness": _EVEN,
    "between sorrow and gladness": _EVEN,
    "relaxed": Range(name="tempo_bpm", low=80.0, high=100.0),
}
_ADVERBS = {
    "slowly": "slow",
    "very slowly": "very slow",
    "quickly": "fast",
    "swiftly": "fast",
    "briskly": "brisk",
    "gently": "gentle",
    "softly": "soft",
    "quietly": "quiet",
    "very quietly": "very quiet",
    "loudly": "loud",
    "energetically": "energetic",
    "intensely": "intense",
    "darkly": "dark",
    "brightly": "bright",
    "warmly": "warm",
    "happily": "happy",
    "joyfully": "joyful",
    "joyous": "joyful",
    "calmly": "gentle",
}
# Words of the table with many other meanings: a claim only where they are said of the music.
_WEAK = words_of("still steady even balanced full ordinary short long dense quiet light cool moderate soft")
# Moods of the lexicon that prose uses for other things.
_NOT_MOODS = words_of("energy danceability loudness hip classic odd unusual neon downbeat")


def quality_problems(reading: Reading) -> Iterator[str]:
    """Words of tempo, energy, mood, loudness, length and danceability that the sheet does not bear out."""
    figures = similes(reading.masked)
    claims = tuple(_claims(reading.masked))
    for span in claims:
        said = reading.masked[span.start : span.end]
        if any(figure.holds(span) for figure in figures) or is_denied(reading.masked, span.start):
            continue
        if fold(said) in _WEAK and not is_telling(reading.masked, span, (*claims, *reading.values)):
            continue
        if problem := _problem(said, reading):
            yield problem


def told_numbers(reading: Reading) -> frozenset[str]:
    """The numbers of the sheet for which the note has a word ("brisk" tells ``tempo_bpm``)."""
    said = (reading.prose[span.start : span.end] for span in _claims(reading.prose))
    claims = (claim for words in said for claim in _ranges_of(_ADVERBS.get(words, fold(words))))
    return frozenset(claim.name for claim in claims if _holds(claim, reading.sheet))


def _claims(masked: str) -> Iterator[Span]:
    """The phrases of the table, then the lexicon's words for what is left."""
    spans = [Span(start=match.start(), end=match.end()) for match in _phrase_pattern().finditer(masked)]
    yield from spans
    for mention in mentions(masked, _FAMILIES):
        span = Span(start=mention.start, end=mention.end)
        if not any(other.start < span.end and span.start < other.end for other in spans):
            yield span


@cache
def _phrase_pattern() -> re.Pattern[str]:
    words = {word for bands in BANDS.values() for band in bands for word in band.words}
    phrases = sorted(words | set(_PHRASES) | set(_ADVERBS), key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, phrases))})(?![\w-])")


def _problem(said: str, reading: Reading) -> str | None:
    phrase = _ADVERBS.get(said, fold(said))
    if phrase in _NOT_MOODS:
        return None
    claims = _ranges_of(phrase)
    if any(_holds(claim, reading.sheet) for claim in claims) or _is_told_mood(phrase, reading):
        return None
    known = next((claim.name for claim in claims if getattr(reading.sheet, claim.name) is not None), None)
    if known is None:
        return f"says '{said}', no fact does"
    value: float = getattr(reading.sheet, known)
    word = word_for(known, value)
    digits = 0 if known in ("tempo_bpm", "duration_s") else 1 if known == "loudness_lufs" else 2
    told = f"{value:.{digits}f}{_UNITS.get(known, '')}"
    return f"says '{said}', {_LABELS.get(known, known)} is {told}" + (f" ({word})" if word else "")


@cache
def _ranges_of(phrase: str) -> tuple[Range, ...]:
    """What the phrase may claim of a number; one that holds is enough.

    The lexicon's wider meaning counts for a word of the table only where it is the plain one: 150 bpm is
    "fast" as well as "very fast", but not "brisk".
    """
    ranges = [_PHRASES[phrase]] if phrase in _PHRASES else []
    for name, bands in BANDS.items():
        for band in bands:
            if phrase in map(fold, band.words):
                ranges.append(Range(name=name, low=band.low, high=band.high))
    is_in_table = bool(ranges)
    for family in _FAMILIES:
        canonical = lexicon().canonical(family, phrase)
        if canonical and (not is_in_table or phrase == canonical):
            term = lexicon().term(family, canonical)
            ranges += [_range_of(target) for target in term.targets if _is_meaning(target)] if term else []
    return tuple(ranges)


def _is_meaning(target: Target) -> bool:
    """Whether the target is what the word means, not a leaning, and speaks of a number."""
    return target.weight == 1.0 and target.name in BANDS and target.value is None


def _range_of(target: Target) -> Range:
    low = -_INFINITE if target.low is None else target.low
    high = _INFINITE if target.high is None else target.high
    return Range(name=target.name, low=low, high=high)


def _holds(claim: Range, sheet: FactSheet) -> bool:
    value: float | None = getattr(sheet, claim.name)
    slack = _SLACK.get(claim.name, _SHARE_SLACK)
    return value is not None and claim.low - slack <= value < claim.high + slack


def _is_told_mood(phrase: str, reading: Reading) -> bool:
    """Whether the sheet names the mood: by a word for the same, or by a narrower one."""
    if any({singular(word) for word in phrase.split()} <= words for words in reading.sheet_words):
        return True
    canonical = lexicon().canonical("mood", phrase)
    told = (lexicon().canonical("mood", mood) or mood for mood in reading.sheet.moods)
    return canonical is not None and any(canonical in lexicon().ancestors("mood", mood) for mood in told)
