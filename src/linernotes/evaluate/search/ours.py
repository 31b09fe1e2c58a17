"""Linernotes itself as a system to measure: a library of the task's catalogue, asked as people ask."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from linernotes.config import Settings
from linernotes.embed import Embedder
from linernotes.evaluate.search.values import FOLDS, Item, Query, Task
from linernotes.ingest import OnProgress, Progress, silent
from linernotes.ingest.sync import song_key
from linernotes.learn.ranker import Found, learn_from
from linernotes.library import AskOptions, Library
from linernotes.library.sessions import NamedSession
from linernotes.library.shipped import check_shipped
from linernotes.rank import FixedFusion, LearnedFusion
from linernotes.retrieve import Session, Sessions
from linernotes.types import Candidates, Conversation, Ids, Track, Vector
from linernotes.words import fold

Learned = Literal["out-of-fold", "shipped", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What a ranker learns from, with the fold of each request, and the sessions that it was found with."""

    found: tuple[Found, ...]
    folds: tuple[int, ...]
    sessions: tuple[NamedSession, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySearch:
    """``linernotes ask`` with each request and what went before it.

    The library is made once and kept in ``folder``. ``learned``: sessions and the fusion are those of the
    other folds' conversations (``out-of-fold``), those that come with the package (``shipped``), or there are
    none and the fusion is the fixed one (``nothing``).
    """

    settings: Settings
    folder: Path
    embedder: Embedder
    learned: Learned = "out-of-fold"
    name: str = "library"
    on_progress: OnProgress = silent

    def rank(self, task: Task, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        """See System. Of recordings that are named alike one is found for all."""
        with self._library(task) as library:
            library.use(embedder=self.embedder)
            asked = _Asked(library, task)
            if self.learned == "out-of-fold":
                return self._out_of_fold(asked, queries, depth)
            if self.learned == "shipped":
                return self._as_shipped(asked, queries, depth)
            library.use(fusion=FixedFusion(), sessions=Sessions(()))
            return [asked.rows(query, depth) for query in self._told(queries, "asking")]

    def prepare(self, task: Task) -> None:
        """Makes the library of the task's catalogue, which is kept."""
        with self._library(task):
            pass

    def _as_shipped(self, asked: _Asked, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        """With what comes with the package; no conversation is found from itself."""
        check_shipped()
        known = asked.library.sessions()
        ranked: list[Sequence[int]] = []
        for query in self._told(queries, "asking"):
            asked.library.use(sessions=known.without(query.dialogue))
            ranked.append(asked.rows(query, depth))
        return ranked

    def teach(self, task: Task, *, with_sessions: bool = True) -> Taught:
        """What all of the task's requests teach, each with the sessions of other folds."""
        with self._library(task) as library:
            library.use(embedder=self.embedder)
            asked = _Asked(library, task)
            sessions = self._sessions(asked, task.queries) if with_sessions else {}
            return Taught(
                found=tuple(self._found(asked, task.queries, sessions, "learning")),
                folds=tuple(query.fold for query in task.queries),
                sessions=tuple(asked.named(one) for one in sessions.values()),
            )

    def _out_of_fold(self, asked: _Asked, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        session_by_dialogue = self._sessions(asked, queries)
        ranked: dict[str, Sequence[int]] = {}
        for part in range(FOLDS):
            own = [query for query in queries if query.fold == part]
            others = [query for query in queries if query.fold != part]
            known = {
                name: session_by_dialogue[name] for name in dict.fromkeys(one.dialogue for one in others)
            }
            found = self._found(asked, others, known, f"learning, fold {part + 1} of {FOLDS}")
            fusion = LearnedFusion(learn_from(found, seed=self.settings.seed))
            asked.library.use(fusion=fusion, sessions=Sessions(list(known.values())))
            for query in self._told(own, f"asking, fold {part + 1} of {FOLDS}"):
                ranked[query.id] = asked.rows(query, depth)
        return [ranked[query.id] for query in queries]

    def _found(
        self, asked: _Asked, queries: Sequence[Query], sessions: Mapping[str, Session], stage: str
    ) -> list[Found]:
        """What is found for these queries, for each with the sessions of other folds alone.

        With all but its own, how often a song was liked elsewhere would give the right ones away.
        """
        part_of = {query.dialogue: query.fold for query in queries}
        known = {
            part: Sessions([session for name, session in sessions.items() if part_of[name] != part])
            for part in range(FOLDS)
        }
        found: list[Found] = []
        for query in self._told(queries, stage):
            asked.library.use(sessions=known[query.fold])
            found.append(Found(candidates=asked.candidates(query), right=asked.right(query)))
        return found

    def _sessions(self, asked: _Asked, queries: Sequence[Query]) -> Mapping[str, Session]:
        """One by each dialogue: what was said, and what was liked of it in the end."""
        of_dialogue: dict[str, list[Query]] = defaultdict(list)
        for query in queries:
            of_dialogue[query.dialogue].append(query)
        vectors = self.embedder.embed([query.text for own in of_dialogue.values() for query in own])
        ends = np.cumsum([len(own) for own in of_dialogue.values()])[:-1]
        return {
            dialogue: asked.session(dialogue, own, said)
            for (dialogue, own), said in zip(of_dialogue.items(), np.split(vectors, ends), strict=True)
        }

    def _told(self, queries: Sequence[Query], stage: str) -> Iterator[Query]:
        for done, query in enumerate(queries):
            self.on_progress(Progress(stage=stage, done=done, total=len(queries)))
            yield query

    @contextmanager
    def _library(self, task: Task) -> Iterator[Library]:
        """The library of the task's catalogue, never the user's own, brought up to date."""
        table = "".join(f"{_line(item)}\n" for item in task.items)
        folder = self.folder / f"{task.name}-{hashlib.blake2b(table.encode(), digest_size=8).hexdigest()}"
        own = replace(self.settings, library_dir=folder / "library", database_url="", notes_for="none")
        with Library(own) as library:
            source = folder / "catalogue.jsonl"
            source.write_text(table, encoding="utf-8")
            library.add(source, on_progress=self.on_progress)
            yield library


class _Asked:
    """A library together with the task whose catalogue it holds: rows here are tracks there."""

    def __init__(self, library: Library, task: Task) -> None:
        self.library = library
        self._task = task
        rows: dict[tuple[str, tuple[str, ...], str], int] = {}
        for at, item in enumerate(task.items):
            rows.setdefault(_named(item.title, item.artists, item.album), at)
        self._row_of: dict[int, int] = {}
        self._track: dict[int, Track] = {}
        for track in library.tracks():
            if (row := rows.get(_named(track.title, track.artists, track.album or ""))) is not None:
                self._row_of[track.id] = row
                self._track[track.id] = track
        self._track_of = {row: track_id for track_id, row in reversed(self._row_of.items())}
        self._tracks_of: dict[str, list[int]] = defaultdict(list)
        for track_id, row in self._row_of.items():
            self._tracks_of[task.items[row].song].append(track_id)

    def rows(self, query: Query, depth: int) -> list[int]:
        """What the library answers, as rows of the task's catalogue."""
        options = AskOptions(n=depth, diversity=0.0)
        answer = self.library.ask(query.text, options, conversation=self._conversation(query))
        ranked = (self._row_of.get(pick.track.id) for pick in answer.picks)
        return [row for row in ranked if row is not None]

    def candidates(self, query: Query) -> Candidates:
        """What the library finds before it ranks."""
        return self.library.candidates(query.text, self._conversation(query))

    def right(self, query: Query) -> Ids:
        """The tracks that the query should find, in all their recordings."""
        return self._tracks(query.gold)

    def session(self, dialogue: str, queries: Sequence[Query], said: Vector) -> Session:
        """What was liked in the dialogue, all in all."""
        songs = {song for query in queries for song in query.gold}
        songs |= {self._task.items[row].song for query in queries for row in query.liked}
        tracks = self._tracks(songs)
        artists = {artist for track_id in tracks.tolist() for artist in self._track[track_id].artist_ids}
        return Session(
            key=dialogue,
            vectors=np.asarray(said, dtype=np.float32),
            tracks=tracks,
            artists=np.array(sorted(artists), dtype=np.int64),
        )

    def named(self, session: Session) -> NamedSession:
        """The session by the names of its songs and artists, for any library."""
        tracks = [self._track[track_id] for track_id in session.tracks.tolist()]
        return NamedSession(
            key=session.key,
            vectors=session.vectors,
            songs=tuple(sorted({song_key(track) for track in tracks})),
            artists=tuple(sorted({fold(artist) for track in tracks for artist in track.artists})),
        )

    def _tracks(self, songs: Iterable[str]) -> Ids:
        return np.unique(
            np.array([track_id for song in songs for track_id in self._tracks_of[song]], dtype=np.int64)
        )

    def _conversation(self, query: Query) -> Conversation:
        return Conversation(
            requests=tuple(exchange.request for exchange in query.earlier if exchange.request.strip()),
            liked=self._known(query.liked),
            disliked=self._known(query.disliked),
        )

    def _known(self, rows: Sequence[int]) -> tuple[int, ...]:
        songs = (self._task.items[row].song for row in rows)
        return tuple(
            self._track_of.get(row, next(iter(self._tracks_of[song]), 0))
            for row, song in zip(rows, songs, strict=True)
            if row in self._track_of or self._tracks_of[song]
        )


def _line(item: Item) -> str:
    named = {"id": item.id, "title": item.title, "artists": item.artists, "album": item.album or None}
    return json.dumps(named, ensure_ascii=False)


def _named(title: str, artists: Sequence[str], album: str) -> tuple[str, tuple[str, ...], str]:
    return " ".join(title.split()), tuple(" ".join(one.split()) for one in artists), " ".join(album.split())
