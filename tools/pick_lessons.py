"""Picks the lessons that ship with the package, for turns of learning, out of our own corpora.

    python tools/pick_lessons.py

``taught.jsonl.gz`` is what a turn teaches again, so that nothing is forgotten; ``watched.jsonl.gz`` tells it
how far it may go, ``held_out.jsonl.gz`` is what it measures on. All are drawn by the hash of their ids, as
many of each file as are told below, and no lesson of the last two was ever taught.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from linernotes.learn.corpora.notes import read_notes

ROOT = Path(__file__).parents[1]
CORPORA = ROOT / "corpora"
OUT = ROOT / "src/linernotes/data/lessons"
TAUGHT = {
    "liner_notes/plain/songs_plain": 120,
    "liner_notes/plain/songs_told": 80,
    "liner_notes/free/songs_known": 60,
    "liner_notes/free/songs_heard": 60,
    "varied_notes/songs": 240,
    "varied_notes/corrected": 120,
    "varied_notes/artists": 60,
    "varied_notes/genres": 60,
    "liner_notes/plain/artists_plain": 50,
    "liner_notes/plain/genres_plain": 50,
}
HELD_OUT = {
    "liner_notes/free/songs_known": 8,
    "liner_notes/free/songs_heard": 8,
    "liner_notes/plain/songs_plain": 8,
    "varied_notes/songs": 8,
    "varied_notes/artists": 4,
    "varied_notes/genres": 4,
}
WATCHED = {
    "liner_notes/plain/songs_plain": 16,
    "varied_notes/songs": 16,
    "varied_notes/artists": 4,
    "varied_notes/genres": 4,
}


def main() -> None:
    """See the module."""
    OUT.mkdir(parents=True, exist_ok=True)
    lots = {"taught": TAUGHT, "held_out": HELD_OUT, "watched": WATCHED}
    for name, counts in lots.items():
        before = HELD_OUT if name == "watched" else {}
        lines = list(_picked(counts, before, is_held_out=name != "taught"))
        with (
            (OUT / f"{name}.jsonl.gz").open("wb") as raw,
            gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as out,
        ):
            out.write("".join(lines).encode())
        print(f"{len(lines)} {name}")


def _picked(counts: Mapping[str, int], before: Mapping[str, int], *, is_held_out: bool) -> Iterator[str]:
    """So many lines of each file, behind those that another lot has."""
    for file, count in counts.items():
        path = CORPORA / f"{file}.jsonl"
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        lessons = read_notes(path, source="", licence="")
        fitting = [
            row for row, lesson in zip(rows, lessons, strict=True) if lesson.is_held_out == is_held_out
        ]
        first = before.get(file, 0)
        for row in sorted(fitting, key=_hash)[first : first + count]:
            yield json.dumps(row, ensure_ascii=False) + "\n"


def _hash(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(str(row["id"]).encode()).hexdigest()


if __name__ == "__main__":
    main()
