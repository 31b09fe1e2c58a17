"""What comes in through the HTTP door beside the words of a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from linernotes.errors import InputError
from linernotes.library import AskOptions
from linernotes.types import Context

MOST_PICKS = 200
LONGEST_QUESTION = 10_000
"""Characters that are taken; the answer says how many of them were read."""
MOST_COMPANY = 50

Name = Annotated[str | None, Query(max_length=200)]
Word = Annotated[str | None, Query(max_length=200)]


def options_of(
    n: Annotated[int, Query(ge=1, le=MOST_PICKS)] = 20,
    listener: Name = None,
    company: Annotated[list[str] | None, Query(alias="with", max_length=MOST_COMPANY)] = None,
    mood: Word = None,
    activity: Word = None,
    people: Annotated[str | None, Query(alias="company", max_length=200)] = None,
    time: Word = None,
    popularity: Annotated[float | None, Query(ge=-1, le=1)] = None,
    diversity: Annotated[float, Query(ge=0, le=1)] = 0.3,
    exploration: Annotated[float, Query(ge=0, le=1)] = 0.05,
    minutes: Annotated[float | None, Query(ge=1, le=100_000)] = None,
    after: Annotated[int | None, Query(ge=1)] = None,
) -> AskOptions:
    """The options of ``ask`` in their bounds; ``with`` are further listeners, ``company`` is a situation."""
    return AskOptions(
        n=n,
        listener=listener,
        company=tuple(company or ()),
        context=Context(mood=mood, activity=activity, company=people, time=time),
        popularity=popularity,
        diversity=diversity,
        exploration=exploration,
        minutes=minutes,
        after=after,
    )


def checked(question: str) -> str:
    """The question; raises InputError for one that is too long."""
    if len(question) > LONGEST_QUESTION:
        raise InputError(
            f"the question has {len(question):,} characters: at most {LONGEST_QUESTION:,} are taken"
        )
    return question
