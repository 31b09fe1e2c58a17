"""What a library learns from its listeners: the ranker, what words mean to most, a map of requests.

All are small files that are read while answers are given, so that one that was promoted or taken back is in
use with the next answer.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from linernotes.models.shelf import current

RANKER: Final = "ranker"
VOCABULARY: Final = "vocabulary"
"""Their names on the shelf."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What is in use of a kind: its ``version`` as answers record it, and what the file holds."""

    version: str
    data: bytes


def learned(models_dir: Path, name: str) -> Learned | None:
    """What was learned and is in use; None where nothing is, or where it is damaged: answers go on."""
    chosen = current(models_dir, name, deep=True)
    if chosen.card is None:
        return None
    if chosen.state != "ok":
        _LOG.error("the %s in use is %s: `linernotes models rollback %s`", name, chosen.state, name)
        return None
    try:
        return Learned(version=f"{name}@{chosen.card.sha256[:12]}", data=chosen.path.read_bytes())
    except OSError as err:
        _LOG.error("the %s in use cannot be read: %s", name, err)
        return None


def stamp(models_dir: Path, name: str) -> tuple[int, int, int] | None:
    """Changes whenever another version comes into use; costs one look at the file system."""
    try:
        found = (models_dir / name / "pointer.json").stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
