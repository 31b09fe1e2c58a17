"""Lines and columns for a terminal: hanging indents, no blanks at the ends, plain lines when piped."""

from __future__ import annotations

import errno
import sys
from collections.abc import Collection, Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from linernotes.serve.printable import printable

GAP = 2
"""Blanks between two columns."""
NARROWEST = 20
"""Columns of text that are left at least, however narrow the terminal."""


class Screen(Console):
    """A console that wraps for people only, and leaves a closed pipe to the command line."""

    def __init__(self, *, stderr: bool = False) -> None:
        stream = sys.stderr if stderr else sys.stdout
        super().__init__(stderr=stderr, highlight=False, markup=False, soft_wrap=not stream.isatty())

    def on_broken_pipe(self) -> None:
        """Raises BrokenPipeError, where rich would leave with an exit code of its own."""
        raise BrokenPipeError(errno.EPIPE, "nobody reads any more")


class Hanging:
    """A paragraph whose further lines stand below the text, not below what precedes it."""

    def __init__(self, text: Text, *, lead: Text | None = None, indent: int = 0) -> None:
        self._lead = lead.copy() if lead else Text(" " * indent)
        self._text = text
        if not text:
            self._lead.rstrip()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.no_wrap:
            yield Text.assemble(self._lead, self._text)
            return
        lead = self._lead
        for line in self._text.wrap(console, max(NARROWEST, options.max_width - lead.cell_len)):
            line.rstrip()
            yield Text.assemble(lead, line)
            lead = Text(" " * lead.cell_len)


def styled(*parts: str | tuple[str, str]) -> Text:
    """Text from parts, each plain or with a style; nothing in it commands the terminal."""
    return Text.assemble(
        *(printable(part) if isinstance(part, str) else (printable(part[0]), part[1]) for part in parts)
    )


def columns(
    names: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = ()
) -> list[Hanging]:
    """A table under dim names; columns are as wide as their widest value, and the last one wraps.

    The values in the columns named by ``right`` end flush.
    """
    cells = [tuple(names), *(tuple(printable(cell) for cell in row) for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    if names[-1] not in right:
        widths[-1] = 0
    lines = []
    for number, row in enumerate(cells):
        padded = [
            _padded(cell, width, flush=name in right)
            for name, cell, width in zip(names, row, widths, strict=True)
        ]
        style = "" if number else "dim"
        lead = Text("".join(cell + " " * GAP for cell in padded[:-1]), style=style)
        lines.append(Hanging(Text(padded[-1], style=style), lead=lead))
    return lines


def _padded(cell: str, width: int, *, flush: bool) -> str:
    blanks = " " * (width - cell_len(cell))
    return blanks + cell if flush else cell + blanks


def print_lines(console: Console, lines: Iterable[str | Text]) -> None:
    """Lines as they are, wrapped by the terminal alone: what they hold is data."""
    for line in lines:
        console.print(styled(line) if isinstance(line, str) else line, soft_wrap=True)
