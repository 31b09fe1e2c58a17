"""Tracks whose title or artist stands in the request, whatever it means there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from linernotes.retrieve.field import Field
from linernotes.types import Echo, Ids, Vector

if TYPE_CHECKING:
    from linernotes.index import Index


def echoed(echoes: Iterable[Echo], index: Index, field: Field) -> Vector:
    """How much each track is named, by its title, by its artist or by both: ``(n,) float32``."""
    by_kind = {"track": field.zeros(), "artist": field.zeros()}
    for echo in echoes:
        best = by_kind[echo.kind]
        for ids in _tracks(echo, index):
            rows = field.rows(ids)
            best[rows] = np.maximum(best[rows], np.float32(echo.weight))
    return by_kind["track"] + by_kind["artist"]


def _tracks(echo: Echo, index: Index) -> Iterator[Ids]:
    if echo.kind == "track":
        yield np.array(echo.ids, dtype=np.int64)
    else:
        yield from index.find("artist_ids", echo.ids).values()
