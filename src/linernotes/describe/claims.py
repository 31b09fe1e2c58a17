"""Which facts of a song a piece of text rests on, by the check's own reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from linernotes.describe.check import untrue_claims
from linernotes.types import FactSheet, FactValue
from linernotes.words import fold

_CLAIM = re.compile(r"[^',]*(?:'[^']*')?")
_LISTS = ("genres", "instruments", "moods", "styles", "decades")
_EMPTY = FactSheet()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFact:
    """One value of a sheet: ``field`` is its name there ("moods"), ``name`` that of its facts ("mood")."""

    field: str
    name: str
    value: FactValue


def facts_behind(text: str, sheet: FactSheet) -> tuple[HeldFact, ...]:
    """The facts that a text names, or without which the check would refuse something that it says.

    "A sad song" rests on the mood "sad" and on a low valence where the sheet has both. In the sheet's order;
    empty for a text that claims nothing, or nothing that the sheet bears out.
    """
    held = tuple(_held(sheet))
    named = _named(text, held)
    found = set(named)
    claims = _refused(text, _EMPTY) - _refused(text, sheet)
    falling = {
        claim: {one for one in held if claim in _refused(text, _without(sheet, one))} for claim in claims
    }
    found |= {one for needed in falling.values() for one in needed}
    for claim in sorted(claim for claim, needed in falling.items() if not needed):
        if _is_within(claim, named):
            continue
        bearing = {one for one in held if claim not in _refused(text, _alone(one))}
        numbers = {one for one in bearing if not isinstance(one.value, str)}
        found |= numbers if bearing & found else bearing
    return tuple(one for one in held if one in found)


def _named(text: str, held: Iterable[HeldFact]) -> list[HeldFact]:
    """The values that the text says in their own words; in "dark ambient" the mood "dark" is not said."""
    words = f" {fold(text)} "
    found = []
    for one in sorted(held, key=lambda one: -len(str(one.value))):
        value = f" {fold(one.value)} " if isinstance(one.value, str) else ""
        if value.strip() and value in words:
            words = words.replace(value, " | ")
            found.append(one)
    return found


def _is_within(claim: str, named: Iterable[HeldFact]) -> bool:
    """Whether the claim is but a word of a longer value: "dark" of "dark ambient"."""
    said = fold(claim.partition("'")[2])
    values = [fold(str(one.value)) for one in named]
    return bool(said) and said not in values and any(f" {said} " in f" {value} " for value in values)


def _refused(text: str, sheet: FactSheet) -> frozenset[str]:
    """What the check says is claimed and not borne out, without what it says of the sheet."""
    return frozenset(_CLAIM.match(problem).group() for problem in untrue_claims(text, sheet))  # type: ignore[union-attr]


def _held(sheet: FactSheet) -> Iterator[HeldFact]:
    for field in fields(sheet):
        value = getattr(sheet, field.name)
        if field.name == "kind" or value is None:
            continue
        if isinstance(value, tuple):
            name = field.name.removesuffix("s")
            yield from (HeldFact(field=field.name, name=name, value=one) for one in value)
        else:
            yield HeldFact(field=field.name, name=field.name, value=value)


def _without(sheet: FactSheet, held: HeldFact) -> FactSheet:
    value: Any = getattr(sheet, held.field)
    left: Any = tuple(one for one in value if one != held.value) if isinstance(value, tuple) else None
    return replace(sheet, **{held.field: left})


def _alone(held: HeldFact) -> FactSheet:
    value: Any = (held.value,) if held.field in _LISTS else held.value
    return replace(_EMPTY, **{held.field: value})
