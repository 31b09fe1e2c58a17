"""Listeners and artists as points of one space: ALS and BPR by the package implicit."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from linernotes.evaluate.extra import needs_extra
from linernotes.evaluate.taste.counts import artists_by_listener
from linernotes.evaluate.taste.values import Listening, Played
from linernotes.types import Vector

_ROUNDS = 15
"""Of ALS; more change nothing here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """Alternating least squares; a listener's place is worked out from what they played."""

    model: Any

    def scores(self, played: Played) -> Vector:
        """See Signal."""
        places = self.model.recalculate_user(np.arange(played.shape[0]), played)
        scores = np.asarray(places, dtype=np.float32) @ self.model.item_factors.T
        scores[artists_by_listener(played) == 0] = 0.0
        return np.asarray(scores, dtype=np.float32)


def fit_als(
    known: Listening,
    *,
    factors: int,
    regularization: float,
    alpha: float,
    beside: Vector | None = None,
    seed: int = 0,
) -> Factors:
    """Implicit feedback (Hu, Koren and Volinsky, ICDM 2008).

    ``beside (m, artists)`` are further rows, of tags, say.
    """
    from scipy.sparse import csr_matrix, vstack

    with _implicit():
        from implicit.als import AlternatingLeastSquares

        model = AlternatingLeastSquares(
            factors=factors,
            regularization=regularization,
            alpha=alpha,
            iterations=_ROUNDS,
            random_state=seed,
        )
        played = known.played
        rows = played if beside is None else csr_matrix(vstack([played, csr_matrix(beside)]))
        model.fit(rows, show_progress=False)
    return Factors(model=model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """Bayesian personalised ranking: only listeners that it was fitted on have a place."""

    listeners: Vector
    artists: Vector

    def scores(self, played: Played) -> Vector:
        """See Signal; raises ValueError for others than the listeners that it was fitted on."""
        if played.shape[0] != len(self.listeners):
            raise ValueError(f"{played.shape[0]} listeners, fitted on {len(self.listeners)}")
        return np.asarray(self.listeners @ self.artists.T, dtype=np.float32)


def fit_bpr(
    known: Listening, *, factors: int, regularization: float, rate: float, rounds: int, seed: int = 0
) -> Ordered:
    """BPR (Rendle et al., UAI 2009), on one thread, so that a seed gives the same again."""
    with _implicit():
        from implicit.bpr import BayesianPersonalizedRanking

        model = BayesianPersonalizedRanking(
            factors=factors,
            learning_rate=rate,
            regularization=regularization,
            iterations=rounds,
            random_state=seed,
            num_threads=1,
        )
        model.fit(known.played, show_progress=False)
    return Ordered(listeners=np.asarray(model.user_factors), artists=np.asarray(model.item_factors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """BPR for strangers: their place is the mean of those of the artists that they play.

    The last of an artist's factors is how much everybody likes it, which counts for strangers as for all.
    """

    artists: Vector

    def scores(self, played: Played) -> Vector:
        """See Signal."""
        counts = np.maximum(artists_by_listener(played), 1)[:, np.newaxis]
        places = np.asarray(played @ self.artists[:, :-1]) / counts
        return np.asarray(places @ self.artists[:, :-1].T + self.artists[:, -1], dtype=np.float32)


def fit_folded_bpr(
    known: Listening, *, factors: int, regularization: float, rate: float, rounds: int, seed: int = 0
) -> Folded:
    """See fit_bpr and Folded."""
    fitted = fit_bpr(
        known, factors=factors, regularization=regularization, rate=rate, rounds=rounds, seed=seed
    )
    return Folded(artists=fitted.artists)


@contextmanager
def _implicit() -> Iterator[None]:
    """The package without its advice on threads, which holds for the whole process and not for us."""
    with needs_extra("implicit", extra="cf"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
