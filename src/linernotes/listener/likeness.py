"""How much alike tracks are for a listener: by what is told of them, sound, numbers, genre and artist."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.types import Ids, Vector

NUMBERS: Final = (
    *("tempo_bpm", "energy", "valence", "danceability", "acousticness", "loudness_lufs"),
    *("year", "popularity"),
)
"""The numbers of a track that a word may mean, each in standard deviations of its library."""
TOLD: Final = len(NUMBERS) - 1
"""The first of them tell how a track sounds; how popular it is does not make it like another."""

TEXT, AUDIO, BY_NUMBERS, GENRES, ARTIST = 0.30, 0.25, 0.25, 0.25, 0.20
"""How much each likeness counts, by judgement; those that are not known count nothing."""
_TEXT_WIDTH, _AUDIO_WIDTH, _NUMBERS_WIDTH = 0.25, 0.20, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Tracks side by side.

    ids ``(n,)``; text and audio vectors of L2 norm 1, or 0 where there are none; ``numbers (n, 8)``
    with NaN for unknown; ``genres (n, g)`` of L2 norm 1 or 0; ``artists`` of each.
    """

    ids: Ids
    text: Vector
    audio: Vector
    numbers: Vector
    genres: Vector
    artists: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, places: Ids) -> Rows:
        """Those in these places."""
        return Rows(
            ids=self.ids[places],
            text=self.text[places],
            audio=self.audio[places],
            numbers=self.numbers[places],
            genres=self.genres[places],
            artists=tuple(self.artists[place] for place in places.tolist()),
        )


def likeness(these: Rows, those: Rows) -> Vector:
    """``(n, m) float32``: a sum of positive definite kernels, 0 for nothing in common."""
    total = TEXT * _near(these.text, those.text, _TEXT_WIDTH)
    total += AUDIO * _near(these.audio, those.audio, _AUDIO_WIDTH)
    total += BY_NUMBERS * _near_numbers(these.numbers[:, :TOLD], those.numbers[:, :TOLD])
    total += GENRES * (these.genres @ those.genres.T)
    total += ARTIST * _same_artist(these, those)
    return np.asarray(total, dtype=np.float32)


def itself(rows: Rows) -> Vector:
    """``(n,) float32``: the likeness of each to itself."""
    return np.asarray(
        TEXT * rows.text.any(axis=1)
        + AUDIO * rows.audio.any(axis=1)
        + BY_NUMBERS * (~np.isnan(rows.numbers[:, :TOLD])).any(axis=1)
        + GENRES * rows.genres.any(axis=1)
        + ARTIST * np.array([bool(own) for own in rows.artists], dtype=bool),
        dtype=np.float32,
    )


def _near(these: Vector, those: Vector, width: float) -> Vector:
    """``exp(-(1 - cosine) / width)``, 0 where one has no vector."""
    if not these.size or not those.size:
        return np.zeros((len(these), len(those)), dtype=np.float32)
    near = np.exp((these @ those.T - 1.0) / width)
    both = np.outer(these.any(axis=1), those.any(axis=1))
    return np.where(both, near, 0.0).astype(np.float32)


def _near_numbers(these: Vector, those: Vector) -> Vector:
    """A Gaussian of the mean squared distance, 0 where a track has no number; an unknown one is the mean."""
    known, other = ~np.isnan(these), ~np.isnan(those)
    left, right = np.where(known, these, 0.0), np.where(other, those, 0.0)
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    near = np.exp(-np.maximum(squares, 0.0) / these.shape[1] / (2 * _NUMBERS_WIDTH**2))
    return np.where(np.outer(known.any(axis=1), other.any(axis=1)), near, 0.0).astype(np.float32)


def _same_artist(these: Rows, those: Rows) -> Vector:
    """1 where two tracks share an artist."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, own in enumerate(those.artists):
        for artist in own:
            places[artist].append(place)
    same = np.zeros((len(these), len(those)), dtype=np.float32)
    for row, own in enumerate(these.artists):
        for artist in own:
            if artist in places:
                same[row, places[artist]] = 1.0
    return same
