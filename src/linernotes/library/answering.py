"""A request becomes an answer: parse, retrieve, rank, explain, and keep what was said."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from linernotes.config import Settings
from linernotes.embed import RequestMap
from linernotes.errors import ModelError
from linernotes.explain import Evidence, channel_scores, reasons_for
from linernotes.index import Index, IndexedTrack
from linernotes.library.conversation import conversation_until, with_promises
from linernotes.library.knowing import InUse, Knowledge
from linernotes.library.listening import Listening
from linernotes.library.messages import messages_on
from linernotes.library.options import AskOptions, asked_number, at_this_hour, most_tracks, with_options
from linernotes.library.people import People, TasteRequest
from linernotes.library.plain import plain
from linernotes.rank import (
    Ranking,
    arc,
    arc_of,
    asked_alone,
    diversity,
    interleaved,
    length_of,
    limits,
    named_first,
    popularity,
    promises,
    relevance,
    said,
    top,
)
from linernotes.request import parse
from linernotes.retrieve import (
    compared,
    conditions_of,
    leaves_it_open,
    likeness_groups,
    named_tracks,
    required_artists,
    required_tracks,
    retrieve,
    searched_text,
)
from linernotes.store import Store
from linernotes.types import (
    Answer,
    Candidates,
    Condition,
    Conversation,
    Fact,
    FactSheet,
    Ids,
    Pick,
    Request,
    Seed,
    Track,
    Vector,
)

log = logging.getLogger(__name__)

_NO_CONVERSATION = Conversation()
DEPTH = 200
DEEPER = 2
"""Tracks that each channel may find; for a long answer so many times its length."""
RANKED = 300
"""Candidates that the ranking steps look at."""
MOST_CARDS = 10_000
"""Tracks whose shown facts and note are remembered, some 5 kB each."""
VARIED = 60
"""Candidates that variety is made of, unless minutes must be filled."""
SEED_TRACKS = 60
"""Tracks of a named artist that likeness is measured against and reasons rest on."""


AT_ONCE = 4
"""Answers made at the same time; further ones wait. More would wait as long, for the interpreter."""


class Answering:
    """Answers requests over one store and index. What is costly to open is opened once and kept."""

    def __init__(self, settings: Settings, store: Store, index: Index) -> None:
        self.known = Knowledge(settings, store, index)
        self.listening = Listening(store, index, self.known)
        self._store = store
        self._index = index
        self._shown = _Shown(generation=-1)
        self._clock = settings.clock == "on"
        self._turns = threading.Semaphore(AT_ONCE)

    def ask(self, text: str, options: AskOptions, conversation: Conversation | None = None) -> Answer:
        """The answer to a request in words; ``conversation`` stands in for the one that ``options`` name.

        Raises InputError for an empty request, or one after an answer that was never given.
        """
        started = time.monotonic()
        return self.answer(parse(text, self.known.names().gazetteer), options, conversation, started=started)

    def answer(
        self,
        request: Request,
        options: AskOptions,
        conversation: Conversation | None = None,
        *,
        started: float | None = None,
        kept: bool = True,
    ) -> Answer:
        """The answer to a request that is understood already; see ``ask``. Its id is 0 if it is not kept."""
        return self._answered(request, options, conversation, self.known.in_use(), started=started, kept=kept)

    def rehearsed(self, text: str, options: AskOptions, in_use: InUse) -> Answer:
        """What the answer would be with these versions; it is not kept, and its id is 0."""
        request = parse(text, self.known.names().gazetteer)
        return self._answered(request, options, None, in_use, kept=False)

    def _answered(
        self,
        request: Request,
        options: AskOptions,
        conversation: Conversation | None,
        in_use: InUse,
        *,
        started: float | None = None,
        kept: bool = True,
    ) -> Answer:
        with self._turns:
            *_, answer = self._steps(request, options, conversation, in_use, started=started, kept=kept)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, text: str, options: AskOptions) -> Iterator[Request | Pick | Answer]:
        """What was understood, each pick as it is explained, and the answer; see ``ask``.

        Who does not wait for the end leaves nothing behind: the answer is kept only then.
        """
        started = time.monotonic()
        request = parse(text, self.known.names().gazetteer)
        steps = self._steps(request, options, None, self.known.in_use(), started=started)
        while True:
            with self._turns:  # not while a part is on its way to somebody slow
                part = next(steps, None)
            if part is None:
                return
            yield part

    def _steps(
        self,
        request: Request,
        options: AskOptions,
        conversation: Conversation | None,
        in_use: InUse,
        *,
        started: float | None = None,
        kept: bool = True,
    ) -> Iterator[Request | Pick | Answer]:
        started = time.monotonic() if started is None else started
        if conversation is None and options.after is not None:
            conversation = conversation_until(options.after, self._store)
        people = People(self.listening, self._store, options.listeners, in_use.priors)
        earlier = [self.known.parsed(text) for text in conversation.requests] if conversation else []
        asked = with_options(request, options)
        request = people.standing(asked, earlier)
        is_open = leaves_it_open(asked) and not conversation
        if self._clock and people.profiles:
            request = at_this_hour(request, datetime.now().astimezone().hour)
        yield request
        wishes = people.taste_requests(request) if is_open else ()
        found = (
            self._for_tastes(wishes, people, request, options, in_use)
            if wishes
            else self._for_words(request, people, conversation or _NO_CONVERSATION, options, in_use)
        )
        chosen = self._chosen(request, found, people, options)
        picks: list[Pick] = []
        for pick in self._picks(found, chosen, people):
            picks.append(pick)
            yield pick
        told = messages_on(
            asked, self._index, embedder_missing=self.known.embedder_missing, from_tastes=bool(wishes)
        )
        strangers = self.listening.strangers(options.company)
        messages = (*told, *chosen.messages, *(f"nothing is known of “{name}” yet" for name in strangers))
        answer = Answer(
            id=0,
            request=request,
            picks=tuple(picks),
            messages=messages,
            seconds=time.monotonic() - started,
            parent_id=options.after,
        )
        yield replace(answer, id=self._keep(answer, options, in_use)) if kept else answer

    def _for_words(
        self,
        request: Request,
        people: People,
        conversation: Conversation,
        options: AskOptions,
        in_use: InUse,
    ) -> _Found:
        """What the request itself finds, in the order in which these listeners should hear of it."""
        conversation, carried = self._carried(request, conversation)
        most = most_tracks(request, options)
        search = self._searched(carried, request, conversation, most, in_use)
        ranking = relevance(search.candidates, in_use.fusion)
        if conversation.requests:
            ranking = named_first(ranking, named_tracks(request, self._index))
        ranking = top(ranking, max(RANKED, 3 * most))
        ranking = people.turned(ranking, request, tracks=self._index.tracks(ranking.ids))
        return _Found(ranking=ranking, searches=(search,), conditions=search.conditions)

    def _for_tastes(
        self,
        wishes: Sequence[TasteRequest],
        people: People,
        request: Request,
        options: AskOptions,
        in_use: InUse,
    ) -> _Found:
        """What each taste finds, all in one order in which each has its share."""
        most = most_tracks(request, options)
        depth = max(RANKED, 3 * most)
        conditions = self._conditions(request, request, _NO_CONVERSATION, {})
        searches: list[_Search] = []
        rankings: list[Ranking] = []
        for wish in wishes:
            search = self._searched(wish.request, wish.request, _NO_CONVERSATION, most, in_use)
            ranking = relevance(search.candidates, in_use.fusion)
            tracks = self._index.tracks(ranking.ids)
            ranking = top(people.without_known(ranking, tracks=tracks), depth // len(wishes))
            if wish.request.wants:
                ranking = said(ranking, search.fit(ranking.ids))
            ranking = people.turned(ranking, wish.request, tracks=tracks)
            rankings.append(asked_alone(ranking, conditions, tracks=tracks))
            searches.append(search)
        ranking, whose = interleaved(rankings, [wish.share for wish in wishes], depth)
        return _Found(ranking=ranking, searches=tuple(searches), conditions=conditions, whose=whose)

    def _searched(
        self, carried: Request, request: Request, conversation: Conversation, most: int, in_use: InUse
    ) -> _Search:
        seed_tracks = self._seed_tracks(carried)
        conditions = self._conditions(request, carried, conversation, seed_tracks)
        depth = max(DEPTH, DEEPER * most)
        candidates = self._retrieve(
            carried,
            conversation,
            seed_tracks,
            conditions,
            depth,
            traits=in_use.fusion.reads_traits,
            request_map=in_use.request_map,
        )
        return _Search(request=carried, candidates=candidates, conditions=conditions, seed_tracks=seed_tracks)

    def candidates(
        self,
        text: str,
        conversation: Conversation,
        request_map: RequestMap | None = None,
        depth: int = DEPTH,
    ) -> Candidates:
        """What was found for a request before it is ranked: what a fusion learns from.

        ``request_map`` stands in for the one in use.
        """
        request_map = self.known.in_use().request_map if request_map is None else request_map
        request = self.known.parsed(text)
        conversation, carried = self._carried(request, conversation)
        seed_tracks = self._seed_tracks(carried)
        conditions = self._conditions(request, carried, conversation, seed_tracks)
        return self._retrieve(carried, conversation, seed_tracks, conditions, depth, request_map=request_map)

    def request_vectors(self, texts: Sequence[str]) -> Vector:
        """What is searched for by each request, ``(n, d) float32`` of L2 norm 1, not turned by any map.

        Raises ModelError without an embedder.
        """
        embedder = self.known.embedder()
        if embedder is None:
            raise ModelError(self.known.embedder_missing)
        return embedder.embed([searched_text(self.known.parsed(text)) for text in texts])

    def _carried(self, request: Request, conversation: Conversation) -> tuple[Conversation, Request]:
        """The conversation with what of it is searched for, and the request with the promises made before.

        What the request points at in the answer before is to be resembled like a name.
        """
        request = replace(request, seeds=(*request.seeds, *self._pointed(request, conversation)))
        earlier = [self.known.parsed(text) for text in conversation.requests]
        searched = tuple(searched_text(one) for one in earlier)
        return replace(conversation, searched=searched), with_promises(request, earlier)

    def _pointed(self, request: Request, conversation: Conversation) -> list[Seed]:
        """The picks of the answer before that the request points at."""
        last = conversation.last
        ids = [
            last[place - 1 if place > 0 else place]
            for place in request.pointers
            if 1 <= place <= len(last) or -len(last) <= place < 0
        ]
        tracks = self._store.catalogue.tracks(ids) if ids else {}
        return [
            Seed(kind="track", relation="like", name=tracks[one].title, text="", track_ids=(one,))
            for one in ids
            if one in tracks
        ]

    def _conditions(
        self,
        request: Request,
        carried: Request,
        conversation: Conversation,
        seed_tracks: Mapping[int, Ids],
    ) -> tuple[Condition, ...]:
        """All promises, and what the request compares with its own seeds, or else with the answer before."""
        kept = conditions_of(carried, known_values=self._index.values)
        reference = np.array(conversation.last, dtype=np.int64)
        if request.seeds or request.pointers or not len(reference):
            reference = np.concatenate([reference[:0], *likeness_groups(carried, seed_tracks)])
        return (*kept, *compared(request.comparisons, reference, self._index))

    def _retrieve(
        self,
        request: Request,
        conversation: Conversation,
        seed_tracks: Mapping[int, Ids],
        conditions: tuple[Condition, ...],
        depth: int,
        *,
        request_map: RequestMap,
        traits: bool = True,
    ) -> Candidates:
        names = self.known.names()
        return retrieve(
            request,
            index=self._index,
            embedder=self.known.embedder(),
            seed_tracks=seed_tracks,
            conditions=conditions,
            depth=depth,
            conversation=conversation,
            sessions=self.known.sessions(),
            implied=names.implied,
            own_words=names.own_words,
            traits=self.known.traits() if traits else None,
            request_map=request_map,
        )

    # --- ranking

    def _chosen(self, request: Request, found: _Found, people: People, options: AskOptions) -> _Chosen:
        length = length_of(request.limits, asked_number(request, options))
        own = bool(required_artists(request) or required_tracks(request))
        ranking = found.ranking
        if request.popularity:
            known = self._index.tracks(ranking.ids)
            ranking = popularity(
                ranking, request.popularity, tracks=known, library=self.listening.known_popularity()
            )
        elif not own:
            known = self._index.tracks(ranking.ids)
            ranking = people.calibrated(ranking, n=length.tracks, tracks=known)
        if not length.timed and length.per_artist is None:
            ranking = top(ranking, max(VARIED, 3 * length.tracks))
            ranking = (
                ranking if own else people.explored(ranking, n=length.tracks, budget=options.exploration)
            )
        tracks = self._index.tracks(ranking.ids)
        conditions = found.conditions
        kept = promises(ranking, conditions, tracks=tracks)
        varied = diversity(
            kept.ranking,
            options.diversity,
            n=length.tracks,
            tracks=tracks,
            per_artist=length.per_artist,
            any_artist=own,
        )
        cut = limits(varied, length, tracks=tracks, conditions=len(conditions))
        wish = arc_of(request.order) if request.order else None
        return _Chosen(
            ranking=arc(cut.ranking, wish, tracks=tracks) if wish else cut.ranking,
            tracks=tracks,
            unverified_by_id=kept.unverified_by_id,
            messages=cut.messages,
        )

    # --- picks

    def _picks(self, found: _Found, chosen: _Chosen, people: People) -> Iterator[Pick]:
        ids = [int(track_id) for track_id in chosen.ranking.ids]
        cards = self._cards(ids)
        own = people.told({one: found.search_of(one).request for one in ids})
        seeds = {id(one): self._seed_sheets(one.request, one.seed_tracks) for one in found.searches}
        rank = 0
        for row, track_id in enumerate(ids):
            card = cards.get(track_id)
            if card is None:
                log.info("track %d was taken out while it was ranked", track_id)
                continue
            unverified = chosen.unverified_by_id.get(track_id, ())
            search = found.search_of(track_id)
            evidence = Evidence(
                sheet=chosen.tracks[track_id].sheet,
                scores=channel_scores(search.candidates, track_id),
                traces={step: float(change[row]) for step, change in chosen.ranking.traces.items()},
                facts=card.facts,
                seeds=seeds[id(search)],
                note=card.note,
                unverified=unverified,
                personal=own.get(track_id),
            )
            rank += 1
            yield Pick(
                rank=rank,
                track=card.track,
                score=float(chosen.ranking.scores[row]),
                reasons=reasons_for(search.request, card.track, evidence),
                description=card.note,
                verified=not unverified,
                unverified=unverified,
            )

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

    def given(self, answer_id: int) -> Answer:
        """An answer that was given before. Raises InputError when there is none."""
        stored = self._store.answers.load(answer_id)
        cards = self._cards([pick.track_id for pick in stored.picks])
        request = replace(
            self.known.parsed(str(stored.request["text"])), popularity=stored.request.get("popularity")
        )
        picks = [
            Pick(
                rank=pick.position,
                track=cards[pick.track_id].track,
                score=pick.score,
                reasons=pick.reasons,
                description=cards[pick.track_id].note,
                verified=pick.verified,
                unverified=pick.unverified,
            )
            for pick in stored.picks
            if pick.track_id in cards
        ]
        return Answer(
            id=stored.id,
            request=request,
            picks=tuple(picks),
            messages=stored.messages,
            seconds=stored.seconds,
            parent_id=stored.parent_id,
        )

    def _keep(self, answer: Answer, options: AskOptions, in_use: InUse) -> int:
        embedder = self.known.embedder()
        return self._store.answers.save(
            request=plain(answer.request),
            picks=answer.picks,
            seconds=answer.seconds,
            messages=answer.messages,
            versions={
                "fusion": in_use.fusion.name,
                "vocabulary": in_use.priors.name,
                "embedder": embedder.model if embedder else "",
                "request_map": in_use.request_map.name,
            },
            context=plain(answer.request.context),
            parent_id=options.after,
            listener=options.listener,
        )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """One search: what was asked, with all that was carried over, and what it found."""

    request: Request
    candidates: Candidates
    conditions: tuple[Condition, ...]
    seed_tracks: Mapping[int, Ids]

    def fit(self, ids: Ids) -> Vector:
        """How much of what was asked of the facts each of these candidates has, 0 to 1."""
        found = self.candidates
        if "facts" not in found.channels:
            return np.zeros(len(ids), dtype=np.float32)
        scores = np.nan_to_num(found.scores[:, found.channels.index("facts")])
        return np.asarray(scores[np.searchsorted(found.ids, ids)], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What was found for an answer, by one search for its words, or by one for each taste.

    ``conditions`` are those that the answer itself has to keep; ``whose`` tells tastes' tracks apart.
    """

    ranking: Ranking
    searches: tuple[_Search, ...]
    conditions: tuple[Condition, ...]
    whose: Mapping[int, int] = field(default_factory=dict)

    def search_of(self, track_id: int) -> _Search:
        """The search that the track was taken from."""
        return self.searches[self.whose.get(track_id, 0)]
