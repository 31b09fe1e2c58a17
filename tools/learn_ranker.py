"""Learns what ``src/linernotes/data/ranker`` ships: the fusion of all ways of finding, and sessions.

    python tools/learn_ranker.py --data FOLDER [--cache FOLDER] [--out FOLDER]

FOLDER holds ``cpcd`` as ``linernotes evaluate cpcd`` wants it (Conversational Playlist Curation Dataset, CC
BY 4.0). No sentence of it is kept: of what was said there are vectors, of what was liked the names.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from linernotes.config import load_settings
from linernotes.evaluate.search.cpcd import read_cpcd
from linernotes.evaluate.search.ours import LibrarySearch
from linernotes.ingest import Progress, open_embedder
from linernotes.learn.ranker import TREES
from linernotes.library.sessions import SessionFile, pack_sessions
from linernotes.library.shipped import FOLDER, RANKER, SESSIONS


def tell(progress: Progress) -> None:
    if progress.done % 100 == 0:
        print(f"{progress.stage}: {progress.done} of {progress.total}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds cpcd")
    parser.add_argument("--cache", type=Path, required=True, help="where its library is kept")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    started = time.monotonic()
    settings = load_settings()
    embedder = open_embedder(settings, threads=2)
    task = read_cpcd(options.data)
    search = LibrarySearch(settings=settings, folder=options.cache, embedder=embedder, on_progress=tell)
    learned = search.learn(task)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / RANKER).write_bytes(learned.ranker)
    packed = pack_sessions(SessionFile(model=embedder.model, sessions=learned.sessions))
    (options.out / SESSIONS).write_bytes(packed)
    card = {
        "name": "linernotes-ranker",
        "what": "LambdaMART over the scores of retrieval, and sessions for its nearest neighbours",
        "licence": "CC-BY-4.0",
        "data": "Conversational Playlist Curation Dataset (SIGIR 2023), CC BY 4.0, Google LLC",
        "dialogues": len(learned.sessions),
        "requests": len(task.queries),
        "trees": TREES,
        "embedder": embedder.model,
        "seed": settings.seed,
        "seconds": round(time.monotonic() - started),
        "recipe": "python tools/learn_ranker.py --data FOLDER --cache FOLDER",
    }
    (options.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(f"{options.out}: ranker {len(learned.ranker):,} bytes, sessions {len(packed):,} bytes")


if __name__ == "__main__":
    main()
