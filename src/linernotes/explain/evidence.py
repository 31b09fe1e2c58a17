"""What is known of a pick, and sentences that rest on one fact of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from linernotes.types import Fact, FactSheet, FactValue, Family, Reason, Target
from linernotes.words import FIELD_BY_FAMILY, fold, lexicon, word_for

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What is known of the listener about one pick.

    ``closest`` is the liked track that speaks most for it, ``words`` those of the request that mean something
    else to them: name, number, and how far it lies from what most mean. ``who`` of several listeners likes
    it most; empty for one alone.
    """

    closest: str = ""
    closest_id: int | None = None
    words: tuple[tuple[str, str, float], ...] = ()
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of one pick, besides the request.

    ``scores`` are those of the retrieval channels that found it, ``traces`` what each ranking step added;
    ``facts`` are the claims behind the sheet, ``seeds`` the sheets of each named artist's, album's or
    song's tracks by the seed's name, ``note`` the text that was written of it, ``unverified`` the promises
    that its facts cannot confirm.
    """

    sheet: FactSheet
    scores: Mapping[str, float] = field(default_factory=dict)
    traces: Mapping[str, float] = field(default_factory=dict)
    facts: Sequence[Fact] = ()
    seeds: Mapping[str, Sequence[FactSheet]] = field(default_factory=dict)
    note: str = ""
    unverified: Sequence[str] = ()
    personal: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A reason and how much it says; ``strength`` is 0 to 1."""

    strength: float
    reason: Reason


def values_of(family: Family, sheet: FactSheet) -> tuple[str, ...]:
    """What the sheet holds of a family; () where nothing is known."""
    if family not in FIELD_BY_FAMILY:
        return ()
    value: str | tuple[str, ...] | None = getattr(sheet, FIELD_BY_FAMILY[family])
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def values_among(family: Family, names: Collection[str], sheet: FactSheet) -> tuple[str, ...]:
    """Those of the sheet's values that are among the names, in the sheet's order."""
    return tuple(value for value in values_of(family, sheet) if value in names)


def meaning(family: Family, name: str) -> tuple[Target, ...]:
    """What a word of the lexicon means for the facts, without its leanings."""
    return tuple(target for target in targets_of(family, name) if target.weight >= 1)


def targets_of(family: Family, name: str) -> tuple[Target, ...]:
    """All that a word of the lexicon asks of the facts; () for one that is not in it."""
    term = lexicon().term(family, name)
    return term.targets if term else ()


def met(targets: Iterable[Target], evidence: Evidence) -> Iterator[Reason]:
    """A reason for each target that the sheet is known to meet."""
    for target in targets:
        if target.value is not None:
            if target.value in _named_values(target.name, evidence.sheet):
                yield on_fact(f"{target.name}: {target.value}", target.name, target.value, evidence)
            continue
        value: float | None = getattr(evidence.sheet, target.name, None)
        if value is not None and _within(target, value):
            yield on_fact(in_words(target.name, value), target.name, value, evidence)


def _named_values(name: str, sheet: FactSheet) -> tuple[str, ...]:
    return next((values_of(family, sheet) for family in FIELD_BY_FAMILY if family == name), ())


def _within(target: Target, value: float) -> bool:
    return (target.low is None or value >= target.low) and (target.high is None or value < target.high)


def in_words(name: str, value: float) -> str:
    """A number with the plainest word for it: "fast at 124 bpm", "energetic (energy 0.72)"."""
    word = word_for(name, value)
    units = {"tempo_bpm": "bpm", "loudness_lufs": "LUFS"}
    if name in units:
        number = f"{value:.0f} {units[name]}"
        return f"{word} at {number}" if word else number
    number = f"{name} {value:.2f}"
    return f"{word} ({number})" if word else number


def listed(values: Sequence[str], word: str = "and") -> str:
    """The values as people list them: "a, b and c"."""
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} {word} {values[-1]}"


def on_fact(text: str, name: str, value: FactValue, evidence: Evidence) -> Reason:
    """A reason that rests on one fact, with whoever claims it and how sure that is, where it is known."""
    claim = max(
        (fact for fact in evidence.facts if fact.name == name and _is_same(name, fact.value, value)),
        key=lambda fact: fact.confidence,
        default=None,
    )
    whose: dict[str, FactValue | None] = (
        {"source": claim.source, "confidence": claim.confidence} if claim else {}
    )
    return Reason(text=text, evidence={"fact": name, "value": value, **whose})


def _is_same(name: str, claimed: FactValue, told: FactValue) -> bool:
    """Whether a claim, as its source spells it, is what the sheet tells."""
    if claimed == told and type(claimed) is type(told):
        return True
    if isinstance(told, bool):
        return False
    if isinstance(told, str):
        return isinstance(claimed, str) and (
            _folded(claimed) == _folded(told) or _canonical(name, claimed) == told
        )
    number = _NUMBER.search(str(claimed))
    return number is not None and abs(float(number.group()) - told) < 1e-6


@lru_cache(maxsize=4096)
def _folded(value: str) -> str:
    return fold(value)


@lru_cache(maxsize=4096)
def _canonical(name: str, text: str) -> str | None:
    return next((lexicon().canonical(family, text) for family in FIELD_BY_FAMILY if family == name), None)
