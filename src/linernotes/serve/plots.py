"""The plots of reports, written for Mermaid, drawn here as SVG without scripts and styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from linernotes.serve.printable import printable

_WIDTH: Final = 440
_ROW: Final = 30
_NAMES: Final = 150
"""Of a plot of bars, so much of the width is for their names."""
_HEIGHT: Final = 230
_EDGE: Final = 40
_MOST: Final = 400
"""Values that a plot is drawn of."""
_LIST = re.compile(r"\[(.*)\]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot as it is written: the names along its axis, and its lines, or the one row of bars."""

    title: str
    names: tuple[str, ...]
    highest: float
    lines: tuple[tuple[float, ...], ...]
    is_bars: bool


def plot_svg(text: str) -> str | None:
    """The picture of a Mermaid ``xychart-beta``; None for what is none, or is too large."""
    plot = _read(text)
    if plot is None:
        return None
    parts, height = (_bars(plot), _ROW * len(plot.names)) if plot.is_bars else (_lines(plot), _HEIGHT)
    title = escape(printable(plot.title))
    view = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    return f'<svg class="plot" {view} role="img"><title>{title}</title>{"".join(parts)}</svg>'


def _read(text: str) -> Plot | None:
    title, names, highest = "", (), 1.0
    lines: list[tuple[float, ...]] = []
    is_bars = False
    if not text.lstrip().startswith("xychart-beta"):
        return None
    for line in text.splitlines():
        kind, _, rest = line.strip().partition(" ")
        if kind == "title":
            title = rest.strip('"')
        elif kind == "x-axis":
            names = tuple(re.findall(r'"([^"]*)"', rest))
        elif kind == "y-axis":
            highest = max(map(float, _NUMBER.findall(rest)), default=1.0)
        elif kind in {"bar", "line"} and (values := _LIST.search(rest)):
            is_bars = is_bars or kind == "bar"
            lines.append(tuple(map(float, _NUMBER.findall(values[1]))))
    fits = bool(names and lines) and all(len(own) == len(names) for own in lines)
    if not fits or len(names) * len(lines) > _MOST or highest <= 0:
        return None
    return Plot(title=title, names=names, highest=highest, lines=tuple(lines), is_bars=is_bars)


def _bars(plot: Plot) -> Iterator[str]:
    room = _WIDTH - _NAMES - 60
    for row, (name, value) in enumerate(zip(plot.names, plot.lines[0], strict=True)):
        top, length = row * _ROW, max(1.0, room * min(1.0, max(0.0, value / plot.highest)))
        kind = 1 if name.startswith("ours") else 0
        yield f'<text x="{_NAMES - 10}" y="{top + 19}" text-anchor="end">{escape(printable(name))}</text>'
        place = f'x="{_NAMES}" y="{top + 5}" width="{length:.1f}" height="{_ROW - 10}"'
        yield f'<rect class="kind-{kind}" {place}/>'
        yield f'<text x="{_NAMES + length + 8:.1f}" y="{top + 19}">{value:g}</text>'


def _lines(plot: Plot) -> Iterator[str]:
    across, down = _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE
    steps = max(1, len(plot.names) - 1)
    yield f'<path class="axis" d="M{_EDGE} {_EDGE}V{_EDGE + down}H{_EDGE + across}"/>'
    yield f'<text x="{_EDGE}" y="{_EDGE - 10}">{plot.highest:g}</text>'
    for kind, own in enumerate(plot.lines, start=1):
        points = " ".join(
            f"{_EDGE + across * step / steps:.1f},{_EDGE + down * (1 - max(0.0, value) / plot.highest):.1f}"
            for step, value in enumerate(own)
        )
        yield f'<polyline class="kind-{(kind - 1) % 8 + 1}" points="{points}"/>'
    for step in dict.fromkeys((0, len(plot.names) - 1)):
        name = escape(printable(plot.names[step]))
        x = _EDGE + across * step / steps
        yield f'<text x="{x:.1f}" y="{_HEIGHT - 15}" text-anchor="middle">{name}</text>'
