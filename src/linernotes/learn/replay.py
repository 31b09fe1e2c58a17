"""Lessons that ship with the package: what a turn teaches again, and what it measures on."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from linernotes.learn.corpora import Lesson, read_notes
from linernotes.types import Sheet
from linernotes.words import lexicon

One = TypeVar("One")

SOURCE: Final = "Linernotes corpus of hand-written notes, a part"
LICENCE: Final = "CC-BY-4.0"


@cache
def shipped_lessons() -> tuple[Lesson, ...]:
    """What the shipped writer was taught, a part: taught again, it is not forgotten."""
    return _read("taught")


@cache
def watched_lessons() -> tuple[Lesson, ...]:
    """Never taught: how likely they stay tells how much a writer has forgotten of how people write."""
    return _read("watched")


@cache
def shipped_sheets() -> tuple[Sheet, ...]:
    """Sheets on which no writer of ours was ever taught: the same ones in every turn, to measure on."""
    return tuple(one.sheet for one in _read("held_out"))


def _read(name: str) -> tuple[Lesson, ...]:
    path = Path(str(resources.files("linernotes").joinpath(f"data/lessons/{name}.jsonl.gz")))
    return tuple(read_notes(path, source=SOURCE, licence=LICENCE))


# --- balance


def family_of(sheet: Sheet) -> str:
    """The widest genre above the sheet's first one; "" without any that the lexicon knows."""
    genres = getattr(sheet, "genres", ()) or getattr(sheet, "parents", ())
    for genre in genres:
        above = {genre, *lexicon().ancestors("genre", genre)}
        roots = sorted(one for one in above if not lexicon().ancestors("genre", one) - {one})
        if roots:
            return str(roots[0])
    return ""


def script_of(title: str) -> str:
    """The script of a title by its first letter, as Unicode names it: "LATIN", "CYRILLIC"; "" without any."""
    letter = next((one for one in title if one.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""


def evened(items: Sequence[One], stratum_of: Callable[[One], Hashable]) -> list[One]:
    """All of them, those of strata smaller than most twice, so that no stratum is drowned."""
    counts = Counter(map(stratum_of, items))
    mean = len(items) / len(counts) if counts else 0.0
    return [*items, *(one for one in items if counts[stratum_of(one)] < mean)]


def in_turns(
    items: Sequence[One], stratum_of: Callable[[One], Hashable], most: int, rng: Random
) -> list[One]:
    """So many of them at most, drawn one from each stratum in turn."""
    strata: dict[Hashable, list[One]] = {}
    for one in rng.sample(items, len(items)):
        strata.setdefault(stratum_of(one), []).append(one)
    rounds = max(map(len, strata.values()), default=0)
    dealt = (one[place] for place in range(rounds) for one in strata.values() if place < len(one))
    return [one for _, one in zip(range(most), dealt, strict=False)]
