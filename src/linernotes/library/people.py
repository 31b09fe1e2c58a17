"""A request turned to those who listen: what they said and like, their words, and what they just heard."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.explain import Personal
from linernotes.library.listening import VOTE, Listening, situation_of, words_of
from linernotes.library.plain import plain
from linernotes.listener import NOBODY, Priors, Profile, Rows, Word
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
from linernotes.types import Avoid, Ids, Request, Seed, Vector
from linernotes.words import FIELD_BY_FAMILY, lexicon

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

    def standing(self, request: Request) -> Request:
        """The request with what its listeners said they never want, but for what it asks for itself."""
        wanted = {(want.family, want.name) for want in request.wants}
        seeds = {seed.name for seed in request.seeds}
        kept = [
            avoid
            for profile in self.profiles
            for avoid in profile.said.avoids
            if avoid.name not in seeds and not wanted & set(_comprised(avoid))
        ]
        return replace(request, avoids=tuple(dict.fromkeys((*request.avoids, *kept))))

    def taste_requests(self, request: Request) -> tuple[TasteRequest, ...]:
        """What each taste of the listeners asks for where the request leaves it open; () without any."""
        found: list[TasteRequest] = []
        for profile in self.profiles:
            found += self._tastes_of(profile, request)
        found = sorted(found, key=lambda one: -one.share)[:MOST_TASTES]
        total = sum(one.share for one in found)
        return tuple(replace(one, share=one.share / total) for one in found)

    def _tastes_of(self, profile: Profile, request: Request) -> Iterator[TasteRequest]:
        liked = 0.0 if profile.affinity is None else float(np.maximum(profile.affinity.values, 0.0).sum())
        weights = [
            *(
                (self._liking(one.track_ids, request), one.share * liked)
                for one in self._listening.tastes(profile.listener)
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
            limits=request.limits,
            popularity=request.popularity if request.popularity is not None else said.popularity,
            order=request.order,
        )

    # --- after something was found

    def turned(
        self, ranking: Ranking, request: Request, *, tracks: KnownTracks, discover: bool = False
    ) -> Ranking:
        """The ranking for these listeners; ``discover`` leaves out what they are known to like, too."""
        words = words_of(plain(request)).keys()
        if not any(_is_known(profile, words) for profile in self.profiles):
            return ranking
        for profile in self.profiles:
            named = bool(required_artists(request) or required_tracks(request))
            left = frozenset[int]() if named else profile.left_artists
            dropped = profile.dropped_ids | (_liked(profile) if discover else frozenset())
            ranking = left_out(ranking, dropped, left, tracks=tracks)
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
        felt = self._listening.affinity(profile, situation_of(words_of(plain(request))))
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
        known = self._judged[profile.listener]
        judged = (known.get(track_id) for track_id in ranking.ids.tolist())
        hope = np.array([-np.inf if one is None else one[0] + one[1] for one in judged], dtype=np.float32)
        return explore(ranking, hope, n=n, share=budget * _boldness(profile))

    def told(self, ids: Sequence[int], request: Request) -> dict[int, Personal]:
        """What can be said of each of these tracks about those who listen."""
        words = tuple(self._meanings(request))
        likes: dict[int, tuple[str, int]] = {}
        for track_id in ids:
            known = {name: own[track_id] for name, own in self._judged.items() if track_id in own}
            most = max(known, key=lambda name: known[name][0], default="")
            likes[track_id] = (most, known[most][2] if known else NOBODY)
        titles = self._store.catalogue.tracks({one for _, one in likes.values() if one != NOBODY})
        several = len(self.profiles) > 1
        return {
            track_id: Personal(
                closest=titles[one].title if one in titles else "",
                closest_id=one if one in titles else None,
                words=words,
                who=who if several else "",
            )
            for track_id, (who, one) in likes.items()
            if words or one in titles
        }

    def _meanings(self, request: Request) -> Iterator[tuple[str, str, float]]:
        """The words of the request that surely mean something else to the one who asks."""
        asked = words_of(plain(request))
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


def _is_known(profile: Profile, words: Collection[Word]) -> bool:
    """Whether anything is known of a listener, or of what these words mean to them, that turns an answer."""
    known = profile.affinity is not None or profile.dropped_ids or profile.left_artists
    return bool(known or any(word in profile.words for word in words))


def _liked(profile: Profile) -> frozenset[int]:
    if profile.affinity is None:
        return frozenset()
    return frozenset(profile.affinity.rows.ids[profile.affinity.values > 0].tolist())


def _meant(profile: Profile, request: Request, rows: Rows) -> Vector:
    """How well each track fits what the request's words mean to the listener."""
    fit = np.zeros(len(rows), dtype=np.float32)
    for word in words_of(plain(request)) if profile.words else ():
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


def _comprised(avoid: Avoid) -> Iterator[tuple[str, str]]:
    family = next((one for one in FIELD_BY_FAMILY if one == avoid.family), None)
    names = (avoid.name,) if family is None else lexicon().descendants(family, avoid.name)
    yield from ((avoid.family, name) for name in names)
