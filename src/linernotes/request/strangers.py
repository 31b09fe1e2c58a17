"""Names that the catalogue does not hold as they are written: misspelt ones, and unknown ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from linernotes.request import cues
from linernotes.request.fame import says_fame
from linernotes.request.gazetteer import Gazetteer, is_same
from linernotes.request.guesses import (
    end_of_artist,
    end_of_candidate,
    is_plain,
    is_strange,
    linked_name,
    named,
    same_name,
    unknown_name,
)
from linernotes.request.spelling import is_misspelt
from linernotes.request.support import continues_list, is_full_name, is_told_of
from linernotes.request.text import LimitSpan, NameSpan, RequestText, covered
from linernotes.request.titles import end_of_title_behind, is_title_behind
from linernotes.words import lexicon

_WORDS_OF_PLAIN_CUE = 2
_SHORTEST_ALONE = 5
_YEARS = re.compile(r"\d{4}|\d+s")
_DRAWN_OUT = re.compile(r"(.)\1\1")
# After a bare "no" ordinary words are likelier than names: names that are short or less alike
# are only suggested.
_SHORTEST_AVOIDED = 7
_MAYBE_AVOIDED = 0.8


def find_misspelt(
    text: RequestText, gazetteer: Gazetteer, known: Sequence[NameSpan], numbers: Sequence[LimitSpan]
) -> list[NameSpan]:
    """Names after a cue ("like", "songs by") or in capitals that are not written as in the catalogue.

    A span without entries is a name that the catalogue does not know. None starts with one of the
    ``numbers``; a bare one may end it ("Zorblax 41").
    """
    found: list[NameSpan] = []
    taken = set(covered(known)) | set(_in_long_phrases(text))
    taken |= set(covered(number for number in numbers if _is_no_name(number)))
    starts = covered(numbers)
    for at in range(len(text)):
        stops = at in taken or at in starts or _starts_negation(text, at)
        span = None if stops else _find_at(text, gazetteer, at, taken, [*known, *found])
        if span:
            found.append(span)
            taken.update(range(span.first, span.end))
    return found


def _starts_negation(text: RequestText, at: int) -> bool:
    """Whether a clause begins with "no", "don't play" or the like, in small letters."""
    negates = cues.NEGATING.longest_at(text.words, at) is not None
    return negates and text.clause_end(at) and not text.is_capital(at)


def _is_no_name(number: LimitSpan) -> bool:
    """Whether a number says what it counts, so that it is no part of a name either."""
    return number.era or (number.limit.name != "tracks" and number.end - number.first > 1)


def _find_at(
    text: RequestText, gazetteer: Gazetteer, at: int, taken: Collection[int], names: Sequence[NameSpan]
) -> NameSpan | None:
    """The name that starts at a word, if one does; ``names`` are those found so far."""
    tail = end_of_title_behind(text, at, taken, names)
    if tail > at:
        span: NameSpan | None = named(text, gazetteer, at, tail)
    else:
        span = _candidate_at(text, gazetteer, at, end_of_candidate(text, gazetteer, at, taken), names)
    if span and not span.entries and _only_place_speaks(text, at, names):
        return replace(span, announced=False)
    return span


def _candidate_at(
    text: RequestText, gazetteer: Gazetteer, at: int, end: int, names: Sequence[NameSpan]
) -> NameSpan | None:
    if end == at:
        return None
    if _is_announced(text, at, end, names):
        return _read(text, gazetteer, at, end, listed=_in_list(text, at, names) and _is_item(text, end))
    if _after_negation(text, at):
        return _read_avoided(text, gazetteer, at, end)
    return same_name(text, gazetteer, at, end, whole=False) if _may_be_misspelt(text, at, end) else None


def _in_long_phrases(text: RequestText) -> Iterator[int]:
    """The places of words that belong to a phrase of several words of the lexicon ("r&b")."""
    for at in range(len(text)):
        for end in range(at + lexicon().longest_from(text.words[at]), at + 1, -1):
            if end <= len(text) and text.phrase(at, end) in lexicon().phrases:
                yield from range(at, end)
                break


def _is_announced(text: RequestText, first: int, end: int, names: Sequence[NameSpan]) -> bool:
    """Whether the words around say that a name stands here."""
    if _fills_clause(text, first, end, names):
        return text.language == "en"
    if end > first + 1 and is_full_name(text, first) and is_strange(text.words[first + 1]):
        return True
    if _in_capitals(text, first, end):
        return _after_cue(text, first, weak=True) or end - first > 1 or _in_list(text, first, names)
    return _after_cue(text, first, weak=False) or _in_list(text, first, names)


def _may_be_misspelt(text: RequestText, first: int, end: int) -> bool:
    """Whether a name may stand here that nothing announces: it is taken only if the catalogue has it."""
    if not any(is_strange(word) for word in text.words[first:end]):
        return False
    if text.is_capital(first) or (text.clause_end(first) and text.clause_end(end)):
        return True
    return not text.clause_end(end) and bool(cues.LIKE_AFTER.longest_at(text.words, end))


def _in_capitals(text: RequestText, first: int, end: int) -> bool:
    return (
        text.has_meaningful_capitals
        and all(text.is_capital(at) or text.words[at] in {"of", "the"} for at in range(first, end))
        and not (text.starts_sentence(first) and end - first == 1)
    )


def _after_cue(text: RequestText, first: int, *, weak: bool) -> bool:
    for at in range(first, max(first - 4, 0), -1):
        if at < first and text.words[at] not in cues.FILLERS:
            return False
        if text.hard_break(at) or is_told_of(text, at):
            return False
        if _is_cue(text, at, weak):
            return True
    return False


def _after_negation(text: RequestText, first: int) -> bool:
    """Whether a negation stands right before, articles and "any" aside."""
    at = first
    while at > 0 and not text.clause_end(at):
        if cues.NEGATIVE_BEFORE.ending_at(text.words, at):
            return True
        if text.words[at - 1] not in cues.FILLERS:
            return False
        at -= 1
    return False


def _is_cue(text: RequestText, end: int, weak: bool) -> bool:
    words = text.words
    if cues.BY_BEFORE.ending_at(words, end) or cues.EXCLUDING_BEFORE.ending_at(words, end):
        return True
    if cues.like_before(text, end):
        return not (
            words[end - 1] == "like" and end > 1 and words[end - 2] in {"would", "id", "feel", "feels"}
        )
    return weak and bool(cues.WEAK_BEFORE.ending_at(words, end))


def _in_list(text: RequestText, first: int, names: Sequence[NameSpan]) -> bool:
    ends = {span.end for span in names}
    if first in ends:
        return text.soft_break(first) or is_title_behind(text, first, names)
    return first - 1 in ends and text.words[first - 1] in {"and", "or"} and not text.hard_break(first)


def _is_item(text: RequestText, end: int) -> bool:
    """Whether a list may go on or end where words of every day end, as it does not in "X, skip the blues"."""
    return text.clause_end(end) or text.words[end] in cues.NAME_ENDS


def _only_place_speaks(text: RequestText, first: int, names: Sequence[NameSpan]) -> bool:
    """Whether nothing announces the unknown name that starts here, or the artist whose title it is."""
    if text.starts_sentence(first):
        return True
    artist = next((span for span in names if span.end == first and not text.clause_end(first)), None)
    if artist is None:
        return False
    opens = text.starts_sentence(artist.first) and not cues.like_before(text, artist.first)
    return opens or not artist.announced


def _fills_clause(text: RequestText, first: int, end: int, names: Sequence[NameSpan]) -> bool:
    """Whether a clause that starts with a strange word is nothing but a name ("Zorblax Quill etc")."""
    starts = first == 0 or (text.hard_break(first) and " " in text.gap(first))
    if (
        not starts
        or "/" in text.gap(first + 1)
        or not is_strange(text.words[first])
        or is_misspelt(text.words[first])
    ):
        return False
    while end < len(text) and text.words[end] in cues.AFTER_BARE_NAME and not text.hard_break(end):
        end += 1
    opens_list = any(continues_list(text, end, span.first) for span in names if span.first >= end)
    if end - first == 1 and not opens_list and not _is_long_and_alone(text, first):
        return False
    return (text.hard_break(end) or opens_list) and _says_nothing_else(text.words[first:end])


def _is_long_and_alone(text: RequestText, at: int) -> bool:
    """Whether one word is all that is said, and no shout ("niceee")."""
    word = text.words[at]
    return len(text) == 1 and len(word) >= _SHORTEST_ALONE and not _DRAWN_OUT.search(word)


def _says_nothing_else(told: Sequence[str]) -> bool:
    """Whether words ask for nothing, and half of them are no words of every day."""
    said = [word for word in told if word not in cues.FUNCTION_WORDS]
    if says_fame(told) or not cues.SMALL_TALK.isdisjoint(said) or not cues.EXCLUDING_WORDS.isdisjoint(said):
        return False
    strange = sum(map(is_strange, said))
    return 2 * strange >= len(said) and not any(word in lexicon().phrases for word in said)


def _read(text: RequestText, gazetteer: Gazetteer, first: int, end: int, *, listed: bool) -> NameSpan | None:
    capitals = _in_capitals(text, first, end)
    strange = any(is_strange(word) for word in text.words[first:end])
    if text.words[first] == "the" and _is_band(text, first, end):
        return same_name(text, gazetteer, first, end, whole=True) or unknown_name(text, first, end, ())
    if not capitals and not strange and not _is_plainly_announced(text, first, end, listed=listed):
        return None
    if capitals and all(is_plain(word) for word in text.words[first:end]) and end - first < 2:
        return None
    for stop in range(end, first, -1):
        linked = same_name(text, gazetteer, first, stop, whole=stop == end)
        if linked:
            return linked
        if text.is_capital(stop - 1) or not is_plain(text.words[stop - 1]):
            break
    if text.words[first] == "the" and not capitals and not _is_name_of_the(text, first):
        return None
    if first > 0 and text.words[first - 1] in {"a", "an"} and not capitals:
        return None
    end = end_of_artist(text, first, end)
    return unknown_name(text, first, end, gazetteer.guess(text.phrase(first, end), artists_only=False))


def _is_name_of_the(text: RequestText, first: int) -> bool:
    """Whether an article belongs to the name behind it: "like the krelmo", not "like the newest krelmo"."""
    led = text.words[first - 1] in {"by", "or", "nor"} or cues.likens(text, first)
    return led and cues.FILLERS.isdisjoint(text.words[first + 1 : first + 2])


def _is_band(text: RequestText, first: int, end: int) -> bool:
    """Whether a band that is called "the" and a plural ends what is said after "like"."""
    cue = cues.like_before(text, first) if cues.likens(text, first) else None
    if cue is None or cues.SOUNDING & set(cue[1].split()) or not text.clause_end(end):
        return False
    told = text.words[first + 1 : end]
    plural = text.words[first] == "the" and bool(told) and told[-1].endswith("s")
    plain = any(word in lexicon().phrases or cues.is_small(word) or word[0].isdigit() for word in told)
    return plural and not plain


def _is_plainly_announced(text: RequestText, first: int, end: int, *, listed: bool) -> bool:
    """Whether "songs like" or a list of names leads to ordinary words that say nothing of music."""
    told = text.words[first:end]
    if not (listed or _follows_examples_of(text, first)):
        return False
    if told[0] in cues.NO_TITLES or told[0] in cues.FUNCTION_WORDS or told[0] in cues.FILLERS:
        return False
    if says_fame(told) or (not listed and _YEARS.fullmatch(told[0])):
        return False
    return not any(word in lexicon().phrases or cues.is_small(word) for word in told)


def _follows_examples_of(text: RequestText, first: int) -> bool:
    """Whether "like" stands before and what is like it is told, too: "songs like", "voices like"."""
    cue = cues.like_before(text, first)
    if cue is None or text.clause_end(first):
        return False
    if cue[0] >= _WORDS_OF_PLAIN_CUE:
        return True
    of_music = first > 1 and text.words[first - 2] in cues.PARTS_OF_SONGS | cues.MUSIC_NOUNS
    return of_music and text.words[first - 1] == "like"


def _read_avoided(text: RequestText, gazetteer: Gazetteer, first: int, end: int) -> NameSpan | None:
    """A misspelt name after a bare negation; None where the words are like no name of the catalogue."""
    if not any(is_strange(word) for word in text.words[first:end]):
        return None
    for stop in range(end, first, -1):
        phrase = text.phrase(first, stop)
        linked = same_name(text, gazetteer, first, stop, whole=False)
        if linked and (linked.similarity == 1.0 or len(phrase) >= _SHORTEST_AVOIDED):
            return linked
        if not is_plain(text.words[stop - 1]):
            break
    phrase = text.phrase(first, end)
    if not phrase.startswith("the "):
        full = next(iter(gazetteer.guess(f"the {phrase}", limit=1)), None)
        if full and len(phrase) >= _SHORTEST_AVOIDED and is_same(f"the {phrase}", full):
            return linked_name(text, first, end, (full.entry,), full.similarity)
    guesses = [guess for guess in gazetteer.guess(phrase) if guess.similarity >= _MAYBE_AVOIDED]
    return unknown_name(text, first, end, guesses) if guesses else None
