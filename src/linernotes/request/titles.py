"""Titles that stand beside their artist: "TITLE by ARTIST", "like ARTIST TITLE"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from linernotes.request import cues
from linernotes.request.fame import says_fame
from linernotes.request.gazetteer import Gazetteer
from linernotes.request.guesses import MOST_WORDS, end_of_candidate, is_strange, named
from linernotes.request.relations import is_a_wish
from linernotes.request.text import NameSpan, RequestText, covered
from linernotes.words import lexicon

_LONGEST_TITLE = 8
_FEWEST_SMALL_WORDS = 3
_QUOTES = frozenset('"“”«»„‘')
_NO_ARTIST = cues.ARTICLES - {"the"}


def with_titles(text: RequestText, gazetteer: Gazetteer, known: Sequence[NameSpan]) -> list[NameSpan]:
    """The known names, and the songs and artists of "like TITLE by ARTIST (and TITLE by ARTIST)".

    That form leaves no doubt, whatever words the names are made of: shorter titles inside them are none.
    "From" leaves some: ordinary words before it may be no title.
    """
    spans = [*known]
    ends: set[int] = set()
    for by in range(1, len(text) - 1):
        first = _start_of_title(text, by, spans, ends)
        if first is None:
            continue
        spans = _with_title(text, gazetteer, spans, first, by)
        end = end_of_candidate(text, gazetteer, by + 1, covered(spans))
        if end > by + 1 and text.phrase(by + 1, end) != "the":
            spans.append(named(text, gazetteer, by + 1, end))
        ends |= {span.end for span in spans if span.first in {by + 1, by + 2}}
    return spans


def _with_title(
    text: RequestText, gazetteer: Gazetteer, spans: Sequence[NameSpan], first: int, end: int
) -> list[NameSpan]:
    """The names, with the title between two words; what is known as an artist there remains one."""
    inside = [span for span in spans if span.first < end and first < span.end]
    if any(
        span.first < first or span.end > end or (span.entries and span.entries[0].kind == "artist")
        for span in inside
    ):
        return [*spans]
    if any((span.end == end and span.end - span.first > 1) or _is_quoted(text, span) for span in inside):
        return [*spans]
    if all(at in covered(inside) or text.words[at] in {"and", "or"} for at in range(first, end)):
        return [*spans]
    return [*(span for span in spans if span not in inside), named(text, gazetteer, first, end)]


def _is_quoted(text: RequestText, span: NameSpan) -> bool:
    return not _QUOTES.isdisjoint(text.gap(span.first))


def _start_of_title(
    text: RequestText, by: int, names: Sequence[NameSpan], ends: Collection[int]
) -> int | None:
    """Where the title before a "by" or "from" begins; None where there is none.

    ``ends`` are where the artists before end: behind them another title may begin.
    """
    word, behind = text.words[by], text.words[by + 1]
    if word not in {"by", "from"} or text.clause_end(by + 1) or behind in _NO_ARTIST:
        return None
    first = _start_behind_cue(text, by, ends)
    if word == "from":
        return first if first is not None and _may_be_from(text, first, by) else None
    if first is None and _is_artist_at(text, by + 1, names):
        return _start_of_told_title(text, by)
    return first


def _start_behind_cue(text: RequestText, by: int, ends: Collection[int]) -> int | None:
    """Where a title begins behind the nearest "like", or behind the artist of the title before."""
    for first in range(by - 1, max(by - _LONGEST_TITLE - 1, 0), -1):
        if text.clause_end(first + 1):
            return None
        if first in ends or (first - 1 in ends and text.words[first - 1] in {"and", "or"}):
            return first
        if cues.like_before(text, first):
            is_title = _may_be_title(text.words[first:by]) and not is_a_wish(text.words, first)
            return first if is_title and not text.clause_end(first) else None
    return None


def _start_of_told_title(text: RequestText, by: int) -> int | None:
    """Where a title begins that opens a sentence or stands behind "is"; None where words ask for music."""
    first = by
    while not (text.clause_end(first) or _is_told_behind(text, first)):
        first -= 1
    said = text.words[first:by]
    starts = first == 0 or text.hard_break(first) or _is_told_behind(text, first)
    fits = 0 < len(said) <= MOST_WORDS and _may_be_title(said) and not all(map(cues.is_small, said))
    asks = says_fame(said) or any(word in lexicon().phrases or word in cues.NO_TITLE_WORDS for word in said)
    return first if starts and fits and not asks and text.language == "en" else None


def _is_told_behind(text: RequestText, at: int) -> bool:
    """Whether a title may be told from a word on: behind "called", or "is" after "the song"."""
    if text.words[at - 1] not in cues.BEFORE_TITLE:
        return False
    subject = text.words[at - 2] if at > 1 else ""
    return text.words[at - 1] not in {"is", "was"} or cues.is_small(subject)


def _is_artist_at(text: RequestText, at: int, names: Sequence[NameSpan]) -> bool:
    """Whether a known artist starts at a word, or one that is no word of every day."""
    first = at + (text.words[at] == "the")
    if any(span.first in {at, first} and span.entries[0].kind == "artist" for span in names if span.entries):
        return True
    return first < len(text) and is_strange(text.words[first])


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


def end_of_title_behind(
    text: RequestText, first: int, taken: Collection[int], names: Sequence[NameSpan]
) -> int:
    """Where a title ends that follows its artist and ends the clause, whatever small words it is made of."""
    if not is_title_behind(text, first, names):
        return first
    end = first
    while end < len(text) and end not in taken and (end == first or not text.clause_end(end)):
        if text.words[end] in cues.TITLE_ENDS:
            return first
        if text.words[end] in cues.AFTER_TITLE:
            break
        end += 1
    starts = end > first and (
        text.words[first] not in cues.NAME_ENDS or text.words[first] in cues.TITLE_STARTS
    )
    stops = text.clause_end(end) or text.words[end] in cues.AFTER_TITLE
    return end if starts and stops and _reads_as_title(text, first, end) else first


def _reads_as_title(text: RequestText, first: int, end: int) -> bool:
    """Whether words behind an artist are no talk, and say nothing of music unless the artist owns them."""
    told = text.words[first:end]
    if not 1 < len(told) <= _LONGEST_TITLE or not cues.SMALL_TALK.isdisjoint(told):
        return False
    if len(told) < _FEWEST_SMALL_WORDS and all(map(cues.is_small, told)):
        return False
    musical = [word in lexicon().phrases for word in told]
    owned = text.is_possessive(first - 1) or text.owes_apostrophe(first - 1)
    return not any(musical) or (owned and not musical[0] and 2 * sum(musical) <= len(told))


def is_title_behind(text: RequestText, first: int, names: Sequence[NameSpan]) -> bool:
    """Whether a title may follow its artist without a word in between: "like ARTIST TITLE"."""
    if text.clause_end(first) or text.language != "en":
        return False
    if any(cue.longest_at(text.words, first) for cue in (cues.LIKE_AFTER, cues.BY_AFTER, cues.NAME_AFTER)):
        return False
    artist = next((span for span in names if span.end == first), None)
    if artist is None or (artist.entries and artist.entries[0].kind != "artist"):
        return False
    return _opens_or_is_led(text, artist, names)


def _opens_or_is_led(text: RequestText, name: NameSpan, names: Sequence[NameSpan]) -> bool:
    """Whether a name opens its sentence or follows "like", perhaps as one of several in a row."""
    ending_at = {span.end: span for span in names}
    while not (text.starts_sentence(name.first) or cues.likens(text, name.first)):
        before = ending_at.get(name.first)
        if before is None:
            return False
        name = before
    return True
