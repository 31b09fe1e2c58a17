"""What the search page shows, ready for its templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from linernotes.library import AskOptions
from linernotes.listener import REASONS
from linernotes.serve.asked import fields_of
from linernotes.serve.chips import Chip, chips_of
from linernotes.serve.excerpt import Excerpt, excerpt_of
from linernotes.types import Answer, EventKind, Family, Pick
from linernotes.words import lexicon

MOST_NAMED: Final = 24
"""Listeners who are offered by name; others can be typed."""
SITUATIONS: Final[tuple[Family, ...]] = ("activity", "mood", "company", "time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The page to start from: how many songs there are, and what to ask them for."""

    tracks: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A part of the situation that can be said: its words, and which of them is said."""

    name: Family
    chosen: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dials:
    """What the form offers beside the words, as it stands. ``fields`` are those of an address.

    ``used`` says whether something there is not as ever; ``others`` are listeners who may listen along.
    """

    options: AskOptions
    fields: Mapping[str, object]
    situations: tuple[Situation, ...]
    others: tuple[str, ...]

    @property
    def used(self) -> bool:
        """Whether something is not as ever, beside who asks."""
        return bool(self.fields.keys() - {"listener"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPick:
    """A pick, what was said to it, the part to listen to, and whether it has a picture."""

    pick: Pick
    said: EventKind | None
    excerpt: Excerpt
    has_cover: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answer with its chips and picks. ``fields`` are those of the address that asks the same way."""

    answer: Answer
    chips: tuple[Chip, ...]
    picks: tuple[ShownPick, ...]
    fields: Mapping[str, object]
    reasons: tuple[str, ...] = REASONS

    @property
    def playable(self) -> bool:
        """Whether a player would find a recording of any of it."""
        return any(one.pick.track.audio_path for one in self.picks)


def dials_of(options: AskOptions, listeners: Sequence[str]) -> Dials:
    """The form beside the words: those who listen along stand first among the others."""
    asking = options.listener or "me"
    named = dict.fromkeys((*options.company, *listeners[:MOST_NAMED]))
    return Dials(
        options=options,
        fields=fields_of(options),
        situations=tuple(_situation(name, options) for name in SITUATIONS),
        others=tuple(name for name in named if name != asking),
    )


def found_of(
    answer: Answer,
    options: AskOptions,
    said: Mapping[int, EventKind],
    covers: frozenset[int] = frozenset(),
    typical_starts_s: Mapping[int, float] = MappingProxyType({}),
) -> Found:
    """What is shown of an answer.

    ``said`` is what the listener did last with its songs; ``covers`` are the songs with a picture at
    ``/song/ID/cover``; ``typical_starts_s`` says where the typical part of those begins that were heard.
    """
    return Found(
        answer=answer,
        chips=chips_of(answer.request),
        picks=tuple(
            ShownPick(
                pick=pick,
                said=said.get(pick.track.id),
                excerpt=excerpt_of(pick.track.duration_s, typical_starts_s.get(pick.track.id)),
                has_cover=pick.track.id in covers,
            )
            for pick in answer.picks
        ),
        fields=fields_of(options),
    )


def _situation(name: Family, options: AskOptions) -> Situation:
    words = sorted(term.name for term in lexicon().terms if term.family == name)
    chosen: str = getattr(options.context, name) or ""
    return Situation(
        name=name, chosen=chosen, words=tuple(words if chosen in words or not chosen else [chosen, *words])
    )
