"""Our retrieval over a catalogue that has facts and notes but no library: an index of it, asked directly."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linernotes.embed import Embedder
from linernotes.evaluate.search.ours import Learned, Taught
from linernotes.evaluate.search.values import FOLDS, SPARE, Item, Query, Task
from linernotes.facts import meaning_of, tag_words
from linernotes.index import Index, open_embedded
from linernotes.ingest import OnProgress, Progress, silent
from linernotes.learn.ranker import Found, learn_from, without
from linernotes.library.shipped import check_shipped, shipped_fusion
from linernotes.rank import FixedFusion, Fusion, LearnedFusion, relevance
from linernotes.request import Gazetteer, parse
from linernotes.retrieve import Implied, OwnWords, Sessions, Traits, retrieve
from linernotes.types import Candidates, FactSheet, Ids, IndexDocument

_NOBODY = Gazetteer()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSearch:
    """Requests are parsed, retrieved and fused as ``ask`` does; nothing is ranked by taste or variety.

    ``learned`` is as for LibrarySearch; there are no sessions.
    """

    embedder: Embedder
    learned: Learned = "out-of-fold"
    name: str = "library"
    on_progress: OnProgress = silent

    def rank(self, task: Task, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        """See System."""
        found = self._found(task, queries)
        if self.learned == "out-of-fold":
            return self._out_of_fold(task, queries, found, depth)
        if self.learned == "shipped":
            check_shipped()
        fusion = FixedFusion() if self.learned == "nothing" else shipped_fusion()
        return [_rows(candidates, fusion, depth) for candidates in found]

    def teach(self, task: Task) -> Taught:
        """What all of the task's requests teach."""
        return Taught(
            found=tuple(_taught(task, task.queries, self._found(task, task.queries))),
            folds=tuple(query.fold for query in task.queries),
        )

    def _found(self, task: Task, queries: Sequence[Query]) -> list[Candidates]:
        with _indexed(task.items, self.embedder) as index:
            find = _Finder(index, self.embedder)
            return list(map(find, self._told(queries)))

    def _told(self, queries: Sequence[Query]) -> Iterator[Query]:
        for done, query in enumerate(queries):
            self.on_progress(Progress(stage="asking", done=done, total=len(queries)))
            yield query

    def _out_of_fold(
        self, task: Task, queries: Sequence[Query], found: Sequence[Candidates], depth: int
    ) -> list[Sequence[int]]:
        taught = _taught(task, queries, found)
        ranked: dict[int, Sequence[int]] = {}
        for fold in range(FOLDS):
            others = [one for query, one in zip(queries, taught, strict=True) if query.fold != fold]
            fusion = LearnedFusion(learn_from(others))
            for at, query in enumerate(queries):
                if query.fold == fold:
                    ranked[at] = _rows(found[at], fusion, depth)
        return [ranked[at] for at in range(len(queries))]


class _Finder:
    """Finds candidates in an index as a library does, with what its facts imply.

    Nothing is held as a promise: who describes a song, and says what it lacks, excludes nothing.
    """

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self._index = index
        self._embedder = embedder
        self._implied = Implied(index)
        self._own_words = OwnWords(index)
        self._traits = Traits(index, Sessions(()))

    def __call__(self, query: Query) -> Candidates:
        return retrieve(
            parse(query.text, _NOBODY),
            index=self._index,
            embedder=self._embedder,
            seed_tracks={},
            implied=self._implied,
            own_words=self._own_words,
            traits=self._traits,
            conditions=(),
        )


def _taught(task: Task, queries: Sequence[Query], found: Sequence[Candidates]) -> list[Found]:
    """What was found beside what was right; what is ignored is neither right nor wrong."""
    rows_of: dict[str, list[int]] = {}
    for row, item in enumerate(task.items):
        rows_of.setdefault(item.song, []).append(row)
    return [
        Found(candidates=without(candidates, _ids(query.ignored, rows_of)), right=_ids(query.gold, rows_of))
        for query, candidates in zip(queries, found, strict=True)
    ]


def _ids(songs: Iterable[str], rows_of: Mapping[str, Sequence[int]]) -> Ids:
    return np.array([row + 1 for song in songs for row in rows_of[song]], dtype=np.int64)


def _rows(candidates: Candidates, fusion: Fusion, depth: int) -> list[int]:
    return [int(track_id) - 1 for track_id in relevance(candidates, fusion).ids[: SPARE * depth]]


@contextmanager
def _indexed(items: Sequence[Item], embedder: Embedder) -> Iterator[Index]:
    with tempfile.TemporaryDirectory() as folder:
        index = open_embedded(Path(folder))
        try:
            index.upsert(_documents(items, embedder))
            yield index
        finally:
            index.close()


def _documents(items: Sequence[Item], embedder: Embedder) -> list[IndexDocument]:
    """Tracks are numbered from 1, in the order of the items."""
    meanings = [meaning_of(item.tags, item.note) for item in items]
    vectors = embedder.embed(meanings)
    return [
        IndexDocument(
            track_id=row + 1,
            revision=1,
            names=item.names,
            tags=" ".join([*item.tags, tag_words(item.sheet) if item.sheet else ""]).strip(),
            prose=item.note,
            sheet=item.sheet or FactSheet(),
            artist_ids=(),
            song_key=item.song,
            meaning=meaning,
            text_vector=vector if meaning else None,
        )
        for row, (item, meaning, vector) in enumerate(zip(items, meanings, vectors, strict=True))
    ]
