"""Requests with their gold parse, and what our rules make of them, in the scheme of MusicRecoIntent.

A descriptor is a part of a request with its type and what is thought of it: wanted ("+"), not wanted ("-"),
or to be resembled ("~") (Deezer Research, NLP4MusA 2026). Our own scheme has further types.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from linernotes.errors import InputError
from linernotes.learn.corpora.rows import read_rows, text_in
from linernotes.request import Gazetteer
from linernotes.request.reading import read
from linernotes.request.text import LimitSpan, NameSpan, OrderSpan, PopularitySpan, QualitySpan, Span
from linernotes.types import NameEntry
from linernotes.words import fold, lexicon, tokenise

THIS_YEAR: Final = 2026
TYPES: Final = ("NE", "Genre", "Mood", "Instrument", "ListeningContext", "Decade", "country")
"""Those of MusicRecoIntent."""
OWN_TYPES: Final = (*TYPES, "Vocals", "Tempo", "Limit", "Popularity", "Order", "Language")
_TYPE_BY_FAMILY: Final = {
    "genre": "Genre",
    "style": "Genre",
    "mood": "Mood",
    "energy": "Mood",
    "tempo": "Tempo",
    "vocals": "Vocals",
    "instrument": "Instrument",
    "country": "country",
    "language": "Language",
    "activity": "ListeningContext",
    "company": "ListeningContext",
    "time": "ListeningContext",
}
_COARSE: Final = {"Vocals": "Instrument", "Tempo": "Mood", "Language": "country"}
"""Where MusicRecoIntent puts what it has no type of its own for. It marks no versions (live, remix)."""
_COARSE_BY_NAME: Final = {"acoustic": "Instrument", "rap vocals": "Genre"}
"""What is a style or a voice to us, and something else there ("rappers" is marked as rap)."""
_UNMARKED: Final = frozenset({"beat", "beats", "lyric", "lyrics", "singer", "singers", "words"})
"""That music has a beat, lyrics and a singer is no descriptor there, whatever is said of them."""
_AROUND: Final = re.compile(
    r"(?:(?:the|my|your|at|to|in|a|some|very|early|mid|late)\s+)*(?P<thing>\S.*?)"
    r"(?:\s+(?:songs?|music|playlists?|tracks|tunes|language|vibes))*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """A part of a request, ``query[start:end]``, with its type and polarity."""

    start: int
    end: int
    text: str
    type: str
    polarity: str

    def meets(self, other: Descriptor, *, strict: bool) -> bool:
        """Whether both are of one type and have the same text, or unless ``strict`` a part in common."""
        if self.type != other.type:
            return False
        if strict:
            return fold(self.text) == fold(other.text)
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRequest:
    """A request with its gold descriptors."""

    id: str
    query: str
    gold: tuple[Descriptor, ...]


def read_parsed(path: Path) -> list[ParsedRequest]:
    """The requests of a file of JSON lines with ``id``, ``query`` and ``descriptors``.

    Raises InputError for a file that cannot be read, or a descriptor whose text is not in the query.
    """
    found: list[ParsedRequest] = []
    for place, row in read_rows(path):
        query, descriptors = text_in(row, "query", place), row.get("descriptors")
        if not isinstance(descriptors, list):
            raise InputError(f"{place}: 'descriptors' is {descriptors!r}, expected a list")
        gold = tuple(_gold(query, one, place) for one in descriptors)
        found.append(ParsedRequest(id=str(row.get("id", place)), query=query, gold=gold))
    return found


def _gold(query: str, one: Any, place: str) -> Descriptor:
    try:
        text, type_, polarity = str(one["text"]), str(one["type"]), str(one["polarity"])
    except (KeyError, TypeError) as err:
        raise InputError(f"{place}: descriptor {json.dumps(one)} lacks a text, a type or a polarity") from err
    start = query.find(text)
    if start < 0:
        raise InputError(f"{place}: {text!r} does not stand in the request")
    return Descriptor(start=start, end=start + len(text), text=text, type=type_, polarity=polarity)


def read_by_rules(query: str, catalogue: Gazetteer, *, coarse: bool = False) -> list[Descriptor]:
    """What our rules find in a request, in its order; ``coarse`` knows the types of MusicRecoIntent alone."""
    reading = read(query, catalogue, this_year=THIS_YEAR)
    found: list[Descriptor] = []
    behind_names = {span.end for span in reading.spans if isinstance(span, NameSpan)}
    for span in reading.spans:
        if span in reading.exclusions.indifferent:
            continue
        if (
            coarse
            and span.first in behind_names
            and isinstance(span, QualitySpan)
            and span.name == "soundtrack"
        ):
            continue  # "the NAME soundtrack" asks for a work, not for a genre
        polarity = "~" if isinstance(span, NameSpan) and span.relation == "like" else "+"
        if span in reading.exclusions.spans | reading.exclusions.also:
            polarity = "-"
        start, _ = reading.text.place(span.first, span.end)
        start = max(query.find(span.text, max(start - 2, 0)), 0)  # a limit may begin with a sign, as in "<5"
        type_ = _coarse(span) if coarse else _type(span)
        found.append(
            Descriptor(start=start, end=start + len(span.text), text=span.text, type=type_, polarity=polarity)
        )
    return _as_marked(found) if coarse else found


def _as_marked(found: Sequence[Descriptor]) -> list[Descriptor]:
    """What MusicRecoIntent would mark of it: the thing itself, without "songs" and articles, and once."""
    bare = [one if one.type == "NE" else _bare(one) for one in found if _is_marked(one)]
    first: dict[tuple[str, str], Descriptor] = {}
    for one in bare:
        first.setdefault((one.type, fold(one.text)), one)
    return list(first.values())


def _is_marked(one: Descriptor) -> bool:
    """Whether MusicRecoIntent has such a descriptor; what is refused is marked in any case."""
    unmarked = one.type == "Instrument" and one.polarity != "-" and fold(one.text) in _UNMARKED
    return one.type in TYPES and not unmarked


def _bare(one: Descriptor) -> Descriptor:
    match = _AROUND.fullmatch(one.text)
    if match is None:
        return one
    start = one.start + match.start("thing")
    return replace(one, start=start, end=start + len(match["thing"]), text=match["thing"])


def _type(span: Span) -> str:
    if isinstance(span, QualitySpan):
        return "ListeningContext" if span.name == "christmas" else _TYPE_BY_FAMILY[span.family]
    if isinstance(span, LimitSpan):
        return "Decade" if span.era else "Limit"
    names = {NameSpan: "NE", PopularitySpan: "Popularity", OrderSpan: "Order"}
    return names[type(span)]


def _coarse(span: Span) -> str:
    if isinstance(span, LimitSpan):
        return "Decade" if span.limit.name == "year" else "Limit"
    if isinstance(span, QualitySpan) and span.name in _COARSE_BY_NAME:
        return _COARSE_BY_NAME[span.name]
    if isinstance(span, QualitySpan) and span.family == "style":
        return "Style"
    return _COARSE.get(_type(span), _type(span))


def read_by_words(query: str, catalogue: Gazetteer, *, coarse: bool = False) -> list[Descriptor]:
    """A baseline: every word of the lexicon, and every name that has two words or more, is wanted."""
    found = [*_qualities(query, coarse=coarse), *_names(query, catalogue)]
    return _as_marked(found) if coarse else found


def _qualities(query: str, *, coarse: bool) -> Iterator[Descriptor]:
    for one in lexicon().mentions(query):
        type_ = _TYPE_BY_FAMILY[one.family]
        yield Descriptor(
            start=one.start,
            end=one.end,
            text=query[one.start : one.end],
            type=_COARSE.get(type_, type_) if coarse else type_,
            polarity="+",
        )


def _names(query: str, catalogue: Gazetteer) -> Iterator[Descriptor]:
    tokens = tokenise(query)
    at = 0
    while at < len(tokens):
        most = min(catalogue.longest_from(tokens[at].word), len(tokens) - at)
        words = [token.word for token in tokens[at : at + most]]
        length = next((n for n in range(most, 1, -1) if catalogue.exact(" ".join(words[:n]))), 0)
        if length:
            start, end = tokens[at].start, tokens[at + length - 1].end
            yield Descriptor(start=start, end=end, text=query[start:end], type="NE", polarity="+")
        at += max(length, 1)


def gazetteer_of(artists: Iterable[str], titles: Iterable[str] = (), albums: Iterable[str] = ()) -> Gazetteer:
    """A catalogue of these names, for requests to be linked with."""
    kinds = (("artist", artists), ("track", titles), ("album", albums))
    return Gazetteer(
        NameEntry(kind=kind, name=name, key=fold(name), ids=(number,))  # type: ignore[arg-type]
        for kind, names in kinds
        for number, name in enumerate(dict.fromkeys(names))
        if name
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Which found descriptors meet which gold ones, as pairs; each is in one pair at most."""

    found: Sequence[Descriptor]
    gold: Sequence[Descriptor]
    pairs: tuple[tuple[Descriptor, Descriptor], ...]


def pairing(found: Sequence[Descriptor], gold: Sequence[Descriptor], *, strict: bool) -> Pairing:
    """Pairs what was found with what is right, in the order of what was found."""
    left = list(gold)
    pairs: list[tuple[Descriptor, Descriptor]] = []
    for one in found:
        partner = next((other for other in left if one.meets(other, strict=strict)), None)
        if partner is not None:
            left.remove(partner)
            pairs.append((one, partner))
    return Pairing(found=found, gold=gold, pairs=tuple(pairs))


def unwanted(descriptors: Iterable[Descriptor]) -> list[Descriptor]:
    """Those that are not wanted, of whatever type."""
    return [replace(one, type="any") for one in descriptors if one.polarity == "-"]
