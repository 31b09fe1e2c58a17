"""Requests to begin with, made of what the library has, other ones every day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Final

from linernotes.library import Offer

MOST: Final = 5
_LONGEST_NAME: Final = 40
_OCCASIONS: Final = (
    "working late",
    "cooking",
    "running",
    "a long drive",
    "a rainy day",
    "a dinner with friends",
)


def examples_of(offer: Offer, day: date, *, most: int = MOST) -> tuple[str, ...]:
    """Up to ``most`` requests, the same ones all day, each different in kind; () for an empty library."""
    chance = random.Random(day.isoformat())
    made = list(dict.fromkeys(_made(offer, chance)))
    chance.shuffle(made)
    return tuple(made[:most])


def _made(offer: Offer, chance: random.Random) -> Iterator[str]:
    genres, moods, artists = _shuffled(offer.genres, chance), _shuffled(offer.moods, chance), offer.artists
    instrument = chance.choice(offer.instruments) if offer.instruments else ""
    occasion = chance.choice(_OCCASIONS)
    names = [name for name in artists if len(name) <= _LONGEST_NAME]
    if names:
        yield f"something like {chance.choice(names)}"
    if genres and moods:
        yield f"{moods[0]} {genres[0]}, not too loud"
    if moods and offer.decades:
        yield f"{moods[-1]} songs from the {_decade(chance.choice(offer.decades[:3]))}"
    if genres:
        yield f"45 minutes of {genres[-1]} for {occasion}"
    if instrument and moods:
        yield f"{moods[len(moods) // 2]} music with {instrument}, no vocals"
    if len(genres) > 1:
        yield f"{genres[1]} that few people know"


def _shuffled(values: tuple[str, ...], chance: random.Random) -> list[str]:
    return chance.sample(values, len(values))


def _decade(first_year: int) -> str:
    """As people say it: the 90s, the 2010s."""
    return f"{first_year % 100}s" if 1930 <= first_year < 2000 else f"{first_year}s"
