"""Other forms of the same lesson: fewer facts, the same numbers in other words, values in another order.

They teach what one text a sheet cannot: that it depends on the facts what is told, and on nothing else.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

from linernotes.describe.check import sentences_of
from linernotes.describe.writer import FEWEST_FACTS
from linernotes.learn.corpora.agreement import facts_of, is_told, passes, sheet_with
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.notations import otherwise_said
from linernotes.learn.corpora.swaps import Pool, with_other_values
from linernotes.types import Sheet

_DROP_OUT = 0.35
"""Share of the lessons that lose facts: most must go on teaching that all of them are told."""
_TRIES = 4
_LISTS = ("genres", "instruments", "moods", "styles", "parents", "relatives", "stands_out")
_LEANS = re.compile(
    r"^(?:but|yet|and|or|nor|so|then|still|also|even|both|neither|either|half|each|all|most|some|one|another"
    r"|others?|such|here|there|that|this|these|those|who|which|add|meanwhile|likewise|only)\b"
    r"|\b(?:too|as well|besides|again|itself|themselves|same|nonetheless|nevertheless|though|however|either"
    r"|otherwise|instead|the (?:two|three|four|others?|rest|former|latter)|all (?:this|that|of)|even so)\b",
    re.IGNORECASE,
)
"""What points back to the sentence before."""
_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|he|she|his|her|him)\b", re.IGNORECASE)
_NAME = re.compile(r"\{(?:title|artist|genre)\}")


def augmented(lesson: Lesson, rng: random.Random, pool: Pool | None = None) -> Lesson:
    """Another form of the lesson, drawn by ``rng``: at times the lesson itself.

    Notes lose facts together with the sentences that tell them, or say numbers, keys and words of a band in
    another way; numbers, keys and, where there is a pool, genres, instruments and moods are at times others,
    in text and sheet alike. The values of lists change places in every sheet. What passed the check before
    passes it after; the id stays, and a corrected text stands alone.
    """
    changed = replace(lesson, rejected=None)
    if passes(lesson):
        if rng.random() < _DROP_OUT:
            changed = without_some_facts(changed, rng)
        if pool is not None:
            changed = _if_it_passes(with_other_values(changed, pool, rng), changed)
        changed = _if_it_passes(otherwise_said(changed, rng), changed)
    return replace(changed, sheet=_shuffled(changed.sheet, rng))


def _if_it_passes(changed: Lesson, before: Lesson) -> Lesson:
    return changed if passes(changed) else before


def without_some_facts(lesson: Lesson, rng: random.Random) -> Lesson:
    """The lesson without a sentence or more, and without the facts that only those sentences tell.

    The lesson itself where nothing can go: what is left has to read as a whole, to tell two facts, and to
    tell all that is left on the sheet.
    """
    sentences = sentences_of(lesson.text, lesson.sheet)
    if len(sentences) < 2:
        return lesson
    for _ in range(_TRIES):
        kept = [place for place in range(len(sentences)) if rng.random() < 0.5]
        if 0 < len(kept) < len(sentences) and _reads_well(sentences, kept):
            shorter = _cut_down(lesson, sentences, kept)
            if shorter is not None and passes(shorter):
                return shorter
    return lesson


def leans_back(sentence: str) -> bool:
    """Whether a sentence needs the one before it to be understood: "It", "they", "the same", "too"."""
    if _LEANS.search(sentence):
        return True
    pronoun, name = _PRONOUN.search(sentence), _NAME.search(sentence)
    return pronoun is not None and (name is None or pronoun.start() < name.start())


def _reads_well(sentences: tuple[str, ...], kept: list[int]) -> bool:
    return all(place - 1 in kept or not leans_back(sentences[place]) for place in kept)


def _cut_down(lesson: Lesson, sentences: tuple[str, ...], kept: list[int]) -> Lesson | None:
    sheet = lesson.sheet
    facts = []
    for fact in facts_of(sheet):
        places = {place for place, sentence in enumerate(sentences) if is_told(fact, sentence, sheet)}
        if not places or (fact.is_whole and places & set(kept) and not places <= set(kept)):
            return None
        if places & set(kept):
            facts.append(fact)
    if len(facts) < FEWEST_FACTS:
        return None
    text = " ".join(sentences[place] for place in kept)
    return replace(lesson, sheet=sheet_with(sheet, facts), text=text)


def _shuffled(sheet: Sheet, rng: random.Random) -> Sheet:
    orders: dict[str, Any] = {}
    for name in _LISTS:
        values = getattr(sheet, name, ())
        orders[name] = tuple(rng.sample(values, len(values)))
    return replace(sheet, **{name: values for name, values in orders.items() if values})
