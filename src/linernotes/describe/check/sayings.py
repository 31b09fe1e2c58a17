"""Reads sayings that claim a number without a word of the table: "nobody could dance to it"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linernotes.describe.check.contexts import is_plainly_denied
from linernotes.describe.check.patterns import any_of
from linernotes.describe.check.ranges import Range, holds, values_of
from linernotes.describe.check.reading import Reading

_INFINITE = float("inf")
_FLOOR = r"(?:any|the|every|a) (?:dance ?)?floors?"
_PLACE = r"(?:along|by|ahead|past|through|on)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is said, and the claims of which one has to hold."""

    pattern: re.Pattern[str]
    claims: tuple[Range, ...]


def _at_least(name: str, low: float) -> Range:
    return Range(name=name, low=low, high=_INFINITE)


def _at_most(name: str, high: float) -> Range:
    return Range(name=name, low=-_INFINITE, high=high)


_SAYINGS = (
    Saying(
        pattern=any_of(
            rf"(?:fills?|moves?|packs?) {_FLOOR}|(?:gets?|sets?|keeps?|draws?) {_FLOOR} (?:moving|full|busy)",
            r"(?:you|one|any(?:one|body)|every(?:one|body)|feet) (?:can|could|will|may) (?:still )?dance",
            r"invit(?:es?|ing) (?:\w+ )?(?:to dance|dancing)|hard not to dance|wants? to dance",
        ),
        claims=(_at_least("danceability", 0.5),),
    ),
    Saying(
        pattern=any_of(
            r"(?:nobody|no[- ]?one) (?:(?:can|could|will|would|should|is going to) dance|dances)",
            r"(?:impossible|difficult|unfit|no good|not easy|not meant|hardly fit) (?:to dance|for dancing)",
            r"(?:cannot|can't|could not|couldn't|should not|won't) dance|sitting still",
            r"no dance (?:music|floor|tune)|not (?:a )?dance (?:music|tune)|not to be danced",
        ),
        claims=(_at_most("danceability", 0.4),),
    ),
    Saying(
        pattern=any_of(
            r"high in energy|(?:plenty|lots) of energy",
            r"(?:full of|bursting with) (?:energy|life|fire|vigou?r|fury)",
        ),
        claims=(_at_least("energy", 0.6),),
    ),
    Saying(
        pattern=any_of(r"low in energy|(?:with|has) little energy|short of energy|barely any energy"),
        claims=(_at_most("energy", 0.4),),
    ),
    Saying(
        pattern=any_of(r"in (?:high|good|fine|the best of) spirits"),
        claims=(_at_least("valence", 0.6),),
    ),
    Saying(pattern=any_of(r"in low spirits|down in the dumps"), claims=(_at_most("valence", 0.45),)),
    Saying(
        pattern=any_of(r"blaring|at full (?:blast|volume)|turned up to|cranked up"),
        claims=(_at_least("loudness_lufs", -10.0),),
    ),
    Saying(
        pattern=any_of(rf"(?:races|racing|rushes|rushing|hurtles|speeds|sprints) {_PLACE}"),
        claims=(_at_least("tempo_bpm", 110.0),),
    ),
    Saying(
        pattern=any_of(rf"(?:crawls|crawling|plods|plodding|trudges|creeps) {_PLACE}"),
        claims=(_at_most("tempo_bpm", 100.0),),
    ),
    Saying(
        pattern=any_of(r"tak(?:es|ing) (?:its|her|his|their) time|in no (?:hurry|rush|haste)"),
        claims=(_at_most("tempo_bpm", 125.0), _at_least("duration_s", 300.0)),
    ),
)


def saying_problems(reading: Reading) -> Iterator[str]:
    """Sayings that the sheet's numbers do not bear out, or of which it has no number."""
    for saying, said in _said(reading):
        if not any(holds(claim, reading) for claim in saying.claims):
            name = saying.claims[0].name
            values = values_of(name, reading)
            label = name.partition("_")[0]
            yield f"says '{said}', " + (f"{label} is {values[0]:.4g}" if values else "no fact does")


def sayings_told(reading: Reading) -> frozenset[str]:
    """The numbers of the sheet that the note tells by a saying."""
    claims = (claim for saying, _ in _said(reading) for claim in saying.claims)
    return frozenset(claim.name for claim in claims if holds(claim, reading))


def _said(reading: Reading) -> Iterator[tuple[Saying, str]]:
    for saying in _SAYINGS:
        for match in saying.pattern.finditer(reading.masked):
            if not is_plainly_denied(reading.masked, match.start()):
                yield saying, match.group()
