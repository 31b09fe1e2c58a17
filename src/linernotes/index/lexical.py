"""BM25 over names, tags and notes, by tantivy, which prunes: its time hardly grows with the catalogue.

``python -m benchmarks.lexical`` holds it against SQLite's FTS5 and bm25s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from linernotes.index.database import index_error
from linernotes.index.vectors import best, no_hits
from linernotes.types import Hits, Ids, IndexDocument
from linernotes.words import fold

FIELDS = ("names", "tags", "prose")
BOOSTS = {"names": 1.0, "tags": 2.0, "prose": 1.0}
"""A word in a name or among the tags says more than one in a sentence."""

LONGEST_QUERY = 48
"""Words of a request that are searched for, the rarest; more cost time and say nothing new."""

_STOP_WORDS = (
    "a about all am an and any are as at be been but by can could did do does for from get give had has "
    "have he hear her him his i id if im in into is it its ive just like listen looking make maybe me "
    "more most music my need no not of off on one or our out play please recommend she should so some "
    "something song songs such than that the their them there these they thing things this to track "
    "tracks up us very want was we were what when which who will with would you your "
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that stand in requests of every kind."""

_ANALYSER = "linernotes"
_WRITER_BYTES = 32_000_000
_FEW = 0.07
"""Below this share of the tracks a filter within tantivy is faster than looking through more hits."""
_MARGIN = 1.5


class TextIndex:
    """A folder with the inverted index. One process writes at a time, any number read."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder))
        self._index.register_tokenizer(_ANALYSER, _analyser())
        self._folder = folder

    def write(self, documents: Sequence[IndexDocument], deleted: Iterable[int] = ()) -> None:
        """Replaces the documents of these tracks, and takes out those of ``deleted``.

        One caller at a time. Raises StoreError if the words cannot be written.
        """
        try:
            writer = self._index.writer(_WRITER_BYTES, 1)
            for track_id in [*deleted, *(document.track_id for document in documents)]:
                writer.delete_documents_by_term("id", int(track_id))
            for document in {document.track_id: document for document in documents}.values():
                parts = {name: fold(getattr(document, name)) for name in FIELDS}
                writer.add_document(tantivy.Document(id=document.track_id, **parts))
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
        except ValueError as err:
            raise index_error(self._folder, err) from err

    def reload(self) -> None:
        """Shows what another process wrote."""
        self._index.reload()

    def search(self, query: str, k: int, allowed: Ids, of: int) -> Hits:
        """See ``Index.search_text``; ``allowed`` are some of the ``of`` tracks that there are, rising."""
        words = self._rarest(query_words(query))
        if not words or k < 1 or not len(allowed):
            return no_hits()
        parsed = self._index.parse_query(" ".join(words), list(FIELDS), field_boosts=BOOSTS)
        try:
            return self._search_inside(parsed, k, allowed, len(allowed) / of)
        except ValueError as err:
            raise index_error(self._folder, err) from err

    def _rarest(self, words: Sequence[str]) -> Sequence[str]:
        """The words that fewest tracks hold, in their order; those that none holds are of no use."""
        if len(words) <= LONGEST_QUERY:
            return words
        searcher, analyser = self._index.searcher(), _analyser()
        held: dict[str, int] = {}
        for word in words:
            terms = analyser.analyze(word)
            count = sum(searcher.doc_freq(name, term) for name in FIELDS for term in terms)
            if count:
                held[word] = count
        kept = set(sorted(held, key=held.__getitem__)[:LONGEST_QUERY])
        return [word for word in held if word in kept]

    def _search_inside(self, query: Any, k: int, allowed: Ids, share: float) -> Hits:
        """Looks through more hits than wanted; where few are allowed, it is faster to ask for just those."""
        searcher = self._index.searcher()
        if share > _FEW:
            depth = int(k * (1 if share >= 1 else _MARGIN / share))
            hits = _hits(searcher, query, depth)
            kept = _inside(hits, allowed)
            if len(kept.ids) >= k or len(hits.ids) < depth:
                return best(kept.ids, kept.scores, k)
        filtered = tantivy.Query.const_score_query(
            tantivy.Query.term_set_query(self._index.schema, "id", allowed.tolist()), 0.0
        )
        both = [(tantivy.Occur.Must, query), (tantivy.Occur.Must, filtered)]
        hits = _hits(searcher, tantivy.Query.boolean_query(both), k)
        return best(hits.ids, hits.scores, k)


def query_words(text: str) -> list[str]:
    """The folded words of a request that are worth searching for, each once, in their order.

    Stop words are searched for only where there is no other.
    """
    words = list(dict.fromkeys(fold(text).split()))
    telling = [word for word in words if word not in STOP_WORDS]
    return [word for word in (telling or words) if any(map(str.isalnum, word))]


def _hits(searcher: Any, query: Any, depth: int) -> Hits:
    found = searcher.search(query, depth, count=False).hits
    addresses = [address for _, address in found]
    ids = np.array(searcher.fast_field_values("id", addresses), dtype=np.int64)
    return Hits(ids=ids, scores=np.array([score for score, _ in found], dtype=np.float32))


def _inside(hits: Hits, allowed: Ids) -> Hits:
    places = np.minimum(np.searchsorted(allowed, hits.ids), len(allowed) - 1)
    inside = allowed[places] == hits.ids
    return Hits(ids=hits.ids[inside], scores=hits.scores[inside])


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True, indexed=True, fast=True)
    for name in FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name=_ANALYSER)
    return builder.build()


def _analyser() -> Any:
    """Words as ``fold`` leaves them, down to their English stems."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return builder.filter(tantivy.Filter.stemmer("english")).build()
