"""How a command ends: an exit code, and one line on standard error where something went wrong."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from linernotes.errors import InputError, LinernotesError
from linernotes.serve.layout import Screen, print_lines

DONE, FAILED, WRONG_USAGE, SOME_FAILED = 0, 1, 2, 3
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""


class Commands(TyperGroup):
    """The commands; what they raise ends here. Wrong options are told by typer itself, also with 2."""

    def invoke(self, ctx: Any) -> Any:
        """Runs a command. Raises typer.Exit with the code instead of our errors."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except LinernotesError as err:
            _tell(f"linernotes: {err}")
            raise typer.Exit(WRONG_USAGE if isinstance(err, InputError) else FAILED) from err
        except BrokenPipeError as err:
            _write_no_more()
            raise typer.Exit(DONE) from err
        except OSError as err:
            _tell(f"linernotes: {err.filename or 'the system'}: {err.strerror or err}")
            raise typer.Exit(FAILED) from err
        except KeyboardInterrupt as err:
            _tell("stopped; run the same command again to go on")
            raise typer.Exit(INTERRUPTED) from err
        return result


def _tell(line: str) -> None:
    print_lines(Screen(stderr=True), [line])


def _write_no_more() -> None:
    """Nobody reads: what is still to be flushed when Python ends goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
