"""MusicCaps (Agostinelli et al., MusicLM, 2023): captions and aspects of ten-second clips, by musicians.

Rows come as JSON lines with ``caption``, ``aspects`` and ``is_eval``, and ``caption_clean`` and
``aspects_clean`` where the set was cleaned, or as the published CSV with ``caption``, ``aspect_list`` and
``is_audioset_eval``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from linernotes.errors import InputError
from linernotes.learn.corpora.captions import Caption, lessons_of
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.rows import Row, read_rows, text_in, texts_in, truth_in


def read_musiccaps(path: Path, *, source: str, licence: str) -> list[Lesson]:
    """The lessons in the half of MusicCaps that is for training; rows of the evaluation half are passed over.

    Raises InputError for a row that does not say which half it belongs to: nothing that is measured on may
    be learned from.
    """
    return lessons_of(_captions(path), source=source, licence=licence)


def _captions(path: Path) -> Iterator[Caption]:
    for place, row in read_rows(path):
        if not _is_for_evaluation(row, place):
            yield _caption(row, place)


def _is_for_evaluation(row: Row, place: str) -> bool:
    name = next((name for name in ("is_eval", "is_audioset_eval") if name in row), None)
    if name is None:
        raise InputError(
            f"{place}: neither 'is_eval' nor 'is_audioset_eval' says whether it may be learned from"
        )
    return truth_in(row, name, place)


def _caption(row: Row, place: str) -> Caption:
    start = row.get("start_s")
    id = f"musiccaps-{text_in(row, 'ytid', place)}-{0 if start is None else start}"
    caption = "caption_clean" if "caption_clean" in row else "caption"
    names = ("aspects_clean", "aspects", "aspect_list")
    aspects = next((name for name in names if name in row), None)
    if aspects is None:
        raise InputError(f"{place}: no aspects; expected one of {', '.join(names)}")
    return Caption(
        id=id,
        text=text_in(row, caption, place),
        aspects=texts_in(row, aspects, place),
        group=f"clip-{text_in(row, 'ytid', place)}",  # as in corpora/clip_notes
    )
