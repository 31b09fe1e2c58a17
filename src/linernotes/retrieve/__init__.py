"""From a request to the tracks that may answer it, with one score for each way in which they were found.

The ways ("channels") know nothing of each other: the request's words (``lexical``) and its meaning
(``dense``), what it asks of the facts (``facts``) and of what they imply (``implied``), likeness to the
names in it by sound (``audio``), notes (``seed_text``) and facts (``seed_facts``), and the named artist's
own tracks (``by``); what was liked before in the conversation is resembled like a name. The conversation's
words and the names of what was liked (``history``), the artists of what was liked or is loved
(``liked_artists``). What others liked who asked the like (``sessions``) or liked the same (``together``),
and further tracks of those artists (``session_artists``, ``together_artists``). ``browse`` looks around in
what keeps the conditions when nothing else was asked for. Each can be switched off.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from linernotes.embed import NO_MAP, RequestMap
from linernotes.retrieve.comparing import compared
from linernotes.retrieve.conditions import (
    conditions_of,
    own_exclusions,
    required_artists,
    required_tracks,
    unkept,
)
from linernotes.retrieve.conversation import (
    by_liked_artists,
    conversation_words,
    liked_ids,
    other_recordings,
)
from linernotes.retrieve.echoes import echoed
from linernotes.retrieve.field import Field
from linernotes.retrieve.implied import Implied
from linernotes.retrieve.own_words import OwnWords
from linernotes.retrieve.seeds import likeness_groups, near_sound, near_text, shared_traits
from linernotes.retrieve.sessions import Session, Sessions
from linernotes.retrieve.traits import Traits, asked_of
from linernotes.retrieve.wishes import Wish, shares, wishes_of
from linernotes.retrieve.words import (
    is_understood,
    leaves_it_open,
    lexical_query,
    says_something,
    searched_text,
)
from linernotes.types import Candidates, Condition, Conversation, Hits, Ids, Request, Selection, Vector
from linernotes.words import fold

if TYPE_CHECKING:
    from linernotes.embed import Embedder
    from linernotes.index import Index

__all__ = [
    "CHANNELS",
    "Implied",
    "OwnWords",
    "Session",
    "Sessions",
    "Traits",
    "compared",
    "conditions_of",
    "is_understood",
    "leaves_it_open",
    "likeness_groups",
    "named_tracks",
    "own_exclusions",
    "required_artists",
    "required_tracks",
    "retrieve",
    "searched_text",
    "unkept",
]

CHANNELS: Final = (
    *("lexical", "history", "facts", "implied", "echoes", "audio", "seed_text", "seed_facts"),
    *("by", "liked_artists"),
    *("together", "together_artists", "dense", "sessions", "session_artists", "browse"),
)
"""Those that need a vector of what was said stand last: it is made while the others are searched."""

GRADED: Final = 5
"""How much deeper a channel looks than it finds: what others found has its score there, too."""
MOST_SAID: Final = 5
"""Sentences of a conversation whose meaning is looked at, the latest."""
_T = TypeVar("_T")
_NO_CONVERSATION = Conversation()
_NO_SESSIONS = Sessions(())
_UNKNOWN_FAME = 0.5
_BACKGROUND: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="embed")
"""For the request's vector: the model computes outside the interpreter's lock, the other channels inside."""


def retrieve(
    request: Request,
    *,
    index: Index,
    embedder: Embedder | None,
    seed_tracks: Mapping[int, Ids],
    depth: int = 200,
    channels: frozenset[str] | None = None,
    conditions: tuple[Condition, ...] | None = None,
    conversation: Conversation = _NO_CONVERSATION,
    sessions: Sessions = _NO_SESSIONS,
    implied: Implied | None = None,
    own_words: OwnWords | None = None,
    traits: Traits | None = None,
    request_map: RequestMap = NO_MAP,
) -> Candidates:
    """The tracks that may answer, up to ``depth`` from each channel; none that is known to break a promise.

    Each has the scores and ranks that channels give it up to ``GRADED`` times that depth.

    ``seed_tracks`` are the tracks of the artists named in the request, by artist. ``channels`` restricts
    the ways of finding (all of ``CHANNELS``); without an embedder the request's meaning is left out,
    without ``implied`` what the library's facts imply; that meaning is turned by ``request_map`` where it is
    the embedder's. ``conditions`` are those of ``conditions_of``, where
    the caller has them already. What was liked or disliked in the conversation is not found again. With
    ``traits`` they have what a fusion that was learned reads. Candidates are in the order of their ids.
    """
    text = searched_text(request) if _is_on("dense", channels) else ""
    own = text or fold(request.text)
    said = (*conversation.requests, own)[-MOST_SAID:] if len(sessions) else ()
    meaning = None
    if embedder is not None:
        meaning = _in_background(lambda: _Meaning.of(embedder, text, said, sessions, request_map))
    if conditions is None:
        conditions = conditions_of(request, known_values=index.values)
    selection = index.select(conditions)
    allowed = _allowed(request, conversation, selection, index)
    search = _Search(
        request=request,
        index=index,
        meaning=meaning,
        depth=GRADED * depth,
        allowed=allowed,
        field=Field(index.ids() if allowed is None else allowed),
        groups=likeness_groups(request, seed_tracks, liked_ids(conversation)),
        conversation=conversation,
        sessions=sessions,
        implied=implied,
        wishes=_wishes(request, own_words),
    )
    active = [name for name in CHANNELS if _is_on(name, channels)]
    found = {name: search.found_by(name) for name in active if name != "browse"}
    if "browse" in active and not any(len(hits.ids) for hits in found.values()):
        found = {"browse": search.found_by("browse")}
    joined = _joined(
        {name: hits for name, hits in found.items() if len(hits.ids)}, depth, selection.unverified
    )
    if traits is None:
        return joined
    return replace(joined, traits=traits.of(joined.ids), asked=asked_of(request, conversation))


def _wishes(request: Request, own_words: OwnWords | None) -> tuple[Wish, ...]:
    """What rules read and what the library's own words add to it, each once."""
    stated = wishes_of(request)
    known = {wish.value for wish in stated}
    added = own_words.wishes(request) if own_words else ()
    return (*stated, *(wish for wish in added if wish.value not in known))


def _is_on(name: str, channels: frozenset[str] | None) -> bool:
    return channels is None or name in channels


def _allowed(request: Request, conversation: Conversation, selection: Selection, index: Index) -> Ids | None:
    """The sorted ids that may be found: verified or not, and of the named artist where that was asked for.

    In a conversation a name is a wish among others: what was asked before still counts.
    """
    allowed = None
    if selection.verified is not None:
        allowed = np.sort(np.concatenate([selection.verified, selection.unverified]))
    named = bool(required_artists(request) or required_tracks(request))
    if named and not conversation.requests:
        required = np.intersect1d(named_tracks(request, index), index.ids())
        allowed = required if allowed is None else np.intersect1d(allowed, required)
    if any(limit.name == "total_minutes" for limit in request.limits):
        timed = index.number_between("duration_s", 1.0, None)
        timed = timed if allowed is None else np.intersect1d(allowed, timed)
        allowed = timed if len(timed) else allowed  # only what has a length can fill the minutes
    known = _known(request, conversation, index)
    if len(known):
        allowed = np.setdiff1d(index.ids() if allowed is None else allowed, known)
    return allowed


def named_tracks(request: Request, index: Index) -> Ids:
    """The tracks whose title or artist is asked for ("by X"), rising."""
    artists = index.find("artist_ids", required_artists(request)).values()
    return np.unique(np.concatenate([np.array(required_tracks(request), dtype=np.int64), *artists]))


def _known(request: Request, conversation: Conversation, index: Index) -> Ids:
    """All recordings of what the listener knows: a song is not like itself, and needs no second pick."""
    likes = [seed for seed in request.seeds if seed.relation == "like" and not seed.welcome]
    seeds = [seed for seed in likes if seed.kind == "track"]
    resembled = other_recordings(tuple(track for seed in seeds for track in seed.track_ids), index)
    seen = (*conversation.liked, *conversation.disliked)
    if not says_something(request.text):  # "more of that"
        seen = (*seen, *conversation.shown)
    return np.union1d(resembled, other_recordings(seen, index))


def _in_background(work: Callable[[], _T]) -> Future[_T]:
    future = _BACKGROUND.submit(work)
    time.sleep(0)  # lets the other thread take the interpreter's lock now, not at the next pause
    return future


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """The vector ``(d,)`` of what is searched for, None where it is nothing.

    ``neighbours`` is how much each session counts for what was said.
    """

    text: Vector | None
    neighbours: Vector

    @classmethod
    def of(
        cls,
        embedder: Embedder,
        text: str,
        said: tuple[str, ...],
        sessions: Sessions,
        request_map: RequestMap,
    ) -> _Meaning:
        """In one go: a model reads a few texts hardly slower than one.

        Sessions are compared by what was said itself, as it was kept of them.
        """
        texts = [one for one in dict.fromkeys([text, *said]) if one]
        vectors = dict(zip(texts, embedder.embed(texts), strict=True))
        spoken = [vectors[one] for one in said if one]
        nothing = np.zeros((0, embedder.dimensions), dtype=np.float32)
        own = vectors.get(text)
        if own is not None and request_map.model == embedder.model:
            own = request_map.turned(own[None])[0]
        return cls(text=own, neighbours=sessions.like(np.stack(spoken) if spoken else nothing))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """A request on its way through the channels.

    ``groups`` are the tracks of each name to resemble; ``meaning`` is made in a thread of its own while the
    other channels are searched.
    """

    request: Request
    index: Index
    meaning: Future[_Meaning] | None
    depth: int
    allowed: Ids | None
    field: Field
    groups: tuple[Ids, ...]
    conversation: Conversation
    sessions: Sessions
    implied: Implied | None
    wishes: tuple[Wish, ...]

    def found_by(self, channel: str) -> Hits:
        """What one channel finds, best first; nothing where it has nothing to go by."""
        find: Callable[[], Hits] = getattr(self, f"_{channel}")
        return find()

    def _lexical(self) -> Hits:
        if self.conversation.requests and not says_something(self.request.text):
            return _NOTHING
        return self.index.search_text(lexical_query(self.request), self.depth, self.allowed)

    def _dense(self) -> Hits:
        vector = self.meaning.result().text if self.meaning is not None else None
        if vector is None:
            return _NOTHING
        return self.index.search_vector("text", vector, self.depth, self.allowed)

    def _history(self) -> Hits:
        if self.conversation == _NO_CONVERSATION:
            return _NOTHING
        words = conversation_words(searched_text(self.request), self.conversation, self.index)
        return self.index.search_text(words, self.depth, self.allowed)

    def _liked_artists(self) -> Hits:
        loved = [artist for seed in self.request.seeds if seed.welcome for artist in seed.artist_ids]
        if not self.conversation.liked and not loved:
            return _NOTHING
        return self.field.best(by_liked_artists(self.conversation, loved, self.index, self.field), self.depth)

    def _sessions(self) -> Hits:
        return self._inside(self.sessions.tracks(self._neighbours()))

    def _session_artists(self) -> Hits:
        return self._graded(self.sessions.by_artists(self._neighbours(), self.index, self.field))

    def _together(self) -> Hits:
        liked = other_recordings(liked_ids(self.conversation), self.index)
        return self._inside(self.sessions.tracks(self.sessions.with_tracks(liked), rare=True))

    def _together_artists(self) -> Hits:
        liked = self.index.tracks(liked_ids(self.conversation)).values()
        artists = np.unique([artist for track in liked for artist in track.artist_ids]).astype(np.int64)
        near = self.sessions.with_artists(artists)
        return self._graded(self.sessions.by_artists(near, self.index, self.field, rare=True))

    def _neighbours(self) -> Vector:
        """How much each session counts for what was said."""
        if self.meaning is None:
            return self.sessions.like(np.zeros((0, 0), np.float32))
        return self.meaning.result().neighbours

    def _inside(self, hits: Hits) -> Hits:
        """The first hits that may be found."""
        rows = np.flatnonzero(np.isin(hits.ids, self.field.ids))[: self.depth]
        return Hits(ids=hits.ids[rows], scores=hits.scores[rows])

    def _graded(self, scores: Vector) -> Hits:
        """The tracks of the field with the largest scores above 0."""
        return self.field.best(scores, self.depth, _LEAST_GRADE)

    def _facts(self) -> Hits:
        if not self.wishes:
            return _NOTHING
        return self.field.best(shares(self.wishes, self.index, self.field), self.depth)

    def _implied(self) -> Hits:
        shares = self.implied.shares(self.wishes, self.index, self.field) if self.implied else None
        return _NOTHING if shares is None else self.field.best(shares, self.depth)

    def _echoes(self) -> Hits:
        return self._graded(echoed(self.request.echoes, self.index, self.field))

    def _audio(self) -> Hits:
        return near_sound(self.index, self.groups, self.depth, self.allowed)

    def _seed_text(self) -> Hits:
        return near_text(self.index, self.groups, self.depth, self.allowed)

    def _seed_facts(self) -> Hits:
        if not self.groups:
            return _NOTHING
        return self.field.best(shared_traits(self.index, self.groups, self.field), self.depth)

    def _by(self) -> Hits:
        own = named_tracks(self.request, self.index)
        if not len(own):
            return _NOTHING
        return self.field.best(self.field.mask(own).astype(np.float32), self.depth)

    def _browse(self) -> Hits:
        """All alike, or the known or unknown ones first, where that is all that was asked."""
        dial = self.request.popularity or 0.0
        fame = self.field.zeros() + np.float32(_UNKNOWN_FAME)
        if dial:
            every, known = Field(self.index.ids()), self.index.numbers("popularity")
            if len(every) == len(known):
                own = known[every.rows(self.field.ids)]
                fame = np.where(np.isnan(own), _UNKNOWN_FAME, own).astype(np.float32)
        return self.field.best(np.float32(0.5) + np.float32(dial) * (fame - np.float32(0.5)), self.depth, 0.0)


_LEAST_GRADE = 1e-6
_NOTHING = Hits(ids=np.zeros(0, dtype=np.int64), scores=np.zeros(0, dtype=np.float32))


def _joined(found: Mapping[str, Hits], depth: int, unverified: Ids) -> Candidates:
    """The first of each channel, with what all channels say of them; equal scores share the better rank."""
    ids = np.unique(np.concatenate([_NOTHING.ids, *(hits.ids[:depth] for hits in found.values())]))
    scores = np.full((len(ids), len(found)), np.nan, dtype=np.float32)
    ranks = np.full((len(ids), len(found)), np.nan, dtype=np.float32)
    for column, hits in enumerate(found.values()):
        all_ranks = 1 + np.searchsorted(-hits.scores, -hits.scores, side="left")
        rows = np.searchsorted(ids[:-1], hits.ids)
        here = ids[rows] == hits.ids
        scores[rows[here], column] = hits.scores[here]
        ranks[rows[here], column] = all_ranks[here]
    return Candidates(
        ids=ids,
        channels=tuple(found),
        scores=scores,
        ranks=ranks,
        verified=~np.isin(ids, unverified),
    )
