"""The rows of a text that may be listens, each with what reads it: JSON of any shape, or a table."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linernotes.sources.cells import UnfitError
from linernotes.sources.histories.json_objects import BrokenJson, json_objects
from linernotes.sources.histories.moments import moment_of
from linernotes.sources.histories.services import Reader, reader_of, table_reader
from linernotes.sources.histories.texts import Text
from linernotes.sources.rows import BadRow, Row, csv_rows, delimiter_of

_HEAD_CHARS = 1 << 16
_SAMPLE_LINES = 10
_HEADERLESS = ("artist", "album", "track", "date")
"""The cells that lastfm-to-csv writes, without a header."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row, and what reads it as a listen."""

    row: Row
    reader: Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How a table is written, and what reads its rows."""

    header: tuple[str, ...]
    delimiter: str
    starts_with_header: bool
    reader: Reader


def found_rows(text: Text) -> Iterator[FoundRow | BadRow]:
    """What may be listens in a text, and what cannot be read of it; nothing where it holds something else.

    Rows are counted from 1: in JSON the listens, in a table the lines after the header.
    """
    with text.open() as file:
        head = file.read(_HEAD_CHARS)
    if head.lstrip()[:1] in {"{", "["}:
        yield from _in_json(text)
    elif (layout := _layout_of(head)) is not None:
        yield from _in_table(text, layout)
    else:
        log.info("%s is neither JSON nor a table of listens", text.name)


def _in_json(text: Text) -> Iterator[FoundRow | BadRow]:
    number = 0
    with text.open() as file:
        for found in json_objects(file):
            if isinstance(found, BrokenJson):
                yield BadRow(None, f"no JSON at character {found.place:,}: {found.reason}")
                continue
            for cells, reader in _listens_in(found):
                number += 1
                yield FoundRow(Row(number, cells), reader)


def _listens_in(found: Mapping[str, object]) -> Iterator[tuple[Mapping[str, object], Reader]]:
    """The object itself if it is a listen, or those within it, as in a page of them."""
    waiting: list[object] = [found]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            reader = reader_of(tuple(value))
            if reader is not None:
                yield value, reader
            else:
                waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def _in_table(text: Text, layout: _Layout) -> Iterator[FoundRow | BadRow]:
    with text.open() as file:
        for row in csv_rows(
            file, layout.header, layout.delimiter, starts_with_header=layout.starts_with_header
        ):
            yield row if isinstance(row, BadRow) else FoundRow(row, layout.reader)


def _layout_of(head: str) -> _Layout | None:
    """How a table of listens is written, by its first lines; None for anything else."""
    lines = head.splitlines()[:_SAMPLE_LINES]
    delimiter = delimiter_of(lines[0]) if lines else ","
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return None
    header = tuple(rows[0]) if rows else ()
    starts_with_header = table_reader(header) is not None
    if not starts_with_header and any(_is_headerless(row) for row in rows):
        header = _HEADERLESS
    reader = table_reader(header)
    if reader is None:
        return None
    return _Layout(header=header, delimiter=delimiter, starts_with_header=starts_with_header, reader=reader)


def _is_headerless(cells: list[str]) -> bool:
    try:
        moment_of(cells[-1] if len(cells) == len(_HEADERLESS) else None)
    except UnfitError:
        return False
    return True
