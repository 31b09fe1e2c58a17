"""What a search has to beat: words, n-grams, sentence vectors, popularity, and their fusion by rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from linernotes.embed import Embedder
from linernotes.evaluate.extra import needs_extra
from linernotes.evaluate.metrics import bm25_scores
from linernotes.evaluate.search.values import SPARE, Query, System, Task
from linernotes.rank.fuse import RANK_OFFSET
from linernotes.types import Vector

_QUERIES_AT_ONCE = 256

Wording = Callable[[Task, Query], str]
"""What of a query is searched for."""
Scores = Callable[[Sequence[str], Sequence[str]], Vector]
"""Of every document for every text, ``(q, d) float32``."""


def last_turn(_: Task, query: Query) -> str:
    """What is asked now, and nothing else."""
    return query.text


def whole_history(task: Task, query: Query) -> str:
    """All that was asked, and the names of what was liked."""
    return " ".join([query.words, *(task.items[row].text for row in query.liked)])


@dataclass(frozen=True, slots=True, kw_only=True)
class ByText:
    """Ranks tracks by a score of their texts."""

    name: str
    wording: Wording
    scores: Scores

    def rank(self, task: Task, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        """See System."""
        documents = [item.text for item in task.items]
        ranked: list[Sequence[int]] = []
        for some in _batches(queries):
            scores = self.scores([self.wording(task, query) for query in some], documents)
            ranked += [_best(row, SPARE * depth) for row in scores]
        return ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Popularity:
    """Ranks what most other dialogues wanted: the same for everybody, but never counted from their own."""

    name: str = "popularity"

    def rank(self, task: Task, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        """See System."""
        wanted = {query.dialogue: query.gold for query in task.queries if not query.earlier}
        counts = Counter(song for gold in wanted.values() for song in gold)
        rows_by_song = {item.song: row for row, item in reversed(list(enumerate(task.items)))}
        ranked: list[Sequence[int]] = []
        for query in queries:
            own = wanted.get(query.dialogue, frozenset())
            best = sorted(counts, key=lambda song: (-(counts[song] - (song in own)), rows_by_song[song]))
            ranked.append([rows_by_song[song] for song in best[: SPARE * depth]])
        return ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class ByRank:
    """Reciprocal rank fusion of other systems, all of the same weight."""

    name: str
    systems: tuple[System, ...]

    def rank(self, task: Task, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        """See System."""
        rankings = [system.rank(task, queries, depth) for system in self.systems]
        return [_fused(of_query, SPARE * depth) for of_query in zip(*rankings, strict=True)]


def tfidf_scores(queries: Sequence[str], documents: Sequence[str]) -> Vector:
    """Cosine of TF-IDF over words and pairs of words, ``(q, d) float32``."""
    with needs_extra("scikit-learn"):
        from sklearn.feature_extraction.text import TfidfVectorizer
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
    known = vectoriser.fit_transform(documents)
    scores = vectoriser.transform(queries) @ known.T
    return np.asarray(scores.toarray(), dtype=np.float32)


def embedding_scores(embedder: Embedder) -> Scores:
    """Cosine of an embedder's vectors."""

    def scores(queries: Sequence[str], documents: Sequence[str]) -> Vector:
        return np.asarray(embedder.embed(queries) @ embedder.embed(documents).T, dtype=np.float32)

    return scores


def baselines(embedder: Embedder | None) -> list[System]:
    """All of them; without the stock embedder those that need none."""
    lexical = ByText(name="BM25, history", wording=whole_history, scores=bm25_scores)
    systems: list[System] = [
        Popularity(),
        ByText(name="BM25, last turn", wording=last_turn, scores=bm25_scores),
        lexical,
        ByText(name="TF-IDF(1,2), history", wording=whole_history, scores=tfidf_scores),
    ]
    if embedder is not None:
        dense = ByText(name="MiniLM, history", wording=whole_history, scores=embedding_scores(embedder))
        systems += [dense, ByRank(name="RRF of BM25 and MiniLM", systems=(lexical, dense))]
    return systems


def _batches(queries: Sequence[Query]) -> Iterator[Sequence[Query]]:
    for start in range(0, len(queries), _QUERIES_AT_ONCE):
        yield queries[start : start + _QUERIES_AT_ONCE]


def _best(scores: Vector, depth: int) -> Sequence[int]:
    """The rows with the highest scores above 0, equal ones in the order of the catalogue."""
    found = np.flatnonzero(scores > 0)
    order = np.lexsort((found, -scores[found]))
    return [int(row) for row in found[order][:depth]]


def _fused(rankings: Sequence[Sequence[int]], depth: int) -> Sequence[int]:
    totals: Counter[int] = Counter()
    for ranking in rankings:
        for place, row in enumerate(ranking, start=1):
            totals[row] += 1 / (RANK_OFFSET + place)  # type: ignore[assignment]
    return sorted(totals, key=lambda row: (-totals[row], row))[:depth]
