"""The rows of a table file, one after the other: CSV, TSV, JSON lines (each also gzipped) and Parquet."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from linernotes.errors import InputError

# A line longer than this is no row of a catalogue; it is passed over without being held in memory.
MAX_LINE_CHARS = 1 << 22
# JSON rows may each have other keys: those of so many rows are taken for the columns.
_SAMPLE_ROWS = 1000
_PARQUET_BATCH_ROWS = 2048
_KINDS = ".csv, .tsv, .jsonl (each may end in .gz) or .parquet"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BROKEN_FILE = (EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class Row:
    """A row and its number, from 1; the header of a CSV file does not count."""

    number: int
    cells: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read at all; ``number`` is None where the rest of the file cannot."""

    number: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A table that can be read as often as wanted; ``row_count`` is None if unknown.

    ``rows`` takes the columns wanted; rows may hold others as well.
    """

    path: Path
    columns: tuple[str, ...]
    row_count: int | None
    rows: Callable[[Collection[str]], Iterator[Row | BadRow]]


def open_table(path: Path) -> TableFile:
    """The table at ``path`` by the ending of its name.

    Raises InputError if it is missing, empty, broken from the start or of another kind.
    """
    _check_file(path)
    name = path.name.lower()
    if name.endswith(".parquet"):
        return _open_parquet(path)
    kind = name.removesuffix(".gz")
    try:
        if kind.endswith((".csv", ".tsv")):
            return _open_csv(path, is_tsv=kind.endswith(".tsv"))
        if kind.endswith((".jsonl", ".ndjson")):
            return _open_json_lines(path)
    except (*_BROKEN_FILE, OSError) as err:
        raise InputError(f"{path} cannot be read: {err}") from err
    raise InputError(f"{path} is not a table we read: a file named {_KINDS} is needed")


def _check_file(path: Path) -> None:
    try:
        if not path.is_file():
            raise InputError(f"{path} is not a file")
        with path.open("rb") as file:
            begin = file.read(2)
    except (OSError, ValueError) as err:
        raise InputError(f"{path} cannot be read: {err}") from err
    if not begin:
        raise InputError(f"{path} is empty")
    if begin in _UTF16_MARKS:
        raise InputError(f"{path} is in UTF-16: save it as UTF-8")


# --- text ------------------------------------------------------------------------------------------


def _text(path: Path) -> TextIO:
    """The text of a file, unpacked; bytes that are no UTF-8 become U+FFFD, so that one costs no table."""
    raw = gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb")  # noqa: SIM115
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def _lines(file: TextIO) -> Iterator[str]:
    """The lines, with an over-long one cut to its beginning."""
    while line := file.readline(MAX_LINE_CHARS):
        yield line
        while not line.endswith("\n") and len(line) == MAX_LINE_CHARS:
            line = file.readline(MAX_LINE_CHARS)


def _to_the_end(rows: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
    """The rows up to where the file breaks off, and then the reason."""
    try:
        yield from rows
    except (*_BROKEN_FILE, OSError) as err:
        yield BadRow(None, f"the rest of the file cannot be read: {err}")


# --- CSV -------------------------------------------------------------------------------------------


def _open_csv(path: Path, *, is_tsv: bool) -> TableFile:
    with _text(path) as file:
        first_line = file.readline(MAX_LINE_CHARS)
    delimiter = "\t" if is_tsv else delimiter_of(first_line)
    try:
        header = next(csv.reader([first_line], delimiter=delimiter), [])
    except csv.Error as err:
        raise InputError(f"{path}: the header line cannot be read: {err}") from err
    return TableFile(
        path=path,
        columns=tuple(header),
        row_count=None,
        rows=lambda _: _to_the_end(_csv_rows(path, header, delimiter)),
    )


def _csv_rows(path: Path, header: Sequence[str], delimiter: str) -> Iterator[Row | BadRow]:
    with _text(path) as file:
        yield from csv_rows(file, header, delimiter)


def delimiter_of(line: str) -> str:
    """What divides the cells of a CSV file, by its first line: comma, semicolon or tab."""
    return max(",;\t", key=line.count)


def csv_rows(
    file: TextIO, header: Sequence[str], delimiter: str, *, starts_with_header: bool = True
) -> Iterator[Row | BadRow]:
    """The rows of an open CSV file, under the names in ``header``."""
    reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
    try:
        if starts_with_header:
            next(reader, None)
    except csv.Error as err:
        yield BadRow(None, f"the header cannot be read: {err}")
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as err:  # a quote never closed swallows lines up to the size limit of a cell
            number += 1
            yield BadRow(number, f"not CSV before line {reader.line_num}: {err}")
            continue
        if cells:
            number += 1
            yield _csv_row(number, header, cells)


def _csv_row(number: int, header: Sequence[str], cells: list[str]) -> Row | BadRow:
    if any(cells[len(header) :]):
        return BadRow(
            number,
            f"row {number} has {len(cells)} cells, the header {len(header)}: "
            f"does a text hold the delimiter without quotes around it?",
        )
    return Row(number, dict(zip(header, cells, strict=False)))


# --- JSON lines ------------------------------------------------------------------------------------


def _open_json_lines(path: Path) -> TableFile:
    sample = [row for row in islice(_json_rows(path), _SAMPLE_ROWS) if isinstance(row, Row)]
    return TableFile(
        path=path,
        columns=tuple(dict.fromkeys(column for row in sample for column in row.cells)),
        row_count=None,
        rows=lambda _: _to_the_end(_json_rows(path)),
    )


def _json_rows(path: Path) -> Iterator[Row | BadRow]:
    with _text(path) as file:
        lines: Iterable[str] = (line for line in _lines(file) if line.strip())
        for number, line in enumerate(lines, 1):
            yield _json_row(number, line)


def _json_row(number: int, line: str) -> Row | BadRow:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as err:
        return BadRow(number, f"row {number} is not JSON: {err}")
    if not isinstance(value, dict):
        return BadRow(number, f"row {number} is not a JSON object but a {type(value).__name__}")
    return Row(number, value)


# --- Parquet ---------------------------------------------------------------------------------------


def _open_parquet(path: Path) -> TableFile:
    parquet = _parquet_file(path)
    return TableFile(
        path=path,
        columns=tuple(parquet.schema_arrow.names),
        row_count=parquet.metadata.num_rows,
        rows=lambda columns: _to_the_end(_parquet_rows(path, columns)),
    )


def _parquet_file(path: Path) -> Any:
    try:
        import pyarrow.lib
        import pyarrow.parquet
    except ImportError as err:
        raise InputError(f"{path}: Parquet needs an extra: pip install '.[tables]' in the clone") from err
    try:
        return pyarrow.parquet.ParquetFile(path)
    except (pyarrow.lib.ArrowException, OSError) as err:
        raise InputError(f"{path} is not a Parquet file that can be read: {err}") from err


def _parquet_rows(path: Path, columns: Collection[str]) -> Iterator[Row | BadRow]:
    import pyarrow.lib

    number = 0
    parquet = _parquet_file(path)
    try:
        for batch in parquet.iter_batches(batch_size=_PARQUET_BATCH_ROWS, columns=list(columns)):
            yield from _batch_rows(number + 1, batch)
            number += batch.num_rows
    except pyarrow.lib.ArrowException as err:
        yield BadRow(None, f"the rest of the file cannot be read: {err}")


def _batch_rows(first_number: int, batch: Any) -> Iterator[Row | BadRow]:
    """The rows of a batch; one by one, which is slow, if one of them holds what Python cannot."""
    try:
        rows = batch.to_pylist()
    except (ValueError, OverflowError):
        for at in range(batch.num_rows):
            yield _single_row(first_number + at, batch.slice(at, 1))
        return
    for number, cells in enumerate(rows, first_number):
        yield Row(number, cells)


def _single_row(number: int, batch: Any) -> Row | BadRow:
    try:
        (cells,) = batch.to_pylist()
    except (ValueError, OverflowError) as err:
        return BadRow(number, f"row {number} cannot be read: {err}")
    return Row(number, cells)
