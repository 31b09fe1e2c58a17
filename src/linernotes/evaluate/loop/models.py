"""The models of the suite: fitted from nothing, or taught what is new from where they stand.

Both ways give the same: ALS, EASE, the company of artists (item-kNN), and whether artists are still being
found. Nothing is changed in place, so that a former model can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from linernotes.evaluate.extra import needs_extra
from linernotes.evaluate.loop.inverse import Inverse, inverse_of, renewed, sums_within
from linernotes.evaluate.loop.months import Known
from linernotes.evaluate.taste.counts import artists_by_listener, listeners_by_artist
from linernotes.evaluate.taste.values import Played
from linernotes.types import Vector

DRAWN_BY: Final = ("als", "ease", "company")
"""The signals whose sum says who comes onto a shortlist."""
SWEEPS_FROM_NOTHING: Final = 15
SWEEPS: Final = 1
"""Of ALS over all that is known, old and new, from the former factors; 2 and 3 found 1 and 3 % less."""
_TAGS: Final = 2.0
"""The weight of tags beside listeners in ALS."""
_ARTISTS_OF_A_TAG: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be chosen of the models."""

    factors: int = 128
    regularization: float = 60.0
    alpha: float = 15.0
    strength: float = 100.0
    damping: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """``known`` is what they were taught, listeners by artists, and ``recent`` its last months.

    ``inverse`` and ``left (artists,) float32`` are those of EASE, see taste.ridge.Ease.
    """

    settings: Settings
    known: Played
    recent: Vector
    als: Any
    inverse: Inverse
    left: Vector

    def signals(self, profiles: Played) -> dict[str, Vector]:
        """What each says of all artists for listeners of these profiles, ``(n, artists) float32``.

        Of strangers, whose profiles are empty, all but the trend say how many listeners an artist has.
        """
        listeners = listeners_by_artist(self.known)
        told = {
            "als": self._by_als(profiles),
            "ease": self._by_ease(profiles),
            "company": self._by_company(profiles, listeners),
        }
        strangers = artists_by_listener(profiles) == 0
        for scores in told.values():
            scores[strangers] = listeners
        trend = np.log1p(self.recent) - np.log1p(listeners)
        return {**told, "trend": np.tile(trend, (profiles.shape[0], 1))}

    def _by_als(self, profiles: Played) -> Vector:
        places = self.als.recalculate_user(np.arange(profiles.shape[0]), profiles)
        return np.asarray(places @ self.als.item_factors.T, dtype=np.float32)

    def _by_ease(self, profiles: Played) -> Vector:
        alike = (profiles @ self.known.T).toarray() @ self.inverse
        through = profiles.toarray() - np.asarray(self.known.T @ alike.T).T
        return np.asarray(profiles.toarray() - through / self.left, dtype=np.float32)

    def _by_company(self, profiles: Played, listeners: Vector) -> Vector:
        """The sum of cosines to what a listener knows, artists of few listeners damped."""
        from scipy.sparse import diags

        damped = diags(1 / np.sqrt(listeners + self.settings.damping))
        return np.asarray(
            (profiles @ damped @ self.known.T @ self.known @ damped).toarray(), dtype=np.float32
        )


def fit(known: Known, settings: Settings, *, seed: int) -> Models:
    """Everything from nothing."""
    als = _als(known, settings, sweeps=SWEEPS_FROM_NOTHING, former=None, seed=seed)
    return _models(known, settings, als, inverse_of(known.played, settings.strength))


def taught(former: Models, known: Known) -> Models:
    """The former models after what is new in ``known``, which holds all that they were taught, too."""
    settings = former.settings
    als = _als(known, settings, sweeps=SWEEPS, former=former.als, seed=0)
    inverse = renewed(former.inverse, former.known, known.played, settings.strength)
    return _models(known, settings, als, inverse)


def _models(known: Known, settings: Settings, als: Any, inverse: Inverse) -> Models:
    left = 1 - sums_within(known.played, inverse)
    return Models(
        settings=settings, known=known.played, recent=known.recent, als=als, inverse=inverse, left=left
    )


def _als(known: Known, settings: Settings, *, sweeps: int, former: Any, seed: int) -> Any:
    """ALS on listeners and tags as rows, from the former factors if there are any."""
    from scipy.sparse import csr_matrix, vstack

    with needs_extra("implicit", extra="cf"):
        from implicit.cpu.als import AlternatingLeastSquares
    model = AlternatingLeastSquares(
        factors=settings.factors,
        regularization=settings.regularization,
        alpha=settings.alpha,
        iterations=sweeps,
        random_state=seed,
        num_threads=1,
    )
    rows = csr_matrix(vstack([known.played, _TAGS * _tag_rows(known)]))
    if former is not None:
        model.item_factors = former.item_factors.copy()
        model.user_factors = _of_rows(former.user_factors, rows.shape[0])
    model.fit(rows, show_progress=False)
    return model


def _of_rows(factors: Vector, rows: int) -> Vector:
    """The former factors, and 0 for tags that are new."""
    kept = np.zeros((rows, factors.shape[1]), dtype=np.float32)
    kept[: len(factors)] = factors
    return kept


def _tag_rows(known: Known) -> Played:
    """TF-IDF of tags, a row for each, those of few artists empty; see taste.tags.tag_vectors."""
    from scipy.sparse import csr_matrix, diags

    tags = int(known.taggings[:, 2].max(initial=-1)) + 1
    ones = np.ones(len(known.taggings), dtype=np.float32)
    counts = csr_matrix(
        (ones, (known.taggings[:, 2], known.taggings[:, 1])), shape=(tags, known.played.shape[1])
    )
    spread = np.diff(counts.indptr)
    rarity = np.log((1 + counts.shape[1]) / (1 + spread)) * (spread >= _ARTISTS_OF_A_TAG)
    vectors = diags(rarity.astype(np.float32)) @ counts.log1p()
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=0))).ravel()
    scaled = csr_matrix(vectors @ diags(1 / np.maximum(lengths, 1e-9)), dtype=np.float32)
    scaled.eliminate_zeros()
    return scaled
