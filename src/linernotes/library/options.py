"""What is asked beside the words of a request, and what of it goes over them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Final, TypedDict, get_args

from linernotes.rank import length_of
from linernotes.store.listeners import checked_name
from linernotes.types import Context, Family, Limit, Request
from linernotes.words import lexicon

_TIMES: Final = (
    (5, "late night"),
    (11, "morning"),
    (17, "afternoon"),
    (22, "evening"),
    (24, "late night"),
)
"""Until which hour it is called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptions:
    """What is asked beside the words. ``n`` None leaves the number to the request.

    ``popularity`` runs from -1 (deep cuts) to 1 (hits), ``diversity`` from 0 to 1; ``after`` is the answer
    that the request follows on. ``company`` are further listeners, whom the answer shall please as well.
    ``exploration`` is the share of the picks that is given to finding out what else the listener may like.
    """

    n: int | None = 20
    listener: str | None = None
    company: tuple[str, ...] = ()
    context: Context = field(default_factory=Context)
    popularity: float | None = None
    diversity: float = 0.3
    minutes: float | None = None
    after: int | None = None
    exploration: float = 0.05

    @property
    def listeners(self) -> tuple[str, ...]:
        """All who listen, the one who asks first. Raises InputError for what is no name."""
        asking = () if self.listener is None else (self.listener,)
        return tuple(dict.fromkeys(checked_name(name) for name in (*asking, *self.company)))


class AskKeywords(TypedDict, total=False):
    """The fields of AskOptions as keywords."""

    n: int | None
    listener: str | None
    company: tuple[str, ...]
    context: Context
    popularity: float | None
    diversity: float
    minutes: float | None
    after: int | None
    exploration: float


def with_options(request: Request, options: AskOptions) -> Request:
    """What the options say goes over what the words say."""
    context = {
        one.name: _named(one.name, getattr(options.context, one.name)) or getattr(request.context, one.name)
        for one in fields(Context)
    }
    limit_list = request.limits
    if options.minutes is not None:
        others = tuple(limit for limit in limit_list if limit.name != "total_minutes")
        text = f"{options.minutes:g} minutes"
        wanted = Limit(name="total_minutes", text=text, low=options.minutes, high=options.minutes)
        limit_list = (*others, wanted)
    dial = options.popularity if options.popularity is not None else request.popularity
    return replace(request, context=Context(**context), limits=limit_list, popularity=dial)


def at_this_hour(request: Request, hour: int) -> Request:
    """The request with the time of day, where it names no situation of its own."""
    context = request.context
    if any((context.activity, context.company, context.time)):
        return request
    return replace(request, context=replace(context, time=_time_at(hour)))


def _time_at(hour: int) -> str:
    """The lexicon's name for the time of day."""
    return next(name for before, name in _TIMES if hour < before)


def _named(family: str, word: str | None) -> str | None:
    """The lexicon's name for a word of the context; a word that it does not know stays."""
    known = next((one for one in get_args(Family) if one == family), None)
    return word if word is None or known is None else lexicon().canonical(known, word) or word


def asked_number(request: Request, options: AskOptions) -> int | None:
    """The request's own number goes before the option's; minutes decide the number by themselves."""
    if any(limit.name in {"tracks", "total_minutes"} for limit in request.limits):
        return None
    return options.n


def most_tracks(request: Request, options: AskOptions) -> int:
    """How many picks the answer has at most."""
    return length_of(request.limits, asked_number(request, options)).tracks
