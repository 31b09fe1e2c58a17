"""Names of the catalogue that stand in a request, whatever they mean there.

"That song from the 90s, the chorus goes here comes the rain": no rule would take it for a title, and yet it
is one. What is found in this way is a hint for the ranking, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from linernotes.request.gazetteer import Gazetteer
from linernotes.request.support import is_common
from linernotes.request.text import RequestText
from linernotes.types import Echo

_COMMON: Final = 0.3
"""What a common word in a name says, beside a word that is mostly a name or rare."""
_LEAST: Final = 0.9
"""Three common words, or one that is not."""
_MOST: Final = 20
_MOST_TRACKS: Final = 50


def find_echoes(text: RequestText, gazetteer: Gazetteer, excluded: frozenset[int]) -> tuple[Echo, ...]:
    """The names in the text, the most telling first; ``excluded`` are the places of what is not wanted."""
    found = sorted(_echoes(text, gazetteer, excluded), key=lambda echo: -echo.weight)
    first: dict[tuple[str, tuple[int, ...]], Echo] = {}
    for echo in found:
        first.setdefault((echo.kind, echo.ids), echo)
    return tuple(first.values())[:_MOST]


def _echoes(text: RequestText, gazetteer: Gazetteer, excluded: frozenset[int]) -> Iterator[Echo]:
    for first in range(len(text)):
        most = min(gazetteer.longest_from(text.words[first]), len(text) - first)
        for end in range(first + 1, first + most + 1):
            if not excluded.isdisjoint(range(first, end)):
                break
            weight = sum(_COMMON if is_common(word) else 1.0 for word in text.words[first:end])
            if weight < _LEAST:
                continue
            for entry in gazetteer.exact(text.phrase(first, end)):
                if entry.kind != "album" and len(entry.ids) <= _MOST_TRACKS:
                    yield Echo(kind=entry.kind, ids=entry.ids, weight=weight)
