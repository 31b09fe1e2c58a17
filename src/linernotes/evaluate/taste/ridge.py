"""EASE (Steck, WWW 2019): what else is played, as a linear function of what is played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linernotes.evaluate.taste.counts import dense
from linernotes.evaluate.taste.values import Listening, Played
from linernotes.types import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Ease:
    """The weights between artists, kept as two factors, since there are fewer listeners than artists.

    With ``rows`` Y ``(m, artists)`` and the strength s, the inverse of Y'Y + s is (1 - Y'(YY' + s)⁻¹Y) / s
    (Woodbury); ``solved`` is (YY' + s)⁻¹Y and ``left`` the diagonal of the inverse times s.
    """

    rows: Vector
    solved: Vector
    left: Vector

    def scores(self, played: Played) -> Vector:
        """See Signal."""
        own = played
        through = dense(own) - np.asarray(own @ self.rows.T, dtype=np.float32) @ self.solved
        return np.asarray(dense(own) - through / self.left, dtype=np.float32)


def fit_ease(known: Listening, *, strength: float, beside: Vector | None = None) -> Ease:
    """``beside (m, artists) float32`` are further rows, of tags, say: artists may go together there, too."""
    played = dense(known.played)
    rows = played if beside is None else np.concatenate([played, beside])
    products = (rows @ rows.T).astype(np.float64)
    products[np.diag_indices_from(products)] += strength
    solved = np.linalg.inv(products).astype(np.float32) @ rows
    return Ease(rows=rows, solved=solved, left=1 - np.einsum("ma,ma->a", rows, solved))
