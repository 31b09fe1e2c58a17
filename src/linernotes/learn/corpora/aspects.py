"""What words about music name: from a list of aspects to facts, and from a caption to the sheet it tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from linernotes.describe.check.patterns import words_of
from linernotes.describe.check.reading import singular
from linernotes.types import FactSheet, Family, Mention
from linernotes.words import fold, lexicon

_TOLD: Final[tuple[Family, ...]] = ("genre", "instrument", "mood", "vocals", "country", "language")
_READ: Final[tuple[Family, ...]] = (*_TOLD, "tempo", "energy")
_CLAUSE = re.compile(r"[^,.;:!?()\"]+")
_NO = re.compile(r"\b(?:no|not|without|non|never|isn't|minus)[\s-]+(?:[\w'-]+\s+){0,2}$", re.IGNORECASE)
_IN = re.compile(r"\bin\s+(?:the\s+)?$", re.IGNORECASE)
_LIVE = re.compile(r"\b(?:live|in concert|on stage)\b", re.IGNORECASE)

# Phrases of the lexicon that captions use for something else, or that are no word for a mood or a genre.
_NOTHING_NAMED = words_of(
    "beat beats background feel feels feeling feelings groove rhythm rhythms repetitive noise"
    " drama tension suspense emotion energy adventure mystery romance comedy anime musical western minimal"
    " fusion progressive fingerpicking fingerstyle strumming picking arpeggios riff riffs scratching"
    " solo generic complex harmonic dynamic distorted heavy traditional tribal electro children"
    " childrens kids clean words lyrics feedback distortion noir drone drones lead theme chants brushes"
    " samples pads keys celebration celebrating isolated countryside storytelling percussive string"
)
_NAMED_BEFORE_A_NOUN = frozenset({"dance", "country", "western", "traditional", "rock", "metal", "house"})
_NOUN = re.compile(
    r"\s+(?:(?!is|has)\w+\s+)?(?:songs?|music|piece|track|tune|pop|rock|drum|beat|ballad)\b|\.|$"
)
_PERSON = re.compile(r"(?:ist|er)s?$")
_PART = re.compile(
    r"\s+(?:\w+\s+)?(?:drums?|beats?|sounds?|arrangements?|percussion|guitar|keyboard|harmony)\b"
)
_NO_MOOD = re.compile(r"\b(?:music|song|songs|love|background|character|hitting|like|voice)\b")
_VOICES: Final[Mapping[frozenset[str], str]] = {
    frozenset({"instrumental"}): "instrumental",
    frozenset({"vocals"}): "vocals",
    frozenset({"male vocals"}): "male vocals",
    frozenset({"female vocals"}): "female vocals",
    frozenset({"male vocals", "female vocals"}): "male and female vocals",
    frozenset({"male and female vocals"}): "male and female vocals",
    frozenset({"choir"}): "choir",
    frozenset({"duet"}): "duet",
    frozenset({"rap vocals"}): "rap vocals",
    frozenset({"spoken word"}): "spoken word",
}
"""The voices that a sheet can hold; of others (whispering, yodelling) no note may speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something that a text names: its entry in the lexicon, and where and how the text has it."""

    family: Family
    name: str
    words: str
    start: int
    end: int


def named_in(text: str) -> tuple[Named, ...]:
    """What the text names and does not deny, clause by clause; "in Spanish" is a language."""
    found: list[Named] = []
    for clause in _CLAUSE.finditer(text):
        for mention in lexicon().mentions(clause.group(), _READ):
            start, end = clause.start() + mention.start, clause.start() + mention.end
            if _is_meant(text, start, end) and not _NO.search(clause.group()[: mention.start]):
                found.append(_named(mention, text, start, end))
    return tuple(found)


def _is_meant(text: str, start: int, end: int) -> bool:
    words = fold(text[start:end])
    if words in _NAMED_BEFORE_A_NOUN:
        return bool(_NOUN.match(text, end))
    return words not in _NOTHING_NAMED and not (words in ("electronic", "ambient") and _PART.match(text, end))


def _named(mention: Mention, text: str, start: int, end: int) -> Named:
    words, family, name = text[start:end], mention.family, mention.name
    if family == "country" and _IN.search(text[:start]):
        language = lexicon().canonical("language", words)
        family, name = ("language", language) if language else (family, name)
    return Named(family=family, name=name, words=_as_value(family, name, words), start=start, end=end)


def _as_value(family: Family, name: str, words: str) -> str:
    """The words as a sheet would have them: the lexicon's own spelling, the plain name where they hold it."""
    if family in ("country", "language", "vocals"):
        return name
    spoken = [singular(word) for word in fold(words).split()]
    if set(map(singular, fold(name).split())) <= set(spoken):
        return name
    for known in lexicon().synonyms(family, name):
        if [singular(word) for word in fold(known).split()] == spoken:
            return known.rstrip("s") if family == "instrument" and not known.endswith("ss") else known
    return words.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspects:
    """What is known of a recording, from phrases: entries of the lexicon, their wider kinds included."""

    meanings: frozenset[tuple[Family, str]]
    is_live: bool

    def bear_out(self, named: Named) -> bool:
        """Whether one of the phrases says so, in these words or in others."""
        return (named.family, named.name) in self.meanings


def aspects_of(phrases: Iterable[str], *, are_prose: bool = False) -> Aspects:
    """What the phrases say; of a word with several meanings each is possible.

    What is said of one part ("groovy bass line") is no mood of the music, unless the phrases are prose.
    """
    meanings: set[tuple[Family, str]] = set()
    is_live = False
    for phrase in phrases:
        is_live = is_live or bool(_LIVE.search(phrase))
        found = named_in(phrase)
        is_of_a_part = not are_prose and any(named.family in ("instrument", "vocals") for named in found)
        for named in found:
            if named.family == "mood" and is_of_a_part:
                continue
            own = [(named.family, named.name), *lexicon().meanings(phrase[named.start : named.end])]
            for family, name in own:
                meanings |= {(family, kind) for kind in lexicon().ancestors(family, name)}
    return Aspects(meanings=frozenset(meanings), is_live=is_live)


def sheet_told(text: str, aspects: Aspects) -> FactSheet | None:
    """The sheet of all that the text names; None if the aspects do not bear it out, or no sheet can hold it.

    Words of tempo and energy stand for numbers that nobody has measured: they are no facts.
    """
    named = named_in(text)
    is_live = bool(_LIVE.search(text))
    if not all(one.family in _TOLD and aspects.bear_out(one) for one in named):
        return None
    voices = {one.name for one in named if one.family == "vocals"}
    particular = frozenset(voices if len(voices) < 2 else voices - {"vocals"})
    countries, languages = _values("country", named), _values("language", named)
    if (voices and particular not in _VOICES) or len(countries) > 1 or len(languages) > 1:
        return None
    if is_live and not aspects.is_live:
        return None
    if any(one.family == "language" and not _IN.search(text[: one.start]) for one in named):
        return None
    if any(one.family == "instrument" and _PERSON.search(one.words) for one in named):
        return None
    moods = _values("mood", named)
    if any(_NO_MOOD.search(mood) for mood in moods):
        return None
    return FactSheet(
        genres=_values("genre", named),
        instruments=_values("instrument", named),
        vocals=_VOICES.get(particular),
        moods=moods,
        country=countries[0] if countries else None,
        language=languages[0] if languages else None,
        live=True if is_live else None,
    )


def _values(family: Family, named: Iterable[Named]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.words for one in named if one.family == family))
