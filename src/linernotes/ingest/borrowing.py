"""What a track of which little is known borrows from the notes on its artist or its genre, to be found by.

Measured on 1,850 tracks of 230 artists of MTG-Jamendo, with the tags of three in five hidden in part or
altogether, by 150 requests of a mood and a genre, scored by the full tags. Words that tracks without a mood
or a genre take from their artist's note raised nDCG@10 by BM25 from .600 to .694 (95 %: +.07 to +.12), by
vectors from .357 to .463, by both together from .492 to .616; a genre's note, from .600 to .620 and .357 to
.418. On top of the artist's note the genre's added nothing (-.01), so it stands in where there is none. For
tracks with tags of their own any weight of either did nothing or blurred (-.01 to -.04): they borrow nothing.
The words go into ``tags`` and ``meaning``; ``prose`` stays the track's own, for it is what answers show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from linernotes.describe import fill
from linernotes.index import Index
from linernotes.ingest.shelves import Subject, artist_subjects, genre_subjects, track_ids_of
from linernotes.store import Store
from linernotes.store.collections import Examined
from linernotes.types import Description, FactSheet, Ids, Track


def is_borrower(sheet: FactSheet) -> bool:
    """Whether too little is told of a track for it to be found by its own facts."""
    return not (sheet.genres and sheet.moods)


class Lenders:
    """The notes on artists and genres that tracks may borrow from."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def borrowed(self, tracks: Mapping[int, Track], sheets: Mapping[int, FactSheet]) -> dict[int, str]:
        """What each of these tracks borrows, without any name; those that borrow nothing are left out."""
        borrowers = {one: track for one, track in tracks.items() if is_borrower(sheets[one])}
        artists = {artist_id for track in borrowers.values() for artist_id in track.artist_ids[:1]}
        by_artist = self._store.notes.current("artist", artists)
        words = {
            track_id: _words(by_artist[track.artist_ids[0]])
            for track_id, track in borrowers.items()
            if track.artist_ids and track.artist_ids[0] in by_artist
        }
        left = {one: sheets[one].genres[0] for one in borrowers if one not in words and sheets[one].genres}
        return words | self._by_genre(left)

    def _by_genre(self, genre_by_track: Mapping[int, str]) -> dict[int, str]:
        if not genre_by_track:
            return {}
        ids = {genre: self._genre_ids[genre] for genre in genre_by_track.values() if genre in self._genre_ids}
        notes = self._store.notes.current("genre", ids.values())
        return {
            track_id: _words(notes[ids[genre]])
            for track_id, genre in genre_by_track.items()
            if genre in ids and ids[genre] in notes
        }

    @cached_property
    def _genre_ids(self) -> dict[str, int]:
        return {subject.name: subject.id for subject in genre_subjects(self._store)}


def borrowers_of(store: Store, index: Index, changed: Sequence[Examined]) -> Ids:
    """The tracks in the index that borrow from these artists and genres, or did so before, rising."""
    keys = {(one.kind, one.id) for one in changed}
    subjects = [subject for subject in _subjects(store) if (subject.kind, subject.id) in keys]
    by_artist = _tracks_of(store, (subject for subject in subjects if subject.kind == "artist"))
    by_genre = _tracks_of(store, (subject for subject in subjects if subject.kind == "genre"))
    held = index.tracks(by_artist | by_genre)
    borrowers = {one: track for one, track in held.items() if is_borrower(track.sheet)}
    lending = store.notes.current(
        "artist", {one for track in borrowers.values() for one in track.artist_ids[:1]}
    )
    found = [
        track_id
        for track_id, track in borrowers.items()
        if track_id in by_artist or not lending.keys() & set(track.artist_ids[:1])
    ]
    return np.array(sorted(found), dtype=np.int64)


def _tracks_of(store: Store, subjects: Iterable[Subject]) -> set[int]:
    return {track_id for subject in subjects for track_id in track_ids_of(store, subject)}


def _subjects(store: Store) -> Iterable[Subject]:
    yield from artist_subjects(store)
    yield from genre_subjects(store)


def _words(note: Description) -> str:
    """The note without names: what an artist happens to be called is no quality of a song."""
    return fill(note.template, artists=("the artist",), genre="this genre")
