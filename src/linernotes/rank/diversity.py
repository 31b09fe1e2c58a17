"""Variety in an answer: no song twice, no artist all over it, not ten of a kind in a row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.rank.ranking import KnownTrack, KnownTracks, Ranking, take
from linernotes.types import FactSheet, Ids, Vector

PER_ARTIST_IN_20: Final = 2
"""At most so many of twenty picks are by one artist; of fewer picks in proportion, but always one."""

APART: Final = 5
"""Among so many picks in a row, none shares an artist with another."""

REACH: Final = 0.5
"""What a pick loses for being wholly like an earlier one when ``strength`` is 1 (lambda of maximal marginal
relevance, Carbonell and Goldstein, SIGIR 1998, on a scale where the best possible relevance is 1)."""

GENRE_SHARE: Final = 0.6
"""How much of the likeness is the genres'; the album has the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gone:
    """A track that left the index in the meantime: like no other."""

    sheet: FactSheet = field(default_factory=FactSheet)
    artist_ids: tuple[int, ...] = ()
    song_key: str = ""
    album_key: str = ""
    popularity: float | None = None


_GONE: Final = _Gone()


def one_of_each_song(ranking: Ranking, tracks: KnownTracks) -> Ranking:
    """The ranking with only the best recording of every song."""
    seen: set[str] = set()
    rows: list[int] = []
    for row, track in enumerate(_known(ranking, tracks)):
        song = track.song_key
        if not song or song not in seen:
            rows.append(row)
            seen.add(song)
    return take(ranking, rows)


def diversity(
    ranking: Ranking,
    strength: float,
    *,
    n: int,
    tracks: KnownTracks,
    per_artist: int | None = None,
    any_artist: bool = False,
) -> Ranking:
    """The ranking with variety among its first ``n``, the others behind them in their order.

    Each place goes to the track with the most score left after ``strength`` (0 to 1) times its likeness to
    those before it; tracks of an artist that has had its share, or stands within five places, wait. Those
    that waited return when nothing else is left, behind the varied ones: verified tracks are used up before
    the first unverified one. ``per_artist`` is a limit that was asked for, held like a promise: what goes
    beyond it is dropped. ``any_artist`` lifts our own limit, for requests of one artist's songs.
    """
    ranking = one_of_each_song(ranking, tracks)
    if not len(ranking) or n < 1:
        return ranking
    kin = _known(ranking, tracks)
    order = _Order(ranking, kin, min(max(strength, 0.0), 1.0))
    ours = len(ranking) if any_artist else max(1, n * PER_ARTIST_IN_20 // 20)
    apart = 1 if any_artist else APART
    most = per_artist or len(ranking)
    for tier in (ranking.verified, ~ranking.verified):
        order.fill(tier, n, min(ours, most), apart)
        order.fill(tier, n, most, 1)
    for tier in (ranking.verified, ~ranking.verified):
        order.append(tier, most)
    return order.result()


class _Order:
    """The picks so far, and what each remaining track would lose for being like them."""

    def __init__(self, ranking: Ranking, kin: list[KnownTrack], strength: float) -> None:
        self._ranking = ranking
        self._kin = kin
        self._reach = REACH * strength
        self._alike = _likeness(kin) if strength else None
        self._likest = np.zeros(len(kin), dtype=np.float32)
        self._penalty = np.zeros(len(kin), dtype=np.float32)
        self._waiting = np.ones(len(kin), dtype=bool)
        self._by_artist: Counter[int] = Counter()
        self._rows: list[int] = []

    def fill(self, tier: NDArray[np.bool_], n: int, per_artist: int, apart: int) -> None:
        """Picks until there are ``n``, or no track of the tier keeps its distance."""
        while len(self._rows) < n:
            left = self._ranking.scores - self._reach * self._likest
            left[~(self._waiting & tier)] = -np.inf
            row = int(left.argmax())
            while left[row] > -np.inf and not self._may(row, per_artist, apart):
                left[row] = -np.inf
                row = int(left.argmax())
            if left[row] == -np.inf:
                return
            self._pick(row)

    def append(self, tier: NDArray[np.bool_], per_artist: int) -> None:
        """All others of the tier, by score."""
        open_rows = np.flatnonzero(self._waiting & tier)
        for row in open_rows[np.argsort(-self._ranking.scores[open_rows], kind="stable")].tolist():
            if self._may(row, per_artist, 1):
                self._take(row)

    def result(self) -> Ranking:
        rows = np.array(self._rows, dtype=np.intp)
        by_tier = rows[np.argsort(~self._ranking.verified[rows], kind="stable")]
        change = (-self._reach * self._penalty).astype(np.float32)
        traced = replace(
            self._ranking,
            scores=self._ranking.scores + change,
            traces={**self._ranking.traces, "diversity": change},
        )
        return take(traced, by_tier)

    def _may(self, row: int, per_artist: int, apart: int) -> bool:
        artists = self._kin[row].artist_ids
        if any(self._by_artist[artist] >= per_artist for artist in artists):
            return False
        last = self._rows[max(len(self._rows) - apart + 1, 0) :]
        return not any(artist in self._kin[other].artist_ids for other in last for artist in artists)

    def _pick(self, row: int) -> None:
        self._penalty[row] = self._likest[row]
        self._take(row)
        if self._alike is not None:
            self._likest = np.maximum(self._likest, self._alike[row])

    def _take(self, row: int) -> None:
        self._waiting[row] = False
        self._rows.append(row)
        for artist in self._kin[row].artist_ids:
            self._by_artist[artist] += 1


def _known(ranking: Ranking, tracks: KnownTracks) -> list[KnownTrack]:
    return [tracks.get(track_id, _GONE) for track_id in ranking.ids.tolist()]


def _likeness(kin: list[KnownTrack]) -> Vector:
    """``(n, n) float32``, 0 to 1: cosine of the genres, and whether both stand on one album."""
    genres = [track.sheet.genres for track in kin]
    column = {genre: place for place, genre in enumerate(dict.fromkeys(chain.from_iterable(genres)))}
    has = np.zeros((len(kin), len(column)), dtype=np.float32)
    rows = np.repeat(np.arange(len(kin)), list(map(len, genres)))
    has[rows, [column[genre] for genre in chain.from_iterable(genres)]] = 1.0
    norms = np.maximum(np.linalg.norm(has, axis=1, keepdims=True), 1.0)
    cosine = (has / norms) @ (has / norms).T
    albums = _album_numbers(kin)
    same_album = (albums[:, None] == albums[None, :]) & (albums >= 0)[:, None]
    return np.asarray(GENRE_SHARE * cosine + (1 - GENRE_SHARE) * same_album, dtype=np.float32)


def _album_numbers(kin: list[KnownTrack]) -> Ids:
    number: dict[str, int] = {}
    for track in kin:
        if track.album_key:
            number.setdefault(track.album_key, len(number))
    return np.array([number.get(track.album_key, -1) for track in kin], dtype=np.int64)
