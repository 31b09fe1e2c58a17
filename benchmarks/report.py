"""Rows of a benchmark: what was measured, against what, and whether the bar holds."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement. ``baseline`` is the other way of doing it, measured in the same run.

    A ``value`` of None was not reached in the time that was given.
    ``bar`` is what the value (or, in words, its ratio) is held against, and ``holds`` whether it is kept;
    both are None where a figure is only told.
    """

    name: str
    value: float | None
    unit: str
    baseline: float | None = None
    baseline_name: str = ""
    bar: float | str | None = None
    holds: bool | None = None

    @property
    def ratio(self) -> float | None:
        """Value over baseline, None without a baseline."""
        return None if not self.baseline or self.value is None else self.value / self.baseline

    def as_json(self) -> dict[str, Any]:
        """The row as it stands in the JSON file."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "baseline": self.baseline,
            "baseline_name": self.baseline_name or None,
            "ratio": self.ratio,
            "bar": self.bar,
            "holds": self.holds,
        }


def finish(title: str, rows: Sequence[Row], json_path: Path | None) -> int:
    """Prints the rows, writes them if a path is given, and returns the exit status: 1 if a bar is missed."""
    print_table(rows, title)
    if json_path is not None:
        write(rows, json_path)
    return int(any(row.holds is False for row in rows))


def write(rows: Sequence[Row], path: Path) -> None:
    """Writes the rows as a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n", encoding="utf-8")


def print_table(rows: Sequence[Row], title: str = "") -> None:
    """Prints the rows as a table."""
    table = Table(title=title or None)
    for heading in ("what", "value", "unit", "baseline", "ratio", "bar", "holds"):
        table.add_column(heading, justify="left" if heading in {"what", "unit"} else "right")
    for row in rows:
        baseline = "" if row.baseline is None else f"{_short(row.baseline)} {row.baseline_name}".strip()
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        holds = {None: "", True: "yes", False: "NO"}[row.holds]
        table.add_row(row.name, _short(row.value), row.unit, baseline, ratio, _short(row.bar), holds)
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def _short(value: float | str | None) -> str:
    if isinstance(value, int | float):
        return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"
    return value or ""
