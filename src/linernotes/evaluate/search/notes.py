"""Requests that were written by hand for single songs of our corpus, which they should find among all.

Four fifths of the songs teach the embedder what requests mean; what is measured are requests for the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from linernotes.evaluate.search.captions import SIDES
from linernotes.evaluate.search.values import Item, Query, Task
from linernotes.facts import meaning_of, tag_words
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.notes import read_notes
from linernotes.learn.corpora.rows import read_rows, text_in
from linernotes.learn.embedder import Pair
from linernotes.types import FactSheet

REQUESTS: Final = ("for_notes_a.jsonl", "for_notes_b.jsonl")
_PLACEHOLDER = re.compile(r"\{\w+\}")


HELD_OUT: Final = 0
"""The fifth of the requests, by their song, of which the embedder has not learned."""


def own_tasks(corpus_dir: Path, requests_dir: Path) -> list[Task]:
    """A task for each side of the documents: the songs of the corpus, and the requests that are held out.

    Raises InputError for files that are missing or of another form.
    """
    lessons = _songs(corpus_dir)
    queries = tuple(
        replace(query, fold_key=f"held out {query.fold_key}")  # dealt anew: all are of one fold
        for query in _queries(requests_dir)
        if query.fold == HELD_OUT
    )
    return [
        Task(
            name=f"own notes, {side}",
            data=str(corpus_dir),
            items=tuple(_item(lesson, side) for lesson in lessons),
            queries=queries,
        )
        for side in SIDES
    ]


def own_pairs(corpus_dir: Path, requests_dir: Path) -> list[Pair]:
    """What the embedder learns from: the other requests, each with the tags and the note of its song.

    They come together, as the index has them, and each alone. Raises InputError as ``own_tasks``.
    """
    documents = {lesson.id: _documents(_item(lesson, SIDES[-1])) for lesson in _songs(corpus_dir)}
    return [
        Pair(request=query.text, documents=documents[song])
        for query in _queries(requests_dir)
        for song in query.gold
        if query.fold != HELD_OUT
    ]


def _documents(item: Item) -> tuple[str, ...]:
    texts = (meaning_of(item.tags, item.note), item.note, meaning_of(item.tags, ""))
    return tuple(dict.fromkeys(text for text in texts if text))


def _songs(corpus_dir: Path) -> list[Lesson]:
    lessons = read_notes(corpus_dir, source="own", licence="CC-BY-4.0")
    return [lesson for lesson in lessons if isinstance(lesson.sheet, FactSheet)]


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
