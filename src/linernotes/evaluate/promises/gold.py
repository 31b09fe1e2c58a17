"""Requests of people, with what their gold parse says that the answer must keep."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from linernotes.evaluate.descriptors import Descriptor, ParsedRequest
from linernotes.evaluate.promises.limits import limits_of, years_of
from linernotes.evaluate.promises.rules import (
    VERSIONS,
    without_artist,
    without_tempo,
    without_title,
    without_value,
    without_version,
    without_voice,
    years_within,
)
from linernotes.evaluate.promises.values import Asked, Promise
from linernotes.types import Family
from linernotes.words import fold, lexicon

_FACTS: Final[dict[str, tuple[Family, ...]]] = {
    "Genre": ("genre",),
    "Mood": ("mood",),
    "Instrument": ("instrument", "vocals"),
    "Vocals": ("vocals", "instrument"),
    "country": ("country", "language"),
    "Language": ("language",),
}
"""The facts that tell what a type marks; in MusicRecoIntent voices are instruments."""
_VOICES: Final = frozenset({"vocal", "voice", "lyric", "word"})
_SINGING: Final = frozenset({"singing", "singer"})
_AROUND: Final = re.compile(
    r"(?:(?:the|a|any|those|these) )?(?P<thing>.+?)(?: (?:music|songs?|tracks?|versions?|stuff))?"
)


def is_unwanted(request: ParsedRequest) -> bool:
    """Whether people marked anything in it as not wanted."""
    return any(one.polarity == "-" for one in request.gold)


def is_limited(request: ParsedRequest) -> bool:
    """Whether people marked a limit or a decade in it."""
    return any(one.type in ("Limit", "Decade") for one in request.gold)


def asked(request: ParsedRequest, artists: Collection[str], *, limited: bool = True) -> Asked:
    """The request and what its gold parse says must be kept; ``artists`` are folded names of a library.

    What no rule can read is no promise, and what no track has cannot break one. Decades that are wanted are
    a limit unless ``limited`` is false: MusicRecoIntent marks the 50s in "50s progression chords".
    """
    unwanted = (one for one in request.gold if one.polarity == "-" and one.type != "Limit")
    wanted = [one for one in request.gold if one.polarity != "-"]
    promises = [promise for one in unwanted for promise in _without(one, wanted, artists)]
    return Asked(text=request.query, promises=(*promises, *(limits_of(request) if limited else ())))


def _without(one: Descriptor, wanted: Sequence[Descriptor], artists: Collection[str]) -> Iterator[Promise]:
    words = _ways_to_say(one.text)
    if one.type == "NE":
        yield from _without_name(one.text, artists)
    elif one.type == "Decade":
        yield from (
            years_within(one.text, low=years[0], high=years[-1], outside=True) for years in years_of(one.text)
        )
    elif one.type == "Tempo":
        yield without_tempo(words[0], one.text)
    elif version := _version(one):
        yield without_version(version, one.text)
    elif one.type in _FACTS:
        yield from _without_value(one, words, wanted)


def _without_name(name: str, artists: Collection[str]) -> Iterator[Promise]:
    """Not by an artist of this name; where there is none, not the song or the album."""
    bare = _AROUND.fullmatch(fold(name))
    names = {fold(name), fold(f"the {name}"), bare["thing"] if bare else fold(name)}
    if names & set(artists):
        yield without_artist(sorted(names), name)
    else:
        yield without_title(name, name)


def _without_value(one: Descriptor, words: Sequence[str], wanted: Sequence[Descriptor]) -> Iterator[Promise]:
    """Not the thing itself; nor what the lexicon calls it, unless something that is wanted is called so."""
    if _VOICES & set(words):
        yield without_voice(one.text)
    elif _SINGING & set(words):
        yield without_voice(one.text, singing=True)
    else:
        facts = _FACTS[one.type]
        called = _called(facts, words) - _called(facts, [one.text for one in wanted])
        yield without_value(facts, (*words, *sorted(called)), one.text)


def _called(facts: Sequence[Family], words: Iterable[str]) -> set[str]:
    """What the lexicon calls the things."""
    names = (lexicon().canonical(fact, word) for word in words for fact in facts)
    return {name for name in names if name is not None}


def _version(one: Descriptor) -> str | None:
    """The version that is not wanted ("remixs", "live versions"), where titles tell it."""
    if one.type not in ("Genre", "ListeningContext"):
        return None
    said = fold(one.text)
    return next((version for version in VERSIONS if re.search(rf"\b{version}(?:e?s)?\b", said)), None)


def _ways_to_say(text: str) -> tuple[str, ...]:
    """The thing itself, in the plural and the singular."""
    match = _AROUND.fullmatch(fold(text))
    thing = match["thing"] if match else fold(text)
    return tuple(dict.fromkeys((thing, thing.removesuffix("s"))))
