"""Whether a candidate takes the place of the current models: by what some listeners did last month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.evaluate.loop.data import Events
from linernotes.evaluate.loop.models import Models
from linernotes.evaluate.loop.months import profiles_at, split_at
from linernotes.evaluate.loop.ranking import Weights, ndcg_in_all, shortlist
from linernotes.evaluate.taste.values import Split
from linernotes.types import Ids

PARTS: Final = 2
"""Of the listeners one part is held out, another one each month; 3 and 4 parts find less in practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What current and candidate find of what was held out; nobody to ask is no rise."""

    listeners: int
    current: float
    candidate: float

    @property
    def rises(self) -> bool:
        """Whether the candidate finds more."""
        return self.candidate > self.current


def held_out(events: Events, month: int) -> Ids:
    """The listeners by whose doings in a month a candidate is judged."""
    return np.arange(events.listeners)[month % PARTS :: PARTS].astype(np.int64)


def judge(current: Models, candidate: Models, events: Events, month: int, weights: Weights) -> Verdict:
    """Both on what the held-out listeners first tagged in ``month``, from what was known at its start."""
    split = _only(split_at(events, month), held_out(events, month))
    if not split.right.nnz:
        return Verdict(listeners=0, current=0.0, candidate=0.0)
    profiles = profiles_at(events, month)
    of_both = [ndcg_in_all(shortlist(one, profiles, split), weights) for one in (current, candidate)]
    return Verdict(
        listeners=len(of_both[0]), current=float(of_both[0].mean()), candidate=float(of_both[1].mean())
    )


def _only(split: Split, listeners: Ids) -> Split:
    """What these listeners should find, and nobody else."""
    from scipy.sparse import diags

    chosen = np.isin(np.arange(split.right.shape[0]), listeners).astype(np.float32)
    right = (diags(chosen) @ split.right).tocsr()
    right.eliminate_zeros()
    return Split(known=split.known, right=right)
