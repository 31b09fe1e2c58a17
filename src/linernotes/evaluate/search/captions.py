"""Descriptions in people's words that should find what they describe; tags, to find what lacks one of them.

MusicCaps (Agostinelli et al., 2023): each caption of the evaluation half is a request for its clip, among all
of them, by their tags, by notes that were written on their facts, or by both. MTG-Jamendo (Bogdanov et al.,
2019): a mood, a genre and an instrument are a request for the tracks that have all three, while one of them
is taken out of what is searched.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from linernotes.errors import InputError
from linernotes.evaluate.clips import read_clips
from linernotes.evaluate.data import data_file
from linernotes.evaluate.search.values import Item, Query, Task
from linernotes.evaluate.values import Subject
from linernotes.learn.corpora.rows import Row, read_rows, text_in, texts_in
from linernotes.types import FactSheet, Family
from linernotes.words import lexicon

TRACKS: Final = Path("mtg_jamendo/tracks.jsonl.gz")
_NEEDED = f"{TRACKS} (MTG-Jamendo, Universitat Pompeu Fabra, 2019; CC BY-NC-SA 4.0, evaluation only)"
SIDES: Final = ("tags", "notes", "tags and notes")
HIDDEN_POOL: Final = 5000
"""Tracks of MTG-Jamendo that are searched."""
HIDDEN_QUERIES: Final = 1000
_FAMILIES: Final[tuple[Family, ...]] = ("genre", "instrument", "mood")
_SEED = 0


def caption_subjects(data_dir: Path) -> list[Subject]:
    """The clips of the evaluation half, each with its facts and a person's caption."""
    return [clip.subject for clip in read_clips(data_dir)]


def caption_tasks(data_dir: Path, subjects: Sequence[Subject], notes: Mapping[str, str]) -> list[Task]:
    """A task for each side of the documents; without ``notes`` (by subject) the tags alone."""
    queries = tuple(
        Query(id=one.id, dialogue=one.id, text=one.reference or "", gold=frozenset({one.id}))
        for one in subjects
    )
    sides = SIDES if notes else SIDES[:1]
    return [
        Task(
            name=f"captions, {side}",
            data=str(data_dir),
            items=tuple(_item(one, side, notes.get(one.id, "")) for one in subjects),
            queries=queries,
        )
        for side in sides
    ]


def _item(subject: Subject, side: str, note: str) -> Item:
    item = Item(id=subject.id, song=subject.id)
    if "tags" in side and isinstance(subject.sheet, FactSheet):
        item = replace(item, tags=subject.words, sheet=subject.sheet)
    return replace(item, note=note) if "notes" in side else item


def hidden_tag_task(data_dir: Path) -> Task:
    """Each track lacks one of its tags; three tags that one had should find all that had them and lack one.

    Tracks that show all three are right, but no riddle: they are ignored. Raises InputError if the file is
    not there, with where it comes from, or is of another form.
    """
    draw = random.Random(_SEED)
    tracks = [_tags_of(row, place) for place, row in read_rows(data_file(data_dir / TRACKS, _NEEDED))]
    rich = [one for one in tracks if all(one.names_by_family.values())]
    if not rich:
        raise InputError(f"{data_dir / TRACKS} has no track with genres, instruments and moods")
    pool = draw.sample(rich, min(HIDDEN_POOL, len(rich)))
    hidden = [draw.choice(sorted(one.all)) for one in pool]
    shown = [one.all - {tag} for one, tag in zip(pool, hidden, strict=True)]
    asked: dict[tuple[Tag, ...], None] = {}
    for one, tag in zip(pool, hidden, strict=True):
        families = [family for family in _FAMILIES if family != tag.family]
        others = [Tag(family, draw.choice(one.names_by_family[family])) for family in families]
        asked[tuple(sorted((tag, *others)))] = None
    queries = [_query(tags, pool, shown) for tags in list(asked)[:HIDDEN_QUERIES]]
    items = tuple(_item_of(one.id, tags) for one, tags in zip(pool, shown, strict=True))
    return Task(name="captions, a tag hidden", data=str(data_dir), items=items, queries=tuple(queries))


class Tag(NamedTuple):
    """A word for a track, and what it is about."""

    family: Family
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """A track with its tags."""

    id: str
    names_by_family: Mapping[Family, tuple[str, ...]]

    @property
    def all(self) -> frozenset[Tag]:
        """The tags of all families."""
        return frozenset(
            Tag(family, name) for family, names in self.names_by_family.items() for name in names
        )


def _tags_of(row: Row, place: str) -> Tagged:
    return Tagged(
        id=text_in(row, "id", place),
        names_by_family={family: texts_in(row, f"{family}s", place) for family in _FAMILIES},
    )


def _query(tags: Sequence[Tag], pool: Sequence[Tagged], shown: Sequence[frozenset[Tag]]) -> Query:
    having = [at for at, one in enumerate(pool) if one.all.issuperset(tags)]
    complete = [at for at in having if shown[at].issuperset(tags)]
    text = " ".join(
        tag.name for family in ("mood", "genre", "instrument") for tag in tags if tag.family == family
    )
    return Query(
        id=text,
        dialogue=text,
        text=text,
        gold=frozenset(pool[at].id for at in having) - frozenset(pool[at].id for at in complete),
        ignored=frozenset(pool[at].id for at in complete),
    )


def _item_of(id_: str, tags: frozenset[Tag]) -> Item:
    names = {family: [tag.name for tag in sorted(tags) if tag.family == family] for family in _FAMILIES}
    sheet = FactSheet(
        genres=_canonical("genre", names["genre"]),
        instruments=_canonical("instrument", names["instrument"]),
        moods=_canonical("mood", names["mood"]),
    )
    return Item(id=id_, song=id_, tags=tuple(tag.name for tag in sorted(tags)), sheet=sheet)


def _canonical(family: Family, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lexicon().canonical(family, name) or name for name in names))
