"""Several rankings become one in which each has its share: several tastes are served, not their average."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from linernotes.rank.ranking import Ranking
from linernotes.types import Vector

STEP: Final = "tastes"


def interleaved(
    rankings: Sequence[Ranking], shares: Sequence[float], depth: int
) -> tuple[Ranking, dict[int, int]]:
    """Up to ``depth`` tracks, each place to the ranking that is furthest behind its share; and whose it was.

    Verified tracks stay before the others. Scores fall from 1 with the place; the trace ``tastes`` holds
    what that adds to the score in the track's own ranking, whose other traces stay.
    """
    names = list(dict.fromkeys(name for one in rankings for name in one.traces))
    rows: list[tuple[int, int]] = []
    seen: set[int] = set()
    for tier in (True, False):
        left = [np.flatnonzero(one.verified == tier).tolist() for one in rankings]
        served = np.zeros(len(rankings))
        while len(rows) < depth and any(left):
            behind = [
                share * (served.sum() + 1) - done if own else -np.inf
                for share, done, own in zip(shares, served, left, strict=True)
            ]
            which = int(np.argmax(behind))
            row = left[which].pop(0)
            track_id = int(rankings[which].ids[row])
            if track_id not in seen:
                seen.add(track_id)
                rows.append((which, row))
                served[which] += 1
    scores = np.linspace(1.0, 0.0, num=len(rows) + 1, dtype=np.float32)[: len(rows)]
    own = np.array([rankings[which].scores[row] for which, row in rows], dtype=np.float32)
    traces = {name: _trace(rankings, rows, name) for name in names}
    ids = [int(rankings[which].ids[row]) for which, row in rows]
    ranking = Ranking(
        ids=np.array(ids, dtype=np.int64),
        scores=scores,
        verified=np.array([rankings[which].verified[row] for which, row in rows], dtype=bool),
        traces={**traces, STEP: scores - own},
    )
    return ranking, {track_id: which for track_id, (which, _) in zip(ids, rows, strict=True)}


def _trace(rankings: Sequence[Ranking], rows: Sequence[tuple[int, int]], name: str) -> Vector:
    return np.array(
        [
            float(rankings[which].traces[name][row]) if name in rankings[which].traces else 0.0
            for which, row in rows
        ],
        dtype=np.float32,
    )
