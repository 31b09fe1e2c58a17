"""The single words that a text about a sheet had better not use, because the check would refuse them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from linernotes.describe.check.counts import count_problems
from linernotes.describe.check.form import BARE_TALK
from linernotes.describe.check.kinds import is_kind_refused
from linernotes.describe.check.numbers import number_problems
from linernotes.describe.check.numerals import NUMBER_WORDS
from linernotes.describe.check.patterns import words_of
from linernotes.describe.check.qualities import is_quality_refused
from linernotes.describe.check.ranges import ADVERBS, FAMILIES, PHRASES, Range, holds, ranges_of
from linernotes.describe.check.reading import Reading, singular
from linernotes.describe.check.versions import refused_version_words
from linernotes.describe.check.voices import is_voice_borne_out
from linernotes.types import CollectionSheet, FactSheet, Family, Sheet
from linernotes.words import BANDS, fold, lexicon, tokenise

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
_UNITS = ("tracks", "songs", "recordings", "artists", "bpm", "beats", "minutes", "seconds")
_FACTS_REMEMBERED = 4096


def barred_words(sheet: Sheet, told: Collection[str]) -> tuple[str, ...]:
    """Single words, in lower case, that no fact of the sheet bears out, in a fixed order.

    Words with other meanings ("still", "country") are not among them, nor those of ``told``, in which its
    facts are told.
    """
    reading = Reading("", sheet)
    refused = _unborne().difference(*(_borne_out_by(alone) for alone in _texts_alone(sheet)))
    refused -= {word for word, claims in _claims().items() if any(holds(claim, reading) for claim in claims)}
    refused |= _refused_voices(reading) | refused_version_words(reading) | BARE_TALK
    return tuple(sorted(word for word in refused if word not in told and singular(word) not in told))


def barred_numbers(sheet: Sheet, told: Collection[str]) -> tuple[str, ...]:
    """The words for numbers that are not among ``told``; those of figures of speech stay."""
    few = _FIGURES_OF_SPEECH if isinstance(sheet, CollectionSheet) else _FEW
    return tuple(word for word in NUMBER_WORDS if word not in told and word not in few)


def barred_units(sheet: Sheet, numbers: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What each of the numbers, in digits, cannot count: "tracks" where it is the number of artists.

    The two numbers of a length count together what neither counts alone: "3 minutes and 38 seconds".
    """
    length = round(getattr(sheet, "duration_s", None) or 0)
    of_length = {(str(length // 60), "minutes"), (str(length % 60), "seconds")}
    problems_of = count_problems if isinstance(sheet, CollectionSheet) else number_problems
    refused = (
        (
            number,
            tuple(
                unit
                for unit in _UNITS
                if (number, unit) not in of_length
                and any(problems_of(Reading(f"It has {number} {unit}.", sheet)))
            ),
        )
        for number in numbers
        if number.isdigit()
    )
    return tuple((number, units) for number, units in refused if units)


def words_with_singulars(texts: Iterable[str]) -> frozenset[str]:
    """The words of the texts, folded, as they are and singular."""
    words = {token.word for text in texts for token in tokenise(text)}
    return frozenset(words | set(map(singular, words)))


def _texts_alone(sheet: Sheet) -> Iterator[Sheet]:
    """Sheets of one fact each, for all facts but numbers: one that bears a word out is enough.

    What has been found for one is remembered, since libraries have few genres, moods and instruments.
    """
    bare: Sheet = (
        FactSheet(kind=sheet.kind) if isinstance(sheet, FactSheet) else CollectionSheet(kind=sheet.kind)
    )
    for name in sheet.__slots__:
        value: Any = getattr(sheet, name)
        alone: Sequence[Any] = ()
        if name != "kind" and isinstance(value, str):
            alone = (value,)
        elif isinstance(value, tuple) and name != "decades":
            alone = [(one,) for one in value]
        for one in alone:
            changed: dict[str, Any] = {name: one}
            yield replace(bare, **changed)


@lru_cache(maxsize=_FACTS_REMEMBERED)
def _borne_out_by(sheet: Sheet) -> frozenset[str]:
    return _unborne() - _refused_by(sheet)


@cache
def _unborne() -> frozenset[str]:
    """What is refused where nothing is known."""
    return _refused_by(FactSheet())


def _refused_by(sheet: Sheet) -> frozenset[str]:
    """The words that all readers who know them refuse."""
    reading = Reading("", sheet)
    refused = {word for word in _quality_words() if is_quality_refused(word, reading)}
    refused |= _kind_words() - _quality_words()
    known = _kind_words() & refused
    return frozenset(refused - {word for word in known if not is_kind_refused(word, reading)})


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
def _claims() -> Mapping[str, tuple[Range, ...]]:
    """What words claim of numbers."""
    return {word: claims for word in _quality_words() if (claims := ranges_of(ADVERBS.get(word, fold(word))))}


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
