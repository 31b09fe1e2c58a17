"""From a request to the tracks that may answer it, with one score for each way in which they were found.

The ways ("channels") know nothing of each other: the request's words (``lexical``) and its meaning
(``dense``), what it asks of the facts (``facts``), likeness to the names in it by sound (``audio``), notes
(``seed_text``) and facts (``seed_facts``), and the named artist's own tracks (``by``). ``browse`` looks
around in what keeps the conditions when nothing else was asked for. Each can be switched off.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from linernotes.retrieve.conditions import conditions_of, required_artists, required_tracks, unkept
from linernotes.retrieve.field import Field
from linernotes.retrieve.seeds import likeness_groups, near_sound, near_text, shared_traits
from linernotes.retrieve.wishes import shares, wishes_of
from linernotes.retrieve.words import is_understood, lexical_query, searched_text
from linernotes.types import Candidates, Condition, Hits, Ids, Request, Selection, Vector

if TYPE_CHECKING:
    from linernotes.embed import Embedder
    from linernotes.index import Index

__all__ = [
    "CHANNELS",
    "conditions_of",
    "is_understood",
    "required_artists",
    "required_tracks",
    "retrieve",
    "unkept",
]

CHANNELS: Final = ("lexical", "facts", "audio", "seed_text", "seed_facts", "by", "dense", "browse")

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
) -> Candidates:
    """The tracks that may answer, up to ``depth`` from each channel; none that is known to break a promise.

    ``seed_tracks`` are the tracks of the artists named in the request, by artist. ``channels`` restricts
    the ways of finding (all of ``CHANNELS``); without an embedder the request's meaning is left out.
    ``conditions`` are those of ``conditions_of``, where the caller has them already. Candidates are in the
    order of their ids.
    """
    text = searched_text(request) if embedder is not None and _is_on("dense", channels) else ""
    meaning = _BACKGROUND.submit(embedder.embed, [text]) if embedder is not None and text else None
    time.sleep(0)  # lets the other thread take the interpreter's lock now, not at the next pause
    if conditions is None:
        conditions = conditions_of(request, known_values=index.values)
    selection = index.select(conditions)
    allowed = _allowed(request, selection, index)
    search = _Search(
        request=request,
        index=index,
        meaning=meaning,
        depth=depth,
        allowed=allowed,
        field=Field(index.ids() if allowed is None else allowed),
        groups=likeness_groups(request, seed_tracks),
    )
    active = [name for name in CHANNELS if _is_on(name, channels)]
    found = {name: search.found_by(name) for name in active if name != "browse"}
    if "browse" in active and not any(len(hits.ids) for hits in found.values()):
        found = {"browse": search.found_by("browse")}
    return _joined({name: hits for name, hits in found.items() if len(hits.ids)}, selection.unverified)


def _is_on(name: str, channels: frozenset[str] | None) -> bool:
    return channels is None or name in channels


def _allowed(request: Request, selection: Selection, index: Index) -> Ids | None:
    """The sorted ids that may be found: verified or not, and of the named artist where that was asked for."""
    allowed = None
    if selection.verified is not None:
        allowed = np.sort(np.concatenate([selection.verified, selection.unverified]))
    artists, tracks = required_artists(request), required_tracks(request)
    if artists or tracks:
        own = [np.array(tracks, dtype=np.int64), *index.find("artist_ids", artists).values()]
        required = np.intersect1d(np.concatenate(own), index.ids())
        allowed = required if allowed is None else np.intersect1d(allowed, required)
    if any(limit.name == "total_minutes" for limit in request.limits):
        timed = index.number_between("duration_s", 1.0, None)
        timed = timed if allowed is None else np.intersect1d(allowed, timed)
        allowed = timed if len(timed) else allowed  # only what has a length can fill the minutes
    copies = _other_recordings(request, index)
    if len(copies):
        allowed = np.setdiff1d(index.ids() if allowed is None else allowed, copies)
    return allowed


def _other_recordings(request: Request, index: Index) -> Ids:
    """All recordings of the songs that are to be resembled: a song is not like itself."""
    seeds = [seed for seed in request.seeds if seed.relation == "like" and seed.kind == "track"]
    named = index.tracks(track for seed in seeds for track in seed.track_ids)
    songs = {track.song_key for track in named.values() if track.song_key}
    found = index.find("song_key", songs).values() if songs else ()
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """A request on its way through the channels.

    ``groups`` are the tracks of each name to resemble; ``meaning`` is the request's vector ``(1, d)``, which
    is made in a thread of its own while the other channels are searched.
    """

    request: Request
    index: Index
    meaning: Future[Vector] | None
    depth: int
    allowed: Ids | None
    field: Field
    groups: tuple[Ids, ...]

    def found_by(self, channel: str) -> Hits:
        """What one channel finds, best first; nothing where it has nothing to go by."""
        find: Callable[[], Hits] = getattr(self, f"_{channel}")
        return find()

    def _lexical(self) -> Hits:
        return self.index.search_text(lexical_query(self.request), self.depth, self.allowed)

    def _dense(self) -> Hits:
        if self.meaning is None:
            return _NOTHING
        return self.index.search_vector("text", self.meaning.result()[0], self.depth, self.allowed)

    def _facts(self) -> Hits:
        wishes = wishes_of(self.request)
        return self.field.best(shares(wishes, self.index, self.field), self.depth) if wishes else _NOTHING

    def _audio(self) -> Hits:
        return near_sound(self.index, self.groups, self.depth, self.allowed)

    def _seed_text(self) -> Hits:
        return near_text(self.index, self.groups, self.depth, self.allowed)

    def _seed_facts(self) -> Hits:
        if not self.groups:
            return _NOTHING
        return self.field.best(shared_traits(self.index, self.groups, self.field), self.depth)

    def _by(self) -> Hits:
        if not required_artists(self.request) and not required_tracks(self.request):
            return _NOTHING
        return self.field.best(self.field.zeros() + 1, self.depth)

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


_NOTHING = Hits(ids=np.zeros(0, dtype=np.int64), scores=np.zeros(0, dtype=np.float32))


def _joined(found: Mapping[str, Hits], unverified: Ids) -> Candidates:
    """What the channels found, side by side; tracks of equal score share the better rank."""
    ids = np.unique(np.concatenate([_NOTHING.ids, *(hits.ids for hits in found.values())]))
    scores = np.full((len(ids), len(found)), np.nan, dtype=np.float32)
    ranks = np.full((len(ids), len(found)), np.nan, dtype=np.float32)
    for column, hits in enumerate(found.values()):
        rows = np.searchsorted(ids, hits.ids)
        scores[rows, column] = hits.scores
        ranks[rows, column] = 1 + np.searchsorted(-hits.scores, -hits.scores, side="left")
    return Candidates(
        ids=ids,
        channels=tuple(found),
        scores=scores,
        ranks=ranks,
        verified=~np.isin(ids, unverified),
    )
