"""What a request asks of the facts, and how much of it each track has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from linernotes.retrieve.conditions import just_below
from linernotes.retrieve.field import Field
from linernotes.types import Family, Request, Target, Vector, Want
from linernotes.words import FIELD_BY_FAMILY, lexicon

if TYPE_CHECKING:
    from linernotes.index import Index

CONTEXT: Final[tuple[Family, ...]] = ("mood", "activity", "company", "time")

KIND: Final = 0.9
"""A kind of what was asked for (death metal for metal) is all but the thing itself."""
WIDER: Final = 0.4
"""What it is a kind of (metal for death metal) may be it; what that is a kind of, less so."""
BY_NUMBERS: Final = 0.7
"""A mood that nobody names but whose numbers fit, beside one that is named."""
ITS_DECADE: Final = 0.5
"""A song without a year, by an artist who was active then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """Values of a field of the sheet, each with how much of the wish it satisfies, 0 to 1."""

    field: str
    grades: Mapping[str | int | bool, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A range of a number, both ends included."""

    field: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something the facts can have, and how much it counts within its wish."""

    test: Graded | Between
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One thing asked for: satisfied by the best of the values that name it, or by a share of its parts.

    ``parts_worth`` is what having all the parts counts beside being named.
    """

    weight: float
    named: Graded | None = None
    parts: tuple[Part, ...] = ()
    parts_worth: float = 1.0

    @property
    def value(self) -> tuple[str, str | int | bool] | None:
        """The field and the value that are named, not a kind of it; None where only parts are."""
        if self.named is None:
            return None
        grades = self.named.grades
        return self.named.field, max(grades, key=grades.__getitem__)


def wishes_of(request: Request) -> tuple[Wish, ...]:
    """What the wants, the situation and the years of a request ask of the facts."""
    wants = list(request.wants)
    for family in CONTEXT:
        name: str | None = getattr(request.context, family)
        if name and not any(want.family == family and want.name == name for want in wants):
            wants.append(Want(family=family, name=name, text=name))
    wishes = [_wish(want) for want in wants]
    wishes += [
        _years(limit.low, limit.high)
        for limit in request.limits
        if limit.name == "year" and not limit.excluded
    ]
    return tuple(wish for wish in wishes if wish.named or wish.parts)


def _wish(want: Want) -> Wish:
    term = lexicon().term(want.family, want.name)
    parts = tuple(part for target in (term.targets if term else ()) for part in _parts(target))
    named = _graded(want.family, want.name)
    worth = BY_NUMBERS if named else 1.0
    return Wish(weight=want.weight, named=named, parts=parts, parts_worth=worth)


def _parts(target: Target) -> Iterator[Part]:
    if target.value is None:
        high = None if target.high is None else just_below(target.high)
        yield Part(test=Between(field=target.name, low=target.low, high=high), weight=target.weight)
        return
    named = _graded(target.name, target.value)
    if named:
        yield Part(test=named, weight=target.weight)


@lru_cache(maxsize=4096)
def _graded(family: str, name: str) -> Graded | None:
    if family == "style" and name == "live":
        return Graded(field="live", grades={True: 1.0})
    known = next((known for known in FIELD_BY_FAMILY if known == family), None)
    if known is None:
        return None
    grades: dict[str | int | bool, float] = {}
    _add_wider(known, name, WIDER, grades)
    grades.update(dict.fromkeys(lexicon().descendants(known, name), KIND))
    grades[name] = 1.0
    return Graded(field=FIELD_BY_FAMILY[known], grades=grades)


def _add_wider(family: Family, name: str, grade: float, grades: dict[str | int | bool, float]) -> None:
    """The parents, their parents at half, and so on."""
    term = lexicon().term(family, name)
    for parent in term.parents if term else ():
        if grade > grades.get(parent, 0.0):
            grades[parent] = grade
            _add_wider(family, parent, grade / 2, grades)


def _years(low: float | None, high: float | None) -> Wish:
    first = 1900 if low is None else int(low) // 10 * 10
    last = 2100 if high is None else int(high)
    grades: dict[str | int | bool, float] = dict.fromkeys(range(first, last + 1, 10), ITS_DECADE)
    return Wish(
        weight=1.0,
        named=Graded(field="decades", grades=grades),
        parts=(Part(test=Between(field="year", low=low, high=high), weight=1.0),),
    )


def shares(wishes: Iterable[Wish], index: Index, field: Field) -> Vector:
    """How much of the wishes each track of the field has: ``(n,) float32``, 0 to 1."""
    total = field.zeros()
    weights = 0.0
    for wish in wishes:
        total += wish.weight * _satisfied(wish, index, field)
        weights += wish.weight
    return total / np.float32(weights) if weights else total


def _satisfied(wish: Wish, index: Index, field: Field) -> Vector:
    has = field.zeros()
    whole = max(sum(part.weight for part in wish.parts), 1.0)
    for part in wish.parts:
        has += np.float32(part.weight * wish.parts_worth / whole) * tested(part.test, index, field)
    return np.maximum(has, tested(wish.named, index, field)) if wish.named else has


def tested(test: Graded | Between, index: Index, field: Field) -> Vector:
    """How much of it each track of the field has: ``(n,) float32``, 0 to 1."""
    has = field.zeros()
    if isinstance(test, Between):
        has[field.rows(index.number_between(test.field, test.low, test.high))] = 1.0
        return has
    found = index.find(test.field, test.grades)
    for grade in sorted(set(test.grades.values())):
        same = [ids for value, ids in found.items() if test.grades[value] == grade and len(ids)]
        if same:
            has[field.rows(np.concatenate(same))] = grade
    return has
