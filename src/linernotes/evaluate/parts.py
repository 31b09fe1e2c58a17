"""The parts of the suite ``descriptions``: who is described, and by whom, models not yet among them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from linernotes.describe import plain_collection_note, plain_note, told_facts
from linernotes.errors import InputError
from linernotes.evaluate import template
from linernotes.evaluate.clips import Clip, read_clips
from linernotes.evaluate.metrics import thirds
from linernotes.evaluate.shelves import read_shelf
from linernotes.evaluate.values import Subject, Text, Texts
from linernotes.learn.corpora import read_notes
from linernotes.types import FactSheet, Sheet

SAMPLE = 300
"""Subjects of a part unless all are wanted."""
SAMPLE_SEED = 0
TEMPLATE = "style template"
RAW_TAGS = "raw tags"
SHEET_WORDS = "words of the sheet"
HUMAN = "human"
CORPUS = "the corpus itself"

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Subjects with the texts of each system on them, in the same order.

    ``groups`` name the places of the subjects that are also measured apart. ``notes`` are lines that a
    reader of a subject may want to see beside its facts.
    """

    name: str
    subjects: tuple[Subject, ...]
    systems: Mapping[str, Texts]
    groups: Mapping[str, Sequence[int]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def with_system(self, name: str, texts: Texts) -> Part:
        """The part with one more system."""
        return replace(self, systems={**self.systems, name: texts})


def captions_part(data_dir: Path, *, full: bool) -> Part:
    """The clips of MusicCaps: raw tags, templates, GPT-3.5 and the people who captioned them."""
    clips = sample(read_clips(data_dir), full=full)
    subjects = tuple(clip.subject for clip in clips)
    sheets = [subject.sheet for subject in subjects if isinstance(subject.sheet, FactSheet)]
    gpt = {
        f"GPT-3.5 {prompt}": [_informed(clip.gpt_texts[prompt], clip) for clip in clips]
        for prompt in clips[0].gpt_texts
    }
    systems: dict[str, Texts] = {
        RAW_TAGS: [_informed(", ".join(clip.subject.words), clip) for clip in clips],
        SHEET_WORDS: _texts([", ".join(_values(subject.sheet)) for subject in subjects]),
        TEMPLATE: _texts([template.caption(sheet) for sheet in sheets]),
        "plain note": _texts([_plain(sheet) for sheet in sheets]),
        **gpt,
        HUMAN: [_informed(clip.subject.reference or "", clip) for clip in clips],
    }
    notes = {
        clip.subject.id: "as noted by a person: "
        + ", ".join(clip.subject.words)
        + (f"; of the recording: {', '.join(clip.said_of_recording)}" if clip.said_of_recording else "")
        for clip in clips
    }
    return Part(name="captions", subjects=subjects, systems=systems, notes=notes)


def corpus_part(corpus_dir: Path) -> Part:
    """The held-out lessons of our own corpus, none left out: songs, artists and genres."""
    lessons = [
        lesson for lesson in read_notes(corpus_dir, source=str(corpus_dir), licence="") if lesson.is_held_out
    ]
    if not lessons:
        raise InputError(f"{corpus_dir} has no held-out lesson: is it the project's corpora/liner_notes?")
    subjects = tuple(Subject(id=lesson.id, sheet=lesson.sheet) for lesson in lessons)
    systems = {
        TEMPLATE: _texts([template.note(lesson.sheet) for lesson in lessons]),
        "plain note": _texts([_plain(lesson.sheet) for lesson in lessons]),
        CORPUS: _texts([lesson.text for lesson in lessons]),
    }
    groups = {
        f"{kind}s": [at for at, subject in enumerate(subjects) if subject.sheet.kind == kind]
        for kind in ("song", "artist", "genre")
    }
    return Part(name="corpus", subjects=subjects, systems=systems, groups=groups)


def library_part(database: str | Path, *, full: bool) -> Part:
    """Songs of a library, those with a recording apart, and by third of popularity."""
    shelf = read_shelf(database)
    subjects = tuple(sample(shelf.subjects, full=full))
    if not subjects:
        raise InputError(f"{database} holds no song of which a fact is known")
    systems = {
        TEMPLATE: _texts([template.note(subject.sheet) for subject in subjects]),
        "plain note": _texts([_plain(subject.sheet) for subject in subjects]),
    }
    heard = [at for at, subject in enumerate(subjects) if subject.id in shelf.heard]
    unheard = [at for at, subject in enumerate(subjects) if subject.id not in shelf.heard]
    groups = {"recordings": heard, "names and tables": unheard, **by_fame(subjects)}
    return Part(name="library", subjects=subjects, systems=systems, groups=groups)


def by_fame(subjects: Sequence[Subject]) -> dict[str, list[int]]:
    """The places of the subjects in each third of popularity, and of those of unknown popularity."""
    known = [subject.popularity for subject in subjects if subject.popularity is not None]
    third_by_popularity = dict(zip(known, thirds(known), strict=True))
    groups: dict[str, list[int]] = {third: [] for third in ("obscure", "middling", "popular")}
    groups["of unknown fame"] = []
    for at, subject in enumerate(subjects):
        fame = subject.popularity
        groups["of unknown fame" if fame is None else third_by_popularity[fame]].append(at)
    return groups


def sample(items: Sequence[Item], *, full: bool) -> list[Item]:
    """All of them, or the same 300 each time, in their order."""
    if full or len(items) <= SAMPLE:
        return list(items)
    chosen = random.Random(SAMPLE_SEED).sample(range(len(items)), SAMPLE)
    return [items[at] for at in sorted(chosen)]


def _texts(texts: Sequence[str]) -> list[Text | None]:
    return [Text(text=text) for text in texts]


def _informed(text: str, clip: Clip) -> Text:
    """The text of one who knew the aspects as they were noted, those of the recording among them."""
    told = (*clip.subject.words, *clip.said_of_recording)
    return Text(text=text, told=told, told_quality=bool(clip.said_of_recording))


def _values(sheet: Sheet) -> list[str]:
    return [value for fact in told_facts(sheet) for value in fact.values]


def _plain(sheet: Sheet) -> str:
    return plain_note(sheet) if isinstance(sheet, FactSheet) else plain_collection_note(sheet)
