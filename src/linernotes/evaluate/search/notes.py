"""Requests that were written by hand for single songs of our corpus, which they should find among all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from linernotes.evaluate.search.captions import SIDES
from linernotes.evaluate.search.values import Item, Query, Task
from linernotes.facts import tag_words
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.notes import read_notes
from linernotes.learn.corpora.rows import read_rows, text_in
from linernotes.types import FactSheet

REQUESTS: Final = ("for_notes_a.jsonl", "for_notes_b.jsonl")
_PLACEHOLDER = re.compile(r"\{\w+\}")


def own_tasks(corpus_dir: Path, requests_dir: Path) -> list[Task]:
    """A task for each side of the documents: the songs of the corpus, and the requests for some of them.

    Raises InputError for files that are missing or of another form.
    """
    lessons = [
        lesson for lesson in read_notes(corpus_dir, source="own", licence="CC-BY-4.0") if _is_song(lesson)
    ]
    queries = tuple(_queries(requests_dir))
    return [
        Task(
            name=f"own notes, {side}",
            data=str(corpus_dir),
            items=tuple(_item(lesson, side) for lesson in lessons),
            queries=queries,
        )
        for side in SIDES
    ]


def _is_song(lesson: Lesson) -> bool:
    return isinstance(lesson.sheet, FactSheet)


def _queries(requests_dir: Path) -> Iterator[Query]:
    for name in REQUESTS:
        for place, row in read_rows(requests_dir / name):
            id_, song = text_in(row, "id", place), text_in(row, "note_id", place)
            yield Query(
                id=id_,
                dialogue=id_,
                text=text_in(row, "query", place),
                gold=frozenset({song}),
                fold_key=song,
            )


def _item(lesson: Lesson, side: str) -> Item:
    assert isinstance(lesson.sheet, FactSheet)
    return Item(
        id=lesson.id,
        song=lesson.id,
        tags=(tag_words(lesson.sheet),) if "tags" in side else (),
        sheet=lesson.sheet if "tags" in side else None,
        note=_PLACEHOLDER.sub("it", lesson.text) if "notes" in side else "",
    )
