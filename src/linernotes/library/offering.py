"""What a library is rich in, so that a page can suggest what to ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.index import Index
from linernotes.store import Store

MOST: Final = 24
"""Values of each kind: enough that every day suggests something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The commonest values of a library, the commonest first; ``decades`` as 1990."""

    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    decades: tuple[int, ...] = ()
    artists: tuple[str, ...] = ()


def read_offer(store: Store, index: Index) -> Offer:
    """What there is most of in this library."""
    artists = sorted(store.catalogue.artist_names(), key=lambda entry: (-entry.weight, entry.name))
    return Offer(
        genres=_commonest(index, "genres"),
        moods=_commonest(index, "moods"),
        instruments=_commonest(index, "instruments"),
        decades=_decades(index),
        artists=tuple(entry.name for entry in artists[:MOST]),
    )


def _commonest(index: Index, field: str) -> tuple[str, ...]:
    held = index.find(field, index.values(field))
    ordered = sorted(held, key=lambda value: (-len(held[value]), str(value)))
    return tuple(str(value) for value in ordered[:MOST])


def _decades(index: Index) -> tuple[int, ...]:
    years = index.numbers("year")
    decades, counts = np.unique(years[~np.isnan(years)] // 10 * 10, return_counts=True)
    return tuple(int(decades[place]) for place in np.argsort(-counts, kind="stable")[:MOST])
