"""What is chosen before the first month: settings of the models, and how much each signal counts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from linernotes.evaluate.loop.data import Events
from linernotes.evaluate.loop.models import Models, Settings, fit
from linernotes.evaluate.loop.months import PRACTICE, known_at, profiles_at, split_at
from linernotes.evaluate.loop.ranking import lists_by, shortlist
from linernotes.evaluate.loop.systems import Plan
from linernotes.evaluate.taste.lists import found
from linernotes.evaluate.taste.shortlists import joined
from linernotes.learn.listwise import learn_weights

log = logging.getLogger(__name__)

GRID: Final = (
    Settings(factors=128, regularization=60.0, alpha=15.0, strength=60.0, damping=3.0),
    Settings(factors=128, regularization=120.0, alpha=30.0, strength=100.0, damping=10.0),
    Settings(factors=128, regularization=60.0, alpha=24.0, strength=200.0, damping=30.0),
    Settings(factors=64, regularization=60.0, alpha=15.0, strength=400.0, damping=100.0),
)
"""What is tried: settings of one model are independent of those of another, so one fit tries one of each."""
_OWN: Final = {
    "als": ("factors", "regularization", "alpha"),
    "ease": ("strength",),
    "company": ("damping",),
}
"""The settings of each signal."""
_RIDGE: Final = 0.1
"""There are few lists to learn from, and .01 found 1 % less in the months before practice."""


def plan_for(events: Events, *, seed: int, tell: Callable[[], None] = lambda: None) -> Plan:
    """Everything is fitted at the start of each month in turn, and chosen by what is found in it.

    ``tell`` is called before each of the grid is tried, and once more.
    """
    tried = []
    for settings in GRID:
        tell()
        tried.append(_ndcg_by_signal(events, settings, seed))
    best = {name: int(np.argmax([own[name] for own in tried])) for name in _OWN}
    chosen = {field: getattr(GRID[best[name]], field) for name, fields in _OWN.items() for field in fields}
    settings = replace(GRID[0], **chosen)
    tell()
    lessons = joined(
        [
            shortlist(
                _fitted(events, settings, month, seed), profiles_at(events, month), split_at(events, month)
            )
            for month in PRACTICE
        ]
    )
    weights = learn_weights(lessons.signals, lessons.right, ridge=_RIDGE)
    log.info("loop: %s, weights %s", settings, {name: round(own, 3) for name, own in weights.items()})
    return Plan(settings=settings, weights=weights, seed=seed)


def _fitted(events: Events, settings: Settings, month: int, seed: int) -> Models:
    return fit(known_at(events, month), settings, seed=seed)


def _ndcg_by_signal(events: Events, settings: Settings, seed: int) -> dict[str, float]:
    """nDCG@20 of each signal alone, over all months."""
    finds: dict[str, list[float]] = {name: [] for name in _OWN}
    for month in PRACTICE:
        models, split = _fitted(events, settings, month, seed), split_at(events, month)
        profiles = profiles_at(events, month)
        for name, own in finds.items():
            own += found(lists_by(models, profiles, split, {name: 1.0}), split).ndcg.tolist()
    return {name: float(np.mean(own)) for name, own in finds.items()}
