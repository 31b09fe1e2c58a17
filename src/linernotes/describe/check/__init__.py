"""Reads a note back into claims and holds each against the sheet: what is not borne out is a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from linernotes.describe.check.coverage import coverage_problems
from linernotes.describe.check.form import form_problems
from linernotes.describe.check.keys import key_problems
from linernotes.describe.check.kinds import kind_problems
from linernotes.describe.check.names import name_problems
from linernotes.describe.check.numbers import number_problems
from linernotes.describe.check.qualities import quality_problems
from linernotes.describe.check.reading import Reading
from linernotes.describe.check.versions import version_problems
from linernotes.describe.check.voices import voice_problems
from linernotes.types import FactSheet

_READERS: tuple[Callable[[Reading], Iterator[str]], ...] = (
    form_problems,
    number_problems,
    key_problems,
    quality_problems,
    kind_problems,
    voice_problems,
    version_problems,
    name_problems,
    coverage_problems,
)


def check_note(text: str, sheet: FactSheet) -> tuple[str, ...]:
    """The problems of a note with placeholders, each a short line; empty if every claim is borne out.

    A claim that the sheet knows nothing about is a problem as much as one that it contradicts: "says
    'fast', tempo is 62 bpm (slow)", "names the instrument 'banjo', which is in no fact". So is a note that
    leaves out more than half of the facts.
    """
    reading = Reading(text, sheet)
    problems = (problem for read in _READERS for problem in read(reading))
    return tuple(dict.fromkeys(problems))
