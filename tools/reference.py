"""What the reference pages say of commands, settings and routes, read from the code; cog pastes it in."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import MISSING, fields
from tempfile import TemporaryDirectory
from typing import get_args, get_type_hints

from typer.main import get_command

_SCREEN = {"COLUMNS": "86", "TERM": "dumb", "NO_COLOR": "1"}


def command_names() -> list[str]:
    """Every command as it is typed, groups before their commands: "", "demo", …, "models fetch"."""
    from linernotes.serve.cli import app

    return list(_below(get_command(app), ""))


def _below(command: object, name: str) -> Iterator[str]:
    yield name
    for child, below in getattr(command, "commands", {}).items():
        yield from _below(below, f"{name} {child}".strip())


def help_text(command: str) -> str:
    """What ``linernotes COMMAND --help`` prints, as narrow as our pages."""
    from typer.testing import CliRunner

    from linernotes.serve.cli import app

    result = CliRunner().invoke(app, [*command.split(), "--help"], prog_name="linernotes", env=_SCREEN)
    return "\n".join(line.rstrip() for line in result.stdout.strip().splitlines())


def settings_rows() -> Iterator[tuple[str, str, str, str]]:
    """Of each setting its name, what it may be, its default and its meaning, as ``config.Settings`` says."""
    from linernotes.config import Settings

    meanings = _meanings(Settings)
    hints = get_type_hints(Settings)
    for setting in fields(Settings):
        kind = " or ".join(f"`{one}`" for one in get_args(hints[setting.name])) or {
            "int": "a whole number",
            "str": "text",
        }.get(hints[setting.name].__name__, "a folder")
        default = "see below" if setting.default is MISSING else f"`{setting.default}`"
        empty = setting.default == ""
        yield setting.name, kind, "empty" if empty else default, meanings[setting.name]


def _meanings(owner: type) -> dict[str, str]:
    """The string below each field of a class, in Markdown."""
    (body,) = ast.parse(inspect.getsource(owner)).body
    assert isinstance(body, ast.ClassDef)
    texts: dict[str, str] = {}
    for statement, below in zip(body.body, body.body[1:], strict=False):
        match statement, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                texts[name] = _markdown(text)
    return texts


def route_rows() -> Iterator[tuple[str, str, str]]:
    """Of each route of the JSON its method, path and meaning, as the OpenAPI description has them."""
    import linernotes
    from linernotes.serve.http import create_app

    with TemporaryDirectory() as folder, linernotes.open(folder) as library:
        paths = create_app(library).openapi()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield method.upper(), path, _markdown(operation.get("description", ""))


def _markdown(docstring: str) -> str:
    """A docstring as one line of Markdown."""
    return " ".join(docstring.replace("``", "`").split())
