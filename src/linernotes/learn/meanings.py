"""Meanings of words that the listeners of a library have in common: where the own meaning of each begins."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from linernotes.learn.experience import (
    NOBODY,
    Experience,
    Order,
    Ordered,
    Seen,
    canary_answers,
    canary_songs,
    measured,
)
from linernotes.learn.gate import Figures
from linernotes.learn.judged import Judged
from linernotes.learn.learner import Candidate, News
from linernotes.learn.reactions import new_reactions
from linernotes.library.listening import kept_words
from linernotes.listener import (
    NO_PRIORS,
    NUMBERS,
    Priors,
    Reaction,
    Word,
    read_priors,
    vocabulary,
    write_priors,
)
from linernotes.models import VOCABULARY
from linernotes.rank import Fusion, own_words, relevance
from linernotes.types import Ids, Vector

FEWEST_LISTENERS: Final = 5
"""Fewer have nothing in common that would hold for another."""
SHRINKING: Final = 5.0
"""So many listeners count for "as the table says"."""
MOST_REACTIONS: Final = 200
"""Reactions of one listener under one word; a meaning does not need more."""


@dataclass(slots=True)
class VocabularyLearner:
    """Learns ``Priors``; see ``Learner``."""

    experience: Experience
    kind: str = VOCABULARY

    def gather(self, mark: str | None) -> News | None:
        """New events."""
        return new_reactions(self.experience.library.store, mark)

    def train(self, budget_s: float) -> Candidate | None:  # noqa: ARG002 - it takes no time to speak of
        """The mean of what each word means to each listener, from the answers that are not held back."""
        taught = self.experience.parted.taught
        reactions = _by_listener(taught)
        tracks = {one.track_id for own in reactions.values() for one in own}
        slopes = common_meanings(reactions, self.experience.library.numbers(tracks))
        if not slopes:
            return None
        words = {f"{family}/{name}": count for (family, name), (_, count) in sorted(slopes.items())}
        details = {"words": words, "listeners": self.experience.marks(reactions)}
        data = write_priors({word: mean for word, (mean, _) in slopes.items()})
        return Candidate(file="vocabulary.json", data=data, details=details)

    def measure(self, candidate: Candidate) -> Figures:
        """nDCG@20 on later answers to requests with such words, and what must not fall."""
        library = self.experience.library
        in_use = library.in_use()
        name = f"{self.kind}@{hashlib.sha256(candidate.data).hexdigest()[:12]}"
        priors = read_priors(candidate.data, name)
        words = {*priors.slopes, *in_use.priors.slopes}
        held = [one for one in self.experience.parted.held if words & set(kept_words(one.request))]
        numbers = _Numbers(self.experience)
        before = canary_songs(library, in_use, NOBODY)
        target, others = measured(
            self.experience.seen(held),
            self.experience.canaries,
            candidate=_by_words(in_use.fusion, priors, numbers),
            current=_by_words(in_use.fusion, in_use.priors, numbers),
            shipped=_by_words(in_use.fusion, NO_PRIORS, numbers),
        )
        return Figures(
            target=target,
            others=others,
            canaries=canary_answers(library, replace(in_use, priors=priors), before, NOBODY),
            poisoned=self.experience.poisoned,
        )


def common_meanings(
    reactions: Mapping[int, Sequence[Reaction]], numbers_of: Mapping[int, Vector]
) -> dict[Word, tuple[Vector, int]]:
    """The mean slopes of each word, and of how many listeners; drawn towards 0 the fewer they are.

    Each listener counts once, however much they reacted, and by what they mean themselves: what was learned
    before is not taken for their word.
    """
    meant: dict[Word, list[Vector]] = defaultdict(list)
    for own in reactions.values():
        for word, meaning in vocabulary(own, numbers_of).items():
            meant[word].append(meaning.slopes)
    return {
        word: (np.sum(slopes, axis=0) / (len(slopes) + SHRINKING), len(slopes))
        for word, slopes in meant.items()
        if len(slopes) >= FEWEST_LISTENERS
    }


def _by_listener(answers: Sequence[Judged]) -> dict[int, list[Reaction]]:
    """The reactions of each listener, the latest under each word."""
    found: dict[int, list[Reaction]] = defaultdict(list)
    count: dict[tuple[int, Word], int] = defaultdict(int)
    for answer in reversed(answers):
        for word, said in kept_words(answer.request).items():
            for track_id, value in answer.values.items():
                if count[answer.listener_id, word] < MOST_REACTIONS:
                    count[answer.listener_id, word] += 1
                    reaction = Reaction(word=word, said=said, track_id=track_id, value=value)
                    found[answer.listener_id].append(reaction)
    return found


class _Numbers:
    """The numbers of candidates, read once for each answer."""

    def __init__(self, experience: Experience) -> None:
        self._library = experience.library
        self._known: dict[int, dict[int, Vector]] = {}

    def of(self, seen: Seen, ids: Ids) -> Vector:
        known = self._known.setdefault(id(seen), {})
        if not known:
            known.update(self._library.numbers(seen.candidates.ids.tolist()))
        missing = np.full(len(NUMBERS), np.nan, dtype=np.float32)
        rows = [known.get(one, missing) for one in ids.tolist()]
        return np.array(rows, dtype=np.float32).reshape(-1, len(NUMBERS))


def _by_words(fusion: Fusion, priors: Priors, numbers: _Numbers) -> Order:
    """The order of a fusion, turned to what the words of the request mean to most."""

    def order(seen: Seen) -> Ordered:
        ranking = relevance(seen.candidates, fusion)
        words = kept_words(seen.judged.request) if seen.judged is not None else {}
        if not any(word in priors.slopes for word in words) or not len(ranking):
            return Ordered(seen=seen, ids=ranking.ids)
        rows = numbers.of(seen, ranking.ids)
        fit = np.sum([priors.change(word, rows) for word in words], axis=0)
        return Ordered(seen=seen, ids=own_words(ranking, fit).ids)

    return order
