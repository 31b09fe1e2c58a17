"""``ask`` at 10,000 to 1,000,000 tracks, against the same steps by hand, request by request in one run.

    python -m benchmarks.ask [--sizes 10000 100000 1000000] [--keep FOLDER] [--json FILE]

By hand: the query's embedding, an exact scan of all text vectors (numpy), BM25 (bm25s) and reciprocal rank
fusion: no parse, no filters, no ranking, no reasons, nothing kept. The catalogue is made up from the
lexicon; its texts are embedded up to 10,000 tracks, above that the vectors are drawn at random. Sound is
drawn for every track. numpy's matrix library gets one thread: its pool spins on after every scan by hand
and would slow whatever is measured next. Above 100,000 tracks ours is timed alone. ``--keep`` leaves each
library in FOLDER and takes it from there the next time: at 1,000,000 tracks the building takes far longer
than the measuring.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import bm25s
import numpy as np

from benchmarks.report import Row, finish
from linernotes.config import Settings, load_settings
from linernotes.embed import Embedder
from linernotes.index import open_embedded
from linernotes.ingest import open_embedder
from linernotes.ingest.borrowing import Lenders
from linernotes.ingest.progress import silent
from linernotes.ingest.rows import row_of
from linernotes.ingest.sync import documents, sync_vectors
from linernotes.library import AskOptions, Library
from linernotes.store import Store
from linernotes.types import Fact, SourceItem, Vector
from linernotes.words import lexicon

REQUESTS = (
    "upbeat pop songs with catchy melodies",
    "something calm for working late, no drums",
    "melancholy folk with a woman singing",
    "fast punk from the 80s, songs under 3 minutes",
    "dark ambient without vocals",
    "happy soul for cleaning the house",
    "epic orchestral music, nothing sad",
    "slow blues with harmonica around 70 bpm",
    "dreamy shoegaze from the nineties",
    "jazz with saxophone for a dinner with friends",
    "heavy riffs but no screaming",
    "acoustic guitar ballads, not too sad",
    "danceable house between 120 and 128 bpm",
    "french chanson with accordion",
    "deep cuts of psychedelic rock from before 1975",
    "instrumental hip hop for studying",
    "music for a long drive at night",
    "romantic songs in spanish",
    "anything but country",
    "energetic workout tracks, 45 minutes",
    "something weird and experimental",
    "piano pieces to fall asleep to",
    "brazilian music for a sunny morning",
    "a raw live recording with a big choir",
    "warm analog synths and a drum machine",
)
PICKS = 20
DEPTH = 200
EMBED_UP_TO = 10_000
SYLLABLES = (
    "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no ra re ri ro ru sa"
)
RATIO_BAR = 1.5
FIRST_BAR_S = 3.0
P95_BARS_MS = {1_000_000: 250.0}
BY_HAND_UP_TO = 100_000
"""Above, the ways by hand need more memory than a home server has."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--keep", type=Path, help="where built libraries stay and are found again")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[Row] = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            kept = options.keep / str(size) if options.keep else Path(folder)
            settings = replace(load_settings(), library_dir=kept)
            build(settings, size)
            rows += measure(settings, size, options.rounds)
    return finish("ask", rows, options.json)


def build(settings: Settings, size: int) -> None:
    """A library of made-up tracks, as an ``add`` would leave it; one that is whole already stays."""
    whole = settings.library_dir / "whole"
    if whole.exists():
        return
    rng = np.random.default_rng(size)
    store = Store.open(settings.library_dir / "library.db")
    index = open_embedded(settings.library_dir / "index")
    source = store.catalogue.add_source("table", "made up")
    lenders = Lenders(store)
    for start in range(0, size, 1000):
        items = [row_of(made_up(number)) for number in range(start, min(start + 1000, size))]
        ids = store.catalogue.upsert(source, items)
        index.upsert([replace(one, audio_vector=unit(rng, 400)) for one in documents(store, ids, lenders)])
    embedder = open_embedder(threads=2)
    if size <= EMBED_UP_TO:
        sync_vectors(index, embedder, silent)
    else:
        ids_all = index.ids()
        vectors = np.stack([unit(rng, embedder.dimensions) for _ in ids_all])
        index.set_text_vectors(ids_all, vectors, ["drawn"] * len(ids_all), embedder.model)
    index.close()
    store.close()
    whole.touch()


def made_up(number: int) -> SourceItem:
    """A track with a plausible sheet of facts, the same for the same number."""
    rng = random.Random(number)
    terms = {family: [one.name for one in lexicon().terms if one.family == family] for family in FAMILIES}
    facts = [
        said("title", " ".join(word(rng) for _ in range(rng.randint(1, 4)))),
        said("artist", word(random.Random(number // 6)) + " " + word(random.Random(number // 6 + 7))),
        said("album", word(random.Random(number // 10)) + " " + word(rng)),
        said("year", rng.randint(1955, 2024)),
        said("duration_s", float(rng.randint(90, 480))),
        said("tempo_bpm", float(rng.randint(55, 185))),
        said("energy", round(rng.random(), 3)),
        said("popularity", round(rng.random() ** 3, 3)),
    ]
    for family, most in (("genre", 3), ("mood", 3), ("instrument", 4)):
        facts += [said(family, name) for name in rng.sample(terms[family], rng.randint(1, most))]
    facts.append(said("vocals", rng.choice(["instrumental", "female vocals", "male vocals"])))
    return SourceItem(key=str(number), facts=tuple(facts))


FAMILIES = ("genre", "mood", "instrument")


def said(name: str, value: str | float) -> Fact:
    return Fact(name=name, value=value, source="table", confidence=0.8)


def word(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES.split()) for _ in range(rng.randint(2, 4))).capitalize()


def unit(rng: np.random.Generator, dimensions: int) -> Vector:
    vector = rng.standard_normal(dimensions).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


class ByHand:
    """The same retrieval with numpy and bm25s, everything in memory."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        index = open_embedded(settings.library_dir / "index")
        ids = index.ids()
        texts = index.document_text(ids)
        self._embedder = embedder
        self._vectors = index.vectors("text", ids).vectors
        self._bm25 = bm25s.BM25()
        corpus = [f"{texts[one].names} {texts[one].tags} {texts[one].prose}" for one in map(int, ids)]
        self._bm25.index(bm25s.tokenize(corpus, stopwords="en", show_progress=False), show_progress=False)
        index.close()

    def ask(self, text: str) -> object:
        query = self._embedder.embed([text])[0]
        scores = self._vectors @ query
        dense = np.argpartition(-scores, DEPTH)[:DEPTH]
        dense = dense[np.argsort(-scores[dense])]
        tokens = bm25s.tokenize([text], stopwords="en", show_progress=False)
        lexical, _ = self._bm25.retrieve(tokens, k=DEPTH, show_progress=False)
        fused: dict[int, float] = {}
        for ranked in (dense, lexical[0]):
            for rank, row in enumerate(ranked, start=1):
                fused[int(row)] = fused.get(int(row), 0.0) + 1.0 / (60 + rank)
        return sorted(fused, key=lambda row: -fused[row])[:PICKS]


def measure(settings: Settings, size: int, rounds: int) -> list[Row]:
    with Library(settings) as library:
        opened = time.perf_counter()
        library.ask(REQUESTS[0], AskOptions(n=PICKS))
        first_s = time.perf_counter() - opened

        def ask(text: str) -> object:
            return library.ask(text, AskOptions(n=PICKS))

        for text in REQUESTS:
            ask(text)
        memory_mb = resident_mb()
        by_hand = ByHand(settings, open_embedder()).ask if size <= BY_HAND_UP_TO else None
        ours_ms, hand_ms = alternate(ask, by_hand, rounds)
    longest_s = FIRST_BAR_S if size <= BY_HAND_UP_TO else None
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Row(
            name=f"first ask at {size:,} tracks",
            value=first_s,
            unit="s",
            bar=longest_s,
            holds=None if longest_s is None else first_s <= longest_s,
        ),
        *(answered(share, size, ours_ms, hand_ms) for share in (50, 95)),
        Row(name=f"memory of ask at {size:,} tracks", value=memory_mb, unit="MB"),
        Row(name=f"peak memory of this run up to {size:,} tracks", value=peak_mb, unit="MB"),
    ]


def answered(share: int, size: int, ours_ms: Sequence[float], hand_ms: Sequence[float]) -> Row:
    """What so many percent of the answers take at most; against what is done by hand where that is timed."""
    ours = float(np.percentile(ours_ms, share))
    name = f"ask p{share} at {size:,} tracks"
    if not hand_ms:
        bar = P95_BARS_MS.get(size) if share == 95 else None
        return Row(name=name, value=ours, unit="ms", bar=bar, holds=None if bar is None else ours <= bar)
    hand = float(np.percentile(hand_ms, share))
    return Row(
        name=name,
        value=ours,
        unit="ms",
        baseline=hand,
        baseline_name="by hand",
        bar=f"{RATIO_BAR}x",
        holds=ours <= RATIO_BAR * hand,
    )


def alternate(
    ask: Callable[[str], object], by_hand: Callable[[str], object] | None, rounds: int
) -> tuple[Sequence[float], Sequence[float]]:
    """Milliseconds of each, request by request in turn, so that both meet the same machine."""
    ours_ms: list[float] = []
    hand_ms: list[float] = []
    timed = [(ask, ours_ms), *([(by_hand, hand_ms)] if by_hand else [])]
    for text in REQUESTS:
        if by_hand:
            by_hand(text)
    for _ in range(rounds):
        for text in REQUESTS:
            for function, times in timed:
                started = time.perf_counter()
                function(text)
                times.append(1000 * (time.perf_counter() - started))
    return ours_ms, hand_ms


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
