"""Small makers of patterns and sets of words, so that word lists can be read as lists."""

from __future__ import annotations

import re


def any_of(*alternatives: str) -> re.Pattern[str]:
    """A pattern for any of the alternatives (regular expressions) as whole words."""
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")


def words_of(text: str) -> frozenset[str]:
    """The blank-separated words of a list."""
    return frozenset(text.split())
