"""Fifty corrections of one kind: how often the writer makes the same mistake on songs that it never saw.

    python -m benchmarks.corrections [--kind NAME] [--corrections 50] [--songs 600] [--unseen 150]
                                     [--budget 25] [--json FILE]

A part of the demo's catalogue, with the notes that the shipped writer wrote on it. Simulated listeners find
one way of writing wrong and write the note better, through ``Library.correct``. A turn of learning follows,
gate included. Then the notes on other songs, of other artists, are written by what the turn made, as an
``add`` writes them, and held against those of the shipped writer. Needs the weights and the extra ``train``.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.report import Row, finish
from linernotes import models
from linernotes.config import Settings, load_settings
from linernotes.errors import InputError
from linernotes.learn.turn import Outcome, turn
from linernotes.library import Library
from linernotes.llm.kept import KeptGenerator
from linernotes.serve.demo_catalogue import demo_catalogue_path, demo_notes_path

LISTENERS = 10
HALF = 0.5
TURN_BAR_S = 25 * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A way of writing that listeners find wrong, and what they write in its place."""

    found: re.Pattern[str]
    better: str


KINDS = {
    "comes from": Kind(found=re.compile(r"\bcomes from\b"), better="is from"),
    "heard with": Kind(found=re.compile(r"\b(is|are) heard with\b"), better=r"\1 played with"),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kind", choices=sorted(KINDS), default="comes from")
    parser.add_argument("--corrections", type=int, default=50)
    parser.add_argument("--songs", type=int, default=600)
    parser.add_argument("--unseen", type=int, default=150)
    parser.add_argument("--budget", type=float, default=25.0, help="minutes of the turn")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    kind = KINDS[options.kind]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models_dir = own_models(folder)
        taught = replace(
            load_settings(), library_dir=folder / "taught", models_dir=models_dir, notes_for="all"
        )
        other = replace(taught, library_dir=folder / "other")
        tables = _tables(folder, options.songs, options.unseen)
        _add(taught, tables[0])
        _add(other, tables[1])
        before = _notes(other)
        with Library(taught) as library:
            corrected = correct(library, kind, options.corrections)
            started = time.monotonic()
            report = turn(library, budget_s=options.budget * 60, on_step=print)
            took_s = time.monotonic() - started
        (outcome,) = (one for one in report.outcomes if one.kind == models.WRITER)
        print(*outcome.reasons, *outcome.figures, sep="\n")
        if outcome.state == "kept":  # to see what it would have done
            models.promote(models_dir, models.WRITER, outcome.version)
        after = _rewritten(other, tables[1])
    rows = _rows(kind, options.kind, before, after, outcome, corrected, took_s)
    return finish("corrections", rows, options.json)


def own_models(folder: Path) -> Path:
    """The fetched weights on a shelf of their own, on which nothing was ever promoted."""
    shelf = folder / "models"
    shutil.copytree(load_settings().models_dir, shelf, ignore=shutil.ignore_patterns(models.WRITER, "merged"))
    return shelf


def _tables(folder: Path, songs: int, unseen: int) -> tuple[Path, Path]:
    """Two parts of the catalogue that share no artist."""
    with gzip.open(demo_catalogue_path(), "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row.get("genres")]
    rows.sort(key=lambda row: _hash(row["id"]))
    parts: tuple[list[dict[str, Any]], ...] = ([], [])
    for row in rows:
        parts[_hash(row["artists"][0]) % 5 == 0].append(row)
    paths = (folder / "taught.jsonl", folder / "other.jsonl")
    for path, part, most in zip(paths, parts, (songs, unseen), strict=True):
        path.write_text("".join(json.dumps(row) + "\n" for row in part[:most]), encoding="utf-8")
    return paths


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def _add(settings: Settings, table: Path) -> None:
    with Library(settings) as library, closing(KeptGenerator(demo_notes_path())) as writer:
        library.add(table, editors=True, source_name="demo catalogue", writer=writer)


def _notes(settings: Settings) -> list[str]:
    """The notes on songs that a model wrote."""
    with Library(settings) as library:
        ids = library.store.catalogue.revisions().ids.tolist()
        notes = library.store.notes.current("song", ids).values()
    return [note.template for note in notes if note.status == "written"]


def correct(library: Library, kind: Kind, count: int) -> int:
    """Has listeners write so many notes better; how many of them the check let them."""
    done = 0
    ids = library.store.catalogue.revisions().ids.tolist()
    for track_id, note in library.store.notes.current("song", ids).items():
        if done == count:
            break
        if note.status == "written" and kind.found.search(note.template):
            better = kind.found.sub(kind.better, note.template)
            try:
                library.correct(f"listener {done % LISTENERS}", track_id, text=better)
            except InputError as err:  # a note in which more is wrong
                print(err)
            else:
                done += 1
    return done


def _rewritten(settings: Settings, table: Path) -> list[str]:
    """The notes of the writer that is in use now."""
    with Library(settings) as library:
        report = library.add(table, editors=True, source_name="demo catalogue")
        print(*report.messages, sep="\n")
    return _notes(settings)


def _rows(
    kind: Kind,
    name: str,
    before: Sequence[str],
    after: Sequence[str],
    outcome: Outcome,
    corrected: int,
    took_s: float,
) -> list[Row]:
    rates = [sum(bool(kind.found.search(note)) for note in notes) / len(notes) for notes in (before, after)]
    return [
        Row(
            name=f"“{name}” on unseen songs after {corrected} corrections (n = {len(before)}, {len(after)})",
            value=rates[1],
            unit="of notes",
            baseline=rates[0],
            baseline_name="shipped",
            bar=HALF,
            holds=rates[1] <= HALF * rates[0],
        ),
        Row(
            name="notes that the model wrote itself",
            value=float(len(after)),
            unit="",
            baseline=float(len(before)),
            baseline_name="shipped",
        ),
        Row(
            name="the gate promotes it",
            value=None,
            unit="",
            bar=outcome.state,
            holds=outcome.state == "promoted",
        ),
        Row(name="the turn", value=took_s, unit="s", bar=TURN_BAR_S, holds=took_s <= TURN_BAR_S),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
