"""The catalogue of the demo, 5,000 songs by name, and the notes on them that ship with us."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from linernotes.ingest import AddReport, OnProgress
from linernotes.library import Library
from linernotes.llm import TextGenerator

_DATA = resources.files("linernotes").joinpath("data")


def demo_catalogue_path() -> Path:
    """The catalogue as a table for ``linernotes add``."""
    return Path(str(_DATA.joinpath("demo_catalogue.jsonl.gz")))


def demo_notes_path() -> Path:
    """The texts that the shipped writer wrote on the catalogue (see ``tools/write_demo_notes.py``)."""
    return Path(str(_DATA.joinpath("demo_notes.jsonl.gz")))


def add_demo_catalogue(
    library: Library, *, writer: TextGenerator | None = None, on_progress: OnProgress
) -> AddReport:
    """Adds the catalogue to the library; ``writer`` is as for ``Library.add``."""
    return library.add(
        demo_catalogue_path(),
        editors=True,
        source_name="demo catalogue",
        writer=writer,
        on_progress=on_progress,
    )
