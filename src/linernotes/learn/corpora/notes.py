"""Notes in files of JSON lines: our own corpus, and any set of artist bios or genre overviews in its form.

Each line is an object with ``id``, ``kind`` (song, artist or genre), ``facts`` and ``text``, and for a genre
its ``name``. What the facts are called is told in ``corpora/liner_notes/README.md``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from linernotes.errors import InputError
from linernotes.learn.corpora.lesson import Lesson
from linernotes.types import CollectionSheet, FactSheet, Sheet

_PAIRS = {
    "years": ("first_year", "last_year"),
    "tempo_range_bpm": ("tempo_low_bpm", "tempo_high_bpm"),
}
_FIELDS = {
    "song": {field.name for field in fields(FactSheet)} - {"kind"},
    "artist": {field.name for field in fields(CollectionSheet)} - {"kind"},
    "genre": {field.name for field in fields(CollectionSheet)} - {"kind"},
}


def read_notes(path: Path, *, source: str, licence: str) -> list[Lesson]:
    """The lessons in a file of JSON lines, or in all ``*.jsonl`` of a folder, in the order of their names.

    Raises InputError for a missing file and, with file and line, for a row that is no note.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"no notes in {path}: expected *.jsonl")
    return [lesson for file in files for lesson in _read(file, source, licence)]


def _read(file: Path, source: str, licence: str) -> Iterator[Lesson]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise InputError(f"cannot read the notes in {file}: {err}") from err
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
                sheet = sheet_from(row["kind"], row["facts"])
                yield Lesson(
                    id=str(row["id"]), sheet=sheet, text=str(row["text"]), source=source, licence=licence
                )
            except (ValueError, KeyError, TypeError, AttributeError) as err:
                raise InputError(f"{file}, line {number} is no note: {err!r}") from err


def sheet_from(kind: str, facts: Mapping[str, Any]) -> Sheet:
    """The sheet that a row's facts describe. Raises ValueError for a kind or a fact that we do not know."""
    if kind not in _FIELDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(_FIELDS)}")
    values: dict[str, Any] = {}
    for name, value in facts.items():
        if name in _PAIRS and kind != "song":
            values.update(zip(_PAIRS[name], value, strict=True))
        elif name in _FIELDS[kind]:
            values[name] = tuple(value) if isinstance(value, list) else value
        else:
            raise ValueError(f"unknown fact {name!r} of a {kind}")
    return FactSheet(**values) if kind == "song" else CollectionSheet(kind=kind, **values)  # type: ignore[arg-type]
