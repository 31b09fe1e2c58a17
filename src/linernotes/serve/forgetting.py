"""The command ``forget``: a listener leaves the library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from linernotes.errors import InputError
from linernotes.library import ForgottenListener
from linernotes.serve.layout import Screen, print_lines
from linernotes.serve.options import AsJson, LibraryDir, opened, print_json
from linernotes.serve.screen import count


def forget(
    listener: Annotated[str, typer.Argument(metavar="LISTENER", help="Whom to forget.")],
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Do not ask.")] = False,
    with_facts: Annotated[
        bool, typer.Option("--with-facts", metavar="", help="The facts that they gave of songs, too.")
    ] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Forget all that a listener did, asked, said and wrote; there is no way back."""
    with opened(library) as open_library:
        name = listener.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()
        if name not in open_library.listeners():
            known = ", ".join(open_library.listeners()[:20]) or "nobody yet"
            raise InputError(f"there is no listener {name!r}; there are: {known}")
        if not yes:
            print_lines(Screen(stderr=True), [f"All that {name} did, asked, said and wrote goes for good."])
            typer.confirm("Go on?", abort=True, err=True)
        forgotten = open_library.forget(name, with_facts=with_facts)
    if as_json:
        print_json(forgotten)
    else:
        print_lines(Screen(), forgotten_lines(forgotten))


def forgotten_lines(forgotten: ForgottenListener) -> Iterator[str]:
    """What was forgotten, and which models had seen it."""
    what = forgotten.what
    gone = [
        count(what.events, "event"),
        count(what.answers, "answer"),
        count(what.sayings, "saying"),
        count(what.corrections, "correction"),
        count(what.mixes, "mix", "mixes"),
        count(what.notes, "note"),
    ]
    yield f"forgotten: {forgotten.listener}, with {', '.join(gone)}"
    if what.facts:
        fate = "gone as well" if what.facts_went else "kept as nobody's"
        yield f"of songs they gave {count(what.facts, 'fact')}, {fate}"
    for model in forgotten.models:
        yield f"{model.name} {model.sha256[:12]} had seen them: the next turn of learning starts without it"
