"""Adding music while pages are served: one ``linernotes add`` at a time, in a process of its own.

It opens the library like any other process; what it has done is in the store, and shows there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from linernotes.config import Settings
from linernotes.errors import InputError, NotFoundError
from linernotes.serve.exits import DONE, SOME_FAILED

_COMMAND: Final = (sys.executable, "-m", "linernotes", "add")
_LINES_TOLD: Final = 12
"""Of what the process said, so many of the last lines are shown."""
_GOODBYE_S: Final = 5
_LOG: Final = "adding.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An ``add`` at work, or ended; ``went_well`` is None while it works. ``lines`` are its last words."""

    folder: Path
    went_well: bool | None
    lines: tuple[str, ...]


class Adding:
    """The process that adds, if there is one. It may be used from several threads."""

    def __init__(self, settings: Settings, command: Sequence[str] = _COMMAND) -> None:
        self._settings = settings
        self._command = tuple(command)
        self._log = settings.library_dir / _LOG
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    def start(self, folder: Path) -> None:
        """Begins to add a folder. Raises InputError for what is no folder, and while one is being added."""
        if not folder.is_dir():
            raise InputError(f"{folder} is no folder on this machine")
        with self._lock:
            if self._is_at_work():
                raise InputError(f"{self._folder} is being added: one after the other")
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    [*self._command, str(folder)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    env=environment(self._settings),
                )
            self._folder = folder

    def run(self) -> Run | None:
        """What is being added, or was added last; None before the first time."""
        with self._lock:
            if self._process is None or self._folder is None:
                return None
            code = self._process.poll()
            went_well = None if code is None else code in {DONE, SOME_FAILED}
            return Run(folder=self._folder, went_well=went_well, lines=self._last_lines())

    def is_at_work(self) -> bool:
        """Whether something is being added now."""
        with self._lock:
            return self._is_at_work()

    def wait(self) -> None:
        """Returns when nothing is being added any more."""
        process = self._process
        if process is not None:
            process.wait()

    def close(self) -> None:
        """Stops what is being added; the next ``add`` of the folder goes on where it was."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GOODBYE_S)
        process.kill()
        process.wait()

    def _is_at_work(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _last_lines(self) -> tuple[str, ...]:
        text = self._log.read_text(encoding="utf-8", errors="replace") if self._log.is_file() else ""
        return tuple(line for line in text.splitlines() if line.strip())[-_LINES_TOLD:]


def typed_folder(text: str) -> Path:
    """The folder that somebody typed. Raises InputError for what is no whole path of one."""
    try:
        path = Path(text.strip()).expanduser()
        if path.is_absolute() and path.is_dir():
            return path.resolve()
    except (OSError, RuntimeError, ValueError) as err:  # too long; nobody's home; a zero byte
        raise NotFoundError(f"{text[:200]!r} can be no folder: {err}") from err
    cure = "is it on this machine?" if path.is_absolute() else "write the whole path, as /home/ann/Music"
    raise NotFoundError(f"{text[:200]!r} is no folder here: {cure}")


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process that shall use the same settings."""
    own = {f"LINERNOTES_{one.name.upper()}": str(getattr(settings, one.name)) for one in fields(settings)}
    return {**os.environ, **{name: value for name, value in own.items() if value}}
