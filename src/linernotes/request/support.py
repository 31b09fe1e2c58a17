"""How plainly the words around a name say that it is one, and how plainly they must."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from linernotes.request import cues
from linernotes.request.fame import is_about_fame
from linernotes.request.gazetteer import Gazetteer
from linernotes.request.text import NameSpan, RequestText, common_words
from linernotes.types import NameEntry
from linernotes.words import lexicon

# Steps of support, from a verb that may stand before anything to what leaves no doubt. They order the cues,
# as our own requests taught it; the numbers have no other meaning.
NEVER, _SURE, _CERTAIN, _STRONG, _SOME, _WEAK = 9, 5, 4, 3, 2, 1
_PUNCTUATION = re.compile(r"[^\w\s]")
_ODD_PUNCTUATION = re.compile(r"[^\w\s'’.&-]")
_PERIOD = re.compile(r"\d+s?")
_POINTING = frozenset({"this", "these", "those"})
_LIST_WORDS = frozenset({"and", "or", "the", "nor", "plus", "y", "no", "minus", "n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a name may stand, and the words to look up there."""

    first: int
    end: int
    phrase: str
    possessive: bool


def support_of(text: RequestText, gazetteer: Gazetteer, place: Place, names: Sequence[NameSpan]) -> int:
    """The support that a place gives to a name; ``names`` are those found before it."""
    before = _support_before(text, place.first, names)
    after = _support_after(text, gazetteer, place)
    support = max(before, after) + _support_of_place(text, place, before, after)
    article = text.words[place.first - 1] if place.first else ""
    if _completes_cue(text, place.first):
        support -= _CERTAIN
    if article in _POINTING and place.end - place.first == 1:
        support -= _STRONG
    elif article in cues.ARTICLES and before < _CERTAIN:
        support -= 1
    elif article in {"a", "an", "my"} and place.end - place.first == 1:
        support -= _STRONG
    elif not before and place.end - place.first == 1 and not text.clause_end(place.first):
        support -= 1
    if max(before, after) < _CERTAIN and _is_part_of_phrase(text, place):
        support -= _SOME
    if _belongs_to_owner(text, place, names):
        support += _CERTAIN
    return support + _support_of_capitals(text, place.first, place.end, bool(before or after))


def _belongs_to_owner(text: RequestText, place: Place, names: Sequence[NameSpan]) -> bool:
    """Whether a title stands as in "Beyoncé's Renaissance album"."""
    owned = bool(names) and names[-1].end == place.first and text.is_possessive(place.first - 1)
    return owned and bool(cues.BY_AFTER.longest_at(text.words, place.end))


def is_cut_short(text: RequestText, gazetteer: Gazetteer, place: Place) -> bool:
    """Whether a capital word is followed by another, so that both are one unknown name ("Bobby Dylan")."""
    end = place.end
    if end - place.first > 1 or text.clause_end(end):
        return False
    if is_full_name(text, place.first):
        return not artist_follows(text, gazetteer, end)
    if not text.has_meaningful_capitals:
        return False
    if not text.is_capital(place.first) or not text.is_capital(end) or place.possessive:
        return False
    follows = text.words[end] in lexicon().phrases or says_no_name(text.words[end])
    return not follows and not artist_follows(text, gazetteer, end)


def is_full_name(text: RequestText, first: int) -> bool:
    """Whether a given name stands here with a word behind it that can only be a last name."""
    at = first + 1
    if text.clause_end(at) or text.words[first] not in cues.GIVEN_NAMES or text.language != "en":
        return False
    behind = text.words[at]
    return len(behind) > 1 and not (is_common(behind) or behind[0].isdigit() or text.is_possessive(first))


def _support_of_place(text: RequestText, place: Place, before: int, after: int) -> int:
    """A name often fills its clause, or stands where "some", "play" and "for" leave room for nothing else."""
    starts, ends = text.clause_end(place.first), text.clause_end(place.end)
    if place.first == 0 and place.end == len(text):
        return _STRONG
    asked = place.first > 0 and text.words[place.first - 1] in cues.ASKING
    if ends and (starts or before == _SOME or (before == _WEAK and (asked or place.end - place.first > 1))):
        return _WEAK
    if starts and after:
        return _WEAK
    if not before and not after:
        return _WEAK if starts or ends else 0
    return _WEAK if before == _WEAK and not ends and _is_asked_for(text, place) else 0


def _is_part_of_phrase(text: RequestText, place: Place) -> bool:
    """Whether the words belong to a longer phrase of the lexicon ("protest songs", "video game music")."""
    for first in range(max(place.first - 2, 0), place.first + 1):
        for end in range(place.end, min(place.end + 2, len(text)) + 1):
            if end - first > place.end - place.first and text.phrase(first, end) in lexicon().phrases:
                return True
    return False


def _is_asked_for(text: RequestText, place: Place) -> bool:
    """Whether a name stands between "some" and "for", "play" and "please"."""
    return text.words[place.first - 1] in cues.ASKING and text.words[place.end] in cues.NAME_ENDS


def _support_before(text: RequestText, first: int, names: Sequence[NameSpan]) -> int:
    if names and continues_list(text, names[-1].end, first):
        return _SOME
    best = 0
    for at in range(first, max(first - 4, -1), -1):
        if at < first and text.words[at] not in cues.FILLERS:
            break
        if text.clause_end(at) or is_told_of(text, at):
            break
        best = max(best, _strength_of_cue(text, at))
    return best


def is_told_of(text: RequestText, at: int) -> bool:
    """Whether what follows says more of "a song that …", so that no name is announced there."""
    return at > 1 and text.words[at - 1] in {"that", "which", "who"} and text.words[at - 2] in cues.NAME_ENDS


def _completes_cue(text: RequestText, first: int) -> bool:
    """Whether a name would begin with the last word of a cue, as with "to" of "similar to"."""
    cue = cues.like_before(text, first + 1, parts=False)
    return cue is not None and cue[0] > 1 and not text.clause_end(first)


def _strength_of_cue(text: RequestText, end: int) -> int:
    words = text.words
    if words[end - 1] == "like" and text.gap(end - 1) == "-":
        return 0
    cue = cues.BY_BEFORE.ending_at(words, end)
    if cue:
        bare = cue[0] == 1 and words[end - 1] in cues.KIND_BEFORE and words[end - 1] not in {"by", "called"}
        if bare and not text.clause_end(end - 1) and words[end - 2] not in cues.ASKING | cues.ARTICLES:
            return _SOME
        return _CERTAIN if words[end - 1] in cues.KIND_BEFORE else _STRONG
    if cues.EXCLUDING_BEFORE.ending_at(words, end):
        return _STRONG
    if cues.like_before(text, end) or cues.NEGATIVE_BEFORE.ending_at(words, end):
        return _SOME
    return _WEAK if cues.WEAK_BEFORE.ending_at(words, end) else 0


def continues_list(text: RequestText, end: int, first: int) -> bool:
    """Whether a name that ends at ``end`` and another that starts at ``first`` stand in one list."""
    between = text.words[end:first]
    if text.hard_break(first) or len(between) > 2:
        return False
    if any(word not in _LIST_WORDS for word in between):
        return False
    return bool(between) or text.soft_break(first) or "/" in text.gap(first) or "+" in text.gap(first)


def _support_after(text: RequestText, gazetteer: Gazetteer, place: Place) -> int:
    words, end = text.words, place.end
    if place.possessive:
        return _STRONG
    if text.hard_break(end):
        return 0
    if words[end] == "by" and artist_follows(text, gazetteer, end + 1):
        return _CERTAIN
    joins = words[end] in {"and", "or"} or text.soft_break(end)
    if joins and artist_follows(text, gazetteer, end + (words[end] in {"and", "or"}), plain=False):
        return _SOME
    if text.soft_break(end):
        return 0
    if cues.LIKE_AFTER.longest_at(words, end) or cues.BY_AFTER.longest_at(words, end):
        return _SOME
    found = cues.NAME_AFTER.longest_at(words, end)
    return (_SOME if found[0] > 1 else _WEAK) if found else 0


def artist_follows(text: RequestText, gazetteer: Gazetteer, at: int, *, plain: bool = True) -> bool:
    """Whether an artist's name stands at a word; with ``plain`` false, one that needs no support."""
    return any(
        entry.kind == "artist" and (plain or needed_for("artist", phrase) == 0)
        for end in range(at + 1, min(at + 6, len(text)) + 1)
        for phrase in [text.phrase(at, end)]
        for entry in gazetteer.exact(phrase)
    )


def _support_of_capitals(text: RequestText, first: int, end: int, has_cue: bool) -> int:
    if not text.has_meaningful_capitals:
        return 0
    weighty = [at for at in range(first, end) if text.words[at] not in {"of", "the", "and", "in", "a", "to"}]
    places = weighty or list(range(first, end))
    if text.starts_sentence(first) and (len(places) == 1 or not text.is_capital(places[-1])):
        return 0
    if not all(text.is_capital(at) for at in places):
        return _WEAK if has_cue and text.is_capital(places[0]) else 0
    return _WEAK if has_cue and not text.clause_end(end) else _SOME


@cache
def _spoken_words() -> frozenset[str]:
    """The single words of the lexicon's phrases."""
    return frozenset(word for phrase in lexicon().phrases for word in phrase.split())


@lru_cache(maxsize=4096)
def needed_for(kind: str, phrase: str) -> int:
    """The support without which a name is taken for ordinary words; more for what is often said."""
    words = phrase.split()
    if all(says_no_name(word) for word in words):
        return (NEVER if phrase in cues.NAME_ENDS else _SURE) if len(words) == 1 else _CERTAIN
    if phrase in cues.NOT_NAMES:
        return _SURE
    timeless = _without_period(words)
    if timeless != phrase and timeless in lexicon().phrases:
        return _CERTAIN
    if phrase in lexicon().phrases or is_about_fame(phrase):
        return _SURE + 1 if _is_sound(phrase) else _CERTAIN
    if all(says_no_name(word) or word in lexicon().phrases for word in words):
        return _CERTAIN
    common = all(is_common(word) for word in words)
    if kind == "artist":
        return _needed_by_artist(words, common)
    return _needed_by_title(words, common)


def _without_period(words: Sequence[str]) -> str:
    """What a phrase says without the decade before it: "r&b" of "90s r&b"."""
    return " ".join(words[1:] if len(words) > 1 and _PERIOD.fullmatch(words[0]) else words)


def _is_sound(phrase: str) -> bool:
    """Whether a phrase names a genre or an instrument, which people write with capitals too."""
    return any(family in {"genre", "instrument", "vocals"} for family, _ in lexicon().phrases.get(phrase, ()))


def is_common(word: str) -> bool:
    """Whether a word is mostly not a name."""
    return word in common_words() or word in _spoken_words()


def _needed_by_artist(words: Sequence[str], common: bool) -> int:
    if not common:
        return 0 if len(words) > 1 or len(words[0]) > 2 else _SOME
    plain = sum(not says_no_name(word) and word not in _spoken_words() for word in words)
    return _WEAK if plain >= 2 else _SOME


def says_no_name(word: str) -> bool:
    """Whether a word is no name by itself: a word of grammar, of music in general, or a number."""
    small = word in cues.FUNCTION_WORDS or word in cues.NAME_ENDS or word in cues.NUMBERS
    return small or bool(_PERIOD.fullmatch(word))


def _needed_by_title(words: Sequence[str], common: bool) -> int:
    contents = sum(word not in cues.FUNCTION_WORDS for word in words)
    if len(words) == 1:
        return _STRONG if common else _SOME
    if len(words) == 2:
        return _STRONG if common else _WEAK
    if len(words) == 3:
        return _SOME if common else _WEAK
    if len(words) == 4:
        return _WEAK if common else 0
    return 0 if contents >= 2 else _WEAK


def stands_literally(text: RequestText, place: Place, entry: NameEntry) -> bool:
    """Whether a name with odd punctuation ("Against Me!") stands here with it."""
    if not _PUNCTUATION.search(entry.name) or len(entry.name) < len(place.phrase):
        return False
    start = text.tokens[place.first].start
    stop = start + len(entry.name)
    words = place.phrase.split()
    plain = all(is_common(word) for word in words) if len(words) == 1 else all(map(says_no_name, words))
    is_odd = bool(_ODD_PUNCTUATION.search(entry.name)) and not plain
    return is_odd and text.text[start:stop].casefold() == entry.name.casefold()
