"""The words by which a request is read, from ``data/request_words.toml``, where each table is explained."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, cast

from linernotes.request.text import Phrases, RequestText


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
LOVED_BEFORE = phrases("names", "loved_before")
LIKE_THAT = phrases("names", "like_that")
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
AFTER_BARE_NAME = words("names", "after_bare_name")
OWNING = words("names", "owning")
ARTICLES = words("names", "articles")
NO_TITLES = words("names", "no_titles")
NO_TITLE_WORDS = words("names", "no_title_words")
TITLE_ENDS = words("names", "title_ends")
TITLE_STARTS = words("names", "title_starts")
GIVEN_NAMES = words("names", "given_names")
BEFORE_TITLE = words("names", "before_title")
LIKING = words("names", "liking")
BEFORE_LIKING = words("names", "before_liking")
MUSIC_NOUNS = words("names", "music_nouns")
AFTER_TITLE = words("names", "after_title")
SOUNDING = words("names", "sounding")
DONE_BY = words("names", "done_by")
EXCLUDING_WORDS = frozenset(
    phrase.split()[0] for name in ("near_cues", "far_cues") for phrase in phrase_list("negation", name)
)
NEGATING = Phrases([*phrase_list("negation", "near_cues"), *phrase_list("negation", "far_cues")])
KIND_BEFORE = {word: kind for kind, said in tabled("names", "kind_before").items() for word in said.split()}
_ALIKE = {
    ending: frozenset(said.split()) for ending, said in tabled("names", "like_before_with_words").items()
}
REFUSING = words("negation", "refusing")
BEFORE_REFUSED = words("negation", "before_refused")
AFTER_REFUSED = words("negation", "after_refused")
PARTS_OF_SONGS = words("names", "parts_of_songs")
JOINING = frozenset({"and", "or", "nor"})
_AFTER_PARTS = frozenset({"of", "in", "to", "from"})
_MOST_WORDS_BETWEEN = 3
_LONGEST_PART = 7


def like_before(text: RequestText, end: int, *, parts: bool = True) -> tuple[int, str] | None:
    """The words before ``end`` that ask for music like the name behind: (number of words, phrase).

    Others may stand in between: "similar in style to", "with the same energy as" and, with ``parts``,
    "like the intro of".
    """
    cue = LIKE_BEFORE.ending_at(text.words, end) or _alike_before(text, end)
    return cue or (_part_before(text, end) if parts else None)


def likens(text: RequestText, end: int) -> bool:
    """Whether the words before ``end`` liken to what follows, rather than tell that somebody likes it."""
    cue = like_before(text, end)
    if cue is None or cue[1].split()[-1] in LIKING:
        return False
    return text.words[end - 1] != "like" or end < 2 or text.words[end - 2] not in BEFORE_LIKING


def _alike_before(text: RequestText, end: int) -> tuple[int, str] | None:
    starts = _ALIKE.get(text.words[end - 1], frozenset()) if end else frozenset()
    for at in range(end - 2, max(end - 3 - _MOST_WORDS_BETWEEN, -1), -1) if starts else ():
        if text.clause_end(at + 1):
            return None
        if text.words[at] in starts:
            return end - at, f"{text.words[at]} {text.words[end - 1]}"
    return None


def _part_before(text: RequestText, end: int) -> tuple[int, str] | None:
    """What asks for music like a part of what follows: "like the guitar at the end of"."""
    said = text.words
    if end < 3 or said[end - 1] not in _AFTER_PARTS or PARTS_OF_SONGS.isdisjoint(said[end - 3 : end - 1]):
        return None
    for at in range(end - 2, max(end - 1 - _LONGEST_PART, 0), -1):
        if text.clause_end(at + 1):
            return None
        found = LIKE_BEFORE.ending_at(said, at) or _alike_before(text, at)
        if found and found[1] != "similar":
            return found[0] + end - at, found[1]
    return None


def names_part(said: Sequence[str], at: int) -> bool:
    """Whether a part of a song is named at a word, not the song: "the riff from"."""
    at += said[at] == "the"
    part = said[at : at + 2]
    return len(part) == 2 and part[0] in PARTS_OF_SONGS and part[1] in _AFTER_PARTS


def is_small(word: str) -> bool:
    """Whether a word says nothing about music by itself."""
    return word in FUNCTION_WORDS or word in NAME_ENDS or word in SMALL_TALK
