"""Texts about music in one shape: lessons, each a sheet of facts and what a good writer makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from linernotes.errors import InputError
from linernotes.learn.corpora.augment import augmented
from linernotes.learn.corpora.corrections import lessons_from_corrections
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.listeners import Caps, lessons_of_listeners, listeners_of, read_corrections
from linernotes.learn.corpora.musiccaps import read_musiccaps
from linernotes.learn.corpora.notes import read_notes
from linernotes.learn.corpora.song_describer import read_song_describer
from linernotes.learn.corpora.swaps import Pool, pool_of
from linernotes.learn.corpora.tags import read_tags

__all__ = [
    "CORRECTIONS",
    "FORMATS",
    "Caps",
    "Lesson",
    "Pool",
    "augmented",
    "lessons_from_corrections",
    "lessons_of_listeners",
    "listeners_of",
    "load",
    "pool_of",
    "read_notes",
]


class Loader(Protocol):
    """Reads one kind of file into lessons, in a fixed order."""

    def __call__(self, path: Path, *, source: str, licence: str) -> list[Lesson]:
        """The lessons in the file; ``source`` and ``licence`` are written on each."""


CORRECTIONS: Final = "corrections"
"""The format that is what the listeners of a library corrected."""
FORMATS: Mapping[str, Loader] = {
    "notes": read_notes,
    "musiccaps": read_musiccaps,
    "song_describer": read_song_describer,
    "tags": read_tags,
    CORRECTIONS: read_corrections,
}
"""What a recipe may call a set's ``format``, and who reads it."""


def load(format: str, path: Path, *, source: str, licence: str) -> list[Lesson]:
    """The lessons of a set of texts, as its format is read, in the same order every time.

    Raises InputError for a format that is not known, a file that is not there or cannot be read, and a set
    without a single lesson.
    """
    if format not in FORMATS:
        raise InputError(f"unknown format {format!r} of {path}; known are {', '.join(FORMATS)}")
    lessons = FORMATS[format](path, source=source, licence=licence)
    if not lessons:
        raise InputError(f"no text in {path} makes a lesson: is it a set of the format {format!r}?")
    return lessons
