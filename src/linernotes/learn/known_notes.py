"""What a library tells of how its notes are to be: corrections, verdicts, and the notes that stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from random import Random
from typing import Final

from linernotes.describe import told_facts
from linernotes.describe.writer import FEWEST_FACTS
from linernotes.facts import sheet_of
from linernotes.learn.corpora import Lesson, lessons_of_listeners
from linernotes.learn.corpora.listeners import capped, unhelpful_notes
from linernotes.learn.mistakes import Mistakes, mistakes_of
from linernotes.learn.preference import Asked
from linernotes.learn.replay import evened, family_of, in_turns, script_of
from linernotes.library import Library
from linernotes.store import Correction
from linernotes.store.facts import LISTENER
from linernotes.types import FactSheet, Sheet, Track

SOURCE: Final = "what listeners corrected"
LICENCE: Final = "of those who wrote it"
MOST_SONGS: Final = 2000
"""Songs that are looked at; of more a draw, the same one each time."""
HELD_BACK: Final = 5
"""Every fifth song, by a hash of its number: no correction of it is ever taught, and no text on it drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedSong:
    """A song with a note by a model that nobody corrected, and what is known of it."""

    track: Track
    sheet: FactSheet
    note: str


class KnownNotes:
    """Corrections and notes of one library, read once for a turn."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        """What corrections teach, within the caps; see ``lessons_of_listeners``."""
        store = self._library.store
        return tuple(lessons_of_listeners(store, self._rows, source=SOURCE, licence=LICENCE))

    @cached_property
    def listeners(self) -> tuple[str, ...]:
        """Whose corrections are looked at."""
        return tuple(sorted({row.listener for row in self._rows}))

    @cached_property
    def _rows(self) -> list[Correction]:
        return capped(self._library.store.corrections.all())

    @cached_property
    def mistakes(self) -> Mistakes:
        """The wording that corrections take out."""
        return mistakes_of(self.lessons)

    @property
    def taught(self) -> list[Lesson]:
        """The lessons on songs that are not held back; those of rare genre, fame and script twice."""
        own = [one for one in self.lessons if not _is_held_back(one.group)]
        tracks = self._library.store.catalogue.tracks([_number(one.group) for one in own])
        groups = self._groups(list(tracks.values()))

        def stratum_of(lesson: Lesson) -> tuple[str, int, str]:
            track = tracks[_number(lesson.group)]
            return family_of(lesson.sheet), groups[track.id], script_of(track.title)

        return evened(own, stratum_of)

    @cached_property
    def songs(self) -> tuple[NotedSong, ...]:
        """Songs that nobody corrected, whose notes a model wrote."""
        return tuple(self._songs())

    def to_draw_on(self, most: int, rng: Random) -> list[Asked]:
        """Sheets for texts to choose from, over all genres, fames and scripts; first those that matter.

        These are the sheets of notes that did not help somebody, and of those that make the mistakes.
        """
        unhelpful = list(self._unhelpful())
        free = [one for one in self.songs if not _is_held_back(_group(one.track.id))]
        groups = self._groups([one.track for one in free])

        def stratum_of(song: NotedSong) -> tuple[str, int, str]:
            return family_of(song.sheet), groups[song.track.id], script_of(song.track.title)

        faulty = [one for one in free if self.mistakes.are_in(one.note, one.sheet)]
        others = [one for one in free if one not in faulty]
        drawn = in_turns(faulty, stratum_of, most // 2, rng)
        drawn += in_turns(others, stratum_of, most - len(drawn), rng)
        return [*unhelpful, *(Asked(sheet=one.sheet) for one in drawn)][:most]

    def held_back(self, most: int) -> list[Sheet]:
        """Sheets of corrected songs and of songs whose notes make the mistakes, none of them ever taught.

        By turns of the one kind, newest first, and of the other.
        """
        corrected = {one.group: one.sheet for one in reversed(self.lessons) if _is_held_back(one.group)}
        faulty = [
            one.sheet
            for one in self.songs
            if _is_held_back(_group(one.track.id)) and self.mistakes.are_in(one.note, one.sheet)
        ]
        by_turns = zip_longest(corrected.values(), faulty)
        return [one for both in by_turns for one in both if one is not None][:most]

    def _unhelpful(self) -> Iterator[Asked]:
        notes = unhelpful_notes(self._rows)
        facts = self._library.store.catalogue.facts(notes)
        for track_id, told in notes.items():
            sheet = sheet_of(facts[track_id])
            if not _is_held_back(_group(track_id)) and len(told_facts(sheet)) >= FEWEST_FACTS:
                yield Asked(sheet=sheet, rejected=told)

    def _songs(self) -> Iterator[NotedSong]:
        store = self._library.store
        ids = store.catalogue.revisions().ids.tolist()
        ids = ids if len(ids) <= MOST_SONGS else sorted(Random(0).sample(ids, MOST_SONGS))
        corrected = {row.track_id for row in store.corrections.all()}
        notes, facts = store.notes.current("song", ids), store.catalogue.facts(ids)
        for track_id, track in store.catalogue.tracks(ids).items():
            note = notes.get(track_id)
            if note is None or note.status != "written" or note.model.startswith(LISTENER):
                continue
            sheet = sheet_of(facts[track_id])
            if track_id not in corrected and len(told_facts(sheet)) >= FEWEST_FACTS:
                yield NotedSong(track=track, sheet=sheet, note=note.template)

    def _groups(self, tracks: Sequence[Track]) -> dict[int, int]:
        groups = self._library.popularity_groups([one.popularity for one in tracks]) if tracks else ()
        return {track.id: int(group) for track, group in zip(tracks, groups, strict=True)}


def _group(track_id: int) -> str:
    return f"song-{track_id}"


def _number(group: str) -> int:
    return int(group.removeprefix("song-"))


def _is_held_back(group: str) -> bool:
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:8]) % HELD_BACK == 0
