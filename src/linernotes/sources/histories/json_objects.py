"""The objects in a JSON text of any size: an array of them, one a line, or pages of them within others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TextIO

MOST_OBJECT_CHARS: Final = 1 << 20
"""A larger object is no listen but holds some: those in it are looked for one by one."""
MOST_UNREAD: Final = 1000
"""After so many objects that are broken or too large the rest is given up: it is no export."""
_CHUNK_CHARS = 1 << 18
_MOST_STRING_CHARS = 1 << 16
# A string holds no raw line break: what follows a broken one is read again from the next line on.
_STRING_OR_OBJECT = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|\{')
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class BrokenJson:
    """A place where the text is no JSON, counted in characters from the beginning."""

    place: int
    reason: str


def json_objects(file: TextIO) -> Iterator[Mapping[str, object] | BrokenJson]:
    """The objects in order, the outermost of those that fit into memory, and each broken place once."""
    window = _Window(file)
    unread, told = 0, -1
    while window.find_object():
        found = window.take_object()
        if isinstance(found, dict):
            yield found
            continue
        if isinstance(found, BrokenJson) and found.place != told:
            told = found.place
            yield found
        unread += 1
        if unread > MOST_UNREAD:
            yield BrokenJson(window.place(), f"{unread:,} objects could not be read, the rest was given up")
            return


class _Window:
    """The part of a text that is looked at; it moves on, and grows as far as an object needs it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._passed = 0

    def place(self) -> int:
        """Where the window stands, in characters from the beginning."""
        return self._passed + self._at

    def find_object(self) -> bool:
        """Moves on to the next object; False when there is none."""
        while True:
            match = _STRING_OR_OBJECT.search(self._text, self._at)
            if match is not None and match[0] == "{":
                self._at = match.start()
                return True
            if match is not None and match.end() < len(self._text):
                self._at = match.end()
                continue
            cut = match.start() if match is not None else len(self._text)
            self._at = cut if len(self._text) - cut < _MOST_STRING_CHARS else len(self._text)
            if not self._grow():
                return False

    def take_object(self) -> Mapping[str, object] | BrokenJson | None:
        """The object that begins here, and moves past it; None for one that is too large.

        Of that, and of a broken one, the objects within come next.
        """
        while True:
            try:
                found, self._at = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as err:
                stopped_at = getattr(err, "pos", self._at)
                place = self._passed + stopped_at
                breaks_off = len(self._text) - stopped_at < _MOST_STRING_CHARS
                is_large = len(self._text) - self._at > MOST_OBJECT_CHARS
                if breaks_off and not is_large and self._grow():
                    continue
                self._at += 1
                if breaks_off and is_large:
                    return None
                return BrokenJson(place, getattr(err, "msg", str(err)))
            assert isinstance(found, dict)
            return found

    def _grow(self) -> bool:
        more = self._file.read(_CHUNK_CHARS)
        self._passed += self._at
        self._text, self._at = self._text[self._at :] + more, 0
        return bool(more)
