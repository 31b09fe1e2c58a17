"""What comes in through the HTTP door beside the words of a request."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator, Field

from linernotes.errors import InputError
from linernotes.library import AskOptions
from linernotes.types import Context

MOST_PICKS = 200
LONGEST_QUESTION = 10_000
"""Characters that are taken; the answer says how many of them were read."""
MOST_COMPANY = 50
_AS_EVER = AskOptions()

_Said = BeforeValidator(lambda value: None if value == "" else value)
"""A field of a form that was left empty says nothing."""
Name = Annotated[str | None, Query(max_length=200)]
Word = Annotated[str | None, Query(max_length=200)]


def options_of(
    n: Annotated[Annotated[int, Field(ge=1, le=MOST_PICKS)] | None, _Said] = None,
    listener: Name = None,
    company: Annotated[list[str] | None, Query(alias="with", max_length=MOST_COMPANY)] = None,
    mood: Word = None,
    activity: Word = None,
    people: Annotated[str | None, Query(alias="company", max_length=200)] = None,
    time: Word = None,
    popularity: Annotated[Annotated[float, Field(ge=-1, le=1)] | None, _Said] = None,
    diversity: Annotated[float, Query(ge=0, le=1)] = 0.3,
    exploration: Annotated[float, Query(ge=0, le=1)] = 0.05,
    minutes: Annotated[Annotated[float, Field(ge=1, le=100_000)] | None, _Said] = None,
    after: Annotated[Annotated[int, Field(ge=1)] | None, _Said] = None,
) -> AskOptions:
    """The options of ``ask`` in their bounds; ``with`` are further listeners, ``company`` is a situation."""
    return AskOptions(
        n=_AS_EVER.n if n is None else n,
        listener=listener,
        company=tuple(name for name in company or () if name.strip()),
        context=Context(
            mood=mood or None, activity=activity or None, company=people or None, time=time or None
        ),
        popularity=popularity,
        diversity=diversity,
        exploration=exploration,
        minutes=minutes,
        after=after,
    )


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
