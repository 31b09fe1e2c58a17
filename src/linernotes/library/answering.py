"""A request becomes an answer: parse, retrieve, rank, explain, and keep what was said."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TypedDict

import numpy as np

from linernotes.config import Settings
from linernotes.embed import Embedder
from linernotes.errors import ModelError
from linernotes.explain import Evidence, channel_scores, reasons_for
from linernotes.index import Index, IndexedTrack
from linernotes.ingest import open_embedder
from linernotes.library.conversation import conversation_until, with_promises
from linernotes.library.plain import plain
from linernotes.library.profile import RECENT_EVENTS, taste_of
from linernotes.library.sessions import linked
from linernotes.library.shipped import shipped_fusion, shipped_sessions
from linernotes.rank import (
    Fusion,
    Ranking,
    Taste,
    diversity,
    length_of,
    limits,
    named_first,
    popularity,
    promises,
    relevance,
    taste,
    top,
)
from linernotes.request import MAX_REQUEST_CHARS, Gazetteer, parse
from linernotes.retrieve import (
    Sessions,
    conditions_of,
    is_understood,
    named_tracks,
    required_artists,
    required_tracks,
    retrieve,
    searched_text,
    unkept,
)
from linernotes.store import Store
from linernotes.types import (
    Answer,
    Candidates,
    Condition,
    Context,
    Conversation,
    Fact,
    FactSheet,
    Ids,
    Limit,
    NameEntry,
    Pick,
    Request,
    Track,
    Vector,
)
from linernotes.words import fold

log = logging.getLogger(__name__)

_NO_CONVERSATION = Conversation()
DEPTH = 200
DEEPER = 3
"""Tracks that each channel may find; for a long answer so many times its length."""
RANKED = 300
"""Candidates that the ranking steps look at."""
MOST_CARDS = 10_000
"""Tracks whose shown facts and note are remembered, some 5 kB each."""
VARIED = 60
"""Candidates that variety is made of, unless minutes must be filled."""
_REREAD_SHARE = 10
_QUICK_S = 0.05
SEED_TRACKS = 60
"""Tracks of a named artist that likeness is measured against and reasons rest on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptions:
    """What is asked beside the words. ``n`` None leaves the number to the request.

    ``popularity`` runs from -1 (deep cuts) to 1 (hits), ``diversity`` from 0 to 1; ``after`` is the answer
    that the request follows on.
    """

    n: int | None = 20
    listener: str | None = None
    context: Context = field(default_factory=Context)
    popularity: float | None = None
    diversity: float = 0.3
    minutes: float | None = None
    after: int | None = None


class AskKeywords(TypedDict, total=False):
    """The fields of AskOptions as keywords."""

    n: int | None
    listener: str | None
    context: Context
    popularity: float | None
    diversity: float
    minutes: float | None
    after: int | None


class Answering:
    """Answers requests over one store and index. What is costly to open is opened once and kept."""

    def __init__(self, settings: Settings, store: Store, index: Index) -> None:
        self._settings = settings
        self._store = store
        self._index = index
        self.fusion: Fusion | None = None
        self.sessions: Sessions | None = None
        self._lock = threading.Lock()
        self._names: _Names | None = None
        self._shown = _Shown(generation=-1)
        self._embedder: Embedder | None = None
        self._embedder_missing = ""

    def ask(self, text: str, options: AskOptions, conversation: Conversation | None = None) -> Answer:
        """The answer to a request in words; ``conversation`` stands in for the one that ``options`` name.

        Raises InputError for an empty request, or one after an answer that was never given.
        """
        started = time.monotonic()
        return self.answer(parse(text, self._gazetteer()), options, conversation, started=started)

    def answer(
        self,
        request: Request,
        options: AskOptions,
        conversation: Conversation | None = None,
        *,
        started: float | None = None,
    ) -> Answer:
        """The answer to a request that is understood already; see ``ask``."""
        started = time.monotonic() if started is None else started
        if conversation is None and options.after is not None:
            conversation = conversation_until(options.after, self._store)
        request = _with_options(request, options)
        conversation, carried = self._carried(request, conversation or _NO_CONVERSATION)
        seed_tracks = self._seed_tracks(request)
        conditions = conditions_of(carried, known_values=self._index.values)
        depth = max(DEPTH, DEEPER * _most_tracks(request, options))
        candidates = self._retrieve(
            request, conversation, seed_tracks, conditions, depth, with_traits=self._fusion().reads_traits
        )
        chosen = self._rank(request, conversation, candidates, conditions, options)
        picks = self._picks(request, chosen, candidates, seed_tracks)
        messages = (*self._messages(request), *chosen.messages)
        return self._keep(request, picks, messages, options, time.monotonic() - started)

    def candidates(self, text: str, conversation: Conversation, depth: int = DEPTH) -> Candidates:
        """What was found for a request before it is ranked: what a fusion learns from."""
        request = parse(text, self._gazetteer())
        conversation, carried = self._carried(request, conversation)
        conditions = conditions_of(carried, known_values=self._index.values)
        return self._retrieve(request, conversation, self._seed_tracks(request), conditions, depth)

    def _carried(self, request: Request, conversation: Conversation) -> tuple[Conversation, Request]:
        """The conversation with what of it is searched for, and the request with the promises made before."""
        earlier = [self._parsed(text) for text in conversation.requests]
        searched = tuple(searched_text(one) for one in earlier)
        return replace(conversation, searched=searched), with_promises(request, earlier)

    def _parsed(self, text: str) -> Request:
        """An earlier request, read once as long as the names of the catalogue are the same."""
        names = self._named()
        if text not in names.parsed:
            names.parsed[text] = parse(text, names.gazetteer)
        return names.parsed[text]

    def _retrieve(
        self,
        request: Request,
        conversation: Conversation,
        seed_tracks: Mapping[int, Ids],
        conditions: tuple[Condition, ...],
        depth: int,
        *,
        with_traits: bool = True,
    ) -> Candidates:
        return retrieve(
            request,
            index=self._index,
            embedder=self._open_embedder(),
            seed_tracks=seed_tracks,
            conditions=conditions,
            depth=depth,
            conversation=conversation,
            sessions=self.known_sessions(),
            with_traits=with_traits,
        )

    def known_sessions(self) -> Sessions:
        """Those that were handed in, or those that come with the package, linked to what is here."""
        return self._named().sessions if self.sessions is None else self.sessions

    # --- ranking

    def _rank(
        self,
        request: Request,
        conversation: Conversation,
        candidates: Candidates,
        conditions: tuple[Condition, ...],
        options: AskOptions,
    ) -> _Chosen:
        length = length_of(request.limits, _asked_number(request, options))
        ranking = relevance(candidates, self._fusion())
        if conversation.requests:
            ranking = named_first(ranking, named_tracks(request, self._index))
        ranking = top(ranking, max(RANKED, 3 * length.tracks))
        ranking = self._personal(ranking, request, options.listener)
        if not length.timed and length.per_artist is None:
            ranking = top(ranking, max(VARIED, 3 * length.tracks))
        tracks = self._index.tracks(ranking.ids)
        kept = promises(ranking, conditions, tracks=tracks)
        own = bool(required_artists(request) or required_tracks(request))
        varied = diversity(
            kept.ranking,
            options.diversity,
            n=length.tracks,
            tracks=tracks,
            per_artist=length.per_artist,
            any_artist=own,
        )
        cut = limits(varied, length, tracks=tracks, conditions=len(conditions))
        return _Chosen(
            ranking=cut.ranking,
            tracks=tracks,
            unverified_by_id=kept.unverified_by_id,
            messages=cut.messages,
        )

    def _personal(self, ranking: Ranking, request: Request, listener: str | None) -> Ranking:
        """The ranking turned to the listener's taste and to the dial, where there are any."""
        known = self._taste(listener)
        if required_artists(request):  # who names an artist wants to hear them, whatever was disliked
            known = replace(known, disliked_by_artist={})
        if _has_taste(known):
            vectors = self._index.vectors("text", ranking.ids)
            ranking = taste(ranking, known, tracks=self._index.tracks(ranking.ids), vectors=vectors)
        if request.popularity:
            library = self._known_popularity()
            tracks = self._index.tracks(ranking.ids)
            ranking = popularity(ranking, request.popularity, tracks=tracks, library=library)
        return ranking

    def _known_popularity(self) -> Vector:
        """The known popularities of the library, rising: what is a hit here."""
        known = self._index.numbers("popularity")
        return np.sort(known[~np.isnan(known)]).astype(np.float32)

    def _taste(self, listener: str | None) -> Taste:
        if listener is None:
            return Taste()
        return taste_of(self._store.listeners.events(listener, limit=RECENT_EVENTS), self._index)

    # --- picks

    def _picks(
        self, request: Request, chosen: _Chosen, candidates: Candidates, seed_tracks: Mapping[int, Ids]
    ) -> tuple[Pick, ...]:
        ids = [int(track_id) for track_id in chosen.ranking.ids]
        cards = self._cards(ids)
        seeds = self._seed_sheets(request, seed_tracks)
        picks: list[Pick] = []
        for row, track_id in enumerate(ids):
            card = cards.get(track_id)
            if card is None:
                log.info("track %d was taken out while it was ranked", track_id)
                continue
            unverified = chosen.unverified_by_id.get(track_id, ())
            evidence = Evidence(
                sheet=chosen.tracks[track_id].sheet,
                scores=channel_scores(candidates, track_id),
                traces={step: float(change[row]) for step, change in chosen.ranking.traces.items()},
                facts=card.facts,
                seeds=seeds,
                note=card.note,
                unverified=unverified,
            )
            picks.append(
                Pick(
                    rank=len(picks) + 1,
                    track=card.track,
                    score=float(chosen.ranking.scores[row]),
                    reasons=reasons_for(request, card.track, evidence),
                    description=card.note,
                    verified=not unverified,
                    unverified=unverified,
                )
            )
        return tuple(picks)

    def _cards(self, ids: Sequence[int]) -> dict[int, _Card]:
        """What is shown of these tracks; what was read stays in memory until something changes."""
        generation = self._index.generation()
        if generation != self._shown.generation or len(self._shown.cards) > MOST_CARDS:
            self._shown = _Shown(generation=generation)
        cards = self._shown.cards
        if new := [track_id for track_id in ids if track_id not in cards]:
            facts = self._store.catalogue.facts(new)
            notes = self._index.document_text(new)
            for track_id, track in self._store.catalogue.tracks(new).items():
                if track_id in notes:
                    cards[track_id] = _Card(track=track, facts=facts[track_id], note=notes[track_id].prose)
        return {track_id: cards[track_id] for track_id in ids if track_id in cards}

    def _seed_tracks(self, request: Request) -> dict[int, Ids]:
        """The tracks of every artist that the request names."""
        artists = {artist for seed in request.seeds for artist in seed.artist_ids}
        return {
            int(artist): ids[:SEED_TRACKS] for artist, ids in self._index.find("artist_ids", artists).items()
        }

    def _seed_sheets(
        self, request: Request, seed_tracks: Mapping[int, Ids]
    ) -> dict[str, Sequence[FactSheet]]:
        sheets: dict[str, Sequence[FactSheet]] = {}
        for seed in request.seeds:
            ids = [*seed.track_ids, *(int(one) for artist in seed.artist_ids for one in seed_tracks[artist])]
            sheets[seed.name] = [track.sheet for track in self._index.tracks(ids[:SEED_TRACKS]).values()]
        return sheets

    # --- words

    def _messages(self, request: Request) -> tuple[str, ...]:
        found: list[str] = []
        if len(request.text) >= MAX_REQUEST_CHARS:
            found.append(f"only the first {MAX_REQUEST_CHARS} characters of the request were read")
        found += [f"“{seed.text}” was read as {seed.name}" for seed in request.seeds if seed.similarity < 1.0]
        found += [
            f"“{avoid.text}” was read as {avoid.name} and left out"
            for avoid in request.avoids
            if avoid.family == "artist" and fold(avoid.text) != fold(avoid.name)
        ]
        for name in request.unknown_names:
            hint = f"; did you mean {', '.join(request.suggestions)}?" if request.suggestions else ""
            found.append(f"“{name}” is not in this library{hint}")
        unheld = (*unkept(request), *request.unread_avoids)
        found += [f"no fact tells “{text}”: this could not be held" for text in unheld]
        if request.order:
            found.append(f"“{request.order}” was understood, but songs are not put into such an order yet")
        if not is_understood(request):
            found.append("no genre, mood, name or limit was recognised; these are the closest texts")
        if self._embedder_missing:
            found.append(f"searched without meaning: {self._embedder_missing}")
        if not len(self._index.ids()):
            found.append("the library is empty: add a folder with `linernotes add ~/Music`")
        return tuple(found)

    def forget_names(self) -> None:
        """Has the names read anew for the next request, however long that takes: they were changed here."""
        with self._lock:
            self._names = None

    def _fusion(self) -> Fusion:
        if self.fusion is None:
            self.fusion = shipped_fusion()
        return self.fusion

    def _gazetteer(self) -> Gazetteer:
        return self._named().gazetteer

    def _named(self) -> _Names:
        """The names of the catalogue, read anew when something changed, but not all the time."""
        embedder = self._open_embedder()
        generation = self._index.generation()
        with self._lock:
            if self._names is None or not self._names.serves(generation):
                started = time.monotonic()
                catalogue = self._store.catalogue
                artists = catalogue.artist_names()
                gazetteer = Gazetteer([*artists, *catalogue.title_names(), *catalogue.album_names()])
                sessions = _linked(self._index, artists, embedder)
                now = time.monotonic()
                self._names = _Names(
                    generation=generation,
                    gazetteer=gazetteer,
                    sessions=sessions,
                    read_at=now,
                    read_s=now - started,
                )
            return self._names

    def _open_embedder(self) -> Embedder | None:
        with self._lock:
            if self._embedder is None and not self._embedder_missing:
                try:
                    self._embedder = open_embedder(self._settings, threads=2)
                except ModelError as err:
                    self._embedder_missing = str(err)
            return self._embedder

    def _keep(
        self,
        request: Request,
        picks: tuple[Pick, ...],
        messages: tuple[str, ...],
        options: AskOptions,
        seconds: float,
    ) -> Answer:
        answer_id = self._store.answers.save(
            request=plain(request),
            picks=picks,
            seconds=seconds,
            messages=messages,
            versions={
                "fusion": self._fusion().name,
                "embedder": self._embedder.model if self._embedder else "",
            },
            context=plain(request.context),
            parent_id=options.after,
            listener=options.listener,
        )
        return Answer(
            id=answer_id,
            request=request,
            picks=picks,
            messages=messages,
            seconds=seconds,
            parent_id=options.after,
        )


def _linked(index: Index, artists: Sequence[NameEntry], embedder: Embedder | None) -> Sessions:
    """The sessions of the package with what is here; none without the embedder that they were made with."""
    shipped = shipped_sessions()
    if shipped is None or embedder is None or embedder.model != shipped.model:
        return Sessions(())
    return linked(shipped.sessions, index, artists)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """The names of the catalogue and what is linked with them, as of one generation of the index."""

    generation: int
    gazetteer: Gazetteer
    sessions: Sessions
    parsed: dict[str, Request] = field(default_factory=dict)
    read_at: float
    read_s: float

    def serves(self, generation: int) -> bool:
        """Whether nothing changed, or reading anew would cost more than a tenth of the time."""
        is_fresh = time.monotonic() - self.read_at < self.read_s * _REREAD_SHARE
        return self.generation == generation or (self.read_s > _QUICK_S and is_fresh)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """What an answer shows of a track."""

    track: Track
    facts: tuple[Fact, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """Cards of tracks as of one generation of the index."""

    generation: int
    cards: dict[int, _Card] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """The final order and what was learned on the way."""

    ranking: Ranking
    tracks: Mapping[int, IndexedTrack]
    unverified_by_id: Mapping[int, tuple[str, ...]]
    messages: tuple[str, ...]


def _with_options(request: Request, options: AskOptions) -> Request:
    """What the options say goes over what the words say."""
    context = {
        one.name: getattr(options.context, one.name) or getattr(request.context, one.name)
        for one in fields(Context)
    }
    limit_list = request.limits
    if options.minutes is not None:
        others = tuple(limit for limit in limit_list if limit.name != "total_minutes")
        text = f"{options.minutes:g} minutes"
        wanted = Limit(name="total_minutes", text=text, low=options.minutes, high=options.minutes)
        limit_list = (*others, wanted)
    dial = options.popularity if options.popularity is not None else request.popularity
    return replace(request, context=Context(**context), limits=limit_list, popularity=dial)


def _asked_number(request: Request, options: AskOptions) -> int | None:
    """The request's own number goes before the option's; minutes decide the number by themselves."""
    if any(limit.name in {"tracks", "total_minutes"} for limit in request.limits):
        return None
    return options.n


def _has_taste(known: Taste) -> bool:
    return bool(known.disliked_ids or known.liked_artist_ids)


def _most_tracks(request: Request, options: AskOptions) -> int:
    return length_of(request.limits, _asked_number(request, options)).tracks
