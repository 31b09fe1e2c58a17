"""Whether a value of the sheet is named in a note, in whatever form."""

from __future__ import annotations

from linernotes.describe.check.reading import singular
from linernotes.words import fold, lexicon


def is_named(value: str, words: frozenset[str]) -> bool:
    """Whether half of the value's words are among these, the note's own, folded and singular."""
    own = [singular(word) for word in fold(value).split()]
    return sum(word in words for word in own) * 2 >= len(own)


def is_country_named(country: str, words: frozenset[str]) -> bool:
    """Whether the country, another name of it or its adjective is among the note's words."""
    name = lexicon().canonical("country", country) or country
    adjectives = lexicon().synonyms("country", name)[:1]
    return any(is_named(word, words) for word in (country, name, *adjectives))
