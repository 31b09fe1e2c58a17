"""The commands ``profile show`` and ``profile say``."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from linernotes.errors import ModelError
from linernotes.ingest import open_generator
from linernotes.library import Library, ProfilePage
from linernotes.serve.layout import Hanging, Screen, styled
from linernotes.serve.options import AsJson, LibraryDir, Listener, opened, print_json
from linernotes.serve.screen import count, track_line

profile_app = typer.Typer(help="What is known of a listener: show, say.", no_args_is_help=True)


@profile_app.command("show")
def profile_show(
    listener: Listener = "me",
    notes: Annotated[bool, typer.Option(metavar="", help="Let the model write.")] = True,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """What Linernotes takes you to like, in words; correct it with `profile say`."""
    with opened(library) as open_library:
        page = _read(open_library, listener, notes=notes)
    if as_json:
        print_json(page)
    else:
        Screen().print(profile_view(page))


@profile_app.command("say")
def profile_say(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="What you like, and what you do not.")],
    listener: Listener = "me",
    library: LibraryDir = None,
) -> None:
    """Say what you like ("calm piano, no screaming"); a later word goes over an earlier one."""
    with opened(library) as open_library:
        open_library.say(listener, " ".join(text))
        page = open_library.profile(listener)
    Screen().print(Hanging(styled(page.text)))


def _read(library: Library, listener: str, *, notes: bool) -> ProfilePage:
    """The page, in the writer's words where there is a writer."""
    if not notes:
        return library.profile(listener)
    try:
        writer = open_generator(library.settings)
    except ModelError:
        return library.profile(listener)
    with closing(writer):
        return library.profile(listener, writer=writer)


def profile_view(page: ProfilePage) -> RenderableType:
    """The text, and what it rests on."""
    parts: list[RenderableType] = [Hanging(styled(page.text)), Text()]
    for taste in page.tastes:
        parts.append(styled((f"{taste.share:.0%}", "bold"), f" {count(taste.count, 'song')}, as"))
        parts += [track_line(track, lead=styled("  ")) for track in taste.tracks]
    if page.sayings:
        parts.append(Hanging(styled(("You said: ", "dim"), " ".join(page.sayings))))
    parts.append(styled((f"{page.listener}: {count(page.events, 'event')}", "dim")))
    return Group(*parts)
