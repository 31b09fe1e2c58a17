"""A catalogue in a table file: its rows as tracks. ``docs/tables.md`` says which columns are understood."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from linernotes.errors import InputError
from linernotes.sources import cells
from linernotes.sources.cells import UnfitError
from linernotes.sources.columns import COLUMN_NAMES, Columns, understand_columns
from linernotes.sources.records import Reading, read_record, row_key
from linernotes.sources.rows import BadRow, Row, TableFile, open_table
from linernotes.sources.values import clean_text
from linernotes.types import Failure, SourceItem

TABLE_CONFIDENCE = 0.8
REPORTED_PER_COLUMN = 20
_SAMPLE_ROWS = 1000
# Ids are watched for doubles up to here; more would take memory without end.
_MOST_WATCHED_IDS = 1_000_000
_STAGE = "table"
_WHOLE_ROW = "rows"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose columns are understood. ``row_count`` is None where only reading would tell."""

    path: Path
    columns: Columns
    row_count: int | None
    _file: TableFile
    _reading: Reading

    def items(self) -> Iterator[SourceItem | Failure]:
        """The tracks in the order of the rows, and what was wrong with rows and cells, each where it stands.

        Of each column 20 failures are told, then their number at the end. Of two rows with one id both
        come, and the later one is to count. Every call reads the file from its beginning.
        """
        reports = _Reports(self.path.name)
        wanted = [column for names in self.columns.by_meaning.values() for column in names]
        for row in self._file.rows(wanted):
            if isinstance(row, BadRow):
                key = self.path.name if row.number is None else row_key(row.number)
                yield from reports.tell(_WHOLE_ROW, key, row.reason)
            else:
                yield from _outcomes(row, self._reading, reports)
        yield from reports.tell_numbers()


def _outcomes(row: Row, reading: Reading, reports: _Reports) -> Iterator[SourceItem | Failure]:
    record = read_record(row, reading)
    for problem in record.problems:
        yield from reports.tell(problem.column, record.key, problem.reason)
    if record.item is None:
        reason = f"row {row.number} has neither title nor artist"
        yield from reports.tell(_WHOLE_ROW, record.key, reason)
        return
    if reports.is_double(record.key):
        reason = f"the id of row {row.number} was there before: the later row counts"
        yield from reports.tell("id", record.key, reason)
    yield record.item


@dataclass(slots=True)
class _Reports:
    """The state of one reading: how much of each column was told already, and which ids were there."""

    table_name: str
    counts: Counter[str] = field(default_factory=Counter)
    ids: set[int] = field(default_factory=set)

    def tell(self, column: str, key: str, reason: str) -> Iterator[Failure]:
        self.counts[column] += 1
        if self.counts[column] <= REPORTED_PER_COLUMN:
            yield Failure(key=key, stage=_STAGE, reason=reason)

    def tell_numbers(self) -> Iterator[Failure]:
        for column, count in self.counts.items():
            untold = count - REPORTED_PER_COLUMN
            if untold > 0:
                what = _WHOLE_ROW if column == _WHOLE_ROW else f"values of {column}"
                yield Failure(
                    key=self.table_name, stage=_STAGE, reason=f"{untold} more {what} could not be used"
                )

    def is_double(self, key: str) -> bool:
        number = hash(key)
        if number in self.ids:
            return True
        if len(self.ids) < _MOST_WATCHED_IDS:
            self.ids.add(number)
        return False


def read_table(
    path: Path,
    *,
    source: str = "table",
    confidence: float = TABLE_CONFIDENCE,
    editors: bool = False,
    of_artists: bool = False,
) -> Table:
    """The table at ``path`` (CSV, TSV, JSON lines, each also gzipped, or Parquet), ready to be read.

    ``source`` and ``confidence`` stand in every fact; with ``editors`` genres, moods, instruments, vocals,
    country, decades and fame carry the source ``editors`` and .6 instead.
    Raises InputError if the file cannot be read or has no column with titles; with ``of_artists`` one with
    artists will do.
    """
    file = open_table(path)
    columns = understand_columns(file.columns)
    if "title" not in columns.by_meaning and not (of_artists and "artist" in columns.by_meaning):
        raise InputError(_no_title(path, file.columns))
    if columns.ignored:
        log.info("%s: columns not used: %s", path.name, _listed(columns.ignored))
    reading = Reading(
        columns=columns,
        folder=path.absolute().parent,
        source=source,
        confidence=confidence,
        editors=editors,
        popularity_is_percent=_is_percent(file, columns.by_meaning.get("popularity", ())),
    )
    return Table(path=path, columns=columns, row_count=file.row_count, _file=file, _reading=reading)


def _no_title(path: Path, columns: Sequence[str]) -> str:
    understood = ", ".join(name for names in COLUMN_NAMES.values() for name in names)
    return (
        f"{path}: no column with titles. Columns found: {_listed(columns) or 'none'}. "
        f"Columns understood: {understood}"
    )


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(clean_text(column) or "(no name)" for column in columns[:100])


def _is_percent(file: TableFile, columns: Collection[str]) -> bool:
    """Whether the popularity goes to 100, by the first rows: in a table of 0 to 1 nothing is above 1."""
    if not columns:
        return False
    rows = (row for row in islice(file.rows(columns), _SAMPLE_ROWS) if isinstance(row, Row))
    return any(_is_above_one(row.cells.get(column)) for row in rows for column in columns)


def _is_above_one(cell: object) -> bool:
    try:
        number = cells.number_of("popularity", cell)
    except UnfitError:
        return False
    return number is not None and number > 1
