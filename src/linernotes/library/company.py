"""What listeners of one library have in common: who likes what others like may like what else they like.

Implicit matrix factorisation (Hu, Koren and Volinsky, ICDM 2008) by the package implicit, the extra ``[cf]``.
Without it, or with few listeners, nothing is said, and all else works as it does.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from linernotes.store import Store
from linernotes.types import Ids, Vector

FEWEST_LISTENERS: Final = 30
"""Fewer who like anything have too little in common to learn from."""
FEWEST_LIKED: Final = 3
GROWN: Final = 1.1
"""What was learned is learned anew when there are so many times as many events."""
_FACTORS, _REGULARIZATION, _ALPHA, _SEED = 64, 1.0, 5.0, 0


class Company:
    """All listeners of a store, learned from together, when there are enough."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._learned: _Learned | None = None
        self._latest = 0
        self._installed = find_spec("implicit") is not None

    def liking(self, name: str, ids: Ids) -> Vector:
        """How much those who like the same like each of these tracks, ``(n,)``, -1 to 1; 0 if unknown."""
        learned = self._up_to_date()
        nothing = np.zeros(len(ids), dtype=np.float32)
        if learned is None or name not in learned.rows:
            return nothing
        scores = learned.items @ learned.users[learned.rows[name]]
        spread = float(scores.std()) or 1.0
        columns = np.array([learned.columns.get(one, -1) for one in ids.tolist()], dtype=np.int64)
        known = np.clip((scores[columns] - scores.mean()) / spread / 3, -1.0, 1.0)
        return np.where(columns >= 0, known, nothing).astype(np.float32)

    def _up_to_date(self) -> _Learned | None:
        if not self._installed or len(self._store.listeners.names()) < FEWEST_LISTENERS:
            return None
        latest = self._store.listeners.latest()
        if (latest > GROWN * self._latest or latest < self._latest) and self._lock.acquire(blocking=False):
            try:
                self._learned, self._latest = _learn(self._store), latest
            finally:
                self._lock.release()
        return self._learned


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """Factors of listeners and of tracks, ``(n, f) float32``, and the row of each."""

    users: Vector
    items: Vector
    rows: dict[str, int]
    columns: dict[int, int]


def _learn(store: Store) -> _Learned | None:
    pairs = store.listeners.liked()
    counts: dict[str, int] = {}
    for name, _, _ in pairs:
        counts[name] = counts.get(name, 0) + 1
    names = [name for name, count in counts.items() if count >= FEWEST_LIKED]
    if len(names) < FEWEST_LISTENERS:
        return None
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    rows = {name: row for row, name in enumerate(names)}
    kept = [(rows[name], track_id, weight) for name, track_id, weight in pairs if name in rows]
    columns = {track_id: column for column, track_id in enumerate(dict.fromkeys(one[1] for one in kept))}
    liked: Any = csr_matrix(
        ([one[2] for one in kept], ([one[0] for one in kept], [columns[one[1]] for one in kept])),
        shape=(len(rows), len(columns)),
        dtype=np.float32,
    )
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=min(_FACTORS, len(rows), len(columns)),
            regularization=_REGULARIZATION,
            alpha=_ALPHA,
            num_threads=1,
            random_state=_SEED,
        )
        model.fit(liked, show_progress=False)
    return _Learned(users=model.user_factors, items=model.item_factors, rows=rows, columns=columns)
