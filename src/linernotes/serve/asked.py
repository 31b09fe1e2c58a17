"""What comes in through the HTTP door beside the words of a request."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from pydantic import Field, StringConstraints

from linernotes.errors import InputError
from linernotes.library import AskOptions, Library
from linernotes.serve.access import ME, Visiting, Visitor
from linernotes.serve.replies import NAME
from linernotes.types import Context

MOST_PICKS = 200
LONGEST_QUESTION = 10_000
"""Characters that are taken; the answer says how many of them were read."""
MOST_COMPANY = 50
_AS_EVER = AskOptions()

_Empty = Literal[""]
"""A field of a form that was left empty says nothing."""
Name = Annotated[str | None, Query(max_length=200, pattern=NAME)]
Companion = Annotated[str, StringConstraints(max_length=200, pattern=NAME)]
Word = Annotated[str | None, Query(max_length=200)]


def library_of(request: Request) -> Library:
    """The library that is served."""
    found: Library = request.app.state.library
    return found


Serving = Annotated[Library, Depends(library_of)]


def who_listens(visiting: Visiting, listener: Name = None) -> str:
    """Who listens: whom the address names, or else who asks. Raises RefusedError for somebody else."""
    return visiting.listens_as(named(listener)) or ME


def named(listener: str | None) -> str | None:
    """The name; None for one that is only blanks."""
    return listener if listener and listener.strip() else None


Who = Annotated[str, Depends(who_listens)]


def options_of(
    visiting: Visiting,
    library: Serving,
    n: Annotated[int, Field(ge=1, le=MOST_PICKS)] | _Empty | None = None,
    listener: Name = None,
    company: Annotated[list[Companion] | None, Query(alias="with", max_length=MOST_COMPANY)] = None,
    mood: Word = None,
    activity: Word = None,
    people: Annotated[str | None, Query(alias="company", max_length=200)] = None,
    time: Word = None,
    popularity: Annotated[float, Field(ge=-1, le=1)] | _Empty | None = None,
    diversity: Annotated[float, Query(ge=0, le=1)] = 0.3,
    exploration: Annotated[float, Query(ge=0, le=1)] = 0.05,
    minutes: Annotated[float, Field(ge=1, le=100_000)] | _Empty | None = None,
    after: Annotated[int, Field(ge=1, le=2**62)] | _Empty | None = None,
) -> AskOptions:
    """The options of ``ask`` in their bounds; ``with`` are further listeners, ``company`` is a situation.

    Raises RefusedError for listeners and answers that are not the visitor's: reasons tell what company likes.
    """
    with_ = tuple(visiting.listens_as(name) or ME for name in company or () if named(name))
    check_own_answer(library, visiting, after or None)
    return AskOptions(
        n=n or _AS_EVER.n,
        listener=visiting.listens_as(named(listener)),
        company=with_,
        context=Context(
            mood=mood or None, activity=activity or None, company=people or None, time=time or None
        ),
        popularity=None if popularity == "" else popularity,
        diversity=diversity,
        exploration=exploration,
        minutes=minutes or None,
        after=after or None,
    )


def check_own_answer(library: Library, visiting: Visitor, answer_id: int | None) -> None:
    """Raises RefusedError for an answer to somebody else, unless the visitor administers."""
    if answer_id is not None and not visiting.administers:
        visiting.check_sees(library.asker(answer_id))


def fields_of(options: AskOptions) -> dict[str, object]:
    """The fields of an address that ``options_of`` reads as these options, but for those that are as ever.

    ``after`` is left out: it belongs to one answer.
    """
    ever = _fields(_AS_EVER)
    return {
        name: value
        for name, value in _fields(options).items()
        if value not in (None, "", ()) and value != ever[name]
    }


def _fields(options: AskOptions) -> dict[str, object]:
    return {
        "n": options.n,
        "listener": options.listener,
        "with": options.company,
        **asdict(options.context),
        "popularity": options.popularity,
        "diversity": options.diversity,
        "exploration": options.exploration,
        "minutes": options.minutes,
    }


def checked(question: str) -> str:
    """The question; raises InputError for one that is too long."""
    if len(question) > LONGEST_QUESTION:
        raise InputError(
            f"the question has {len(question):,} characters: at most {LONGEST_QUESTION:,} are taken"
        )
    return question
