"""The public data that suites read, which is not ours to give away with the code."""

from __future__ import annotations

from pathlib import Path

from linernotes.errors import InputError


def data_file(path: Path, needed: str) -> Path:
    """The path, if a file is there. Raises InputError that says what is ``needed`` and where it is from."""
    if not path.is_file():
        raise InputError(
            f"{path} is not there: --data needs a folder with {needed}; docs/evaluate.md says what they hold"
        )
    return path
