"""Reads a note back into claims and holds each against the sheet: what is not borne out is a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from linernotes.describe.check.comparisons import comparison_problems
from linernotes.describe.check.counts import count_problems
from linernotes.describe.check.coverage import coverage_problems
from linernotes.describe.check.form import form_problems
from linernotes.describe.check.keys import key_problems
from linernotes.describe.check.kinds import kind_problems
from linernotes.describe.check.modes import mode_problems
from linernotes.describe.check.names import name_problems
from linernotes.describe.check.numbers import number_problems
from linernotes.describe.check.qualities import quality_problems
from linernotes.describe.check.reading import Reading
from linernotes.describe.check.roles import role_problems
from linernotes.describe.check.sayings import saying_problems
from linernotes.describe.check.versions import version_problems
from linernotes.describe.check.voices import voice_problems
from linernotes.types import FactSheet, Sheet

Reader = Callable[[Reading], Iterator[str]]

_OF_BOTH: tuple[Reader, ...] = (
    quality_problems,
    saying_problems,
    kind_problems,
    voice_problems,
    version_problems,
    role_problems,
    name_problems,
    coverage_problems,
)
_OF_SONGS: tuple[Reader, ...] = (form_problems, number_problems, key_problems, *_OF_BOTH)
_CLAIMS_OF_SONGS = tuple(read for read in _OF_SONGS if read not in (form_problems, coverage_problems))
_OF_COLLECTIONS: tuple[Reader, ...] = (
    form_problems,
    count_problems,
    mode_problems,
    comparison_problems,
    *_OF_BOTH,
)
_CLAIMS_OF_COLLECTIONS = tuple(
    read for read in _OF_COLLECTIONS if read not in (form_problems, coverage_problems)
)


def check_note(text: str, sheet: Sheet) -> tuple[str, ...]:
    """The problems of a note with placeholders, each a short line; empty if every claim is borne out.

    A claim that the sheet knows nothing about is a problem as much as one that it contradicts: "says
    'fast', tempo is 62 bpm (slow)", "names the instrument 'banjo', which is in no fact". So is a note that
    leaves out more than half of the facts.
    """
    reading = Reading(text, sheet)
    return _problems(reading, _OF_COLLECTIONS if reading.collection else _OF_SONGS)


def untrue_claims(text: str, sheet: Sheet) -> tuple[str, ...]:
    """What a text says that the sheet does not bear out, whatever its form."""
    reading = Reading(text, sheet)
    return _problems(reading, _CLAIMS_OF_COLLECTIONS if reading.collection else _CLAIMS_OF_SONGS)


def claims_too_much(text: str, sheet: FactSheet) -> tuple[str, ...]:
    """The problems that the check has with a text, but for what the text leaves out."""
    left_out = set(coverage_problems(Reading(text, sheet)))
    return tuple(problem for problem in check_note(text, sheet) if problem not in left_out)


def sentences_of(text: str, sheet: Sheet) -> tuple[str, ...]:
    """The text's sentences; a value of the sheet that ends in a mark ("Oi!") ends none."""
    return tuple(text[span.start : span.end] for span in Reading(text, sheet).sentences)


def _problems(reading: Reading, readers: tuple[Reader, ...]) -> tuple[str, ...]:
    problems = (problem for read in readers for problem in read(reading))
    return tuple(dict.fromkeys(problems))
