"""The order that the ranking steps hand on, each adding a line to the account of what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from linernotes.types import FactSheet, Ids, Vector


class KnownTrack(Protocol):
    """What the ranking steps ask of a track; see IndexDocument."""

    @property
    def sheet(self) -> FactSheet:
        """Its facts."""

    @property
    def artist_ids(self) -> tuple[int, ...]:
        """Its artists."""

    @property
    def song_key(self) -> str:
        """The same for all recordings of one song; empty for a song of its own."""

    @property
    def album_key(self) -> str:
        """The same for all tracks of an album; empty for none."""

    @property
    def popularity(self) -> float | None:
        """From 0, unknown to all, to 1."""


KnownTracks = Mapping[int, KnownTrack]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Tracks in order, best first, those known to keep every promise before those of which it is not known.

    ``ids (n,) int64``, ``scores (n,) float32``, ``verified (n,) bool``; ``traces`` says what each step
    added to each score, ``(n,) float32`` by the step's name, so that the traces of a track sum to its score.
    """

    ids: Ids
    scores: Vector
    verified: NDArray[np.bool_]
    traces: Mapping[str, Vector]

    def __len__(self) -> int:
        return len(self.ids)


def add(ranking: Ranking, step: str, change: Vector) -> Ranking:
    """The ranking with ``change (n,) float32`` added to the scores, in its new order."""
    traces = {**ranking.traces, step: np.asarray(change, dtype=np.float32)}
    return ordered(replace(ranking, scores=ranking.scores + traces[step], traces=traces))


def ordered(ranking: Ranking) -> Ranking:
    """The ranking sorted: verified first, then by score, equal scores by id, so that answers repeat."""
    return take(ranking, np.lexsort((ranking.ids, -ranking.scores, ~ranking.verified)))


def take(ranking: Ranking, rows: NDArray[np.intp] | NDArray[np.bool_] | Sequence[int]) -> Ranking:
    """The tracks in ``rows`` (numbers, in their order, or a mask), with all that is known of them."""
    chosen = np.asarray(rows)
    if not chosen.size:
        chosen = np.zeros(0, dtype=np.intp)
    return Ranking(
        ids=ranking.ids[chosen],
        scores=ranking.scores[chosen],
        verified=ranking.verified[chosen],
        traces={step: change[chosen] for step, change in ranking.traces.items()},
    )


def top(ranking: Ranking, depth: int) -> Ranking:
    """The first ``depth`` tracks, so that the later steps look only at what can still matter."""
    return take(ranking, np.arange(min(depth, len(ranking))))
