"""Requests in other languages than English, put into English word by word, so that the same rules read them.

The dictionaries are ``data/languages/*.toml``: in each table the English stands on the left, what people say
on the right. What no dictionary knows, names above all, stays as it is.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from linernotes.request import cues
from linernotes.request.gazetteer import Gazetteer
from linernotes.request.text import Phrases, RequestText, common_words
from linernotes.words import Token, fold, lexicon, tokenise

LANGUAGES: Final = ("de", "es", "fr", "it", "pt")
_LETTERS: Final = {"de": "äöüß", "es": "ñ¿¡", "fr": "êëîœû", "it": "ìò", "pt": "ãõ"}
"""Letters that none of the other languages has: they decide between two that share their words."""
_DROPPED = "-"
_ELISION = re.compile(
    r"\b(?:[ldjnscmt]|qu|jusqu|lorsqu|(?:d|n|s|c)?all|dell|nell|sull|un|quest|quell|bell|c)['’](?=\w)", re.I
)
# A name is kept from being translated from so many words on: an artist's, and a song's or an album's.
_WORDS_OF_ARTIST = 2
_WORDS_OF_TITLE = 3
# How much a word of English grammar, or another English word, counts against one of another language: names
# and titles in other languages stand in English requests.
_GRAMMAR = 1.5
_WORD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Words ``first`` to ``end`` of a request, and what they are in English; None: they stay as they are."""

    first: int
    end: int
    english: str | None


class Dictionary:
    """What people say in one language, and the English for it."""

    def __init__(self, tables: dict[str, dict[str, str]]) -> None:
        self.english_by_phrase = {
            phrase: "" if english == _DROPPED else english
            for table in tables.values()
            for english, told in table.items()
            for phrase in (fold(_parted(one)) for one in told.split(","))
            if phrase
        }
        self._phrases = Phrases(self.english_by_phrase)

    def pieces(self, words: Sequence[str], kept: Sequence[bool]) -> Iterator[_Piece]:
        """The words in pieces, the longest phrases first; those that are ``kept`` are not looked at."""
        at = 0
        while at < len(words):
            found = None if kept[at] else self._phrases.longest_at(words, at)
            if found and not any(kept[at : at + found[0]]):
                yield _Piece(first=at, end=at + found[0], english=self.english_by_phrase[found[1]])
                at += found[0]
            else:
                yield _Piece(first=at, end=at + 1, english=None)
                at += 1


@cache
def dictionary(language: str) -> Dictionary:
    """The dictionary of one of ``LANGUAGES``, read once."""
    path = resources.files("linernotes").joinpath(f"data/languages/{language}.toml")
    return Dictionary(tomllib.loads(path.read_text(encoding="utf-8")))


def in_english(text: str, gazetteer: Gazetteer) -> RequestText:
    """The request as the rules read it: in English, each word with its place in ``text``."""
    tokens = tokenise(_parted(text))
    words = [token.word for token in tokens]
    kept = _names(words, gazetteer)
    if all(known or _is_english(word) for word, known in zip(words, kept, strict=True)):
        return RequestText(text)
    best: list[_Piece] = []
    most, chosen = 0.0, "en"
    for language in LANGUAGES:
        pieces = list(dictionary(language).pieces(words, kept))
        told = {at for piece in pieces if piece.english is not None for at in range(piece.first, piece.end)}
        if all(_is_english(words[at]) for at in told):
            continue
        english = [word for at, word in enumerate(words) if at not in told and not kept[at]]
        letters = any(letter in _LETTERS[language] for letter in text.casefold())
        speaks_for = len(told) + letters - sum(map(_speaks_for_english, english))
        if speaks_for > most:
            best, most, chosen = pieces, speaks_for, language
    return _glossed(text, tokens, best, chosen) if best else RequestText(text)


def _parted(text: str) -> str:
    """The text with a blank for the apostrophe of an elision ("l'été", "dell'estate"), as long as before."""

    def part(match: re.Match[str]) -> str:
        is_name = match.group()[0].isupper() and text[match.end()].isupper()
        return match.group() if is_name else match.group()[:-1] + " "

    return _ELISION.sub(part, text)


def _names(words: Sequence[str], gazetteer: Gazetteer) -> list[bool]:
    """Which words belong to a name of the catalogue that is long enough to be no accident."""
    kept = [False] * len(words)
    for at, word in enumerate(words):
        for length in range(min(gazetteer.longest_from(word), len(words) - at), _WORDS_OF_ARTIST - 1, -1):
            entries = gazetteer.exact(" ".join(words[at : at + length]))
            if any(entry.kind == "artist" for entry in entries) or (entries and length >= _WORDS_OF_TITLE):
                kept[at : at + length] = [True] * length
                break
    return kept


def _is_english(word: str) -> bool:
    return word in common_words() or cues.is_small(word) or word in lexicon().phrases or word.isdecimal()


def _speaks_for_english(word: str) -> float:
    if cues.is_small(word):
        return _GRAMMAR
    return _WORD if _is_english(word) else 0.0


def _glossed(text: str, tokens: Sequence[Token], pieces: Sequence[_Piece], language: str) -> RequestText:
    """The text with each piece in English; what stands between the pieces stays."""
    parts: list[str] = []
    starts: list[int] = []
    origins: list[tuple[int, int]] = []
    length = reached = 0
    for piece in pieces:
        start, stop = tokens[piece.first].start, tokens[piece.end - 1].end
        if start < reached:  # one sign that is several words, such as a half
            continue
        gap = text[reached:start]
        said = text[start:stop] if piece.english is None else piece.english
        starts.append(length + len(gap))
        origins.append((start, stop))
        parts += [gap, said]
        length += len(gap) + len(said)
        reached = stop
    parts.append(text[reached:])

    def origin(at: int) -> tuple[int, int]:
        return origins[bisect_right(starts, at) - 1]

    return RequestText("".join(parts), original=text, language=language, origin=origin)
