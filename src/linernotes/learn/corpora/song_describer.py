"""Song Describer Dataset (Manco et al., 2023): captions of whole tracks, from a crowd.

``song_describer.csv`` has a row a caption: ``caption_id``, ``track_id``, ``caption``, ``is_valid_subset``
(whether it was looked through) and more that is not used here. A file of the tracks' tags may lie beside
it, ``song_describer.mtg-jamendo.tsv``: ``TRACK_ID`` and ``TAGS``, several to a row, like
``genre---rock``. Its authors made the set to measure with and ask that it be kept for that; this loader is
for captions that come in its form.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from linernotes.errors import InputError
from linernotes.learn.corpora.captions import Caption, lessons_of
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.rows import read_rows, text_in, truth_in

CAPTIONS = "song_describer.csv"
TAGS = "song_describer.mtg-jamendo.tsv"
_FAMILY_AND_TAG = "---"


def read_song_describer(path: Path, *, source: str, licence: str) -> list[Lesson]:
    """The lessons in the captions that were looked through; ``path`` is the CSV or the folder that holds it.

    Where a track has tags, they must bear out what its captions say; where it has none, its captions are
    believed. Raises InputError for a missing column.
    """
    captions = path / CAPTIONS if path.is_dir() else path
    tags_by_track = _tags(captions.parent / TAGS)
    return lessons_of(_captions(captions, tags_by_track), source=source, licence=licence)


def _captions(path: Path, tags_by_track: Mapping[str, tuple[str, ...]]) -> Iterator[Caption]:
    for place, row in read_rows(path):
        if truth_in(row, "is_valid_subset", place):
            track = _track(text_in(row, "track_id", place))
            yield Caption(
                id=f"song_describer-{text_in(row, 'caption_id', place)}",
                text=text_in(row, "caption", place),
                aspects=tags_by_track.get(track, ()),
                group=f"song_describer-{track}",
            )


def _tags(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The tags by track; a row has as many columns as its track has tags."""
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, delimiter="\t")
        track, tags = header.index("TRACK_ID"), header.index("TAGS")
        return {_track(row[track]): tuple(_name(tag) for tag in row[tags:] if tag) for row in rows if row}
    except (OSError, UnicodeDecodeError, csv.Error, ValueError, IndexError) as err:
        raise InputError(f"cannot read the tags in {path}: {err}") from err


def _track(id: str) -> str:
    """The number of a track, which one file writes as 1046894 and the other as track_1046894."""
    return id.removeprefix("track_").lstrip("0")


def _name(tag: str) -> str:
    return tag.rpartition(_FAMILY_AND_TAG)[2]
