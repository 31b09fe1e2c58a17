"""Reads the words that stand for numbers, and moods: "brisk", "bleak", "made for dancing", "hushed"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from linernotes.describe.check.contexts import is_denied, is_flatly_denied, is_telling, similes
from linernotes.describe.check.patterns import words_of
from linernotes.describe.check.ranges import ADVERBS, FAMILIES, PHRASES, Range, holds, ranges_of, values_of
from linernotes.describe.check.reading import Reading, Span, mentions, singular
from linernotes.words import BANDS, fold, lexicon, word_for

_LABELS = {"tempo_bpm": "tempo", "loudness_lufs": "loudness", "duration_s": "length"}
_UNITS = {"tempo_bpm": " bpm", "loudness_lufs": " LUFS", "duration_s": " seconds"}
# Words of the table with many other meanings: a claim only where they are said of the music.
_WEAK = words_of(
    "still steady even balanced full ordinary short long dense quiet light cool moderate soft cold heavy"
    " proud smooth quick strange brooding rough"
)
# "Even hard rock", "even so"; "full of longing".
_OTHER_SENSE = {
    "even": re.compile(
        r"\s+(?!(?:and|but|or|yet|in (?:feeling|mood|temper|tone)|of temper|throughout)\b|-?tempered)\w"
        r"(?!ood\b|eeling\b|emper\b|empo\b|ace\b|eel\b)"
    ),
    "proud": re.compile(r"\s+of\b"),
    "full": re.compile(r"\s+(?:of|\w+ of)\b"),
}
# Of these the other senses are the usual ones.
_RARELY_CLAIMED = words_of("long light still even")
# "218 seconds long" says how long, not that it is.
_MEASURE = re.compile(r"(?:seconds?|minutes?|hours?|\d:\d\d),?\s+$")
# Moods of the lexicon that prose uses for other things.
_NOT_MOODS = words_of("energy danceability loudness hip classic odd unusual neon downbeat feels offbeat")
# Of an artist or a genre these compare, or single out a track, and have a reader of their own.
_COMPARING = re.compile(
    r"(?:slow|fast|quick|calm|quiet|loud|soft|gentl|dark|happi|heavi|sad|mellow)(?:er|est)|middle tempo"
)
_TEMPO_NUMBER = re.compile(
    r"(?:[\s,]+(?:median|middle|tempo|pace|of|at|is|an?)){0,4}\s+(?P<bpm>\d{2,3})(?![\d.:,]\d)"
)


def quality_problems(reading: Reading) -> Iterator[str]:
    """Words of tempo, energy, mood, loudness, length and danceability that the sheet does not bear out."""
    figures = similes(reading.masked)
    claims = tuple(_claims(reading.masked))
    for span in claims:
        said = reading.masked[span.start : span.end]
        if any(figure.holds(span) for figure in figures):
            continue
        if is_denied(reading.masked, span.start):
            yield from _denial_problems(said, span, reading)
            continue
        if reading.collection and _COMPARING.fullmatch(said):
            continue
        if said in _OTHER_SENSE and _OTHER_SENSE[said].match(reading.masked, span.end):
            continue
        if fold(said) in _WEAK and not is_telling(reading.masked, span, (*claims, *reading.values)):
            continue
        if said == "long" and _MEASURE.search(reading.masked, 0, span.start):
            continue
        if problem := _problem(said, span, reading):
            yield problem


def _denial_problems(said: str, span: Span, reading: Reading) -> Iterator[str]:
    """A line if the note denies in so many words what the sheet says: "not slow" of 62 bpm."""
    if fold(said) in _WEAK or not is_flatly_denied(reading.masked, span.start):
        return
    if true := next((claim for claim in ranges_of(fold(said)) if holds(claim, reading)), None):
        yield f"denies '{said}', {_told(true.name, reading)}"


def is_quality_refused(word: str, reading: Reading) -> bool:
    """Whether the word mostly claims something, and something that the sheet does not bear out."""
    nowhere = Span(start=0, end=0)
    return fold(word) not in _RARELY_CLAIMED and _problem(word, nowhere, reading) is not None


def told_numbers(reading: Reading) -> frozenset[str]:
    """The numbers of the sheet for which the note has a word ("brisk" tells ``tempo_bpm``)."""
    said = (reading.prose[span.start : span.end] for span in _claims(reading.prose))
    claims = (claim for words in said for claim in ranges_of(ADVERBS.get(words, fold(words))))
    return frozenset(claim.name for claim in claims if holds(claim, reading))


def _claims(masked: str) -> Iterator[Span]:
    """The phrases of the table, then the lexicon's words for what is left."""
    spans = [Span(start=match.start(), end=match.end()) for match in _phrase_pattern().finditer(masked)]
    yield from spans
    for mention in mentions(masked, FAMILIES):
        span = Span(start=mention.start, end=mention.end)
        if not any(other.start < span.end and span.start < other.end for other in spans):
            yield span


@cache
def _phrase_pattern() -> re.Pattern[str]:
    words = {word for bands in BANDS.values() for band in bands for word in band.words}
    phrases = sorted(words | set(PHRASES) | set(ADVERBS), key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, phrases))})(?![\w-])")


def _problem(said: str, span: Span, reading: Reading) -> str | None:
    phrase = ADVERBS.get(said, fold(said))
    if phrase in _NOT_MOODS:
        return None
    claims = ranges_of(phrase)
    if any(_is_held(claim, span, reading) for claim in claims) or _is_told_mood(phrase, reading):
        return None
    known = next((claim.name for claim in claims if values_of(claim.name, reading)), None)
    return f"says '{said}', {_told(known, reading) if known else 'no fact does'}"


def _told(name: str, reading: Reading) -> str:
    """What the sheet tells of the number, as the end of a problem's line."""
    value = values_of(name, reading)[0]
    word = word_for(name, value)
    digits = 0 if name in ("tempo_bpm", "duration_s") else 1 if name == "loudness_lufs" else 2
    number = f"{value:.{digits}f}{_UNITS.get(name, '')}"
    return f"{_LABELS.get(name, name)} is {number}" + (f" ({word})" if word else "")


def _is_held(claim: Range, span: Span, reading: Reading) -> bool:
    """Whether the sheet holds the claim; a tempo word of a collection goes with the number beside it."""
    if reading.collection and claim.name == "tempo_bpm":
        beside = _TEMPO_NUMBER.match(reading.prose, span.end)
        if beside and not claim.low - 1 <= float(beside["bpm"]) < claim.high + 1:
            return False
    return holds(claim, reading)


def _is_told_mood(phrase: str, reading: Reading) -> bool:
    """Whether the sheet names the mood: by a word for the same, or by a narrower one.

    A mood that is darker still bears out the darkness: "sorrowful" allows "melancholy".
    """
    said = {singular(word) for word in phrase.split()}
    if any(said <= words for words in reading.sheet_words):
        return True
    canonical = lexicon().canonical("mood", phrase)
    if canonical is None:
        return False
    told = [lexicon().canonical("mood", mood) or mood for mood in reading.facts.moods]
    if canonical in told:
        return True
    is_plain = phrase == canonical  # "sad" may stand for "plaintive", "mournful" may not
    if is_plain and any(canonical in lexicon().ancestors("mood", mood) for mood in told):
        return True
    return any(
        _holds_feeling(claim, own) for claim in ranges_of(phrase) for mood in told for own in ranges_of(mood)
    )


def _holds_feeling(claim: Range, own: Range) -> bool:
    """Whether both speak of sad or glad, and what the sheet's own mood says lies within the claim."""
    return claim.name == own.name == "valence" and claim.low <= own.low and own.high <= claim.high
