"""BM25 engines at 100,000 documents: ours (tantivy) against SQLite's FTS5 and bm25s, in one run.

    python -m benchmarks.lexical [--documents 100000] [--json FILE]

The documents are drawn from the lexicon and made-up names; each engine answers the same requests with
the best 200. This is why the index is tantivy and not FTS5.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bm25s
import numpy as np

from benchmarks.ask import REQUESTS, word
from benchmarks.report import Row, finish
from linernotes.index.lexical import TextIndex, query_words
from linernotes.types import FactSheet, IndexDocument
from linernotes.words import lexicon

DEPTH = 200
WORDS_A_NOTE = 40


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    notes = [note(number) for number in range(options.documents)]
    with tempfile.TemporaryDirectory() as folder:
        engines = {
            "tantivy": tantivy_engine(Path(folder), notes),
            "FTS5": fts_engine(notes),
            "bm25s": bm25s_engine(notes),
        }
        medians = {name: median_ms(search) for name, search in engines.items()}
    rows = [
        Row(
            name=f"search of {options.documents:,} documents, median",
            value=medians["tantivy"],
            unit="ms",
            baseline=medians[other],
            baseline_name=other,
        )
        for other in ("FTS5", "bm25s")
    ]
    return finish("lexical", rows, options.json)


def note(number: int) -> str:
    rng = random.Random(number)
    names = [term.name for term in lexicon().terms]
    return " ".join(rng.choice(names) if rng.random() < 0.5 else word(rng) for _ in range(WORDS_A_NOTE))


def tantivy_engine(folder: Path, notes: list[str]) -> Callable[[str], object]:
    index = TextIndex(folder)
    for start in range(0, len(notes), 10_000):
        part = notes[start : start + 10_000]
        index.write([document(start + place, text) for place, text in enumerate(part)])
    everything = np.arange(1, len(notes) + 1, dtype=np.int64)
    return lambda query: index.search(query, DEPTH, everything, len(notes))


def document(number: int, text: str) -> IndexDocument:
    return IndexDocument(
        track_id=number + 1,
        revision=1,
        names="",
        tags="",
        prose=text,
        sheet=FactSheet(),
        artist_ids=(),
        song_key="",
    )


def fts_engine(notes: list[str]) -> Callable[[str], object]:
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table t using fts5(note, tokenize='porter unicode61')")
    connection.executemany("insert into t values (?)", [(text,) for text in notes])
    query = f"select rowid, bm25(t) s from t where t match ? order by s limit {DEPTH}"
    return lambda text: connection.execute(
        query, (" OR ".join(f'"{one}"' for one in query_words(text)),)
    ).fetchall()


def bm25s_engine(notes: list[str]) -> Callable[[str], object]:
    engine = bm25s.BM25()
    engine.index(bm25s.tokenize(notes, stopwords="en", show_progress=False), show_progress=False)

    def search(text: str) -> object:
        tokens = bm25s.tokenize([text], stopwords="en", show_progress=False)
        return engine.retrieve(tokens, k=DEPTH, show_progress=False)

    return search


def median_ms(search: Callable[[str], object]) -> float:
    times = []
    for text in (*REQUESTS, *REQUESTS, *REQUESTS):
        started = time.perf_counter()
        search(text)
        times.append(1000 * (time.perf_counter() - started))
    return float(np.median(times[len(REQUESTS) :]))


if __name__ == "__main__":
    raise SystemExit(main())
