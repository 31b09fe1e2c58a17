"""Lists of tags with captions: any set of one's own, as JSON lines or CSV.

A row has ``tags`` (a list, or a cell with commas, semicolons or bars between them) and ``caption``; ``id`` is
taken where it is there. The tags are the facts: what a caption says beside them is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from linernotes.learn.corpora.captions import Caption, lessons_of
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.rows import read_rows, text_in, texts_in


def read_tags(path: Path, *, source: str, licence: str) -> list[Lesson]:
    """The lessons in a file of tags and captions; rows without tags bear nothing out and are passed over.

    Raises InputError for a row without a caption, and for tags that are no texts.
    """
    return lessons_of(_captions(path), source=source, licence=licence)


def _captions(path: Path) -> Iterator[Caption]:
    for place, row in read_rows(path):
        text, tags = text_in(row, "caption", place), texts_in(row, "tags", place)
        if tags:
            id = row.get("id") or hashlib.blake2b(f"{tags} {text}".encode(), digest_size=8).hexdigest()
            yield Caption(id=f"tags-{id}", text=text, aspects=tags)
