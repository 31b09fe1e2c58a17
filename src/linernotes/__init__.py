"""Linernotes: written notes for a music library, and recommendations from them.

>>> import linernotes
>>> library = linernotes.open()
>>> answer = library.ask("something calm, without drums", n=5)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linernotes.errors import LinernotesError
from linernotes.types import Answer, Fact, Pick, Reason, Request, Track

if TYPE_CHECKING:
    from linernotes.library import Library

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Fact",
    "Library",
    "LinernotesError",
    "Pick",
    "Reason",
    "Request",
    "Track",
    "__version__",
    "open",
]


def open(folder: str | Path | None = None) -> Library:
    """The library kept in ``folder``, or in the one that the settings name; made when it is not there yet.

    Raises StoreError when the folder holds something else.
    """
    from linernotes.config import load_settings
    from linernotes.library import Library

    return Library(load_settings(library_dir=Path(folder) if folder is not None else None))


def __getattr__(name: str) -> Any:
    if name == "Library":
        from linernotes.library import Library

        return Library
    raise AttributeError(f"module 'linernotes' has no attribute {name!r}")
