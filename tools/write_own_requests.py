"""Writes ``src/linernotes/data/own_requests.jsonl.gz``: our own requests, each with the song that it is for.

    python tools/write_own_requests.py

The package ships what a turn of learning needs of ``corpora``: all requests of which the shipped embedder
has not learned (``held_out``), to measure on, and so many of the others, to mix with what is new.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from linernotes.evaluate.search.notes import REQUESTS, own_tasks
from linernotes.learn.corpora.rows import read_rows
from linernotes.learn.fixed import OWN_REQUESTS

OTHERS = 300
_KEPT = ("id", "kind", "facts", "text")


def lines(corpora: Path) -> list[str]:
    """The rows of the file, those that are held out first, in the order of the requests."""
    notes = {
        str(row["id"]): {name: row[name] for name in _KEPT}
        for file in sorted((corpora / "liner_notes").rglob("songs*.jsonl"))
        for _, row in read_rows(file)
    }
    *_, both = own_tasks(corpora / "liner_notes", corpora / "requests")
    held = {query.id for query in both.queries}
    asked = [row for name in REQUESTS for _, row in read_rows(corpora / "requests" / name)]
    measured = [row for row in asked if row["id"] in held]
    taught = [row for row in asked if row["id"] not in held]
    taught = taught[:: max(len(taught) // OTHERS, 1)][:OTHERS]
    return [
        json.dumps({**notes[str(row["note_id"])], "request": row["query"], "held_out": row["id"] in held})
        for row in (*measured, *taught)
    ]


def main() -> None:
    data = "".join(f"{line}\n" for line in lines(Path("corpora")))
    OWN_REQUESTS.write_bytes(gzip.compress(data.encode(), mtime=0))


if __name__ == "__main__":
    main()
