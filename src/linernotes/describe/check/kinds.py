"""Reads what a note names: genres, instruments, countries and languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from linernotes.describe.check.contexts import follows_instrument, is_plainly_denied, similes
from linernotes.describe.check.numerals import numerals
from linernotes.describe.check.patterns import words_of
from linernotes.describe.check.reading import Reading, Span, mentions, singular
from linernotes.types import FactSheet, Family
from linernotes.words import fold, lexicon

_NAMED: Final[tuple[Family, ...]] = ("genre", "instrument")
_PLACED: Final[tuple[Family, ...]] = ("country", "language")
_ALL: Final[tuple[Family, ...]] = (*_NAMED, *_PLACED)

# Words of the lexicon that prose uses for other things.
_NOT_CLAIMED = words_of(
    "beat hang hangs picking pickin crackle winds marches bars samples sampling scratching clapping claps"
    " loops computer lounge breaks liquid world standards spoons jangle jangly"
)
# And those that name a genre only as a verdict ("it is country") or before a noun ("house music").
_IN_NEED_OF_CONTEXT = words_of(
    "dance noise house country club garage jungle swing march praise classic rock surf drill trap"
)
_NOT_BEFORE = {
    "country": re.compile(r"\b(?:the|whose|its|home|which|and)\s+$"),
    "dance": re.compile(r"\bto\s+$"),
}
_NOUN_BEHIND = re.compile(
    r"\s+(?:[\w-]+\s+)?(?:ǁ|music|songs?|tracks?|tunes?|numbers?|pieces?|ballads?|anthems?|beat|grooves?"
    r"|rhythms?|vocals?|duet|from|of|at|with|sung)(?!\w)"
)
_VERDICT = re.compile(
    r"(?:^|[.!?:;]|\b(?:is|plays?|this|of|sings?|singing|meets|pure|plain|as|kind of|style of|call it|between"
    r"|belongs to|crosses)(?:\s+an?)?)\s*$"
)
_ABSENT = re.compile(r"\b(?:no|without(?: an?| any| the)?|lacks(?: an?| any)?)\s+$")
_BUT = re.compile(r"\s+(?:but|except|other|solos?|alone|more|in sight but)\b")
_SUNG_IN = re.compile(
    r"\b(?:[Ss]ings?|[Ss]ung|[Ss]inging|[Rr]apped|[Rr]aps|[Ss]poken|vocals?|voices?|choir|words|lyrics)"
    r"(?:,? (?!in\b)[\w-]+){0,3} in (?P<language>[A-Z]\w+)\b"
    r"(?!,? (?:and [A-Z]|[a-z]+(?:-pop|-rock)|folk|pop|rock))"
)
# In a row with a value of the sheet, which is struck out: "rock, garage and soul".
_AFTER_VALUE = re.compile(r"ǁ(?:,|,? and|,? or)\s+$")
_BEFORE_VALUE = re.compile(r"(?:,| and| or)\s+ǁ")
_NO_ADDITIONS = words_of("music song songs the sound era style")
_BEATS_OF_TEMPO = re.compile(r"\s+(?:per|a|to the|in a|each|every)\s")
_MOST_WORDS_TO_BEATS = 3
_STRINGED = words_of(
    "guitar ukulele banjo mandolin harp kantele lute oud bouzouki bağlama koto sitar kora charango"
)
_PLAIN_NAMES = words_of("horn synth keys key drum winds bell brass mallet")
_BEATING = words_of("percussion electronics sampler turntables")

# Besides its name and the adjective, which stands first among the synonyms, a country has these other names;
# what else the lexicon files under it are cities and regions, which no sheet knows.
_OTHER_COUNTRY_NAMES = frozenset(
    {
        *words_of(
            "usa uk britain holland argentine argentinean czechia soviet filipina persia congo trinidad"
        ),
        "u s",
        "u s a",
        "u k",
        "great britain",
        "cabo verde",
        "united states of america",
        "soviet union",
        "west germany",
    }
)


def kind_problems(reading: Reading) -> Iterator[str]:
    """Genres, instruments, countries and languages in the note that the sheet does not hold."""
    figures = similes(reading.prose)
    yield from _language_problems(reading)
    for mention in mentions(reading.prose, _ALL):
        span = Span(start=mention.start, end=mention.end)
        if is_plainly_denied(reading.prose, span.start):
            if mention.family == "instrument":
                yield from _denied_instrument(span, reading)
            continue
        if _is_sheets_own(span, reading):
            continue
        said = reading.text[span.start : span.end]
        if problem := _problem(said, span, reading, is_figure=any(figure.holds(span) for figure in figures)):
            yield problem


def is_kind_refused(word: str, reading: Reading) -> bool:
    """Whether the word names what the sheet does not hold, wherever it stands."""
    if fold(word) in _NOT_CLAIMED | _IN_NEED_OF_CONTEXT | {"beats"}:
        return False
    meanings = [meaning for meaning in lexicon().meanings(word) if meaning[0] in _ALL]
    return not any(_is_borne_out(family, name, word, reading) for family, name in meanings)


def _denied_instrument(span: Span, reading: Reading) -> Iterator[str]:
    """A line if the sheet holds the instrument that the note says is not there."""
    said = reading.text[span.start : span.end]
    name = lexicon().canonical("instrument", said) or said
    is_held = name in _with_kinds("instrument", reading.facts.instruments)
    if is_held and _ABSENT.search(reading.prose[: span.start]) and not _BUT.match(reading.prose, span.end):
        yield f"denies the instrument '{said}', which is in the facts"


def _language_problems(reading: Reading) -> Iterator[str]:
    """Languages that somebody is said to sing in; the country's adjective does not bear them out."""
    if reading.collection:
        return
    own = set(fold(reading.facts.language or "").split())
    for match in _SUNG_IN.finditer(reading.text):
        is_language = lexicon().canonical("language", match["language"]) is not None
        if is_language and not set(fold(match["language"]).split()) <= own:
            yield f"says 'in {match['language']}', the language is {reading.facts.language or 'unknown'}"


def _is_sheets_own(span: Span, reading: Reading) -> bool:
    """Whether a value of the sheet covers the mention, or reaches into it from outside."""
    return any(
        value.start < span.end and span.start < value.end and (value == span or not span.holds(value))
        for value in reading.values
    )


def _problem(said: str, span: Span, reading: Reading, *, is_figure: bool) -> str | None:
    meanings = [meaning for meaning in lexicon().meanings(said) if meaning[0] in _ALL]
    if any(_is_borne_out(family, name, said, reading) for family, name in meanings):
        return None
    family = meanings[0][0]
    if family in _PLACED:
        return _place_problem(said, reading) if said[0].isupper() else None
    if fold(said) in _NOT_CLAIMED or reading.prose.startswith("-like", span.end):
        return None
    if not _is_claim(fold(said), span, reading, is_figure=is_figure):
        return None
    return f"names the {family} '{said}', which is in no fact"


def _is_borne_out(family: Family, name: str, said: str, reading: Reading) -> bool:
    """Whether the sheet holds it, under this name or another, or holds a kind of it."""
    sheet = reading.facts
    words = {singular(word) for word in fold(said).split()}
    if any(words <= told for told in reading.sheet_words):
        return True
    if family == "genre":
        return _is_genre_of(said, name, reading) or _is_heard(name, sheet)
    if family == "instrument":
        return _is_instrument_of(said, name, sheet)
    if sheet.language and set(fold(said).split()) <= set(fold(sheet.language).split()):
        return True
    return family == "country" and name in reading.countries and _is_country(said, name, sheet.country)


def _is_instrument_of(said: str, name: str, sheet: FactSheet) -> bool:
    """Whether it is one of the sheet's instruments, by any name, or what they are kinds of, by its own.

    The lexicon files castanets under percussion, and so they are not borne out by handclaps.
    """
    own = {lexicon().canonical("instrument", value) or value for value in sheet.instruments}
    kinds = _with_kinds("instrument", sheet.instruments)
    if (name == "strings" and kinds & _STRINGED) or (name == "beats" and kinds & _BEATING):
        return True
    is_plain = singular(fold(said)) in (singular(fold(name)), *_PLAIN_NAMES)
    return name in own or (name in kinds and is_plain)


def _is_genre_of(said: str, name: str, reading: Reading) -> bool:
    """Whether it is one of the sheet's genres or what they are kinds of; "Irish folk" counts, too."""
    kinds = _with_kinds("genre", reading.facts.genres)
    if name in kinds and not _is_narrowed(said, name):
        return True
    if any(fold(said) == fold(f"{kind} {value}") for kind in kinds for value in reading.facts.instruments):
        return True
    country, _, rest = said.partition(" ")
    is_of_country = lexicon().canonical("country", country) in reading.countries
    return is_of_country and lexicon().canonical("genre", rest) in kinds


@lru_cache(maxsize=64)
def _with_kinds(family: Family, values: tuple[str, ...]) -> frozenset[str]:
    names = (lexicon().canonical(family, value) or value for value in values)
    return frozenset(kind for name in names for kind in lexicon().ancestors(family, name))


def _is_narrowed(said: str, name: str) -> bool:
    """Whether the words add something to the name: "Chicago house" is more than "house".

    Qualities ("slow ballad") do not count here: they have a reader of their own.
    """
    words, own = set(fold(said).split()), set(fold(name).split())
    added = words - own - _NO_ADDITIONS
    return own < words and not all(_is_quality(word) for word in added)


def _is_quality(word: str) -> bool:
    return any(family in ("mood", "tempo", "energy") for family, _ in lexicon().meanings(word))


def _is_heard(genre: str, sheet: FactSheet) -> bool:
    """Genres whose name is also what another fact says."""
    if genre == "electronic":
        return sheet.acousticness is not None and sheet.acousticness < 0.1
    vocals = sheet.vocals or ""
    return (genre == "hip hop" and "rap" in vocals) or (genre == "spoken word" and "spoken" in vocals)


def _is_country(said: str, name: str, told: str | None) -> bool:
    """Whether the word means the whole country ``name``, as the sheet tells it, and no narrower place."""
    folded = fold(said)
    if told and folded == fold(told):
        return True
    synonyms = lexicon().synonyms("country", name)
    is_narrower = fold(told or "") in ("", fold(name)) and folded in ("england", "english")
    is_name = folded in {fold(name), *map(fold, synonyms[:1])} or folded in _OTHER_COUNTRY_NAMES
    return is_name and not is_narrower


def _place_problem(said: str, reading: Reading) -> str:
    sheet = reading.facts
    known = [f"the country is {sheet.country or ', '.join(sorted(reading.countries)) or 'unknown'}"]
    if sheet.language:
        known.append(f"the language is {sheet.language}")
    return f"says '{said}', {' and '.join(known)}"


def _is_claim(word: str, span: Span, reading: Reading, *, is_figure: bool) -> bool:
    """Whether a word of many meanings names a genre or an instrument here."""
    before = reading.masked[: span.start]
    if word == "beats":
        return not (follows_instrument(span, reading) or _counts_beats(span, reading.prose))
    if word not in _IN_NEED_OF_CONTEXT:
        return True
    if is_figure or (word in _NOT_BEFORE and _NOT_BEFORE[word].search(before)):
        return False
    if _AFTER_VALUE.search(before) or _BEFORE_VALUE.match(reading.masked, span.end):
        return True
    has_noun = word != "rock" and _NOUN_BEHIND.match(reading.masked, span.end)
    return bool(has_noun or _VERDICT.search(before))


def _counts_beats(span: Span, prose: str) -> bool:
    """Whether the beats are those of a minute."""
    if _BEATS_OF_TEMPO.match(prose, span.end):
        return True
    gaps = [prose[numeral.end : span.start] for numeral in numerals(prose) if numeral.end <= span.start]
    return any(len(gap.split()) <= _MOST_WORDS_TO_BEATS for gap in gaps)
