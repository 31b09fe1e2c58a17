"""The command ``correct``: what is wrong with a song's note or facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from linernotes.errors import InputError
from linernotes.library import Corrected, plain
from linernotes.serve.as_json import track_json
from linernotes.serve.layout import Hanging, Screen, styled
from linernotes.serve.options import AsJson, LibraryDir, Listener, opened, print_json
from linernotes.serve.screen import fact_value, note_view, track_line
from linernotes.types import DENIAL


def correct(
    track: Annotated[list[str], typer.Argument(metavar="TRACK", help="A song's number or name.")],
    wrong: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What of the note is wrong, as “a sad song”.")
    ] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="What is right, as tempo=92, or is not: mood!=sad."),
    ] = None,
    write: Annotated[
        str | None, typer.Option(metavar="TEXT", help="A better note, in whole sentences.")
    ] = None,
    helpful: Annotated[bool, typer.Option("--helpful", metavar="", help="The note helps you.")] = False,
    not_for_me: Annotated[
        bool, typer.Option("--not-for-me", metavar="", help="The note does not help you.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", metavar="", help="Take your latest correction of this song back.")
    ] = False,
    listener: Listener = "me",
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a song's note or facts, and what is right; it shows at once."""
    if helpful and not_for_me:
        raise InputError("--helpful and --not-for-me: which is it?")
    if undo and (wrong is not None or fact or write is not None or helpful or not_for_me):
        raise InputError("--undo goes alone")
    with opened(library) as open_library:
        name = _typed(" ".join(track))
        if undo:
            corrected = open_library.undo_correction(listener, name)
        else:
            corrected = open_library.correct(
                listener,
                name,
                wrong=None if wrong is None else _typed(wrong),
                facts=[_typed(one) for one in fact or []],
                text=None if write is None else _typed(write),
                verdict="helpful" if helpful else "not for me" if not_for_me else None,
            )
    if as_json:
        print_json(corrected_json(corrected))
    else:
        Screen().print(corrected_view(corrected, undone=undo))


def corrected_json(corrected: Corrected) -> dict[str, Any]:
    """The object that ``correct --json`` prints."""
    return {
        "listener": corrected.listener,
        "track": track_json(corrected.page.track),
        "facts": plain(corrected.facts),
        "removed": plain(corrected.removed),
        "note": corrected.page.note,
        "origin": corrected.page.origin,
        "model": corrected.page.model,
        "messages": plain(corrected.messages),
    }


def corrected_view(corrected: Corrected, *, undone: bool = False) -> RenderableType:
    """What was changed, and the note that stands now."""
    return Group(track_line(corrected.page.track), *_changes(corrected, undone=undone))


def _changes(corrected: Corrected, *, undone: bool) -> Iterator[RenderableType]:
    for fact in corrected.facts:
        name = fact.name.removeprefix(DENIAL)
        sign = "is not" if fact.name != name else "is"
        said = f"{name} {sign} {fact_value(fact)}"
        yield Hanging(styled(f"taken back: {said}" if undone else said))
    for sentence in corrected.removed:
        yield Hanging(styled(("Wrong: ", "dim"), sentence))
    yield Text()
    yield from note_view(corrected.page)
    for message in corrected.messages:
        yield Hanging(styled((message, "yellow")))


def _typed(text: str) -> str:
    """What was typed, as text: bytes that are no UTF-8 become replacement signs."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
