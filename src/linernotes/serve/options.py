"""What several commands share: the options that they all take, and how they print JSON."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from linernotes.config import load_settings
from linernotes.library import Library
from linernotes.serve.as_json import to_json

LibraryDir = Annotated[
    Path | None,
    typer.Option("--library", metavar="DIR", envvar="LINERNOTES_LIBRARY_DIR", help="The library's folder."),
]
Listener = Annotated[str, typer.Option("--as", metavar="NAME", help="Who listens.")]
AsJson = Annotated[bool, typer.Option("--json", metavar="", help="Print one JSON object.")]


def opened(folder: Path | None) -> Library:
    """The library in this folder, or the one that the settings name."""
    return Library(load_settings(library_dir=folder))


def print_json(value: object) -> None:
    """JSON is UTF-8, whatever the terminal speaks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(f"{to_json(value)}\n")
