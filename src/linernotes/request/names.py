"""Artists, songs and albums named in a request, linked to the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from linernotes.request import cues
from linernotes.request.gazetteer import Gazetteer
from linernotes.request.guesses import read_quoted
from linernotes.request.support import (
    NEVER,
    Place,
    artist_follows,
    is_common,
    is_cut_short,
    needed_for,
    says_no_name,
    stands_literally,
    support_of,
)
from linernotes.request.text import NameSpan, RequestText, covered, is_free
from linernotes.request.titles import with_titles
from linernotes.types import NameEntry
from linernotes.words import lexicon

_QUOTED = re.compile(r"[\"“”«»„]([^\"“”«»„\n]{1,80})[\"“”«»]|(?<![\w])['‘]([^'‘’\n]{2,60})['’](?![\w])")
_PUNCTUATION = re.compile(r"[^\w\s]")
_MOST_QUOTED_WORDS = 8
_SHORTEST_PARTED = 7
_SUPPORT_OF_PARTED = 2
_LONGEST_IN_SIGN = 5
_KINDS: tuple[Literal["artist", "track", "album"], ...] = ("artist", "track", "album")


def find_known_names(text: RequestText, gazetteer: Gazetteer, taken: frozenset[int]) -> tuple[NameSpan, ...]:
    """The names of the catalogue in a request, in order, and titles beside their artist.

    Of the words that are ``taken`` only quotes make a name.
    """
    spans = list(_quoted(text, gazetteer))
    spans += _linked(text, gazetteer, covered(spans) | taken)
    return tuple(sorted(with_titles(text, gazetteer, spans), key=lambda span: span.first))


def with_whole_names(text: RequestText, gazetteer: Gazetteer) -> RequestText:
    """The text without the breaks that only the sign at the end of an artist makes: "Wham! or Queen"."""
    places = (at for at in range(1, len(text)) if text.hard_break(at) and text.words[at] in cues.JOINING)
    return text.joined_at(at for at in places if _ends_in_sign(text, gazetteer, at))


def _ends_in_sign(text: RequestText, gazetteer: Gazetteer, end: int) -> bool:
    """Whether an artist whose name ends in a sign ends before a word, written with it."""
    stop = text.tokens[end - 1].end + 1
    return any(
        entry.kind == "artist"
        and not entry.name[-1].isalnum()
        and text.text[text.tokens[first].start : stop].casefold() == entry.name.casefold()
        for first in range(max(end - _LONGEST_IN_SIGN, 0), end)
        for entry in gazetteer.exact(text.phrase(first, end))
    )


# --- quoted names ----------------------------------------------------------------------------------


def _quoted(text: RequestText, gazetteer: Gazetteer) -> Iterator[NameSpan]:
    for match in _QUOTED.finditer(text.text):
        group = 1 if match[1] else 2
        first, end = text.words_in(match.start(group), match.end(group))
        if first >= end:
            continue
        entries = _of_one_kind(text, first, gazetteer.exact(text.phrase(first, end)))
        if entries:
            yield NameSpan(first=first, end=end, text=text.piece(first, end), entries=entries, relation="by")
        elif end - first <= _MOST_QUOTED_WORDS and _is_announced_quote(text, first, end):
            yield read_quoted(text, gazetteer, first, end)


def _is_announced_quote(text: RequestText, first: int, end: int) -> bool:
    """Whether an unknown phrase in quotes is meant as a name, not as a word held at a distance."""
    if text.phrase(first, end) in lexicon().phrases:
        return False
    by_follows = end < len(text) and text.words[end] == "by"
    return by_follows or _kind_before(text, first) is not None or text.is_capital(first)


def _of_one_kind(text: RequestText, first: int, entries: Sequence[NameEntry]) -> tuple[NameEntry, ...]:
    """The entries of the kind that the words before ask for, or else of the first kind there is."""
    wanted = _kind_before(text, first)
    kinds = [wanted, *_KINDS] if wanted else [*_KINDS]
    for kind in kinds:
        found = tuple(entry for entry in entries if entry.kind == kind)
        if found:
            return found
    return ()


def _kind_before(text: RequestText, first: int) -> Literal["artist", "track", "album"] | None:
    for at in range(first - 1, max(first - 4, -1), -1):
        kind = cues.KIND_BEFORE.get(text.words[at])
        if kind:
            return next(known for known in _KINDS if known == kind)
        if text.words[at] not in cues.FILLERS:
            return None
    return None


# --- names of the catalogue ------------------------------------------------------------------------


def _linked(text: RequestText, gazetteer: Gazetteer, taken: frozenset[int]) -> list[NameSpan]:
    spans: list[NameSpan] = []
    at = 0
    while at < len(text):
        span = _longest_name_at(text, gazetteer, at, taken, spans)
        if span:
            spans.append(span)
        at = span.end if span else at + 1
    return spans


def _longest_name_at(
    text: RequestText, gazetteer: Gazetteer, at: int, taken: frozenset[int], before: Sequence[NameSpan]
) -> NameSpan | None:
    for length in range(min(max(_longest_from(text, gazetteer, at), 2), len(text) - at), 0, -1):
        end = at + length
        if not is_free(taken, at, end):
            continue
        if length == 2:
            parted = _parted_name(text, gazetteer, at, before)
            if parted:
                return parted
        for place in _readings(text, at, end):
            entries = _owners(text, place, gazetteer.exact(place.phrase))
            kept = _supported(text, gazetteer, place, entries, before)
            if kept:
                piece = text.piece(at, end)
                piece = piece[:-2] if text.is_possessive(end - 1) and place.possessive else piece
                return NameSpan(first=at, end=end, text=piece, entries=kept, relation="by")
    return None


def _owners(text: RequestText, place: Place, entries: Sequence[NameEntry]) -> Sequence[NameEntry]:
    """The entries that may stand at a place; without its apostrophe only a clear artist owns something."""
    if not place.possessive or text.is_possessive(place.end - 1):
        return entries
    clear = needed_for("artist", place.phrase) == 0 and not is_common(text.words[place.end - 1])
    return [entry for entry in entries if clear and entry.kind == "artist"]


def _parted_name(
    text: RequestText, gazetteer: Gazetteer, at: int, before: Sequence[NameSpan]
) -> NameSpan | None:
    """An artist of one word, written as two ("radio head"), where a name is announced."""
    end = at + 2
    joined = text.words[at] + text.words[at + 1]
    if len(joined) < _SHORTEST_PARTED or text.clause_end(at + 1) or gazetteer.exact(text.phrase(at, end)):
        return None
    entries = tuple(
        entry for entry in gazetteer.exact(joined) if entry.kind == "artist" and entry.key == joined
    )
    if not entries or text.phrase(at, end) in lexicon().phrases or is_common(joined):
        return None
    place = Place(first=at, end=end, phrase=joined, possessive=False)
    if support_of(text, gazetteer, place, before) < _SUPPORT_OF_PARTED:
        return None
    return NameSpan(first=at, end=end, text=text.piece(at, end), entries=entries, relation="by")


def _longest_from(text: RequestText, gazetteer: Gazetteer, at: int) -> int:
    longest = gazetteer.longest_from(text.words[at])
    if text.is_possessive(at) or text.owes_apostrophe(at):
        longest = max(longest, gazetteer.longest_from(text.words[at][:-1]))
    return longest


def _readings(text: RequestText, first: int, end: int) -> Iterator[Place]:
    phrase = text.phrase(first, end)
    yield Place(first=first, end=end, phrase=phrase, possessive=False)
    if text.is_possessive(end - 1) or text.owes_apostrophe(end - 1):
        yield Place(first=first, end=end, phrase=phrase[:-1], possessive=True)


def _is_part_of_name(text: RequestText, place: Place) -> bool:
    """Whether more of a name than this follows "by" or "no": no song is meant in "by radio hed"."""
    if text.clause_end(place.end) or text.words[place.end] in cues.NAME_ENDS:
        return False
    if place.first > 0 and text.words[place.first - 1] == "by":
        return True
    follows = text.words[place.end]
    strange = not is_common(follows) and not says_no_name(follows) and follows not in lexicon().phrases
    alone = place.end - place.first == 1
    return alone and strange and cues.NEGATIVE_BEFORE.ending_at(text.words, place.first) is not None


def _is_part_of_word(text: RequestText, place: Place) -> bool:
    """Whether a hyphen joins a place to the word behind it, so that no song is meant: "post-teen pop"."""
    return text.hyphen(place.end) and not cues.LIKE_AFTER.longest_at(text.words, place.end)


def _runs_on(text: RequestText, gazetteer: Gazetteer, place: Place) -> bool:
    """Whether a title of one common word is the first of more words that are no talk: "boss mode"."""
    end = place.end
    alone = end - place.first == 1 and not text.is_capital(place.first) and is_common(place.phrase)
    if not alone or text.clause_end(end) or text.language != "en":
        return False
    follows = text.words[end]
    talk = says_no_name(follows) or cues.is_small(follows) or follows in lexicon().phrases
    return not talk and not artist_follows(text, gazetteer, end)


def _holds_breaks(text: RequestText, place: Place, entry: NameEntry) -> bool:
    """Whether the breaks within a place are the name's own ("Tyler, the Creator")."""
    gaps = (text.gap(at) for at in range(place.first + 1, place.end) if text.clause_end(at))
    return all(sign in entry.name for gap in gaps for sign in gap if not sign.isspace())


def _is_where(text: RequestText, place: Place) -> bool:
    """Whether a country stands where music comes from: "artists from Japan" are not the band's."""
    first = place.first - (place.first > 1 and text.words[place.first - 1] == "the")
    if first == 0 or text.words[first - 1] != "from" or text.is_possessive(place.end - 1):
        return False
    return any(family == "country" for family, _ in lexicon().phrases.get(place.phrase, ()))


def _supported(
    text: RequestText,
    gazetteer: Gazetteer,
    place: Place,
    entries: Sequence[NameEntry],
    before: Sequence[NameSpan],
) -> tuple[NameEntry, ...]:
    """Those of the entries with this name that the words around it support, all of one kind."""
    if not entries or is_cut_short(text, gazetteer, place) or _is_where(text, place):
        return ()
    if _is_part_of_name(text, place) or _is_part_of_word(text, place):
        entries = [entry for entry in entries if entry.kind == "artist"]
    if _runs_on(text, gazetteer, place):
        entries = [entry for entry in entries if entry.kind == "artist"]
    entries = [entry for entry in entries if _holds_breaks(text, place, entry)]
    literal = [entry for entry in entries if stands_literally(text, place, entry)]
    needed = {kind: needed_for(kind, place.phrase) for kind in {entry.kind for entry in entries}}
    if literal or not needed or min(needed.values()) >= NEVER:
        return _of_one_kind(text, place.first, literal)
    support = support_of(text, gazetteer, place, before) if any(needed.values()) else 0
    return _of_one_kind(text, place.first, [entry for entry in entries if needed[entry.kind] <= support])
