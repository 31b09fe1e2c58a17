"""Notes in files of JSON lines: our own corpus, and any set of artist bios or genre overviews in its form.

Each line is an object with ``kind`` (song, artist or genre), ``facts`` and ``text``. ``name`` is whom or what
the text is about: where the text names it, a placeholder takes its place, so that no name is learned. ``id``
may be left out; ``rejected`` is the text that this one corrects, where there is one. What the facts are
called is told in ``corpora/liner_notes/README.md``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from linernotes.describe.wording import a
from linernotes.errors import InputError
from linernotes.learn.corpora.agreement import texts_of
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.rows import Row, read_rows, text_in
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
_PLACEHOLDERS = {"song": "{title}", "artist": "{artist}", "genre": "{genre}"}


def read_notes(path: Path, *, source: str, licence: str) -> list[Lesson]:
    """The lessons in a file of JSON lines, or in all ``*.jsonl`` in and below a folder, by their paths.

    Raises InputError for a missing file and, with file and line, for a row that is no note.
    """
    files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"no notes in {path}: expected *.jsonl")
    return [lesson for file in files for lesson in _read(file, source, licence)]


def _read(file: Path, source: str, licence: str) -> Iterator[Lesson]:
    for place, row in read_rows(file):
        kind, text = text_in(row, "kind", place), text_in(row, "text", place)
        try:
            sheet = sheet_from(kind, row["facts"])
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            raise InputError(f"{place} is no note: {err!r}") from err
        rejected = text_in(row, "rejected", place) if row.get("rejected") is not None else None
        if row.get("name") is not None:
            name = text_in(row, "name", place)
            text = without_name(text, name, sheet)
            rejected = without_name(rejected, name, sheet) if rejected else None
        yield Lesson(
            id=_id(row, text), sheet=sheet, text=text, source=source, licence=licence, rejected=rejected
        )


def _id(row: Row, text: str) -> str:
    if row.get("id") is not None:
        return str(row["id"])
    return f"note-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"


def without_name(text: str, name: str, sheet: Sheet) -> str:
    """The text with a placeholder where it names what it is about.

    A genre's name is known in any case, and is left where it is a part of another value of the sheet: notes
    on rock may speak of "surf rock".
    """
    name = name.strip()
    if not name:
        return text
    longer = [value for _, value in texts_of(sheet) if name.lower() in value.lower() != name.lower()]
    found = "|".join(re.escape(value) for value in [*sorted(longer, key=len, reverse=True), name])
    flags = re.IGNORECASE if sheet.kind == "genre" else re.NOFLAG

    def placed(match: re.Match[str]) -> str:
        return _PLACEHOLDERS[sheet.kind] if match.group().lower() == name.lower() else match.group()

    return re.sub(rf"(?<![\w{{-])(?:{found})(?![\w}}-])", placed, text, flags=flags)


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
            raise ValueError(f"unknown fact {name!r} of {a(kind)}")
    return FactSheet(**values) if kind == "song" else CollectionSheet(kind=kind, **values)  # type: ignore[arg-type]
