"""What comes in through the HTTP door beside the words of a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import StringConstraints

from linernotes.errors import InputError
from linernotes.library import AskOptions, Library
from linernotes.serve.access import ME, Visiting, Visitor
from linernotes.serve.replies import LISTENER
from linernotes.types import Context

MOST_PICKS = 200
LONGEST_QUESTION = 10_000
"""Characters that are taken; the answer says how many of them were read."""
MOST_COMPANY = 50

Name = Annotated[str | None, Query(max_length=200, pattern=LISTENER)]
Companion = Annotated[str, StringConstraints(max_length=200, pattern=LISTENER)]
Word = Annotated[str | None, Query(max_length=200)]


def library_of(request: Request) -> Library:
    """The library that is served."""
    found: Library = request.app.state.library
    return found


Serving = Annotated[Library, Depends(library_of)]


def who_listens(visiting: Visiting, listener: Name = None) -> str:
    """Who listens: whom the address names, or else who asks. Raises RefusedError for somebody else."""
    return visiting.listens_as(listener) or ME


Who = Annotated[str, Depends(who_listens)]


def options_of(
    visiting: Visiting,
    library: Serving,
    n: Annotated[int, Query(ge=1, le=MOST_PICKS)] = 20,
    listener: Name = None,
    company: Annotated[list[Companion] | None, Query(alias="with", max_length=MOST_COMPANY)] = None,
    mood: Word = None,
    activity: Word = None,
    people: Annotated[str | None, Query(alias="company", max_length=200)] = None,
    time: Word = None,
    popularity: Annotated[float | None, Query(ge=-1, le=1)] = None,
    diversity: Annotated[float, Query(ge=0, le=1)] = 0.3,
    exploration: Annotated[float, Query(ge=0, le=1)] = 0.05,
    minutes: Annotated[float | None, Query(ge=1, le=100_000)] = None,
    after: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> AskOptions:
    """The options of ``ask`` in their bounds; ``with`` are further listeners, ``company`` is a situation.

    Raises RefusedError for listeners and answers that are not the visitor's: reasons tell what company likes.
    """
    for name in company or ():
        visiting.listens_as(name)
    check_own_answer(library, visiting, after)
    return AskOptions(
        n=n,
        listener=visiting.listens_as(listener),
        company=tuple(company or ()),
        context=Context(mood=mood, activity=activity, company=people, time=time),
        popularity=popularity,
        diversity=diversity,
        exploration=exploration,
        minutes=minutes,
        after=after,
    )


def check_own_answer(library: Library, visiting: Visitor, answer_id: int | None) -> None:
    """Raises RefusedError for an answer to somebody else, unless the visitor administers."""
    if answer_id is not None and not visiting.administers:
        visiting.check_sees(library.asker(answer_id))


def checked(question: str) -> str:
    """The question; raises InputError for one that is too long."""
    if len(question) > LONGEST_QUESTION:
        raise InputError(
            f"the question has {len(question):,} characters: at most {LONGEST_QUESTION:,} are taken"
        )
    return question
