"""The single words that a text about a sheet had better not use, because the check would refuse them."""

from __future__ import annotations

from functools import cache

from linernotes.describe.check.kinds import is_kind_refused
from linernotes.describe.check.numerals import NUMBER_WORDS
from linernotes.describe.check.patterns import words_of
from linernotes.describe.check.qualities import is_quality_refused
from linernotes.describe.check.ranges import ADVERBS, FAMILIES, PHRASES
from linernotes.describe.check.reading import Reading, singular
from linernotes.describe.check.voices import is_voice_borne_out
from linernotes.describe.told import told_facts
from linernotes.types import CollectionSheet, Family, Sheet
from linernotes.words import BANDS, lexicon, tokenise

_KINDS: tuple[Family, ...] = ("genre", "instrument", "country", "language")
_VOICE_WORDS = {
    "voice": "sings singing sang sung singer singers vocal vocals vocalist voice voices lyrics",
    "male": "man men male he his him",
    "female": "woman women female she her",
    "choir": "choir",
    "duet": "duet",
    "rap": "rap raps rapping rapped rapper",
    "spoken": "spoken recited narrated",
    "growl": "growled",
}
_UNSUNG = "instrumental instrumentally wordless nobody"
_FIGURES_OF_SPEECH = words_of("one two hundred thousand")
# Of a song, whose sheet counts nothing, the small numbers are all figures of speech.
_FEW = _FIGURES_OF_SPEECH | words_of("three four five six seven eight nine ten eleven twelve")


def barred_words(sheet: Sheet) -> tuple[str, ...]:
    """Single words, in lower case, that no fact of the sheet bears out, in a fixed order.

    Words with other meanings ("still", "country") are not among them, nor those that a fact is told in.
    """
    reading = Reading("", sheet)
    told = _told_words(sheet)
    refused = {word for word in _quality_words() if is_quality_refused(word, reading)}
    refused |= {word for word in _kind_words() if is_kind_refused(word, reading)}
    refused |= _refused_voices(reading)
    return tuple(sorted(word for word in refused if word not in told and singular(word) not in told))


def barred_numbers(sheet: Sheet) -> tuple[str, ...]:
    """The words for numbers in which no fact of the sheet is told; those of figures of speech stay."""
    told = _told_words(sheet)
    few = _FIGURES_OF_SPEECH if isinstance(sheet, CollectionSheet) else _FEW
    return tuple(word for word in NUMBER_WORDS if word not in told and word not in few)


def _told_words(sheet: Sheet) -> frozenset[str]:
    """The words in which the facts are told, in any of their forms, as they are and singular."""
    texts = [text for fact in told_facts(sheet) for text in (fact.label, *fact.values, *fact.forms)]
    words = {token.word for text in texts for token in tokenise(text)}
    return frozenset(words | set(map(singular, words)))


def _refused_voices(reading: Reading) -> set[str]:
    vocals = reading.facts.vocals or ""
    silent = "instrumental" in vocals
    kinds = [kind for kind in _VOICE_WORDS if not (silent and kind == "voice")]
    refused = {
        word
        for kind in kinds
        if not is_voice_borne_out(kind, reading.facts)
        for word in _VOICE_WORDS[kind].split()
    }
    return refused if silent else refused | set(_UNSUNG.split())


@cache
def _quality_words() -> frozenset[str]:
    of_table = {word for bands in BANDS.values() for band in bands for word in band.words}
    return frozenset(
        {word for word in (*of_table, *PHRASES, *ADVERBS) if " " not in word} | _single_words(FAMILIES)
    )


@cache
def _kind_words() -> frozenset[str]:
    return _single_words(_KINDS)


def _single_words(families: tuple[Family, ...]) -> frozenset[str]:
    phrases = lexicon().phrases.items()
    return frozenset(
        phrase
        for phrase, meanings in phrases
        if " " not in phrase and any(family in families for family, _ in meanings)
    )
