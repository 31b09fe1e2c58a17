"""What a turn of learning starts from: judged answers, what was found for each, how well it is ordered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.embed import RequestMap
from linernotes.errors import InputError
from linernotes.learn.fixed import FixedRequests, shipped_requests
from linernotes.learn.gate import Canary, Measure
from linernotes.learn.judged import Cleaned, Judged, Parted, cleaned, judged, parted
from linernotes.library import AskOptions, InUse, Library
from linernotes.models import listener_mark
from linernotes.rank import Fusion, relevance
from linernotes.rank.calibrate import TAIL
from linernotes.types import Answer, Candidates, Conversation, Ids

MOST_ANSWERS: Final = 2000
"""The latest answers that a turn looks at; older ones tell of another library and other tastes."""
KEPT: Final = 120
"""Candidates of an answer beside those that were shown: enough to see who else would come to stand on top."""
SHOWN: Final = 20
"""Places that are measured."""
NOBODY: Final = "canary\n"
"""A listener that nobody can be: no name has a line break."""

CANARIES: Final = (
    "calm piano music without vocals",
    "upbeat pop songs with catchy melodies",
    "sad songs, no electric guitar",
    "something for running, fast and loud",
    "songs from the 80s",
    "songs before 1990, nothing instrumental",
    "relaxing music for a rainy evening",
    "aggressive metal, but no growling",
    "happy songs under 4 minutes",
    "jazz with saxophone",
    "acoustic folk, sung by a woman",
    "electronic music to work to, no vocals",
    "deep cuts, nothing mainstream",
    "dance music over 120 bpm",
    "dreamy and slow",
    "classical music, no piano",
    "hip hop with a laid-back beat",
    "romantic songs for two",
    "rock, but not live",
    "music for falling asleep, no drums",
)
"""Requests of all kinds whose answers are compared before and after, whatever anybody reacted to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request, the answer that was judged, if any, and the candidates found for it, in the order of ids."""

    text: str
    judged: Judged | None
    candidates: Candidates
    tail: NDArray[np.bool_]

    def rows(self, track_ids: Sequence[int]) -> NDArray[np.intp]:
        """The row of each of these tracks among the candidates; -1 for what is found no more."""
        wanted = np.array(track_ids, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.candidates.ids, wanted), max(len(self.candidates.ids) - 1, 0))
        if not len(self.candidates.ids):
            return np.full(len(wanted), -1, dtype=np.intp)
        return np.where(self.candidates.ids[rows] == wanted, rows, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What was found for an answer, and the ids of it in some order, best first."""

    seen: Seen
    ids: Ids


Order = Callable[[Seen], Ordered]
"""A way to order what was found for an answer, or to find other tracks for it."""


class Experience:
    """The answers of a library with the reactions to them, read once for a turn."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._seen: dict[int, Seen] = {}

    @cached_property
    def cleaned(self) -> Cleaned:
        """All judged answers but for suspicious reactions."""
        return cleaned(self._read[0])

    @cached_property
    def _read(self) -> tuple[tuple[Judged, ...], dict[int, str]]:
        """All judged answers, and by id the names of their listeners, some of whom may be forgotten soon."""
        answers = judged(self.library.store.reacted.answers(MOST_ANSWERS))
        return answers, self.library.store.listeners.named({one.listener_id for one in answers})

    def marks(self, listener_ids: Iterable[int]) -> list[str]:
        """What stands for these listeners on a card: no name is read from it, and ``forget`` finds it."""
        names = self._read[1]
        return sorted(listener_mark(names[one]) for one in set(listener_ids) & names.keys())

    @cached_property
    def parted(self) -> Parted:
        """What is trained on and what is held back."""
        return parted(self.cleaned.answers)

    @property
    def fixed(self) -> FixedRequests:
        """Our own requests, the same for every library."""
        return shipped_requests()

    @property
    def poisoned(self) -> float:
        """The share of suspicious reactions."""
        return self.cleaned.dropped / max(self.cleaned.reactions, 1)

    @cached_property
    def canaries(self) -> tuple[Seen, ...]:
        """The canary requests of which this library has anything."""
        found = ((text, self._found(text, Conversation())) for text in CANARIES)
        return tuple(self._part(text, None, one) for text, one in found if len(one.ids))

    def seen(self, answers: Sequence[Judged], *, until: float = np.inf) -> tuple[Seen, ...]:
        """What is found for these answers now, in their order; the latest first while there is time.

        ``until`` is a moment of ``time.monotonic``.
        """
        found: list[Seen] = []
        for answer in reversed(answers):
            if answer.id not in self._seen:
                if time.monotonic() > until:
                    break
                candidates = self._found(answer.text, self._conversation(answer))
                self._seen[answer.id] = self._part(answer.text, answer, candidates)
            found.append(self._seen[answer.id])
        return tuple(found[::-1])

    def turned(self, seen: Seen, request_map: RequestMap) -> Seen:
        """What is found for the same request where it is turned by this map."""
        conversation = self._conversation(seen.judged) if seen.judged else Conversation()
        return self._part(seen.text, seen.judged, self._found(seen.text, conversation, request_map))

    def _conversation(self, answer: Judged) -> Conversation:
        if answer.parent_id is None:
            return Conversation()
        return self.library.conversation(answer.parent_id)

    def _found(
        self, text: str, conversation: Conversation, request_map: RequestMap | None = None
    ) -> Candidates:
        try:
            return self.library.candidates(text, conversation, request_map)
        except InputError:  # what can no longer be asked teaches nothing
            return self.library.candidates("music", Conversation())

    def _part(self, text: str, answer: Judged | None, candidates: Candidates) -> Seen:
        """Of the candidates those that were shown, and those that stand first."""
        shown = answer.shown if answer is not None else ()
        ranking = relevance(candidates, self.library.in_use().fusion)
        kept = np.isin(candidates.ids, [*shown, *ranking.ids[:KEPT].tolist()])
        part = replace(
            candidates,
            ids=candidates.ids[kept],
            scores=candidates.scores[kept],
            ranks=candidates.ranks[kept],
            verified=candidates.verified[kept],
            traits={name: values[kept] for name, values in candidates.traits.items()},
        )
        popularity = part.traits.get("popularity", np.full(len(part.ids), np.nan))
        known = [None if np.isnan(one) else float(one) for one in popularity]
        tail = self.library.popularity_groups(known) == TAIL
        return Seen(text=text, judged=answer, candidates=part, tail=tail)


def by_fusion(fusion: Fusion) -> Order:
    """The order of a fusion alone."""
    return lambda seen: Ordered(seen=seen, ids=relevance(seen.candidates, fusion).ids)


# --- how well it was ordered


def measured(
    seen: Sequence[Seen], canaries: Sequence[Seen], *, candidate: Order, current: Order, shipped: Order
) -> tuple[Measure, tuple[Measure, ...]]:
    """The target measure, nDCG@20, and those that must not fall: the first liked one, the tail's share."""
    orders = (candidate, current, shipped)
    lists = [[order(one) for one in seen] for order in orders]
    ndcg, first = ([tuple(map(measure, own)) for own in lists] for measure in (_ndcg, _first_liked))
    tails = [
        tuple(tail_share(one) for one in (*own, *map(order, canaries)))
        for own, order in zip(lists, orders, strict=True)
    ]
    return _measure("nDCG@20 on later answers", ndcg), (
        _measure("1 / place of the first liked", first),
        _measure("share of the long tail", tails),
    )


def _measure(name: str, values: Sequence[tuple[float, ...]]) -> Measure:
    candidate, current, shipped = values
    return Measure(name=name, candidate=candidate, current=current, shipped=shipped)


def tail_share(ordered: Ordered) -> float:
    """How many of the first places little known tracks have, 0 to 1."""
    rows = ordered.seen.rows(ordered.ids[:SHOWN].tolist())
    return float(ordered.seen.tail[rows].mean()) if len(rows) else 0.0


def _places(ordered: Ordered) -> Iterator[tuple[int, float]]:
    """The place, from 1, that each liked track of what was shown has among it, and how much it is liked."""
    judged = ordered.seen.judged
    assert judged is not None
    shown = set(judged.shown)
    order = [track_id for track_id in ordered.ids.tolist() if track_id in shown]
    lost = [track_id for track_id in judged.shown if track_id not in order]
    for place, track_id in enumerate((*order, *lost), start=1):
        value = judged.values.get(track_id, 0.0)
        if value > 0:
            yield place, value


def _ndcg(ordered: Ordered) -> float:
    """Normalised discounted cumulative gain of the first 20 (Järvelin and Kekäläinen, TOIS 2002).

    Right is what was liked, and what was not touched is wrong: so it never speaks against an order that it
    stood on top, and what is promoted is better in spite of that.
    """
    liked = list(_places(ordered))
    gained = sum(value / np.log2(place + 1) for place, value in liked if place <= SHOWN)
    best = sorted((value for _, value in liked), reverse=True)[:SHOWN]
    return float(gained / sum(value / np.log2(place + 1) for place, value in enumerate(best, start=1)))


def _first_liked(ordered: Ordered) -> float:
    return 1 / min(place for place, _ in _places(ordered))


def mean_overlap(canaries: Sequence[Canary]) -> float:
    """How much of the answers stays."""
    return float(np.mean([one.overlap for one in canaries]))


def canary_songs(library: Library, in_use: InUse, listener: str | None = None) -> tuple[frozenset[int], ...]:
    """The first songs of the answer to each canary request."""
    return tuple(_songs(answer) for answer in _rehearsed(library, in_use, listener))


def canary_answers(
    library: Library, candidate: InUse, before: Sequence[frozenset[int]], listener: str | None = None
) -> tuple[Canary, ...]:
    """The answers to the canary requests with the candidate beside the songs that were in them before."""
    return tuple(
        Canary(
            request=request,
            overlap=len(old & _songs(new)) / len(old) if old else 1.0,
            broken=library.breaks_promise(new),
        )
        for request, new, old in zip(CANARIES, _rehearsed(library, candidate, listener), before, strict=True)
    )


def _rehearsed(library: Library, in_use: InUse, listener: str | None) -> Iterator[Answer]:
    options = AskOptions(n=SHOWN, listener=listener, exploration=0.0)
    return (library.rehearsed(request, in_use, options) for request in CANARIES)


def _songs(answer: Answer) -> frozenset[int]:
    return frozenset(pick.track.id for pick in answer.picks)
