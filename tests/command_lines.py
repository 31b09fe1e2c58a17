"""Whether a command line that somebody wrote down can be typed: its command and its options exist."""

from __future__ import annotations

from collections.abc import Sequence

from typer.main import get_command

from linernotes.serve.cli import app


def unknown_in(words: Sequence[str]) -> list[str]:
    """The commands and options among ``words``, what follows ``linernotes``, that there are not."""
    command = get_command(app)
    unknown = []
    for word in words:
        children = getattr(command, "commands", {})
        options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        if word.startswith("-"):
            unknown += [] if _is_known(word, options) else [word]
        elif word in children:
            command = children[word]
        elif children:
            return [*unknown, word]
    return unknown


def _is_known(option: str, options: set[str]) -> bool:
    is_number = option[1:].replace(".", "").isdigit()
    return is_number or option.partition("=")[0] in {*options, "-h", "--help"}
