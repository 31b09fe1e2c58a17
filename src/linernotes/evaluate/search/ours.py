"""Linernotes itself as a system to measure: a library of the task's catalogue, asked as people ask."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from linernotes.config import Settings
from linernotes.embed import Embedder
from linernotes.evaluate.search.values import FOLDS, Item, Query, Task
from linernotes.ingest import OnProgress, Progress, silent
from linernotes.learn.ranker import Lesson, known_features, learn_ranker, lesson_of
from linernotes.library import AskOptions, Library
from linernotes.rank import FixedFusion, LearnedFusion
from linernotes.retrieve import Session, Sessions
from linernotes.types import Candidates, Conversation, Ids, Vector

_DONE = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySearch:
    """``linernotes ask`` with each request and what went before it.

    The library is made once and kept in ``folder``. With ``learns``, sessions and the fusion are those of the
    other folds' conversations; without, nothing is learned and the fusion is the fixed one.
    """

    settings: Settings
    folder: Path
    embedder: Embedder
    learns: bool = True
    name: str = "library"
    on_progress: OnProgress = silent

    def rank(self, task: Task, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        """See System. Of recordings that are named alike one is found for all."""
        with self._library(task) as library:
            asked = _Asked(library, task)
            if not self.learns:
                library.use(fusion=FixedFusion(), sessions=Sessions(()))
                return [asked.rows(query, depth) for query in self._told(queries, "asking")]
            return self._out_of_fold(asked, queries, depth)

    def _out_of_fold(self, asked: _Asked, queries: Sequence[Query], depth: int) -> list[Sequence[int]]:
        session_by_dialogue = self._sessions(asked, queries)
        ranked: dict[str, Sequence[int]] = {}
        for fold in range(FOLDS):
            own = [query for query in queries if query.fold == fold]
            others = [query for query in queries if query.fold != fold]
            known = Sessions(
                [session_by_dialogue[name] for name in dict.fromkeys(query.dialogue for query in others)]
            )
            fusion = self._learned(asked, others, known, f"learning, fold {fold + 1} of {FOLDS}")
            asked.library.use(fusion=fusion, sessions=known)
            for query in self._told(own, f"asking, fold {fold + 1} of {FOLDS}"):
                ranked[query.id] = asked.rows(query, depth)
        return [ranked[query.id] for query in queries]

    def _learned(
        self, asked: _Asked, queries: Sequence[Query], sessions: Sessions, stage: str
    ) -> LearnedFusion:
        """The fusion that these queries teach, each with the sessions of the other dialogues."""
        found: list[Candidates] = []
        for query in self._told(queries, stage):
            asked.library.use(sessions=sessions.without(query.dialogue))
            found.append(asked.candidates(query))
        names = known_features(found)
        lessons: list[Lesson] = [
            lesson_of(candidates, asked.right(query), names)
            for query, candidates in zip(queries, found, strict=True)
        ]
        return LearnedFusion(learn_ranker(lessons, names, seed=self.settings.seed))

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
        """The library of the task's catalogue, made where it is not there yet."""
        table = "".join(f"{_line(item)}\n" for item in task.items)
        folder = self.folder / f"{task.name}-{hashlib.blake2b(table.encode(), digest_size=8).hexdigest()}"
        with Library(replace(self.settings, library_dir=folder / "library")) as library:
            if not (folder / _DONE).exists():
                source = folder / "catalogue.jsonl"
                source.write_text(table, encoding="utf-8")
                library.add(source, on_progress=self.on_progress)
                (folder / _DONE).touch()
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
        self._artists_of: dict[int, tuple[int, ...]] = {}
        for track in library.tracks():
            if (row := rows.get(_named(track.title, track.artists, track.album or ""))) is not None:
                self._row_of[track.id] = row
                self._artists_of[track.id] = track.artist_ids
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
        artists = {artist for track_id in tracks.tolist() for artist in self._artists_of[track_id]}
        return Session(
            key=dialogue,
            vectors=np.asarray(said, dtype=np.float32),
            tracks=tracks,
            artists=np.array(sorted(artists), dtype=np.int64),
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
