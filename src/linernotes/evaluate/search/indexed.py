"""Our retrieval over a catalogue that has facts and notes but no library: an index of it, asked directly."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linernotes.embed import Embedder
from linernotes.evaluate.search.ours import Learned
from linernotes.evaluate.search.values import FOLDS, Item, Query, Task
from linernotes.facts import tag_words
from linernotes.index import Index, open_embedded
from linernotes.ingest import OnProgress, Progress, silent
from linernotes.learn.ranker import known_features, learn_ranker, lesson_of
from linernotes.library.shipped import check_shipped, shipped_fusion
from linernotes.rank import FixedFusion, Fusion, LearnedFusion, relevance
from linernotes.request import Gazetteer, parse
from linernotes.retrieve import retrieve
from linernotes.types import Candidates, FactSheet, IndexDocument

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
        with _indexed(task.items, self.embedder) as index:
            found = [self._found(query, index, at, len(queries)) for at, query in enumerate(queries)]
        if self.learned == "out-of-fold":
            return self._out_of_fold(task, queries, found, depth)
        if self.learned == "shipped":
            check_shipped()
        fusion = FixedFusion() if self.learned == "nothing" else shipped_fusion()
        return [_rows(candidates, fusion, depth) for candidates in found]

    def _found(self, query: Query, index: Index, at: int, total: int) -> Candidates:
        self.on_progress(Progress(stage="asking", done=at, total=total))
        request = parse(query.text, _NOBODY)
        return retrieve(request, index=index, embedder=self.embedder, seed_tracks={})

    def _out_of_fold(
        self, task: Task, queries: Sequence[Query], found: Sequence[Candidates], depth: int
    ) -> list[Sequence[int]]:
        rows_of: dict[str, list[int]] = {}
        for row, item in enumerate(task.items):
            rows_of.setdefault(item.song, []).append(row)
        names = known_features(found)
        lessons = [
            lesson_of(one, np.array([row + 1 for song in query.gold for row in rows_of[song]]), names)
            for query, one in zip(queries, found, strict=True)
        ]
        ranked: dict[int, Sequence[int]] = {}
        for fold in range(FOLDS):
            others = [lesson for query, lesson in zip(queries, lessons, strict=True) if query.fold != fold]
            fusion = LearnedFusion(learn_ranker(others, names))
            for at, query in enumerate(queries):
                if query.fold == fold:
                    ranked[at] = _rows(found[at], fusion, depth)
        return [ranked[at] for at in range(len(queries))]


def _rows(candidates: Candidates, fusion: Fusion, depth: int) -> list[int]:
    return [int(track_id) - 1 for track_id in relevance(candidates, fusion).ids[:depth]]


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
    meanings = [item.note or " ".join(item.tags) for item in items]
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
