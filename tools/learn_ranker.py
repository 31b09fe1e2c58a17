"""Learns what ``src/linernotes/data/ranker`` ships: the fusion of all ways of finding, and sessions.

    python tools/learn_ranker.py --data FOLDER --cache FOLDER [--out FOLDER]

FOLDER holds ``cpcd`` and ``tot_music`` as ``linernotes evaluate`` wants them (CC BY 4.0 and CC0); the third
source are our own requests for the notes of our corpus. No sentence of them is kept: of what was said there
are vectors, of what was liked the names. Before anything is written, rankers that were learned on four fifths
of all requests are held against the fixed fusion on the others; one that is worse on a source, so that the
95 % interval of the difference lies below 0, is refused.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linernotes.config import load_settings
from linernotes.evaluate.metrics import Interval, gain_interval
from linernotes.evaluate.search.cpcd import read_cpcd
from linernotes.evaluate.search.figures import hit_and_rank
from linernotes.evaluate.search.indexed import IndexSearch
from linernotes.evaluate.search.notes import own_tasks
from linernotes.evaluate.search.ours import LibrarySearch, Taught
from linernotes.evaluate.search.remember import RememberingEmbedder
from linernotes.evaluate.search.tot import read_tot
from linernotes.evaluate.search.values import FOLDS
from linernotes.ingest import Progress, open_embedder
from linernotes.learn.ranker import TREES, learn_from
from linernotes.library.sessions import SessionFile, pack_sessions
from linernotes.library.shipped import FOLDER, RANKER, SESSIONS
from linernotes.rank import FixedFusion, LearnedFusion

SOURCES = {
    "conversations": "Conversational Playlist Curation Dataset (SIGIR 2023), CC BY 4.0, Google LLC",
    "songs somebody cannot name": "ToT_Music (SIGIR 2023), CC0 1.0, Spotify Research",
    "requests for our notes": "corpora/requests and corpora/liner_notes, CC BY 4.0, our own",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Hit@10 and MRR of the fixed fusion and of the learned one, and what MRR gains, with its interval."""

    fixed: tuple[float, float]
    learned: tuple[float, float]
    gain: Interval


def tell(progress: Progress) -> None:
    if progress.done % 100 == 0:
        print(f"{progress.stage}: {progress.done} of {progress.total}", file=sys.stderr)


def taught_by(options: argparse.Namespace) -> tuple[dict[str, Taught], str]:
    """What each source teaches, and the embedder that it was found with."""
    settings = load_settings()
    embedder = RememberingEmbedder(open_embedder(threads=2))
    library = LibrarySearch(settings=settings, folder=options.cache, embedder=embedder, on_progress=tell)
    index = IndexSearch(embedder=embedder, on_progress=tell)
    conversations, named, notes = SOURCES
    own = own_tasks(options.corpora / "liner_notes", options.corpora / "requests")
    return {
        conversations: library.teach(read_cpcd(options.data)),
        named: library.teach(read_tot(options.data), with_sessions=False),
        notes: index.teach(own[-1]),
    }, embedder.model


def cross_validated(taught: Mapping[str, Taught]) -> dict[str, Figures]:
    """By source, with rankers that were learned on the other folds of all sources."""
    fixed: dict[str, list[tuple[float, float]]] = {name: [] for name in taught}
    learned: dict[str, list[tuple[float, float]]] = {name: [] for name in taught}
    for fold in range(FOLDS):
        others = [
            found
            for one in taught.values()
            for found, part in zip(one.found, one.folds, strict=True)
            if part != fold
        ]
        fusion = LearnedFusion(learn_from(others))
        for name, one in taught.items():
            own = [found for found, part in zip(one.found, one.folds, strict=True) if part == fold]
            fixed[name] += [hit_and_rank(found, FixedFusion()) for found in own]
            learned[name] += [hit_and_rank(found, fusion) for found in own]
    return {name: _figures(fixed[name], learned[name]) for name in taught}


def _figures(fixed: Sequence[tuple[float, float]], learned: Sequence[tuple[float, float]]) -> Figures:
    gains = [own[1] - other[1] for own, other in zip(learned, fixed, strict=True)]
    return Figures(fixed=_means(fixed), learned=_means(learned), gain=gain_interval(gains))


def _means(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    hits, ranks = zip(*pairs, strict=True)
    return round(float(np.mean(hits)), 4), round(float(np.mean(ranks)), 4)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds cpcd and tot_music")
    parser.add_argument("--cache", type=Path, required=True, help="where their libraries are kept")
    parser.add_argument("--corpora", type=Path, default=Path("corpora"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    started = time.monotonic()
    taught, embedder = taught_by(options)
    figures = cross_validated(taught)
    for name, one in figures.items():
        print(f"{name}: Hit@10 and MRR {one.fixed} by the fixed fusion, {one.learned} learned; {one.gain}")
    worse = [name for name, one in figures.items() if one.gain.high < 0]
    if worse:
        sys.exit(f"not shipped: worse than the fixed fusion on {', '.join(worse)}")
    ranker = learn_from([found for one in taught.values() for found in one.found])
    sessions = [session for one in taught.values() for session in one.sessions]
    packed = pack_sessions(SessionFile(model=embedder, sessions=tuple(sessions)))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / RANKER).write_bytes(ranker)
    (options.out / SESSIONS).write_bytes(packed)
    card = {
        "name": "linernotes-ranker",
        "what": "LambdaMART over the scores of retrieval, and sessions for its nearest neighbours",
        "licence": "CC-BY-4.0",
        "data": [
            {"source": SOURCES[name], "requests": len(one.found), "sessions": len(one.sessions)}
            for name, one in taught.items()
        ],
        "figures": {
            "note": "five folds; of what ranks candidates, learned on the other folds of all sources, "
            "with the sessions of other folds, beside the fixed fusion on the same candidates",
            **{
                name: {
                    "fixed": dict(zip(("hit_at_10", "mrr"), one.fixed, strict=True)),
                    "learned": dict(zip(("hit_at_10", "mrr"), one.learned, strict=True)),
                    "mrr_gain_interval": [round(one.gain.low, 4), round(one.gain.high, 4)],
                }
                for name, one in figures.items()
            },
        },
        "limits": "Conversations and songs are mostly American, in English and well known. What they "
        "never asked for is ranked by words, meaning and facts alone.",
        "trees": TREES,
        "embedder": embedder,
        "seconds": round(time.monotonic() - started),
        "recipe": "python tools/learn_ranker.py --data FOLDER --cache FOLDER",
    }
    (options.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(f"{options.out}: ranker {len(ranker):,} bytes, sessions {len(packed):,} bytes")


if __name__ == "__main__":
    main()
