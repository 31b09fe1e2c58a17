"""A turn of learning every day while the server runs, in a process of its own."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final, Protocol

from linernotes.errors import InputError

BUDGET_MINUTES: Final = 25
THREADS: Final = 1
"""Cores of a turn beside answers."""
LOOK_S: Final = 60.0
"""The clock is looked at so often at least: it may be set, and a machine may sleep."""
GOODBYE_S: Final = 10.0
"""How long a turn may take to end when the server does."""
_SIGNALLED: Final = 128
"""Shells add the number of a signal to it."""
_LOG = logging.getLogger(__name__)


class Turn(Protocol):
    """A turn that runs, as ``subprocess.Popen`` tells of it."""

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""

    def terminate(self) -> None:
        """Ends it."""

    def kill(self) -> None:
        """Ends it at once."""

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end."""


def time_of_day(text: str) -> time:
    """The time that "03:00" tells. Raises InputError for anything else."""
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError as err:
        raise InputError(f"--learn-at {text!r}: a time of day is needed, as 03:00") from err


def next_at(at: time, now: datetime) -> datetime:
    """The first moment after ``now`` at which it is this time here; ``now`` knows its time zone."""
    local = now.replace(tzinfo=None)
    today = datetime.combine(local.date(), at)
    return (today if today > local else today + timedelta(days=1)).astimezone()


class Nightly:
    """Begins a turn when it is due, never a second one beside it."""

    def __init__(self, at: time, begin: Callable[[], Turn], now: Callable[[], datetime]) -> None:
        self._at = at
        self._begin = begin
        self._now = now
        self._due = next_at(at, now())
        self._running: Turn | None = None

    def look(self) -> float:
        """Begins a turn if one is due; after how many seconds to look again."""
        now = self._now()
        if now >= self._due:
            self._due = next_at(self._at, now)
            if self._running is not None and self._running.poll() is None:
                _LOG.warning("the turn of learning before still runs: none is begun")
            else:
                self._running = self._started()
        return min((self._due - now).total_seconds(), LOOK_S)

    def _started(self) -> Turn | None:
        try:
            return self._begin()
        except OSError as err:  # of memory, say: tomorrow there may be some
            _LOG.warning("no turn of learning could be begun: %s", err)
            return None

    def end(self) -> None:
        """Ends the turn that runs, if any: whenever that is, what is in use stays whole."""
        if self._running is None or self._running.poll() is not None:
            return
        self._running.terminate()
        try:
            self._running.wait(GOODBYE_S)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()


@contextmanager
def learning(at: time | None, library_dir: Path) -> Iterator[None]:
    """Learns every day at this time, until the block ends; never where it is None."""
    if at is None:
        yield
        return
    nightly = Nightly(at, lambda: _turn(library_dir), lambda: datetime.now().astimezone())
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.wait(nightly.look()):
            pass

    watching = threading.Thread(target=watch, name="learn", daemon=True)
    before = signal.signal(signal.SIGTERM, leave)
    watching.start()
    try:
        yield
    finally:
        stopped.set()
        watching.join()
        nightly.end()
        signal.signal(signal.SIGTERM, before)


def leave(number: int, _: object) -> None:
    """Ends the process as the signal would, but not before what it began has ended."""
    raise SystemExit(_SIGNALLED + number)


def _turn(library_dir: Path) -> subprocess.Popen[bytes]:
    """``linernotes learn`` on this library; what it says goes where the server's own messages go.

    It is in a session of its own: Ctrl-C is for the server, which ends it.
    """
    command = [sys.executable, "-m", "linernotes", "learn", "--library", str(library_dir)]
    command += ["--budget", str(BUDGET_MINUTES), "--threads", str(THREADS)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True)
