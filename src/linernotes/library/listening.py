"""What a library knows of its listeners: profiles, kept up to date event by event."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import numpy as np

from linernotes.compute import uncollected
from linernotes.index import Index, IndexedTrack
from linernotes.index.protocol import Space
from linernotes.library.company import Company
from linernotes.library.knowing import Knowledge
from linernotes.listener import (
    MOST_OPINIONS,
    NO_PRIORS,
    NUMBERS,
    Affinity,
    Opinions,
    OwnMeaning,
    Priors,
    Profile,
    Reaction,
    Rows,
    Said,
    Taste,
    Word,
    affinity,
    alikeness,
    reason_of,
    said_by,
    sentences,
    tastes,
    value_of,
    vocabulary,
)
from linernotes.rank import places, popularity_groups
from linernotes.rank.calibrate import MIDDLE
from linernotes.store import Store
from linernotes.types import Context, Event, Ids, Request, Vector
from linernotes.words import lexicon

DISLIKES_OF_AN_ARTIST: Final = 2
"""From so many disliked tracks of one artist on, the artist is left out; one may be an accident."""
FRESH_S: Final = 600.0
"""Seconds after which opinions are weighed anew, because time has passed."""
ELSEWHERE: Final = 0.1
"""An opinion from one situation counts so much in another one."""
VOTE: Final = 0.1
"""How far "too mainstream", said once, moves what a listener is taken for, of the whole range."""
MOST_REACTIONS: Final = 5_000
"""Reactions that words are learned from, the latest."""
_SAMPLE: Final = 256
"""Tracks of a library by which it is told how much alike two of it are."""
_WRONG: Final = -1.0
_GENRE_COLUMNS: Final = 512
_WIDER: Final = 0.5
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_CONTEXT: Final = tuple(one.name for one in fields(Context))


class Listening:
    """Profiles of listeners over one store and index."""

    def __init__(self, store: Store, index: Index, known: Knowledge) -> None:
        self._store = store
        self._index = index
        self._known = known
        self.company = Company(store)
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._scale: _Scale | None = None
        self._alike: tuple[int, float] | None = None

    def profile(self, name: str, priors: Priors | None = None) -> Profile:
        """What is known of a listener by now; nothing of an unknown one.

        ``priors`` are what words mean to most; None: those in use.
        """
        name = name.strip()
        priors = self._known.in_use().priors if priors is None else priors
        who, revision = self._store.listeners.state(name)
        if not revision:
            return Profile(listener=name, words=vocabulary((), {}, priors))
        with self._lock:
            kept = self._kept.setdefault(name, _Kept())
        with kept.lock, uncollected():
            now = datetime.now(UTC)
            if who != kept.who:  # new here, or somebody else under the name of one who was forgotten
                kept.start_over(who)
            if revision > kept.revision or kept.profile is None:
                self._catch_up(kept, name, revision)
                kept.profile = None
            if kept.profile is None or not kept.serves(self._index, now, priors):
                kept.profile = self._made(name, kept, now, priors)
                kept.made_at, kept.generation, kept.priors = now, self._index.generation(), priors
            return kept.profile

    def strangers(self, names: Iterable[str]) -> list[str]:
        """Those of the names of whom nothing was ever kept."""
        return [name for name in names if not self._store.listeners.state(name)[1]]

    def forget(self, name: str) -> None:
        """Drops what is kept in memory of a listener, and what was learned from all of them together."""
        with self._lock:
            self._kept.pop(name, None)
            self.company = Company(self._store)

    def affinity(self, profile: Profile, situation: frozenset[Word]) -> Affinity | None:
        """How much this listener likes what in a situation: what was said in others counts less there."""
        if profile.affinity is None or not situation:
            return profile.affinity
        elsewhere = tuple(
            bool(one.situation) and one.situation.isdisjoint(situation) for one in profile.opinions
        )
        if not any(elsewhere):
            return profile.affinity
        felt = profile.felt.get(elsewhere)
        if felt is None:
            here = [
                replace(one, weight=one.weight * ELSEWHERE) if away else one
                for one, away in zip(profile.opinions, elsewhere, strict=True)
            ]
            felt = affinity(here, profile.affinity.rows)
            assert felt is not None
            profile.felt[elsewhere] = felt
        return felt

    def tastes(self, profile: Profile) -> tuple[Taste, ...]:
        """The groups among what a listener likes, those with the largest share first."""
        if profile.affinity is None:
            return ()
        liked = np.flatnonzero(profile.affinity.values > 0)
        weights = np.array([one.value * one.weight for one in profile.opinions], dtype=np.float32)
        return tastes(profile.affinity.rows.take(liked), weights[liked], least=self._least())

    def _least(self) -> float:
        """How much alike tracks of one taste must be in this library, worked out once for it as it is."""
        generation = self._index.generation()
        if self._alike is None or self._alike[0] != generation:
            ids = self._index.ids()
            drawn = np.random.default_rng(0).permutation(ids)[:_SAMPLE]
            self._alike = (generation, alikeness(self.rows(drawn.tolist())))
        return self._alike[1]

    def rest(self, name: str, ids: Ids) -> Vector:
        """How much each of these tracks should rest, ``(n,)``, 0 to 1."""
        kept = self._kept.get(name.strip())
        if kept is None:
            return np.zeros(len(ids), dtype=np.float32)
        return np.array(kept.opinions.rest(ids.tolist(), datetime.now(UTC)), dtype=np.float32)

    def rows(self, ids: Iterable[int]) -> Rows:
        """What a taste may rest on, of the tracks that are in the index."""
        tracks = self._index.tracks(ids)
        scale = self._scaled()
        found = np.array(list(tracks), dtype=np.int64)
        genres = np.zeros((len(found), _GENRE_COLUMNS), dtype=np.float32)
        for row, track in enumerate(tracks.values()):
            for genre in track.sheet.genres:
                for column, weight in _columns(genre):
                    genres[row, column] = max(genres[row, column], weight)
        norms = np.linalg.norm(genres, axis=1, keepdims=True)
        return Rows(
            ids=found,
            text=self._vectors("text", found),
            audio=self._vectors("audio", found),
            numbers=scale.of(list(tracks.values())),
            genres=np.divide(genres, norms, out=np.zeros_like(genres), where=norms > 0),
            artists=tuple(track.artist_ids for track in tracks.values()),
        )

    def _vectors(self, space: Space, ids: Ids) -> Vector:
        known = self._index.vectors(space, ids.tolist())
        width = known.vectors.shape[1] if known.vectors.ndim == 2 else 0
        vectors = np.zeros((len(ids), width), dtype=np.float32)
        row_by_id = {track_id: row for row, track_id in enumerate(ids.tolist())}
        for track_id, vector in zip(known.ids.tolist(), known.vectors, strict=True):
            vectors[row_by_id[track_id]] = vector
        return vectors

    def _scaled(self) -> _Scale:
        generation = self._index.generation()
        if self._scale is None or self._scale.generation != generation:
            self._scale = _Scale.of_index(self._index, generation)
        return self._scale

    # --- what changes

    def _catch_up(self, kept: _Kept, name: str, revision: int) -> None:
        """Takes in what was done and said since the last time; all of it anew where anything was changed."""
        sayings = self._store.listeners.sayings(name)
        news = self._store.listeners.news(name, kept.last)
        added = news.rows + len(sayings) - len(kept.sayings)
        if news.holds and added < revision - kept.revision and kept.last:  # told again, with other values
            news = replace(self._store.listeners.news(name), holds=False)
        asked = {event.answer_id for event in news.events if event.answer_id is not None}
        words = {key: kept_words(one) for key, one in self._store.answers.requests(asked).items()}
        explored = self._store.answers.explored(words)
        artists = self._artists({event.track_id for event in news.events})
        situations = {key: situation_of(own) for key, own in words.items()}
        if not news.holds:
            kept.forget()
        kept.opinions.add(news.events, situations, artists)
        kept.reactions = [*kept.reactions, *_reactions(news.events, words)][-MOST_REACTIONS:]
        for event in news.events:
            if event.track_id in explored.get(event.answer_id or 0, ()) and (value := value_of(event)):
                kept.explored[value > 0] += 1
        kept.revision, kept.last, kept.sayings = revision, news.last, sayings

    def _artists(self, ids: set[int]) -> Mapping[int, tuple[int, ...]]:
        """The artists of tracks, of those too that are in no index any more."""
        known = {track_id: track.artist_ids for track_id, track in self._index.tracks(ids).items()}
        gone = self._store.catalogue.tracks(ids - known.keys())
        return {**known, **{track_id: track.artist_ids for track_id, track in gone.items()}}

    def _made(self, name: str, kept: _Kept, now: datetime, priors: Priors) -> Profile:
        opinions = {one.track_id: one for one in kept.opinions.opinions(now, MOST_OPINIONS)}
        rows = self.rows(opinions)
        opined = tuple(opinions[track_id] for track_id in rows.ids.tolist())
        felt = affinity(opined, rows)
        popular = self._popular(felt)
        dropped = kept.opinions.dropped()
        songs = {track.song_key for track in self._index.tracks(dropped).values()}
        return Profile(
            listener=name,
            events=kept.opinions.events,
            affinity=felt,
            opinions=opined,
            liked_ids=kept.opinions.liked(),
            dropped_ids=dropped,
            dropped_songs=frozenset(songs - {""}),
            left_artists=kept.opinions.left_artists(from_dislikes=DISLIKES_OF_AN_ARTIST),
            mainstreamness=self._mainstreamness(popular, kept.opinions.popularity_votes),
            popular=popular,
            popularity_votes=kept.opinions.popularity_votes,
            words=self._words(kept.reactions, priors),
            said=self._said(kept.sayings),
            explored=(kept.explored[True], kept.explored[False]),
        )

    def _words(self, reactions: Sequence[Reaction], priors: Priors) -> Mapping[Word, OwnMeaning]:
        return vocabulary(reactions, self.numbers({one.track_id for one in reactions}), priors)

    def numbers(self, ids: Iterable[int]) -> dict[int, Vector]:
        """The numbers that a word may mean, ``(len(NUMBERS),)``, of the tracks that are in the index."""
        tracks = self._index.tracks(ids)
        return dict(zip(tracks, self._scaled().of(list(tracks.values())), strict=True))

    def _said(self, sayings: Sequence[str]) -> Said:
        parts = [one for text in sayings for one in sentences(text) if any(map(str.isalnum, one))]
        return said_by([self._known.parsed(one) for one in parts])

    def _popular(self, felt: Affinity | None) -> tuple[float, ...]:
        """The known popularities of what is liked."""
        if felt is None:
            return ()
        tracks = self._index.tracks(felt.rows.ids[felt.values > 0].tolist()).values()
        return tuple(track.popularity for track in tracks if track.popularity is not None)

    def _mainstreamness(self, popular: Sequence[float], votes: float) -> float | None:
        """Where what is liked stands among all of the library by popularity."""
        if not popular and not votes:
            return None
        liked = np.array(popular, dtype=np.float32)
        own = float(places(liked, self.known_popularity()).mean()) if popular else 0.5
        return float(np.clip(own + VOTE * votes, 0.0, 1.0))

    def known_popularity(self) -> Vector:
        """The known popularities of the library, rising: what is a hit here."""
        return self._scaled().popularity

    def groups(self, popularity: Sequence[float | None]) -> Ids:
        """The group of popularity of each in this library: head, middle or tail; unknown: the middle."""
        scale = self._scaled()
        known = np.array([np.nan if one is None else one for one in popularity], dtype=np.float32)
        found = np.full(len(known), MIDDLE, dtype=np.int64)
        if len(scale.popularity):
            rows = np.searchsorted(scale.popularity, known[~np.isnan(known)])
            found[~np.isnan(known)] = scale.groups[np.minimum(rows, len(scale.groups) - 1)]
        return found


def _reactions(events: Sequence[Event], words: Mapping[int, Mapping[Word, str]]) -> Iterator[Reaction]:
    """What the events say of the words in the requests that they answer."""
    for event in events:
        value = _WRONG if reason_of(event) == "wrong-mood" else value_of(event)
        for word, said in words.get(event.answer_id or 0, {}).items() if value else ():
            yield Reaction(word=word, said=said, track_id=event.track_id, value=value or 0.0)


def situation_of(words: Iterable[Word]) -> frozenset[Word]:
    """Those of the words that tell of a situation."""
    return frozenset(word for word in words if word[0] in _CONTEXT)


def words_of(request: Request) -> dict[Word, str]:
    """The words of a request that may mean something else to a listener, as said there."""
    context = {family: getattr(request.context, family) for family in _CONTEXT}
    return _words(context, ((want.family, want.name, want.text) for want in request.wants))


def kept_words(request: Mapping[str, Any]) -> dict[Word, str]:
    """The same of a request as it is kept."""
    wants = request.get("wants", ())
    return _words(request.get("context") or {}, ((one["family"], one["name"], one["text"]) for one in wants))


def _words(context: Mapping[str, str | None], wants: Iterable[tuple[str, str, str]]) -> dict[Word, str]:
    told = {(family, name): name for family in _CONTEXT if (name := context.get(family))}
    return {**told, **{(family, name): text for family, name, text in wants}}


@lru_cache(maxsize=4096)
def _columns(genre: str) -> tuple[tuple[int, float], ...]:
    """The columns of a genre and, lighter, of what it is a kind of."""
    wider = lexicon().ancestors("genre", genre) - {genre}
    pairs = [(genre, 1.0), *((one, _WIDER) for one in sorted(wider))]
    return tuple((zlib.crc32(name.encode()) % _GENRE_COLUMNS, weight) for name, weight in pairs)


@dataclass(slots=True)
class _Kept:
    """What was taken in of a listener up to the event ``last``, when there were so many changes."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    who: int = 0
    revision: int = 0
    last: int = 0
    opinions: Opinions = field(default_factory=Opinions)
    reactions: list[Reaction] = field(default_factory=list)
    explored: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    sayings: tuple[str, ...] = ()
    profile: Profile | None = None
    made_at: datetime = _LONG_AGO
    generation: int = -1
    priors: Priors = NO_PRIORS

    def forget(self) -> None:
        """Before events are taken in anew."""
        self.opinions, self.reactions = Opinions(), []
        self.explored = {True: 0, False: 0}

    def start_over(self, who: int) -> None:
        """As if nothing had been known, of a listener with this id."""
        self.forget()
        self.who, self.revision, self.last, self.sayings, self.profile = who, 0, 0, (), None

    def serves(self, index: Index, now: datetime, priors: Priors) -> bool:
        """Whether neither the library nor the time went on too far, nor what words mean to most."""
        is_fresh = (now - self.made_at).total_seconds() < FRESH_S
        return is_fresh and self.generation == index.generation() and self.priors is priors


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Mean and deviation of each of NUMBERS in a library; its known popularities, rising, with groups."""

    generation: int
    means: Vector
    deviations: Vector
    popularity: Vector
    groups: Ids

    @classmethod
    def of_index(cls, index: Index, generation: int) -> _Scale:
        columns = [index.numbers(name) for name in NUMBERS]
        known = [column[~np.isnan(column)] for column in columns]
        popularity = np.sort(known[NUMBERS.index("popularity")]).astype(np.float32)
        return cls(
            generation=generation,
            means=np.array([one.mean() if len(one) else 0.0 for one in known], dtype=np.float32),
            deviations=np.array([one.std() or 1.0 if len(one) else 1.0 for one in known], dtype=np.float32),
            popularity=popularity,
            groups=popularity_groups(popularity),
        )

    def of(self, tracks: Sequence[IndexedTrack]) -> Vector:
        """``(n, len(NUMBERS)) float32`` in deviations from the mean, at most 3; NaN where unknown."""
        numbers = np.array([_numbers(track) for track in tracks], dtype=np.float32).reshape(-1, len(NUMBERS))
        scaled = (numbers - self.means) / self.deviations
        return np.asarray(np.clip(scaled, -3.0, 3.0), dtype=np.float32)


def _numbers(track: IndexedTrack) -> list[float]:
    values = [track.popularity if name == "popularity" else getattr(track.sheet, name) for name in NUMBERS]
    return [float("nan") if value is None else float(value) for value in values]
