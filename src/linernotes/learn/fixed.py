"""Our own requests, which ship with the package: what is new must not be learned at their cost.

Those that are held out are measured on and never learned from, by the shipped embedder neither. The others
are mixed with what a library teaches, so that it is not learned instead of what was known (rehearsal;
Robins: Catastrophic Forgetting, Rehearsal and Pseudorehearsal, 1995).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np

from linernotes.describe import fill
from linernotes.embed import NO_MAP, RequestMap
from linernotes.facts import meaning_of, tag_words
from linernotes.index import Index, open_embedded
from linernotes.ingest import open_embedder
from linernotes.learn.corpora.notes import sheet_from
from linernotes.learn.corpora.rows import Row, read_rows, text_in, truth_in
from linernotes.learn.gate import Measure
from linernotes.library import InUse
from linernotes.rank import popularity_groups, relevance
from linernotes.rank.calibrate import TAIL
from linernotes.request import Gazetteer, parse
from linernotes.retrieve import Implied, OwnWords, Sessions, Traits, retrieve
from linernotes.types import Candidates, FactSheet, Ids, IndexDocument, Vector

OWN_REQUESTS: Final = Path(str(resources.files("linernotes").joinpath("data/own_requests.jsonl.gz")))
"""Made by ``tools/write_own_requests.py``."""
FIRST: Final = 10
"""Places in which the right song is looked for."""
SHOWN: Final = 20
_NOBODY: Final = Gazetteer()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRequest:
    """A request and the song that it was written for; songs are numbered from 1, in their order."""

    song: int
    request: str
    sheet: FactSheet
    note: str
    held_out: bool

    @property
    def meaning(self) -> str:
        """What of the song is embedded, as of a song of a library."""
        return meaning_of([*self.sheet.genres, *self.sheet.moods, *self.sheet.instruments], self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPairs:
    """Requests and songs as the embedder reads them, ``(n, d) float32`` each, row for row."""

    requests: Vector
    songs: Vector


class FixedRequests:
    """Our own requests, the index of their songs, and what was found for them; each is made when needed."""

    def __init__(self, requests: Sequence[OwnRequest]) -> None:
        self._all = tuple(requests)
        self._held = tuple(one for one in self._all if one.held_out)

    @cached_property
    def old_pairs(self) -> OldPairs:
        """Those that may be learned from."""
        taught = [one for one in self._all if not one.held_out]
        rows = [one.song - 1 for one in taught]
        requests = open_embedder().embed([one.request for one in taught])
        return OldPairs(requests=requests, songs=self._songs[rows])

    def measures(self, candidate: InUse, current: InUse, shipped: InUse) -> tuple[Measure, ...]:
        """How well each finds the songs of the requests that are held out, and shows what is little known.

        The songs' popularity is drawn by lot: whoever shows the popular ones first does it for that alone.
        """
        lists = [self._lists(one) for one in (candidate, current, shipped)]
        tail = np.flatnonzero(popularity_groups(self._popularity) == TAIL) + 1
        gains = [self._gains(own) for own in lists]
        hits = [tuple(float(one > 0) for one in own) for own in gains]
        tails = [tuple(float(np.isin(ids[:SHOWN], tail).mean()) for ids in own) for own in lists]
        return (
            _measure(f"nDCG@{FIRST} on fixed requests", gains),
            _measure(f"Hit@{FIRST} on fixed requests", hits),
            _measure("share of the long tail on fixed requests", tails),
        )

    def by_meaning(self, candidate: RequestMap, current: RequestMap) -> Measure:
        """The nDCG by what the requests mean alone; the package turns none."""
        maps = (candidate, current, NO_MAP)
        turned = [self._asked if one is NO_MAP else one.turned(self._asked) for one in maps]
        orders = [np.argsort(-own @ self._songs.T, axis=1, kind="stable") + 1 for own in turned]
        name = f"nDCG@{FIRST} on fixed requests by meaning alone"
        return _measure(name, [self._gains(order) for order in orders])

    def _gains(self, lists: Iterable[Ids]) -> tuple[float, ...]:
        return tuple(_gain(ids, one.song) for ids, one in zip(lists, self._held, strict=True))

    def _lists(self, in_use: InUse) -> list[Ids]:
        found = self._unturned if in_use.request_map is NO_MAP else self._found(in_use.request_map)
        return [relevance(candidates, in_use.fusion).ids for candidates in found]

    @cached_property
    def _unturned(self) -> tuple[Candidates, ...]:
        return self._found(NO_MAP)

    def _found(self, request_map: RequestMap) -> tuple[Candidates, ...]:
        """What is found for each request; nothing in it is held as a promise: it describes one song."""
        embedder = open_embedder()
        with self._index() as index:
            implied, own_words = Implied(index), OwnWords(index)
            traits = Traits(index, Sessions(()))
            return tuple(
                retrieve(
                    parse(one.request, _NOBODY),
                    index=index,
                    embedder=embedder,
                    seed_tracks={},
                    conditions=(),
                    implied=implied,
                    own_words=own_words,
                    traits=traits,
                    request_map=request_map,
                )
                for one in self._held
            )

    @contextmanager
    def _index(self) -> Iterator[Index]:
        with tempfile.TemporaryDirectory() as folder:
            index = open_embedded(Path(folder))
            try:
                index.upsert(list(map(_document, self._all, self._songs, self._popularity)))
                yield index
            finally:
                index.close()

    @cached_property
    def _songs(self) -> Vector:
        return open_embedder().embed([one.meaning for one in self._all])

    @cached_property
    def _asked(self) -> Vector:
        return open_embedder().embed([one.request for one in self._held])

    @cached_property
    def _popularity(self) -> Vector:
        """A few songs are heard much and most hardly, whatever they are like."""
        drawn = [hashlib.blake2b(one.request.encode(), digest_size=4).digest() for one in self._all]
        evenly = np.array([int.from_bytes(one) for one in drawn]) / 2**32
        return np.asarray(evenly**3, dtype=np.float32)


@cache
def shipped_requests() -> FixedRequests:
    """Those of the package, read once."""
    rows = enumerate(read_rows(OWN_REQUESTS), start=1)
    return FixedRequests([read_request(song, *row) for song, row in rows])


def read_request(song: int, place: str, row: Row) -> OwnRequest:
    """A row of the file. Raises InputError for one of another form."""
    sheet = sheet_from("song", row["facts"])
    assert isinstance(sheet, FactSheet)
    return OwnRequest(
        song=song,
        request=text_in(row, "request", place),
        sheet=sheet,
        note=fill(text_in(row, "text", place), title="this song", artists=("the artist",), album="the album"),
        held_out=truth_in(row, "held_out", place),
    )


def _document(one: OwnRequest, vector: Vector, popularity: float) -> IndexDocument:
    return IndexDocument(
        track_id=one.song,
        revision=1,
        names="",
        tags=tag_words(one.sheet),
        prose=one.note,
        sheet=one.sheet,
        artist_ids=(),
        song_key=str(one.song),
        popularity=float(popularity),
        meaning=one.meaning,
        text_vector=vector,
    )


def _gain(ids: Ids, song: int) -> float:
    """The nDCG of a list with one right song."""
    (places,) = np.nonzero(ids[:FIRST] == song)
    return float(1 / np.log2(places[0] + 2)) if len(places) else 0.0


def _measure(name: str, values: Sequence[tuple[float, ...]]) -> Measure:
    candidate, current, shipped = values
    return Measure(name=name, candidate=candidate, current=current, shipped=shipped)
