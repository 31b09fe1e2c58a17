"""The embedder learns: a map that turns what a request means towards what is liked by those who ask so.

Only requests are turned. The vectors of the tracks stay as the package's embedder made them, so that a map
comes into use, and goes, at once, however large the library is. It is learned anew each time, as the ranker's
adjustment is.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from linernotes.embed import NO_MAP, RequestMap, read_map, write_map
from linernotes.ingest import open_embedder
from linernotes.learn.experience import (
    Experience,
    Order,
    Ordered,
    Seen,
    by_fusion,
    canary_answers,
    canary_songs,
    mean_overlap,
    measured,
)
from linernotes.learn.fixed import OldPairs
from linernotes.learn.gate import OVERLAP, Figures
from linernotes.learn.judged import Judged
from linernotes.learn.learner import Candidate, News
from linernotes.learn.pairwise import preferences
from linernotes.learn.reactions import new_reactions
from linernotes.models import EMBEDDER
from linernotes.types import Vector

FEWEST_ANSWERS: Final = 20
"""Answers with a preference, without which nothing is learned."""
OLD: Final = 0.5
"""What one of our own requests counts beside a preference of a listener."""
RIDGES: Final = (1.0, 3.0, 10.0, 30.0)
"""What a squared weight may cost; the one is taken by which the latest of the taught come nearest."""
NEAR: Final = OVERLAP + 0.1
"""As for the ranker: so much of the answers to the canary requests training aims to leave."""
_SCALES: Final = (1.0, 0.5, 0.25, 0.125)
_CHECKED: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What requests mean ``(n, d)``, where they should turn to ``(n, d)``, how much each counts ``(n,)``."""

    requests: Vector
    directions: Vector
    weights: Vector

    def part(self, rows: slice) -> Wishes:
        """Some of them."""
        return Wishes(
            requests=self.requests[rows], directions=self.directions[rows], weights=self.weights[rows]
        )

    def __add__(self, other: Wishes) -> Wishes:
        return Wishes(
            requests=np.concatenate([self.requests, other.requests]),
            directions=np.concatenate([self.directions, other.directions]),
            weights=np.concatenate([self.weights, other.weights]),
        )

    def __len__(self) -> int:
        return len(self.weights)


def learn_map(wishes: Wishes, old: Wishes) -> tuple[Vector, Vector]:
    """The mean request ``(d,)``, and the matrix ``(d, d)`` that turns what is apart from it, by ridge.

    The wishes are in the order of time. What all have in common moves nothing: a song, or a kind, does not
    come nearer to every request because much of it is liked.
    """
    before = round((1 - _CHECKED) * len(wishes))
    early, late = wishes.part(slice(before)), wishes.part(slice(before, None))

    def nearer(ridge: float) -> float:
        turned = _map(*_fitted(early + old, ridge)).turned(late.requests)
        return float((late.weights * (turned * late.directions).sum(axis=1)).sum())

    return _fitted(wishes + old, max(RIDGES, key=nearer))


def _fitted(wishes: Wishes, ridge: float) -> tuple[Vector, Vector]:
    weights = wishes.weights[:, None].astype(np.float64)
    mean = (weights * wishes.requests).sum(axis=0) / weights.sum()
    apart = wishes.requests - mean
    wanted = wishes.directions - (weights * wishes.directions).sum(axis=0) / weights.sum()
    curve = (weights * apart).T @ apart + ridge * np.eye(apart.shape[1])
    matrix = np.linalg.solve(curve, (weights * apart).T @ wanted)
    return mean.astype(np.float32), matrix.astype(np.float32)


def _map(mean: Vector, matrix: Vector) -> RequestMap:
    return RequestMap(model="", mean=mean, matrix=matrix, name="")


@dataclass(slots=True)
class EmbedderLearner:
    """Learns ``RequestMap``; see ``Learner``."""

    experience: Experience
    kind: str = EMBEDDER

    def gather(self, mark: str | None) -> News | None:
        """New events."""
        return new_reactions(self.experience.library.store, mark)

    def train(self, budget_s: float) -> Candidate | None:  # noqa: ARG002 - it takes some seconds
        """A map from the answers that are not held back, mixed with requests of our own."""
        taught = self.experience.parted.taught
        wishes, places = self._wishes(taught)
        if len(wishes) < FEWEST_ANSWERS:
            return None
        data = self._near(*learn_map(wishes, old_wishes(self.experience.fixed.old_pairs)))
        listeners = self.experience.marks({taught[at].listener_id for at in places})
        details = {"answers": len(wishes), "listeners": listeners}
        return Candidate(file="requests.npz", data=data, details=details)

    def _wishes(self, taught: Sequence[Judged]) -> tuple[Wishes, list[int]]:
        """Of each answer with a preference: from what was passed over to what was liked; their places."""
        library = self.experience.library
        found = preferences(taught)
        vectors = library.text_vectors({taught[one.answer].shown[at] for one in found for at in one.places})
        towards: dict[int, Vector] = {}
        weights: dict[int, float] = defaultdict(float)
        for one in found:
            better, worse = (vectors.get(taught[one.answer].shown[at]) for at in one.places)
            if better is not None and worse is not None:
                towards[one.answer] = towards.get(one.answer, 0.0) + one.weight * (better - worse)
                weights[one.answer] += one.weight
        places = sorted(towards)
        weighed = np.array([weights[at] for at in places], dtype=np.float32)
        requests = library.request_vectors([taught[at].text for at in places])
        directions = np.array([towards[at] / weights[at] for at in places], dtype=np.float32)
        wishes = Wishes(
            requests=requests,
            directions=directions.reshape(requests.shape),
            weights=weighed,
        )
        return wishes, places

    def _near(self, mean: Vector, matrix: Vector) -> bytes:
        """So much of the map as leaves the answers to the canary requests mostly what they are."""
        library = self.experience.library
        in_use = library.in_use()
        before = canary_songs(library, in_use)
        for scale in _SCALES:
            data = write_map(open_embedder().model, mean, scale * matrix)
            turned = replace(in_use, request_map=read_map(data, ""))
            if mean_overlap(canary_answers(library, turned, before)) >= NEAR:
                break
        return data

    def measure(self, candidate: Candidate) -> Figures:
        """nDCG@20 on later answers, found and ranked anew, and what must not fall."""
        library, fixed = self.experience.library, self.experience.fixed
        in_use = library.in_use()
        name = f"{self.kind}@{hashlib.sha256(candidate.data).hexdigest()[:12]}"
        learned = replace(in_use, request_map=read_map(candidate.data, name))
        shipped = replace(in_use, request_map=NO_MAP)
        target, others = measured(
            self.experience.seen(self.experience.parted.held),
            self.experience.canaries,
            candidate=self._found_by(learned.request_map),
            current=self._found_by(in_use.request_map),
            shipped=self._found_by(NO_MAP),
        )
        return Figures(
            target=target,
            others=(
                *others,
                *fixed.measures(learned, in_use, shipped),
                fixed.by_meaning(learned.request_map, in_use.request_map),
            ),
            canaries=canary_answers(library, learned, canary_songs(library, in_use)),
            poisoned=self.experience.poisoned,
        )

    def _found_by(self, request_map: RequestMap) -> Order:
        """What is found with a map, in the order of the fusion in use."""
        in_use = self.experience.library.in_use()
        order = by_fusion(in_use.fusion)

        def found(seen: Seen) -> Ordered:
            if request_map is in_use.request_map:
                return order(seen)
            return order(self.experience.turned(seen, request_map))

        return found


def old_wishes(pairs: OldPairs) -> Wishes:
    """Our own requests, each turned to its song and from the others."""
    return Wishes(
        requests=pairs.requests,
        directions=pairs.songs - pairs.songs.mean(axis=0),
        weights=np.full(len(pairs.songs), OLD, dtype=np.float32),
    )
