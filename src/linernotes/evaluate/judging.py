"""What the check of notes says of a text, sorted: facts told, claims too many, and mere form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from linernotes.describe import check_note
from linernotes.describe.check.coverage import facts_told
from linernotes.describe.check.reading import Reading
from linernotes.evaluate.values import Subject, Text

# The check speaks in lines for people; by their beginnings they are told apart (a test holds both together).
_FORM = re.compile(
    r"is empty|has \d+ (?:sentences|words)|breaks off|has the brace|is not plain prose|copies the sheet"
    r"|repeats |speaks of its task|praises "
)
_TELLS_LITTLE = re.compile(r"tells \d+ of \d+ facts")
_QUOTED = re.compile(r"'([^']+)'")
_QUALITY = re.compile(r"speaks of the recording's quality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Of one text: how many of the sheet's facts it tells, and what is wrong with it.

    ``unsupported`` are claims and numbers that the sheet does not bear out; ``form`` is what is wrong with
    it as a text. ``tells_little`` says that it leaves out more than half.
    """

    told: int
    facts: int
    unsupported: tuple[str, ...]
    form: tuple[str, ...]
    tells_little: bool

    @property
    def told_share(self) -> float:
        """The share of the facts that are told; 1 for a sheet without facts."""
        return self.told / self.facts if self.facts else 1.0

    @property
    def passes(self) -> bool:
        """Whether the check has nothing against it."""
        return not (self.unsupported or self.form or self.tells_little)


def judge(subject: Subject, text: Text) -> Judgement:
    """Holds a text against its subject's sheet.

    What its writer was told beside the sheet is no claim too many.
    """
    problems = check_note(text.text, subject.sheet)
    told = facts_told(Reading(text.text, subject.sheet))
    form = tuple(problem for problem in problems if _FORM.match(problem))
    little = tuple(problem for problem in problems if _TELLS_LITTLE.match(problem))
    given = tuple(problem for problem in problems if _was_told(problem, text))
    return Judgement(
        told=sum(told.values()),
        facts=len(told),
        unsupported=tuple(problem for problem in problems if problem not in {*form, *little, *given}),
        form=form,
        tells_little=bool(little),
    )


def _was_told(problem: str, text: Text) -> bool:
    if text.told_quality and _QUALITY.match(problem):
        return True
    said = _QUOTED.search(problem)
    return said is not None and said[1].lower() in " ".join(text.told).lower()


def kind_of_problem(problem: str) -> str:
    """The problem without what is particular to one note, to be counted: "says '…', no fact does"."""
    quoted = re.sub(r"'[^']*'|\([^()]*\)", "…", problem)
    return re.sub(r"[-−]?\d[\d.,:]*", "#", quoted)
