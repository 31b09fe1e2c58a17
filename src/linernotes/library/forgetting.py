"""Forgetting a listener, and remembering which models must not be learned from any more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from linernotes.models import (
    EMBEDDER,
    RANKER,
    VOCABULARY,
    WRITER,
    Artefact,
    current,
    promoting,
    seen_by,
    withdraw,
)
from linernotes.store import Forgotten, Store

FORGOTTEN_MODELS: Final = "forgotten_models"
"""The value of the store that lists the checksums of models that had seen somebody who was forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenListener:
    """What was forgotten, and the models that had seen it, from which no turn of learning may start."""

    listener: str
    what: Forgotten
    models: tuple[ForgottenModel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenModel:
    """A model that had seen a listener who was forgotten."""

    name: str
    sha256: str
    made_at: str


def forget(store: Store, models_dir: Path, listener: str, *, with_facts: bool) -> ForgottenListener:
    """Takes a listener out of the store.

    Raises InputError for one who is not known, or alone administers the accounts of others.
    """
    store.accounts.check_may_go(listener)  # before any model is remembered as forgotten
    with promoting(models_dir):
        seen = _models(seen_by(models_dir, listener))
        if listener.strip() in store.listeners.names():  # first: a stop in between forgets too many models
            _remember(store, seen)
            _withdraw(models_dir, {one.sha256 for one in seen})
        what = store.listeners.forget(listener, with_facts=with_facts)
    return ForgottenListener(listener=listener.strip(), what=what, models=tuple(seen))


def _withdraw(models_dir: Path, forgotten: Set[str]) -> None:
    """Takes these models out of use; the next turn learns anew, from what the package has."""
    for kind in (RANKER, VOCABULARY, EMBEDDER, WRITER):
        card = current(models_dir, kind).card
        if card is not None and card.sha256 in forgotten:
            withdraw(models_dir, kind)


def forgotten_models(store: Store) -> frozenset[str]:
    """The checksums of the models that had seen a listener who was forgotten since."""
    try:
        return frozenset(map(str, json.loads(store.get_meta(FORGOTTEN_MODELS) or "[]")))
    except ValueError:
        return frozenset()


def _remember(store: Store, seen: Iterable[ForgottenModel]) -> None:
    new = {one.sha256 for one in seen}
    if new:
        store.set_meta(FORGOTTEN_MODELS, json.dumps(sorted(forgotten_models(store) | new)))


def _models(seen: Iterable[Artefact]) -> list[ForgottenModel]:
    cards = [one.card for one in seen if one.card is not None]
    return [ForgottenModel(name=one.name, sha256=one.sha256, made_at=one.made_at) for one in cards]
