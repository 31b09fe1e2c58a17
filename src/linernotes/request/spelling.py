"""Misspelt words of the lexicon ("clasical", "runing")."""

from __future__ import annotations

from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from linernotes.request.text import common_words
from linernotes.words import lexicon

# One slip of the finger in words of five letters, two from ten on; shorter words have too many neighbours.
_SHORTEST = 5
_LONG = 10


@lru_cache(maxsize=4096)
def nearest_word(word: str) -> str | None:
    """The word of the lexicon that a misspelt word means; None if it is spelt right or means nothing."""
    if len(word) < _SHORTEST or word in common_words() or not word.isalpha():
        return None
    slips = 2 if len(word) >= _LONG else 1
    found = process.extractOne(word, _words(), scorer=OSA.distance, score_cutoff=slips)
    return found[0] if found and found[0][:2] == word[:2] else None


@lru_cache(maxsize=4096)
def is_misspelt(word: str) -> bool:
    """Whether a word is a common one with a slip of the finger ("recomend")."""
    if len(word) < _SHORTEST:
        return False
    slips = 2 if len(word) >= _LONG else 1
    return process.extractOne(word, _common(), scorer=OSA.distance, score_cutoff=slips) is not None


@cache
def _common() -> tuple[str, ...]:
    return tuple(word for word in common_words() if len(word) >= _SHORTEST)


@cache
def _words() -> tuple[str, ...]:
    return tuple(phrase for phrase in lexicon().phrases if " " not in phrase and len(phrase) >= _SHORTEST)
