"""The library's own notes, corrected by whoever knows better: the best teachers there are, and the fewest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from linernotes.learn.corpora.agreement import passes
from linernotes.learn.corpora.lesson import Lesson
from linernotes.types import Sheet


def lessons_from_corrections(
    notes: Iterable[tuple[Sheet, str]], *, source: str, licence: str
) -> list[Lesson]:
    """A lesson for each sheet and its corrected text, with ``{title}`` and the like for names.

    Texts that say what their sheet does not hold are left out: a person may know more than the sheet, but a
    writer that learns from it learns to invent. Of two texts for the same sheet both are kept.
    """
    lessons = [
        Lesson(id=_id(sheet, text), sheet=sheet, text=" ".join(text.split()), source=source, licence=licence)
        for sheet, text in notes
    ]
    return [lesson for lesson in dict.fromkeys(lessons) if passes(lesson)]


def _id(sheet: Sheet, text: str) -> str:
    digest = hashlib.blake2b(f"{sheet!r} {text}".encode(), digest_size=8)
    return f"corrected-{digest.hexdigest()}"
