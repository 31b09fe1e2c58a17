"""The ranker learns: a small adjustment of the fusion that came with the package, from answers and reactions.

It is learned anew each time, from the package's ranker and all that is known by then: nothing is carried
over from one adjustment to the next, so that what was forgotten is forgotten.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from linernotes.learn.experience import (
    Experience,
    Seen,
    by_fusion,
    canary_answers,
    canary_songs,
    mean_overlap,
    measured,
    tail_share,
)
from linernotes.learn.gate import OVERLAP, Figures
from linernotes.learn.learner import Candidate, News
from linernotes.learn.pairwise import Pairs, Preference, learn_pairs, preferences
from linernotes.learn.reactions import new_reactions
from linernotes.library.shipped import shipped_fusion
from linernotes.models import RANKER
from linernotes.rank import AdjustedFusion, Adjustment, Fusion, read_adjustment, write_adjustment
from linernotes.rank.adjusted import log_odds
from linernotes.rank.features import features

FEWEST_PAIRS: Final = 30
KNOWN_SHARE: Final = 0.05
"""A feature that fewer candidates have is left out."""
DIGITS: Final = 5
POPULARITY: Final = "popularity"
NEAR: Final = OVERLAP + 0.1
"""Share of the first songs of the canary requests that training aims to leave: the gate looks once more."""
_SCALES: Final = (1.0, 0.7, 0.5, 0.35, 0.25, 0.15)
_STEP, _STEPS = 0.05, 30
_OFFSET: Final = 1
_READING: Final = 0.6
"""Share of the budget in which answers may be read again."""


@dataclass(slots=True)
class RankerLearner:
    """Learns ``AdjustedFusion``; see ``Learner``."""

    experience: Experience
    kind: str = RANKER

    def gather(self, mark: str | None) -> News | None:
        """New events."""
        return new_reactions(self.experience.library.store, mark)

    def train(self, budget_s: float) -> Candidate | None:
        """Weights of features, from pairs of tracks in the answers that are not held back."""
        until = time.monotonic() + _READING * budget_s
        seen = self.experience.seen(self.experience.parted.taught, until=until)
        found = preferences([one.judged for one in seen if one.judged is not None])
        names = _names(seen)
        if len(found) < FEWEST_PAIRS or not names:
            return None
        base = shipped_fusion()
        flat = _flat(seen, names, base.name)
        pairs = _pairs(seen, found, flat, [log_odds(base.score(one.candidates)) for one in seen])
        if len(pairs) < FEWEST_PAIRS:
            return None
        weights = learn_pairs(pairs)
        learned = replace(flat, weights=tuple(round(float(one), DIGITS) for one in weights))
        learned = self._fair(self._near(learned, base), seen)
        listeners = self.experience.marks({one.judged.listener_id for one in seen if one.judged is not None})
        told = {name: weight for name, weight in zip(flat.features, learned.weights, strict=True) if weight}
        details = {"pairs": len(pairs), "answers": len(seen), "listeners": listeners, "weights": told}
        return Candidate(file="ranker.json", data=write_adjustment(learned), details=details)

    def _near(self, learned: Adjustment, base: Fusion) -> Adjustment:
        """As much of the adjustment as leaves the answers to the canary requests mostly what they are.

        The next turn is measured from there, so that many steps may go far, but none by itself.
        """
        in_use = self.experience.library.in_use()
        before = canary_songs(self.experience.library, in_use)
        found: dict[float, Adjustment] = {}
        for scale in _SCALES:
            weights = tuple(round(scale * one, DIGITS) for one in learned.weights)
            part = replace(learned, weights=weights)
            fusion = AdjustedFusion(base, part, "")
            overlap = mean_overlap(
                canary_answers(self.experience.library, replace(in_use, fusion=fusion), before)
            )
            if overlap >= NEAR:
                return part
            found[overlap] = part
        return found[max(found)]

    def _fair(self, learned: Adjustment, seen: Sequence[Seen]) -> Adjustment:
        """The adjustment with so much against popularity that the long tail is shown no less than before."""
        if POPULARITY not in learned.features:
            return learned
        asked = (*seen, *self.experience.canaries)
        base, current = shipped_fusion(), self.experience.library.in_use().fusion
        before = max(_tail(asked, base), _tail(asked, current))
        column = learned.features.index(POPULARITY)
        for _ in range(_STEPS):
            if _tail(asked, AdjustedFusion(base, learned, "")) >= before:
                break
            weights = list(learned.weights)
            weights[column] = round(weights[column] - _STEP, DIGITS)
            learned = replace(learned, weights=tuple(weights))
        return learned

    def measure(self, candidate: Candidate) -> Figures:
        """nDCG@20 on later answers, and what must not fall."""
        library, base = self.experience.library, shipped_fusion()
        in_use = library.in_use()
        name = f"{self.kind}@{hashlib.sha256(candidate.data).hexdigest()[:12]}"
        fusion = AdjustedFusion(base, read_adjustment(candidate.data), name)
        learned = replace(in_use, fusion=fusion)
        target, others = measured(
            self.experience.seen(self.experience.parted.held),
            self.experience.canaries,
            candidate=by_fusion(fusion),
            current=by_fusion(in_use.fusion),
            shipped=by_fusion(base),
        )
        return Figures(
            target=target,
            others=(
                *others,
                *self.experience.fixed.measures(learned, in_use, replace(in_use, fusion=base)),
            ),
            canaries=canary_answers(library, learned, canary_songs(library, in_use)),
            poisoned=self.experience.poisoned,
        )


def _names(seen: Sequence[Seen]) -> tuple[str, ...]:
    """The scores of channels and the traits that candidates have, but not what the request is."""
    channels = sorted({channel for one in seen for channel in one.candidates.channels})
    traits = sorted({trait for one in seen for trait in one.candidates.traits})
    return (*(f"{channel}.score" for channel in channels), *traits)


def _flat(seen: Sequence[Seen], names: Sequence[str], base: str) -> Adjustment:
    """An adjustment that changes nothing, with the means and deviations of the candidates."""
    columns = np.concatenate([features(one.candidates, names) for one in seen]).astype(np.float64)
    known = np.isfinite(columns)
    counts = known.sum(axis=0)
    values = np.where(known, columns, 0.0)
    means = values.sum(axis=0) / np.maximum(counts, 1)
    spread = np.sqrt((np.where(known, columns - means, 0.0) ** 2).sum(axis=0) / np.maximum(counts, 1))
    usable = (counts >= KNOWN_SHARE * len(columns)) & (spread > np.finfo(np.float32).eps)
    kept = [at for at, use in enumerate(usable) if use]
    return Adjustment(
        base=base,
        features=tuple(names[at] for at in kept),
        means=tuple(round(float(means[at]), DIGITS) for at in kept),
        deviations=tuple(float(f"{spread[at]:.{DIGITS}g}") for at in kept),
        weights=(0.0,) * len(kept),
    )


def _pairs(
    seen: Sequence[Seen], found: Sequence[Preference], flat: Adjustment, base: Sequence[np.ndarray]
) -> Pairs:
    """The differences between the two of each pair that are both still found."""
    columns = [flat.columns(one.candidates) for one in seen]
    rows = [one.rows(one.judged.shown if one.judged else ()) for one in seen]
    kept = [one for one in found if rows[one.answer][one.better] >= 0 and rows[one.answer][one.worse] >= 0]

    def difference(values: Sequence[np.ndarray]) -> np.ndarray:
        told = [
            values[one.answer][rows[one.answer][one.better]] - values[one.answer][rows[one.answer][one.worse]]
            for one in kept
        ]
        return np.array(told, dtype=np.float64)

    apart = [np.log(one.better + _OFFSET) - np.log(one.worse + _OFFSET) if one.above else 0.0 for one in kept]
    return Pairs(
        columns=difference(columns).reshape(len(kept), len(flat.features)),
        base=difference(base),
        places=np.column_stack([[float(one.above) for one in kept], apart]).reshape(len(kept), 2),
        weights=np.array([one.weight for one in kept], dtype=np.float64),
    )


def _tail(seen: Sequence[Seen], fusion: Fusion) -> float:
    order = by_fusion(fusion)
    return float(np.mean([tail_share(order(one)) for one in seen]))
