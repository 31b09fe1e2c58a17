"""Whether everything that Linernotes needs is in place."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from linernotes import models
from linernotes.config import Settings
from linernotes.errors import LinernotesError

FREE_GB_NEEDED = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. What is not ``needed`` only takes some ability away."""

    what: str
    ok: bool
    needed: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Everything that was looked at, the needed things first."""
    return [_python(), *_folders(settings), *_weights(settings), _store(settings), *_programs()]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(what="Python", ok=sys.version_info >= (3, 11), needed=True, detail=version)


def _folders(settings: Settings) -> Iterator[Finding]:
    for name, folder in (("library folder", settings.library_dir), ("models folder", settings.models_dir)):
        there = next((parent for parent in (folder, *folder.parents) if parent.exists()), folder)
        free_gb = shutil.disk_usage(there).free / 1e9
        writable = there.is_dir() and os.access(there, os.W_OK)
        detail = f"{folder}, {free_gb:.1f} GB free" if writable else f"{there} is no folder to write to"
        yield Finding(what=name, ok=writable and free_gb >= FREE_GB_NEEDED, needed=True, detail=detail)


def _weights(settings: Settings) -> Iterator[Finding]:
    for artefact in models.verify(settings.models_dir):
        ok = artefact.state == "ok"
        detail = "verified" if ok else f"{artefact.state}: run `linernotes models fetch`"
        yield Finding(what=f"model {artefact.name}", ok=ok, needed=True, detail=detail)


def _store(settings: Settings) -> Finding:
    from linernotes.library import Library

    if not settings.library_dir.exists() and not settings.database_url:
        return Finding(
            what="library", ok=True, needed=False, detail="none yet: `linernotes add FOLDER` makes it"
        )
    try:
        with Library(settings) as library:
            detail = f"{library.track_count()} tracks"
    except LinernotesError as err:
        return Finding(what="library", ok=False, needed=True, detail=str(err))
    return Finding(what="library", ok=True, needed=True, detail=detail)


def _programs() -> Iterator[Finding]:
    for program, loss in (
        ("ffmpeg", "m4a files cannot be listened to"),
        ("apt-get", "the demo brings no recordings"),
    ):
        path = shutil.which(program)
        yield Finding(what=program, ok=path is not None, needed=False, detail=path or f"not found: {loss}")
