"""What a listener says of themselves, sentence by sentence: the latest word on each thing counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

from linernotes.types import Avoid, Family, Request, Seed
from linernotes.words import lexicon

FAMILIES: Final[tuple[Family, ...]] = get_args(Family)

_END = re.compile(r"(?<=[!?;])\s+|(?<=\.)(?<!\b[A-Z]\.)(?<!\b[DMS][rt]\.)\s+|\n+|\s+(?:and|but) also\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is still true of all that was said.

    ``likes`` is a request for each sentence that tells of a liking, oldest first, ``avoids`` what is to be
    avoided in every answer, ``own_avoids`` the same in words that only the library's tags may know.
    """

    likes: tuple[Request, ...] = ()
    avoids: tuple[Avoid, ...] = ()
    own_avoids: tuple[str, ...] = ()


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a saying: each tells of one taste."""
    return tuple(part.strip() for part in _END.split(text) if part and part.strip())


def said_by(requests: Sequence[Request]) -> Said:
    """What sentences, read like requests, oldest first, amount to.

    A wish takes back an earlier dislike of the same, a dislike an earlier wish for it or for a kind of it.
    """
    kept: list[Request] = []
    for request in requests:
        kept = [_after(request, one) for one in kept]
        kept.append(request)
    return Said(
        avoids=tuple(dict.fromkeys(replace(avoid, standing=True) for one in kept for avoid in one.avoids)),
        likes=tuple(
            replace(one, avoids=(), unread_avoids=(), unknown_avoids=())
            for one in kept
            if one.wants or one.seeds
        ),
        own_avoids=tuple(
            dict.fromkeys(text for one in kept for text in (*one.unread_avoids, *one.unknown_avoids))
        ),
    )


def _after(later: Request, earlier: Request) -> Request:
    """What is left of an earlier sentence after a later one."""
    wanted = {(want.family, want.name) for want in later.wants}
    avoided = {pair for avoid in later.avoids for pair in comprised(avoid)}
    named = _ids(later.seeds)
    left_out = frozenset(id_ for avoid in later.avoids for id_ in avoid.ids)
    wants = tuple(want for want in earlier.wants if (want.family, want.name) not in avoided)
    seeds = tuple(seed for seed in earlier.seeds if not _ids((seed,)) & left_out)
    avoids = tuple(
        avoid
        for avoid in earlier.avoids
        if (avoid.family, avoid.name) not in wanted and not named.intersection(avoid.ids)
    )
    if (wants, seeds, avoids) == (earlier.wants, earlier.seeds, earlier.avoids):
        return earlier
    text = ", ".join([*(want.text for want in wants), *(seed.name for seed in seeds)])
    return replace(earlier, text=text, rest="", wants=wants, seeds=seeds, avoids=avoids)


def _ids(seeds: Iterable[Seed]) -> frozenset[int]:
    return frozenset(id_ for seed in seeds for id_ in (*seed.artist_ids, *seed.track_ids))


def comprised(avoid: Avoid) -> set[tuple[str, str]]:
    """Family and name of what is avoided, and of everything that is a kind of it."""
    known = next((one for one in FAMILIES if one == avoid.family), None)
    names = (avoid.name,) if known is None else lexicon().descendants(known, avoid.name)
    return {(avoid.family, name) for name in names}
