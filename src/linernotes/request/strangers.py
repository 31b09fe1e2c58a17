"""Names that the catalogue does not hold as they are written: misspelt ones, and unknown ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linernotes.request import cues
from linernotes.request.gazetteer import Gazetteer, Guess, is_same
from linernotes.request.relations import is_a_wish
from linernotes.request.spelling import nearest_word
from linernotes.request.text import NameSpan, RequestText, common_words, covered, is_free
from linernotes.types import NameEntry
from linernotes.words import lexicon

_MOST_WORDS = 5
_LONGEST_TITLE = 8
_WORDS_OF_PLAIN_CUE = 2
_NO_ARTIST = cues.ARTICLES - {"the"}
_SHORTEST = 3
# After a bare "no" ordinary words are likelier than names: names that are short or less alike
# are only suggested.
_SHORTEST_AVOIDED = 7
_MAYBE_AVOIDED = 0.8


def find_misspelt(text: RequestText, gazetteer: Gazetteer, known: Sequence[NameSpan]) -> list[NameSpan]:
    """Names after a cue ("like", "songs by") or in capitals that are not written as in the catalogue.

    A span without entries is a name that the catalogue does not know.
    """
    found: list[NameSpan] = [*_titles_by_artists(text, gazetteer, covered(known))]
    taken = set(covered([*known, *found])) | set(_in_long_phrases(text))
    for at in range(len(text)):
        if at in taken:
            continue
        end = _end_of_candidate(text, at, taken)
        span = None
        if end > at and _is_announced(text, at, end, [*known, *found]):
            span = _read(text, gazetteer, at, end, listed=_in_list(text, at, [*known, *found]))
        elif end > at and _after_negation(text, at):
            span = _read_avoided(text, gazetteer, at, end)
        elif end > at and _may_be_misspelt(text, at, end):
            span = _same_name(text, gazetteer, at, end, whole=False)
        if span:
            found.append(span)
            taken.update(range(span.first, span.end))
    return found


def _titles_by_artists(text: RequestText, gazetteer: Gazetteer, taken: frozenset[int]) -> Iterator[NameSpan]:
    """Songs and artists of "like TITLE by ARTIST", which leaves no doubt, whatever words they are made of.

    "from" leaves some: ordinary words before it may be no title.
    """
    for by in range(2, len(text) - 1):
        behind = text.words[by + 1]
        if text.words[by] not in {"by", "from"} or text.clause_end(by + 1) or behind in _NO_ARTIST:
            continue
        first = _start_of_title(text, by)
        if first is None or (text.words[by] == "from" and not _may_be_from(text, first, by)):
            continue
        if is_free(taken, first, by):
            yield _named(text, gazetteer, first, by)
        end = by + 1
        while end < min(by + 1 + _MOST_WORDS, len(text)) and end not in taken:
            if end > by + 1 and (text.clause_end(end) or text.words[end] in cues.NAME_ENDS):
                break
            end += 1
        if end > by + 1:
            yield _named(text, gazetteer, by + 1, end)


def _start_of_title(text: RequestText, by: int) -> int | None:
    """Where the title before this "by" begins: behind the nearest "like"; None where it is no title."""
    for first in range(by - 1, max(by - _LONGEST_TITLE - 1, 0), -1):
        if text.clause_end(first + 1):
            return None
        if cues.LIKE_BEFORE.ending_at(text.words, first):
            is_title = _may_be_title(text.words[first:by]) and not is_a_wish(text.words, first)
            return first if is_title and not text.clause_end(first) else None
    return None


def _may_be_title(words: Sequence[str]) -> bool:
    """Whether "by" may follow words as a title, not as what is done by somebody ("jazz played by a trio")."""
    if words[0] in cues.NO_TITLES or words[-1] in cues.DONE_BY:
        return False
    return not all(word in lexicon().phrases for word in words)


def _may_be_from(text: RequestText, first: int, end: int) -> bool:
    """Whether a title stands before "from", and a name, not a time or a place, behind it."""
    told = text.words[first:end]
    behind = text.words[end + 1]
    plain = all(word in lexicon().phrases or cues.is_small(word) for word in told)
    return (
        not plain
        and not behind[0].isdigit()
        and behind not in lexicon().phrases
        and not cues.is_small(behind)
    )


def _named(text: RequestText, gazetteer: Gazetteer, first: int, end: int) -> NameSpan:
    """What surely is a name: the one that it is or is close to, or an unknown one."""
    guesses = gazetteer.guess(text.phrase(first, end), artists_only=False)
    return _same_name(text, gazetteer, first, end, whole=True) or _unknown(text, first, end, guesses)


def _in_long_phrases(text: RequestText) -> Iterator[int]:
    """The places of words that belong to a phrase of several words of the lexicon ("r&b")."""
    for at in range(len(text)):
        for end in range(at + lexicon().longest_from(text.words[at]), at + 1, -1):
            if end <= len(text) and text.phrase(at, end) in lexicon().phrases:
                yield from range(at, end)
                break


def _end_of_candidate(text: RequestText, first: int, taken: set[int]) -> int:
    end = first
    while end < min(first + _MOST_WORDS, len(text)) and end not in taken:
        if end > first and (text.clause_end(end) or text.is_possessive(end - 1)):
            break
        if text.words[end] in cues.NAME_ENDS or (end == first and text.words[end] in cues.FILLERS - {"the"}):
            break
        end += 1
    return end


def _is_announced(text: RequestText, first: int, end: int, names: Sequence[NameSpan]) -> bool:
    """Whether the words around say that a name stands here."""
    if _in_capitals(text, first, end):
        return _after_cue(text, first, weak=True) or end - first > 1 or _in_list(text, first, names)
    return _after_cue(text, first, weak=False) or _in_list(text, first, names)


def _may_be_misspelt(text: RequestText, first: int, end: int) -> bool:
    """Whether a name may stand here that nothing announces: it is taken only if the catalogue has it."""
    if not any(_is_strange(word) for word in text.words[first:end]):
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
        if text.hard_break(at):
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
    if cues.LIKE_BEFORE.ending_at(words, end):
        return not (
            words[end - 1] == "like" and end > 1 and words[end - 2] in {"would", "id", "feel", "feels"}
        )
    return weak and bool(cues.WEAK_BEFORE.ending_at(words, end))


def _in_list(text: RequestText, first: int, names: Sequence[NameSpan]) -> bool:
    ends = {span.end for span in names}
    if first in ends:
        return text.soft_break(first)
    return first - 1 in ends and text.words[first - 1] in {"and", "or"} and not text.hard_break(first)


def _read(text: RequestText, gazetteer: Gazetteer, first: int, end: int, *, listed: bool) -> NameSpan | None:
    capitals = _in_capitals(text, first, end)
    strange = any(_is_strange(word) for word in text.words[first:end])
    if not capitals and not strange and not _is_plainly_announced(text, first, end, listed=listed):
        return None
    if capitals and all(_is_plain(word) for word in text.words[first:end]) and end - first < 2:
        return None
    for stop in range(end, first, -1):
        linked = _same_name(text, gazetteer, first, stop, whole=stop == end)
        if linked:
            return linked
        if text.is_capital(stop - 1) or not _is_plain(text.words[stop - 1]):
            break
    if text.words[first] == "the" and not capitals and text.words[first - 1] not in {"by", "or", "nor"}:
        return None
    if first > 0 and text.words[first - 1] in {"a", "an"} and not capitals:
        return None
    return _unknown(text, first, end, gazetteer.guess(text.phrase(first, end), artists_only=False))


def _is_plainly_announced(text: RequestText, first: int, end: int, *, listed: bool) -> bool:
    """Whether "songs like" or a list of names leads to ordinary words that say nothing of music."""
    cue = cues.LIKE_BEFORE.ending_at(text.words, first)
    told = text.words[first:end]
    if not listed and (cue is None or cue[0] < _WORDS_OF_PLAIN_CUE or text.clause_end(first)):
        return False
    if told[0] in cues.NO_TITLES or told[0] in cues.FUNCTION_WORDS or told[0] in cues.FILLERS:
        return False
    return not any(word in lexicon().phrases or cues.is_small(word) for word in told)


def _read_avoided(text: RequestText, gazetteer: Gazetteer, first: int, end: int) -> NameSpan | None:
    """A misspelt name after a bare negation; None where the words are like no name of the catalogue."""
    if not any(_is_strange(word) for word in text.words[first:end]):
        return None
    for stop in range(end, first, -1):
        phrase = text.phrase(first, stop)
        linked = _same_name(text, gazetteer, first, stop, whole=False)
        if linked and (linked.similarity == 1.0 or len(phrase) >= _SHORTEST_AVOIDED):
            return linked
        if not _is_plain(text.words[stop - 1]):
            break
    phrase = text.phrase(first, end)
    if not phrase.startswith("the "):
        full = next(iter(gazetteer.guess(f"the {phrase}", limit=1)), None)
        if full and len(phrase) >= _SHORTEST_AVOIDED and is_same(f"the {phrase}", full):
            return _linked(text, first, end, (full.entry,), full.similarity)
    guesses = [guess for guess in gazetteer.guess(phrase) if guess.similarity >= _MAYBE_AVOIDED]
    return _unknown(text, first, end, guesses) if guesses else None


def read_quoted(text: RequestText, gazetteer: Gazetteer, first: int, end: int) -> NameSpan:
    """A name in quotes that is not written as in the catalogue: the most similar one, or an unknown name."""
    guesses = gazetteer.guess(text.phrase(first, end), artists_only=False)
    if guesses and is_same(text.phrase(first, end), guesses[0]):
        return _linked(text, first, end, (guesses[0].entry,), guesses[0].similarity)
    return _unknown(text, first, end, guesses)


def _same_name(
    text: RequestText, gazetteer: Gazetteer, first: int, end: int, *, whole: bool
) -> NameSpan | None:
    phrase = text.phrase(first, end)
    if len(phrase) < _SHORTEST or all(_is_plain(word) for word in text.words[first:end]):
        return None
    entries: tuple[NameEntry, ...] = gazetteer.exact(phrase)
    if not entries and whole:
        entries = gazetteer.last_name(phrase)
    if entries:
        return _linked(text, first, end, tuple(e for e in entries if e.kind == entries[0].kind), 1.0)
    best = next(iter(gazetteer.guess(phrase, limit=1)), None)
    if best and is_same(phrase, best):
        return _linked(text, first, end, (best.entry,), best.similarity)
    return None


def _linked(
    text: RequestText, first: int, end: int, entries: tuple[NameEntry, ...], similarity: float
) -> NameSpan:
    piece = text.piece(first, end)
    return NameSpan(first=first, end=end, text=piece, entries=entries, relation="by", similarity=similarity)


def _unknown(text: RequestText, first: int, end: int, guesses: Sequence[Guess]) -> NameSpan:
    names = tuple(dict.fromkeys(guess.entry.name for guess in guesses))
    piece = text.piece(first, end)
    return NameSpan(
        first=first, end=end, text=piece, entries=(), relation="by", similarity=0.0, suggestions=names
    )


def _is_plain(word: str) -> bool:
    return word in common_words() or word in lexicon().phrases


def _is_strange(word: str) -> bool:
    """Whether a word is neither common nor known to the lexicon, even misspelt."""
    return (
        len(word) >= _SHORTEST
        and not _is_plain(word)
        and not word[0].isdigit()
        and nearest_word(word) is None
    )
