"""What every page of the HTTP door shares, and the pages of songs, artists, genres and listeners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, quote, urlencode

import jinja2
from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse

from linernotes.errors import InputError, NotFoundError
from linernotes.facts import TYPICAL_START
from linernotes.library import AskOptions, Library, OpenedMix
from linernotes.serve.access import ASKING, ME, STRANGER, RefusedError, Visitor
from linernotes.serve.asked import LONGEST_QUESTION
from linernotes.serve.covers import Covers
from linernotes.serve.examples import examples_of
from linernotes.serve.playlists import WRITERS
from linernotes.serve.printable import printable
from linernotes.serve.screen import NOTHING_FOUND, count, fact_value, note_origin
from linernotes.serve.view import Found, Start, dials_of, found_of
from linernotes.types import Answer

HERE = Path(__file__).parent
LONGEST_FORM = 40_000
PLAYLISTS: Final = tuple(suffix.removeprefix(".") for suffix in WRITERS)
"""What an answer can be had as."""
_AS_EVER: Final = AskOptions()
_NO_FIELDS: Final[Mapping[str, object]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Renders the templates with what every page needs."""

    library: Library
    templates: jinja2.Environment
    covers: Covers

    def show(self, name: str, *, listener: str = "me", status: int = 200, **values: Any) -> Response:
        """A page for this listener."""
        page = self.templates.get_template(name).render(listener=listener, longest=LONGEST_QUESTION, **values)
        return HTMLResponse(page.encode("utf-8", "replace"), status_code=status)

    def home(
        self,
        query: str = "",
        *,
        options: AskOptions = _AS_EVER,
        answer: Answer | None = None,
        mix: OpenedMix | None = None,
        error: str = "",
        status: int = 200,
        visitor: Visitor = STRANGER,
    ) -> Response:
        """The page with the search; without question, answer and error it is the one to start from.

        With an error nothing is read from the library: it may be what is broken.
        """
        listener = options.listener or ME
        return self.show(
            "page.html",
            listener=listener,
            status=status,
            query=query,
            error=error,
            mix=mix,
            dials=dials_of(options, () if error else seen(visitor, self.library)),
            start=None if error or answer else self._start(),
            found=self.found(answer, options) if answer else None,
        )

    def refusal(self, message: str, status: int, *, listener: str | None = None) -> Response:
        """The page that says why nothing was done; this listener may ask on."""
        return self.home(options=AskOptions(listener=listener), error=message, status=status)

    def found(self, answer: Answer, options: AskOptions) -> Found:
        """What the page shows of an answer."""
        covers = frozenset(pick.track.id for pick in answer.picks if self.covers.has(pick.track))
        said = self.library.reactions(answer.id, options.listener or ME)
        starts = self.typical_starts_s(pick.track.id for pick in answer.picks)
        return found_of(answer, options, said, covers=covers, typical_starts_s=starts)

    def typical_starts_s(self, track_ids: Iterable[int]) -> dict[int, float]:
        """Where the typical part of these songs begins; those that nobody listened to are left out."""
        return self.library.store.catalogue.numbers(track_ids, TYPICAL_START)

    def _start(self) -> Start:
        tracks = self.library.track_count()
        return Start(tracks=tracks, examples=examples_of(self.library.offer(), date.today()))


def pages_of(library: Library) -> Pages:
    """The pages of a library, in HTML that escapes whatever comes from outside."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    templates.filters.update(
        count=count,
        fact_value=fact_value,
        note_origin=note_origin,
        clock=clock,
        initial=initial,
    )
    covers = Covers()
    templates.globals.update(
        link=link,
        nothing_found=NOTHING_FOUND,
        playlists=PLAYLISTS,
        has_cover=covers.has,
        asking=ASKING.get,
    )
    return Pages(library=library, templates=templates, covers=covers)


def link(path: str, beside: Mapping[str, object] = _NO_FIELDS, /, **values: object) -> str:
    """An address of ours with these fields and values; "me" is who listens if nothing is said."""
    named = {name: value for name, value in {**beside, **values}.items() if value not in (None, "", ())}
    if named.get("listener") == "me":
        del named["listener"]
    query = urlencode(named, doseq=True, errors="replace", quote_via=quote)
    return f"{path}?{query}" if named else path


def clock(seconds: float) -> str:
    """A length as players show it: 3:05, 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def initial(title: str) -> str:
    """The letter that stands for a song without a cover."""
    return next((letter.upper() for letter in title if letter.isalnum()), "♪")


async def fields_of(request: Request) -> dict[str, list[str]]:
    """The fields of a form with all their values. Raises InputError for one that is too long."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise InputError("this form is too long")
    return parse_qs(bytes(body).decode("utf-8", "replace"), keep_blank_values=True)


Fields = Annotated[dict[str, list[str]], Depends(fields_of)]


def form_of(fields: Fields) -> dict[str, str]:
    """The fields of a form, each once."""
    return {name: values[0] for name, values in fields.items()}


Form = Annotated[dict[str, str], Depends(form_of)]


def seen(visitor: Visitor, library: Library) -> tuple[str, ...]:
    """The names of the listeners whom this visitor may see."""
    return library.listeners() if visitor.administers else (visitor.name or ME,)


def told(error: Exception) -> tuple[int, str]:
    """The HTTP status of an error of ours and what it says."""
    if isinstance(error, RefusedError):
        return error.status, str(error)
    if isinstance(error, NotFoundError):
        return 404, str(error)
    return (422 if isinstance(error, InputError) else 503), str(error)


def number_in(text: str) -> int:
    """The number that a field of a form holds; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
