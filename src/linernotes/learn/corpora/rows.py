"""Rows of the files that sets of texts come in: JSON lines or CSV, plain or gzipped."""

from __future__ import annotations

import ast
import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from linernotes.errors import InputError

Row = Mapping[str, Any]

_SEPARATED = {".csv": ",", ".tsv": "\t"}


def read_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Each row with its place ("tags.csv, row 3"); the kind of file is told by its name.

    Known are ``.jsonl``, ``.csv`` and ``.tsv``, each also with ``.gz`` behind. Raises InputError for any
    other name, a file that cannot be read, and a line that is no JSON object.
    """
    ending = Path(path.name.removesuffix(".gz")).suffix
    try:
        with _opened(path) as file:
            if ending == ".jsonl":
                yield from _json_lines(file, path)
            elif ending in _SEPARATED:
                yield from _table(file, path, _SEPARATED[ending])
            else:
                raise InputError(f"cannot tell what {path} holds: expected .jsonl, .csv or .tsv (.gz)")
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as err:
        raise InputError(f"cannot read {path}: {err}") from err


def text_in(row: Row, name: str, place: str) -> str:
    """The text in a column. Raises InputError where there is no such column, or no text in it."""
    value = row.get(name)
    if not isinstance(value, str):
        raise InputError(f"{place}: {name!r} is {value!r}, expected a text")
    return value


def truth_in(row: Row, name: str, place: str) -> bool:
    """A yes or no, as JSON or CSV write it. Raises InputError for anything else, a missing one included."""
    value = row.get(name)
    known = {"true": True, "1": True, "false": False, "0": False}
    word = str(value).strip().lower()
    if word not in known:
        raise InputError(f"{place}: {name!r} is {value!r}, expected true or false")
    return known[word]


def texts_in(row: Row, name: str, place: str, *, separators: str = ",;|") -> tuple[str, ...]:
    """The texts of a list: of JSON, of a CSV cell with a written list, or of words between separators.

    A missing or empty cell holds none. Raises InputError for a list of anything but texts.
    """
    value = row.get(name)
    if isinstance(value, str):
        value = _written_list(value, separators)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f"{place}: {name!r} is {value!r}, expected a list of texts")
    return tuple(one.strip() for one in value if one.strip())


def _written_list(cell: str, separators: str) -> object:
    if cell.strip().startswith("["):
        try:
            return ast.literal_eval(cell.strip())
        except (ValueError, SyntaxError, TypeError):
            return cell
    for separator in separators[1:]:
        cell = cell.replace(separator, separators[0])
    return cell.split(separators[0])


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _json_lines(file: IO[str], path: Path) -> Iterator[tuple[str, Row]]:
    for number, line in enumerate(file, start=1):
        if line.strip():
            place = f"{path}, line {number}"
            try:
                row = json.loads(line)
            except ValueError as err:
                raise InputError(f"{place} is no JSON: {err}") from err
            if not isinstance(row, dict):
                raise InputError(f"{place} is no object: {line.strip()[:40]}")
            yield place, row


def _table(file: IO[str], path: Path, separator: str) -> Iterator[tuple[str, Row]]:
    for number, row in enumerate(csv.DictReader(file, delimiter=separator), start=1):
        yield f"{path}, row {number}", row
