"""The notes that ship with the demo's catalogue are those of its songs as they are read today."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path

from linernotes.config import Settings
from linernotes.library import Library
from linernotes.llm import KeptGenerator
from linernotes.serve.demo_catalogue import demo_catalogue_path, demo_notes_path
from linernotes.store import Store

SONGS = 300


def test_the_notes_that_ship_are_of_the_songs_that_ship(tmp_path: Path) -> None:
    """A word of the table or the lexicon that changed since makes sheets that no text was kept for."""
    with gzip.open(demo_catalogue_path(), "rt", encoding="utf-8") as file:
        described = itertools.islice((line for line in file if '"genres"' in line), SONGS)
        (tmp_path / "some.jsonl").write_text("".join(described), encoding="utf-8")
    settings = Settings(library_dir=tmp_path / "library", models_dir=tmp_path / "none", notes_for="all")
    with Library(settings) as library:
        library.add(tmp_path / "some.jsonl", editors=True, writer=KeptGenerator(demo_notes_path()))
    store = Store.open(settings.library_dir / "library.db")
    notes = store.notes.counts_by_status("song")
    store.close()
    assert notes.get("written", 0) >= 0.95 * SONGS
