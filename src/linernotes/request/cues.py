"""The words by which a request is read, from ``data/request_words.toml``, where each table is explained."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, cast

from linernotes.request.text import Phrases


@cache
def _tables() -> dict[str, Any]:
    text = resources.files("linernotes").joinpath("data/request_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def tabled(section: str, name: str) -> dict[str, Any]:
    """A table of a section as it stands in the file."""
    return cast("dict[str, Any]", _tables()[section][name])


def _listed(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(",") if part.strip()]


def phrases(section: str, name: str) -> Phrases:
    """The phrases under a name."""
    return Phrases(phrase_list(section, name))


def phrase_list(section: str, name: str) -> list[str]:
    """The phrases under a name, in order."""
    return _listed(_tables()[section][name])


def words(section: str, name: str) -> frozenset[str]:
    """The single words under a name."""
    return frozenset(_tables()[section][name].split())


def fame() -> dict[str, float]:
    """How well known a phrase wants the music to be, -1 to 1."""
    return {phrase: entry["value"] for entry in _tables()["fame"] for phrase in _listed(entry["phrases"])}


LIKE_BEFORE = phrases("names", "like_before")
BY_BEFORE = phrases("names", "by_before")
WEAK_BEFORE = phrases("names", "weak_before")
NEGATIVE_BEFORE = phrases("names", "negative_before")
EXCLUDING_BEFORE = phrases("names", "excluding_before")
LIKE_AFTER = phrases("names", "like_after")
BY_AFTER = phrases("names", "by_after")
NAME_AFTER = phrases("names", "name_after")
NOT_NAMES = phrases("names", "not_names")
FILLERS = words("names", "fillers")
NAME_ENDS = words("names", "ends")
FUNCTION_WORDS = words("names", "function_words")
SMALL_TALK = words("names", "small_talk")
NUMBERS = words("names", "numbers")
NO_VERBS = words("names", "no_verbs")
ASKING = words("names", "asking")
ARTICLES = words("names", "articles")
NO_TITLES = words("names", "no_titles")
DONE_BY = words("names", "done_by")
KIND_BEFORE = {word: kind for kind, said in tabled("names", "kind_before").items() for word in said.split()}


def is_small(word: str) -> bool:
    """Whether a word says nothing about music by itself."""
    return word in FUNCTION_WORDS or word in NAME_ENDS or word in SMALL_TALK
