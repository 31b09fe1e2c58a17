"""What to install where a package of the extra is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from linernotes.errors import InputError


@contextmanager
def needs_extra(package: str, *, extra: str = "evaluate") -> Iterator[None]:
    """Turns the missing package into an InputError that names the extra."""
    try:
        yield
    except ModuleNotFoundError as err:
        raise InputError(f"evaluating needs {package}: pip install '.[{extra}]' in the clone") from err
