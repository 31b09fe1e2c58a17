"""A request turned to those who listen: what they said and like, their words, and what they just heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.explain import Personal
from linernotes.library.listening import VOTE, Listening, situation_of, words_of
from linernotes.listener import NOBODY, Priors, Profile, Rows, comprised
from linernotes.rank import (
    KnownTracks,
    Ranking,
    calibrate,
    explore,
    for_company,
    left_out,
    mix_of,
    others,
    own_words,
    rested,
    taste,
)
from linernotes.rank.calibrate import HEAD, MIDDLE, TAIL
from linernotes.retrieve import required_artists, required_tracks
from linernotes.store import Store
from linernotes.types import Ids, Request, Seed, Vector

MOST_TASTES: Final = 4
"""Tastes that an answer serves, the largest."""
TELLING: Final = 20
"""Tracks of a taste that others are to be like."""
SAID: Final = 3.0
"""A sentence of liking counts like so many liked tracks."""
FEWEST: Final = 3
"""Events without which nothing is explored: there is no taste yet to go beyond."""
_BOLDEST, _SHYEST = 2.0, 0.2
Mix = NDArray[np.float64]
_Judged = tuple[float, float, int]
"""Liking, doubt, and the liked track that speaks for it; see Judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteRequest:
    """What one taste asks for, and its share of the answer."""

    request: Request
    share: float


class People:
    """Those who listen to one answer; the first one asks."""

    def __init__(self, listening: Listening, store: Store, names: Sequence[str], priors: Priors) -> None:
        """``priors`` are what words mean to most."""
        self._listening = listening
        self._store = store
        self.profiles: tuple[Profile, ...] = tuple(listening.profile(name, priors) for name in names)
        self._judged: dict[str, dict[int, _Judged]] = {name: {} for name in names}

    # --- before anything is searched

    def standing(self, request: Request, earlier: Sequence[Request] = ()) -> Request:
        """The request with what its listeners said they never want, but for what was asked for itself.

        ``earlier`` are the requests before it in the conversation.
        """
        asked = (request, *earlier)
        wanted = {(want.family, want.name) for one in asked for want in one.wants}
        seeds = {seed.name for one in asked for seed in one.seeds}
        kept = [
            avoid
            for profile in self.profiles
            for avoid in profile.said.avoids
            if avoid.name not in seeds and not wanted & comprised(avoid)
        ]
        own = [text for profile in self.profiles for text in profile.said.own_avoids]
        return replace(
            request,
            avoids=tuple(dict.fromkeys((*request.avoids, *kept))),
            unread_avoids=tuple(dict.fromkeys((*request.unread_avoids, *own))),
        )

    def taste_requests(self, request: Request) -> tuple[TasteRequest, ...]:
        """What each taste of the listeners asks for where the request leaves it open; () without any.

        Each listener's largest taste is among them, then each one's second, up to MOST_TASTES in all.
        """
        own = [sorted(self._tastes_of(one, request), key=lambda taste: -taste.share) for one in self.profiles]
        in_turn = [one for turn in zip_longest(*own) for one in turn if one is not None]
        found = in_turn[: max(MOST_TASTES, sum(bool(one) for one in own))]
        total = sum(one.share for one in found)
        return tuple(replace(one, share=one.share / total) for one in found)

    def _tastes_of(self, profile: Profile, request: Request) -> Iterator[TasteRequest]:
        liked = 0.0 if profile.affinity is None else float(np.maximum(profile.affinity.values, 0.0).sum())
        weights = [
            *(
                (self._liking(one.track_ids, request), one.share * liked)
                for one in self._listening.tastes(profile)
            ),
            *((self._saying(one, request), SAID) for one in profile.said.likes),
        ]
        total = sum(weight for _, weight in weights)
        for one, weight in weights:
            yield TasteRequest(request=one, share=weight / total)

    def _liking(self, track_ids: Sequence[int], request: Request) -> Request:
        telling = tuple(track_ids[:TELLING])
        titles = self._store.catalogue.tracks(telling[:1])
        name = titles[telling[0]].title if telling[0] in titles else ""
        seed = Seed(kind="track", relation="like", name=name, text="", track_ids=telling)
        return replace(request, text="", rest="", seeds=(seed,), echoes=())

    @staticmethod
    def _saying(said: Request, request: Request) -> Request:
        return replace(
            said,
            avoids=request.avoids,
            unread_avoids=request.unread_avoids,
            unknown_avoids=request.unknown_avoids,
            limits=request.limits,
            context=request.context,
            popularity=request.popularity if request.popularity is not None else said.popularity,
            order=request.order,
        )

    # --- after something was found

    def without_known(self, ranking: Ranking, *, tracks: KnownTracks) -> Ranking:
        """The ranking without what these listeners are known to like: they asked for something else."""
        liked = frozenset[int]().union(*(profile.liked_ids for profile in self.profiles))
        return left_out(ranking, liked, (), tracks=tracks)

    def turned(self, ranking: Ranking, request: Request, *, tracks: KnownTracks) -> Ranking:
        """The ranking for these listeners."""
        words = words_of(request).keys()
        if not any(profile.events or words & profile.words.keys() for profile in self.profiles):
            return ranking
        named = bool(required_artists(request) or required_tracks(request))
        for profile in self.profiles:
            left = frozenset[int]() if named else profile.left_artists
            songs = profile.dropped_songs
            ranking = left_out(ranking, profile.dropped_ids, left, tracks=tracks, songs=songs)
        rows = self._listening.rows(ranking.ids.tolist())
        if len(self.profiles) == 1:
            return self._for_one(self.profiles[0], ranking, request, rows)
        own = [self._for_one(profile, ranking, request, rows) for profile in self.profiles]
        scores = [_in_order(ranking.ids, one.ids, one.scores) for one in own]
        return for_company(ranking, np.stack(scores)) if len(ranking) else ranking

    def _for_one(self, profile: Profile, ranking: Ranking, request: Request, rows: Rows) -> Ranking:
        changes = {
            taste: self._liking_of(profile, request, rows),
            others: self._listening.company.liking(profile.listener, rows.ids),
            own_words: _meant(profile, request, rows),
            rested: self._listening.rest(profile.listener, rows.ids),
        }
        for step, values in changes.items():
            if values.any():
                ranking = step(ranking, _in_order(ranking.ids, rows.ids, values))
        return ranking

    def calibrated(self, ranking: Ranking, *, n: int, tracks: KnownTracks) -> Ranking:
        """The ranking with a mix of the well known and the little known nearer to that of who asks."""
        profile = self.profiles[0] if len(self.profiles) == 1 else None
        if profile is None or (len(profile.popular) < FEWEST and not profile.popularity_votes):
            return ranking
        known = [tracks[one].popularity if one in tracks else None for one in ranking.ids.tolist()]
        groups = self._listening.groups(known)
        liked = self._listening.groups(profile.popular) if len(profile.popular) >= FEWEST else groups[:n]
        return calibrate(ranking, groups, _voted(mix_of(liked), profile.popularity_votes), n=n)

    def _liking_of(self, profile: Profile, request: Request, rows: Rows) -> Vector:
        """How much the listener likes each track in the situation of the request; remembered for later."""
        felt = self._listening.affinity(profile, situation_of(words_of(request)))
        if felt is None:
            return np.zeros(len(rows), dtype=np.float32)
        found = felt.of(rows)
        columns = (found.liking.tolist(), found.doubt.tolist(), found.closest.tolist())
        self._judged[profile.listener].update(zip(rows.ids.tolist(), zip(*columns, strict=True), strict=True))
        return found.liking

    def explored(self, ranking: Ranking, *, n: int, budget: float) -> Ranking:
        """The ranking with some places for what is little known of the one who asks; see ``explore``."""
        profile = self.profiles[0] if self.profiles else None
        if profile is None or profile.affinity is None or profile.events < FEWEST or budget <= 0:
            return ranking
        judged = self._judged[profile.listener]
        known = frozenset(profile.affinity.rows.ids.tolist())
        hopes = [
            sum(judged[track_id][:2]) if track_id in judged and track_id not in known else -np.inf
            for track_id in ranking.ids.tolist()
        ]
        hope = np.array(hopes, dtype=np.float32)
        return explore(ranking, hope, n=n, share=budget * _boldness(profile))

    def told(self, requests: Mapping[int, Request]) -> dict[int, Personal]:
        """What can be said about those who listen of each of these tracks, found for these requests."""
        words = {id(request): tuple(self._meanings(request)) for request in requests.values()}
        likes: dict[int, tuple[str, int]] = {}
        for track_id in requests:
            known = {name: own[track_id] for name, own in self._judged.items() if track_id in own}
            most = max(known, key=lambda name: known[name][0], default="")
            speaks = most and known[most][0] > 0 and known[most][2] != track_id
            likes[track_id] = (most, known[most][2] if speaks else NOBODY)
        titles = self._store.catalogue.tracks({one for _, one in likes.values() if one != NOBODY})
        several = len(self.profiles) > 1
        return {
            track_id: Personal(
                closest=titles[one].title if one in titles else "",
                closest_id=one if one in titles else None,
                words=words[id(requests[track_id])],
                who=who if several else "",
            )
            for track_id, (who, one) in likes.items()
            if words[id(requests[track_id])] or one in titles
        }

    def _meanings(self, request: Request) -> Iterator[tuple[str, str, float]]:
        """The words of the request that surely mean something else to the one who asks."""
        asked = words_of(request)
        for word, meaning in self.profiles[0].words.items() if self.profiles else ():
            if word in asked and meaning.shifts and meaning.shifts[0].sure:
                yield asked[word], meaning.shifts[0].field, meaning.shifts[0].shift


def _voted(mix: Mix, votes: float) -> Mix:
    """The mix after "too mainstream": so much less of the head, and more of the tail, or the other way."""
    less, more = (HEAD, TAIL) if votes < 0 else (TAIL, HEAD)
    moved = mix.copy()
    left = VOTE * abs(votes)
    for group in (less, MIDDLE):
        part = min(left, float(moved[group]))
        moved[group] -= part
        moved[more] += part
        left -= part
    return moved


def _meant(profile: Profile, request: Request, rows: Rows) -> Vector:
    """How well each track fits what the request's words mean to the listener."""
    fit = np.zeros(len(rows), dtype=np.float32)
    for word in words_of(request) if profile.words else ():
        if word in profile.words:
            fit += profile.words[word].change(rows.numbers)
    return fit


def _boldness(profile: Profile) -> float:
    """How much more or less is explored than was budgeted: what came of it before decides."""
    good, bad = profile.explored
    return float(np.clip(2 * (good + 1) / (good + bad + 2), _SHYEST, _BOLDEST))


def _in_order(ids: Ids, known: Ids, values: Vector, *, missing: float = 0.0) -> Vector:
    """The values in the order of ``ids``."""
    value_of: Mapping[int, float] = dict(zip(known.tolist(), values.tolist(), strict=True))
    return np.array([value_of.get(track_id, missing) for track_id in ids.tolist()], dtype=np.float32)
