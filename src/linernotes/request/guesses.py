"""A name that is written otherwise than in the catalogue: how far it reaches, and what it may mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from linernotes.request import cues
from linernotes.request.gazetteer import Gazetteer, Guess, is_same
from linernotes.request.spelling import nearest_word
from linernotes.request.support import is_full_name
from linernotes.request.text import NameSpan, RequestText, common_words
from linernotes.types import NameEntry
from linernotes.words import lexicon

MOST_WORDS = 5
_SHORTEST = 3
_FEWEST_PLAIN_WORDS = 2
_WORDS_OF_ARTIST = 2
_MOST_WORDS_OF_ONE = 3
_LEADING = frozenset({"of", "the"})
"""Before what is no part of a name, these are none either: "Polish of the 60s"."""
_COMPANY = frozenset({"the", "his", "her"})


def end_of_candidate(text: RequestText, gazetteer: Gazetteer, first: int, taken: Collection[int]) -> int:
    """Where a name that starts at a word ends at the latest; the word itself if none can start there."""
    end = first
    if cues.names_part(text.words, first):
        return end
    while end < min(first + MOST_WORDS, len(text)) and end not in taken:
        if end > first and (text.clause_end(end) or text.is_possessive(end - 1)):
            break
        if end > first and _joins_name(text, gazetteer, end):
            end += 2
            continue
        if text.words[end] in cues.NAME_ENDS or (end == first and text.words[end] in cues.FILLERS - {"the"}):
            break
        end += 1
    while end in taken and end > first and text.words[end - 1] in _LEADING:
        end -= 1
    return end


def _joins_name(text: RequestText, gazetteer: Gazetteer, at: int) -> bool:
    """Whether a word joins both its sides to one name: "X & Y", "X and the Y", where no Y is known."""
    if text.words[at] != "and" or text.clause_end(at) or text.clause_end(at + 1):
        return False
    if text.piece(at, at + 1) != "&" and text.words[at + 1] not in _COMPANY:
        return False
    if at + 2 >= len(text) or text.clause_end(at + 2):
        return text.piece(at, at + 1) == "&" and not gazetteer.exact(text.words[at + 1])
    return not any(
        entry.kind == "artist"
        for end in range(at + 2, min(at + 2 + MOST_WORDS, len(text)) + 1)
        for entry in gazetteer.exact(text.phrase(at + 1, end))
    )


def end_of_artist(text: RequestText, first: int, end: int) -> int:
    """Where an unknown artist ends before a title; the end itself if no title seems to follow.

    That is behind an "s" without its apostrophe, a last name, or the last strange word before plain ones.
    Four words without a small one are seldom one name: mostly two are the artist, the others the title.
    """
    for at in range(first + 1, end - 1):
        if text.owes_apostrophe(at) and not is_plain(text.words[at]):
            return at + 1
    if is_full_name(text, first) and not (end > first + 2 and text.is_capital(first + 2)):
        return min(first + _WORDS_OF_ARTIST, end)
    strange = [at for at in range(first, end) if is_strange(text.words[at])]
    if strange and strange[-1] > first and end - strange[-1] > _FEWEST_PLAIN_WORDS:
        return strange[-1] + 1
    small = any(map(cues.is_small, text.words[first:end]))
    runs_on = end - first > _MOST_WORDS_OF_ONE and not small and not text.is_capital(first)
    return first + _WORDS_OF_ARTIST if runs_on else end


def named(text: RequestText, gazetteer: Gazetteer, first: int, end: int) -> NameSpan:
    """What surely is a name: the one that it is or is close to, or an unknown one."""
    guesses = gazetteer.guess(text.phrase(first, end), artists_only=False)
    return same_name(text, gazetteer, first, end, whole=True) or unknown_name(text, first, end, guesses)


def read_quoted(text: RequestText, gazetteer: Gazetteer, first: int, end: int) -> NameSpan:
    """A name in quotes that is not written as in the catalogue: the most similar one, or an unknown name."""
    guesses = gazetteer.guess(text.phrase(first, end), artists_only=False)
    if guesses and is_same(text.phrase(first, end), guesses[0]):
        return linked_name(text, first, end, (guesses[0].entry,), guesses[0].similarity)
    return unknown_name(text, first, end, guesses)


def same_name(
    text: RequestText, gazetteer: Gazetteer, first: int, end: int, *, whole: bool
) -> NameSpan | None:
    """The name of the catalogue that words mean, or are close to; ``whole`` tries it as a last name, too."""
    phrase = text.phrase(first, end)
    if len(phrase) < _SHORTEST or all(is_plain(word) for word in text.words[first:end]):
        return None
    entries: tuple[NameEntry, ...] = gazetteer.exact(phrase)
    if not entries and whole:
        entries = gazetteer.last_name(phrase)
    if entries:
        return linked_name(text, first, end, tuple(e for e in entries if e.kind == entries[0].kind), 1.0)
    best = next(iter(gazetteer.guess(phrase, limit=1)), None)
    if best and is_same(phrase, best):
        return linked_name(text, first, end, (best.entry,), best.similarity)
    return None


def linked_name(
    text: RequestText, first: int, end: int, entries: tuple[NameEntry, ...], similarity: float
) -> NameSpan:
    """A span for a name of the catalogue; what is wanted of it is not decided yet."""
    piece = text.piece(first, end)
    return NameSpan(first=first, end=end, text=piece, entries=entries, relation="by", similarity=similarity)


def unknown_name(text: RequestText, first: int, end: int, guesses: Sequence[Guess]) -> NameSpan:
    """A span for a name that the catalogue does not know, with what it may have meant."""
    names = tuple(dict.fromkeys(guess.entry.name for guess in guesses))
    piece = text.piece(first, end)
    return NameSpan(
        first=first, end=end, text=piece, entries=(), relation="by", similarity=0.0, suggestions=names
    )


def is_plain(word: str) -> bool:
    """Whether a word is a common one, or one of the lexicon."""
    return word in common_words() or word in lexicon().phrases


def is_strange(word: str) -> bool:
    """Whether a word is neither common nor known to the lexicon, even misspelt."""
    return (
        len(word) >= _SHORTEST and not is_plain(word) and not word[0].isdigit() and nearest_word(word) is None
    )
