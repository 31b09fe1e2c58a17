"""What listeners deny: claims that lose their value before the sheet is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, get_args

from linernotes.types import DENIAL, Fact, FactValue, Family
from linernotes.words import BANDS, band_of, lexicon

_LISTENER: Final = "listener:"
_FAMILIES: Final = frozenset(get_args(Family))

Values = Callable[[Fact], Sequence[FactValue]]
"""Reads the values of a claim as the sheet tells them: "Rock; Pop" are two genres."""


def undenied(facts: Sequence[Fact], values_of: Values) -> Sequence[Fact]:
    """The claims without those that a listener denies, oldest first; the denials themselves are left out.

    Who denies a value denies its kinds with it ("not metal": no death metal), and who denies a number the
    others of its band. Against another listener the later word counts.
    """
    denials = [(place, fact) for place, fact in enumerate(facts) if fact.name.startswith(DENIAL)]
    if not denials:
        return facts
    left: list[Fact] = []
    for place, fact in enumerate(facts):
        if fact.name.startswith(DENIAL):
            continue
        is_listener = fact.source.startswith(_LISTENER)
        against = [
            one for at, one in denials if one.name == DENIAL + fact.name and (at > place or not is_listener)
        ]
        left += _kept(fact, against, values_of) if against else [fact]
    return left


def _kept(fact: Fact, denials: Sequence[Fact], values_of: Values) -> list[Fact]:
    values = values_of(fact)
    kept = [value for value in values if not any(_is_denied(fact.name, value, one) for one in denials)]
    return [fact] if len(kept) == len(values) else [replace(fact, value=value) for value in kept]


def _is_denied(name: str, value: FactValue, denial: Fact) -> bool:
    denied = denial.value
    if isinstance(value, str) and isinstance(denied, str):
        family = _family(name)
        return value == denied or (family is not None and value in lexicon().descendants(family, denied))
    if isinstance(value, str) or isinstance(denied, str):
        return str(value) == str(denied)
    if name in BANDS and (band := band_of(name, float(denied))):
        return band.low <= float(value) < band.high
    return abs(float(value) - float(denied)) < 1e-6


def _family(name: str) -> Family | None:
    return name if name in _FAMILIES else None  # type: ignore[return-value]
