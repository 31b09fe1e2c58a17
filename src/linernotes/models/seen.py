"""Which models had seen a listener, by the marks on their cards."""

from __future__ import annotations

import hashlib
from pathlib import Path

from linernotes.models.shelf import Artefact, Card, cards, versions

LISTENERS = "listeners"
"""In a card's details: the marks of those whose events and corrections the model was taught from."""


def listener_mark(name: str) -> str:
    """What stands for a listener on a card: 32 hex digits, from which no name is read."""
    return hashlib.blake2b(name.strip().encode("utf-8", "replace"), digest_size=16).hexdigest()


def seen_by(models_dir: Path, name: str) -> tuple[Artefact, ...]:
    """The models on the shelf that had seen this listener, in use or not, by name and age.

    A card without marks had seen nobody.
    """
    mark = listener_mark(name)
    names = dict.fromkeys(card.name for card in cards(models_dir))
    return tuple(one for name in names for one in versions(models_dir, name) if mark in _marks(one.card))


def _marks(card: Card | None) -> list[object]:
    marks = None if card is None else card.details.get(LISTENERS)
    return marks if isinstance(marks, list) else []
