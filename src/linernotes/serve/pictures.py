"""Pictures that are drawn here, as SVG without scripts and styles; classes give them their colours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

TASTES_SHOWN: Final = 6
_MOST_DOTS: Final = 160
_DOT: Final = 4.5
_STEP: Final = 7.2
"""Between one dot and the next, in the picture's own units."""
_GAP: Final = 26.0
_GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A dot of a picture; ``kind`` is the number of its colour."""

    x: float
    y: float
    radius: float
    kind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flower:
    """A taste as a flower of dots, and where its name stands."""

    dots: tuple[Dot, ...]
    x: float
    label_y: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TastePicture:
    """The tastes side by side, the surest first."""

    width: float
    height: float
    flowers: tuple[Flower, ...]


def taste_picture(counts: Sequence[int], shares: Sequence[float]) -> TastePicture | None:
    """A dot for each song of each taste, laid out as seeds in a sunflower (Vogel 1979); None without any.

    Where there are too many songs to draw, each dot stands for several.
    """
    counts, shares = counts[:TASTES_SHOWN], shares[:TASTES_SHOWN]
    if not any(counts):
        return None
    scale = max(1.0, sum(counts) / _MOST_DOTS)
    seeds = [max(1, round(count / scale)) for count in counts]
    radii = [_STEP * math.sqrt(count) + _DOT for count in seeds]
    middle = max(radii) + _DOT
    flowers = tuple(_flowers(seeds, radii, shares, middle))
    width = _GAP + sum(2 * max(radius, _GAP / 2) + _GAP for radius in radii)
    return TastePicture(width=round(width, 1), height=round(2 * middle + 24, 1), flowers=flowers)


def _flowers(
    seeds: Sequence[int], radii: Sequence[float], shares: Sequence[float], middle: float
) -> Iterator[Flower]:
    left = _GAP
    for kind, (count, radius, share) in enumerate(zip(seeds, radii, shares, strict=True), start=1):
        x = left + max(radius, _GAP / 2)
        yield Flower(
            dots=tuple(_seed(number, x, middle, kind) for number in range(count)),
            x=round(x, 1),
            label_y=round(2 * middle + 16, 1),
            label=f"{share:.0%}",
        )
        left = x + max(radius, _GAP / 2) + _GAP


def _seed(number: int, x: float, y: float, kind: int) -> Dot:
    distance, angle = _STEP * math.sqrt(number + 0.5), number * _GOLDEN_ANGLE
    return Dot(
        x=round(x + distance * math.cos(angle), 1),
        y=round(y + distance * math.sin(angle), 1),
        radius=_DOT,
        kind=kind,
    )
