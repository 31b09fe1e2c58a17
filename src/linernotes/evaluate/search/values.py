"""What passes through a suite of retrieval: a catalogue, requests with what they should find, rankings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from linernotes.types import FactSheet

SPARE: Final = 4
"""Rows that a system gives for each song where it does not tell songs apart."""
FOLDS: Final = 5
"""Parts of a data set: what is measured on one is learned from the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One track of the catalogue. Recordings of one song share ``song``: what is found is a song.

    ``tags`` are words for it, ``sheet`` its facts and ``note`` what was written of them, as far as they may
    be searched.
    """

    id: str
    song: str
    title: str = ""
    artists: tuple[str, ...] = ()
    album: str = ""
    tags: tuple[str, ...] = ()
    sheet: FactSheet | None = None
    note: str = ""

    @property
    def names(self) -> str:
        """Title, artists and album."""
        return " ".join(part for part in (self.title, *self.artists, self.album) if part)

    @property
    def text(self) -> str:
        """All that is known of it, for a search in words."""
        return " ".join(part for part in (self.names, *self.tags, self.note) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An earlier turn: what was asked, and what was thought of which rows."""

    request: str
    liked: tuple[int, ...] = ()
    disliked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A request with what went before, and the songs that it should find.

    Means are taken within a ``dialogue`` first. What is learned for a query is learned from queries of other
    folds, by ``fold_key`` or else by dialogue. ``groups`` are the tables in which it stands, too. Songs that
    are ``ignored`` are as if they were not there: right, but too easily found to be counted.
    """

    id: str
    dialogue: str
    text: str
    gold: frozenset[str]
    earlier: tuple[Exchange, ...] = ()
    groups: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()
    fold_key: str = ""

    @property
    def fold(self) -> int:
        """Which fifth of the data it is in, 0 to 4: the same in every run, whatever else there is."""
        key = (self.fold_key or self.dialogue).encode()
        return int.from_bytes(hashlib.blake2b(key, digest_size=4).digest(), "big") % FOLDS

    @property
    def words(self) -> str:
        """All that was asked so far, the latest last."""
        return " ".join([*(exchange.request for exchange in self.earlier), self.text])

    @property
    def liked(self) -> tuple[int, ...]:
        """The tracks that were liked before."""
        return tuple(row for exchange in self.earlier for row in exchange.liked)

    @property
    def disliked(self) -> tuple[int, ...]:
        """The tracks that were disliked before."""
        return tuple(row for exchange in self.earlier for row in exchange.disliked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A catalogue and the requests on it."""

    name: str
    data: str
    items: tuple[Item, ...]
    queries: tuple[Query, ...]


class System(Protocol):
    """Something that ranks a catalogue's tracks for requests."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    def rank(self, task: Task, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        """For each query the rows of the tracks, best first: those of ``depth`` songs, if so many were found.

        Some rows are the same song, some are known or ignored: a system that does not tell gives more rows.
        """
