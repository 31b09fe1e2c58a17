"""What the listeners of a library corrected, as lessons: better texts before those that they rejected."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linernotes.describe import sentences_of, untrue_claims
from linernotes.errors import InputError
from linernotes.facts import sheet_of
from linernotes.learn.corpora.agreement import passes
from linernotes.learn.corpora.lesson import Lesson
from linernotes.store import Correction, Store
from linernotes.types import FactSheet
from linernotes.words import fold

_DATABASE = "library.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How many corrections count, the latest ones, so that nobody steers the writer alone."""

    per_listener: int = 500
    per_day: int = 50
    per_song: int = 3


DEFAULT_CAPS = Caps()
"""Of one listener in all, of one listener on one day, and of all listeners on one song."""


def read_corrections(path: Path, *, source: str, licence: str) -> list[Lesson]:
    """The lessons in what listeners corrected in the library in this folder, or in this database file.

    Raises InputError where there is no library.
    """
    with _opened(path) as store:
        rows = capped(store.corrections.all())
        return lessons_of_listeners(store, rows, source=source, licence=licence)


def listeners_of(path: Path) -> list[str]:
    """Whose corrections ``read_corrections`` reads."""
    with _opened(path) as store:
        return sorted({row.listener for row in capped(store.corrections.all())})


def _opened(path: Path) -> Store:
    database = path / _DATABASE if path.is_dir() else path
    if not database.is_file():
        raise InputError(f"no library in {path}: expected {_DATABASE}")
    return Store.open(database)


def lessons_of_listeners(
    store: Store, rows: Sequence[Correction], *, source: str, licence: str
) -> list[Lesson]:
    """A lesson for each text that listeners wrote or found helpful, or that mends what they found wrong.

    ``rejected`` is the note that was corrected, where a model wrote it. Sheets are those of the songs as they
    are known now, and what says more than its sheet holds is left out. Oldest first; one song, one group.
    """
    ids = list(dict.fromkeys(row.track_id for row in rows))
    facts, notes = store.catalogue.facts(ids), store.notes.current("song", ids)
    lessons: dict[Lesson, None] = {}
    for track_id in ids:
        sheet, note = sheet_of(facts[track_id]), notes.get(track_id)
        own = [row for row in rows if row.track_id == track_id]
        standing = note.template if note is not None and note.status == "written" else None
        for text, rejected in _pairs(own, sheet, standing):
            lesson = Lesson(
                id=_id(sheet, text, rejected),
                sheet=sheet,
                text=text,
                source=source,
                licence=licence,
                group=f"song-{track_id}",
                rejected=rejected,
            )
            if passes(lesson):
                lessons[lesson] = None
    return list(lessons)


def unhelpful_notes(rows: Sequence[Correction]) -> dict[int, tuple[str, ...]]:
    """By track the notes of a model that helped somebody not at all, and nobody."""
    found: dict[int, dict[str, None]] = {}
    for track_id in dict.fromkeys(row.track_id for row in rows):
        verdicts = _verdicts([row for row in rows if row.track_id == track_id])
        helpful = {note for (_, note), verdict in verdicts.items() if verdict == "helpful"}
        for (_, note), verdict in verdicts.items():
            if verdict == "not for me" and note not in helpful:
                found.setdefault(track_id, {})[note] = None
    return {track_id: tuple(notes) for track_id, notes in found.items()}


def capped(rows: Sequence[Correction], caps: Caps = DEFAULT_CAPS) -> list[Correction]:
    """The latest corrections within the caps, oldest first."""
    kept: list[Correction] = []
    counts: Counter[tuple[object, ...]] = Counter()
    limits = (caps.per_listener, caps.per_day, caps.per_song)
    for row in reversed(rows):
        keys = (("listener", row.listener), ("day", row.listener, row.at.date()), ("song", row.track_id))
        if all(counts[key] < limit for key, limit in zip(keys, limits, strict=True)):
            counts.update(keys)
            kept.append(row)
    return kept[::-1]


def _pairs(
    rows: Sequence[Correction], sheet: FactSheet, standing: str | None
) -> Iterator[tuple[str, str | None]]:
    """Texts on one song with what each is better than; None where that is nothing in particular."""
    verdicts = _verdicts(rows)
    for row in rows:
        seen = None if row.is_on_plain_note else row.note
        if row.text is not None:
            yield row.text, seen if seen != row.text else None
        elif seen is not None and (row.wrong is not None or row.facts):
            better = _mended(row, sheet, standing)
            if better is not None and better != seen and _is_rejected(row, sheet):
                yield better, seen
        elif seen is not None and verdicts.get((row.listener, seen)) == "helpful":
            worse = [
                note
                for (listener, note), verdict in verdicts.items()
                if listener == row.listener and verdict == "not for me"
            ]
            yield seen, worse[-1] if worse else None


def _verdicts(rows: Sequence[Correction]) -> Mapping[tuple[str, str], str]:
    """What each listener last thought of each note that a model wrote."""
    return {
        (row.listener, row.note): row.verdict
        for row in rows
        if row.verdict is not None and not row.is_on_plain_note
    }


def _mended(row: Correction, sheet: FactSheet, standing: str | None) -> str | None:
    """The note that stands now, where it says the wrong no more; else what was right of the old one."""
    if standing is not None and not _says(standing, row.wrong):
        return standing
    kept = [
        sentence
        for sentence in sentences_of(row.note, sheet)
        if not _says(sentence, row.wrong) and not untrue_claims(sentence, sheet)
    ]
    return " ".join(kept) or None


def _is_rejected(row: Correction, sheet: FactSheet) -> bool:
    return _says(row.note, row.wrong) or bool(untrue_claims(row.note, sheet))


def _says(text: str, wrong: str | None) -> bool:
    return wrong is not None and f" {fold(wrong)} " in f" {fold(text)} "


def _id(sheet: FactSheet, text: str, rejected: str | None) -> str:
    digest = hashlib.blake2b(f"{sheet!r} {text} {rejected}".encode(), digest_size=8)
    return f"listener-{digest.hexdigest()}"
