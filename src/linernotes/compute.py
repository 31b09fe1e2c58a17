"""How work is run: a bounded pool of child processes for what may crash, hang or eat memory.

Decoders of media files do all three, and some libraries raise ``BaseException``. So each item is worked
on in a child process with limits; what goes wrong there costs one item, never the run. The children are
fresh interpreters (nothing is forked, ``__main__`` is not imported again), so a script needs no guard.
"""

from __future__ import annotations

import fcntl
import gc
import json
import logging
import math
import os
import pickle
import resource
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, Generic, TypeVar

from linernotes.errors import IsolationError, LinernotesError

Item = TypeVar("Item")
Value = TypeVar("Value")

_LOG = logging.getLogger(__name__)

_START_S = 120.0  # to import what the function needs, on a slow disk
_FAILED_STARTS = 3  # in a row, before the run is given up
_ITEMS_PER_WORKER = 200  # then a fresh one takes over: libraries leak and memory gets fragmented
_BOOTSTRAP = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[3]); "
    "from linernotes.compute import _serve; _serve(int(sys.argv[1]), int(sys.argv[2]))"
)
_THREAD_SETTINGS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one child may use: address space in all; CPU and wall seconds for each item."""

    memory_bytes: int
    cpu_s: float
    wall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[Item, Value]):
    """What became of one item: a value, or the reason why there is none, in words for the user."""

    item: Item
    value: Value | None
    error: str | None


def run_isolated(
    function: Callable[[Item], Value],
    items: Iterable[Item],
    *,
    jobs: int,
    limits: Limits,
    initializer: Callable[[], None] | None = None,
) -> Iterator[Outcome[Item, Value]]:
    """One Outcome for every item, as they are completed, worked on by up to ``jobs`` child processes.

    ``jobs`` below 1 means as many as there are CPUs. ``function`` and ``initializer`` (run once in each
    child) must be importable by name, or partials of such; items and values must be picklable. ``items``
    is read no further ahead than there are jobs. Closing the iterator early ends the children; so does
    the death of this process. Raises IsolationError if the children cannot even start.
    """
    pool = _Pool(pickle.dumps((function, initializer, limits)), jobs if jobs > 0 else cpu_count(), limits)
    try:
        yield from pool.outcomes(iter(items))
    finally:
        pool.close()


def cpu_count() -> int:
    """CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# --- the parent's side -----------------------------------------------------------------------------


class _Worker:
    """A child process: starting until it says that it is ready, then idle or busy with one item."""

    def __init__(self, task: bytes) -> None:
        self.connection, theirs = Pipe()
        lifeline, self.lifeline = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOTSTRAP, str(theirs.fileno()), str(lifeline), _path()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # C libraries talk
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(), lifeline),
            env=os.environ | dict.fromkeys(_THREAD_SETTINGS, "1"),
            start_new_session=True,  # an interrupt from the keyboard is the parent's to handle
        )
        theirs.close()
        os.close(lifeline)
        self.ready = False
        self.busy = False
        self.item: Any = None
        self.items_done = 0
        self.deadline = time.monotonic() + _START_S
        try:
            self.connection.send_bytes(task)
        except OSError:  # it died at once: that shows when its answer is waited for
            _LOG.debug("worker %d died before it got its task", self.process.pid)

    def hand(self, item: object, wall_s: float) -> bool:
        """Gives it an item; False if the child has died."""
        try:
            self.connection.send_bytes(pickle.dumps(item))
        except OSError:
            return False
        self.busy, self.item = True, item
        self.deadline = time.monotonic() + wall_s
        return True

    def take(self) -> tuple[str, Any] | None:
        """The kind of its answer and the answer; None if the child has died."""
        try:
            kind, answer = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.items_done += self.busy
        self.busy, self.item = False, None
        self.deadline = math.inf
        return kind, answer

    def kill(self) -> int:
        """Ends the child and what it started; its exit status, negative for a signal."""
        if self.process.poll() is None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                _LOG.debug("worker %d was gone already", self.process.pid)
        status = self.process.wait()
        self.connection.close()
        os.close(self.lifeline)
        return status


class _Pool:
    """The workers and the items that wait for one."""

    def __init__(self, task: bytes, jobs: int, limits: Limits) -> None:
        self.task = task
        self.jobs = jobs
        self.limits = limits
        self.workers: list[_Worker] = []
        self.waiting: deque[Any] = deque()
        self.failed_starts = 0

    def outcomes(self, source: Iterator[Any]) -> Iterator[Outcome[Any, Any]]:
        while True:
            self._fill(source)
            self._hand_out()
            if not self.waiting and not any(worker.busy for worker in self.workers):
                return
            yield from self._collect()

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.workers.clear()

    def _fill(self, source: Iterator[Any]) -> None:
        """Takes an item for every worker without one, and starts workers while there are too few."""
        busy = sum(worker.busy for worker in self.workers)
        while len(self.waiting) < self.jobs - busy:
            try:
                self.waiting.append(next(source))
            except StopIteration:
                break
        while len(self.workers) < min(self.jobs, busy + len(self.waiting)):
            self.workers.append(_Worker(self.task))

    def _hand_out(self) -> None:
        for worker in list(self.workers):
            if not self.waiting:
                return
            if worker.busy or not worker.ready:
                continue
            if worker.hand(self.waiting[0], self.limits.wall_s):
                self.waiting.popleft()
            else:
                self._dismiss(worker)

    def _collect(self) -> Iterator[Outcome[Any, Any]]:
        """Waits until a worker answers, dies or is late, and yields what that means for its item."""
        active = {worker.connection: worker for worker in self.workers if worker.busy or not worker.ready}
        if not active:
            return
        timeout = min(worker.deadline for worker in active.values()) - time.monotonic()
        answering = [active[c] for c in wait(list(active), max(timeout, 0)) if isinstance(c, Connection)]
        for worker in answering:
            yield from self._answer(worker)
        now = time.monotonic()
        for worker in [w for w in active.values() if w not in answering and w.deadline <= now]:
            allowed_s = self.limits.wall_s if worker.busy else _START_S
            yield from self._died(worker, f"it took longer than {allowed_s:g} s and was stopped")

    def _answer(self, worker: _Worker) -> Iterator[Outcome[Any, Any]]:
        item = worker.item
        answer = worker.take()
        if answer is None:
            yield from self._died(worker, None)
            return
        kind, content = answer
        if kind == "broken":
            raise IsolationError(f"the worker processes cannot start: {content}")
        if kind == "ready":
            worker.ready = True
            self.failed_starts = 0
            return
        if kind == "memory" or worker.items_done >= _ITEMS_PER_WORKER:
            self._dismiss(worker)
        if kind == "value":
            yield Outcome(item=item, value=content, error=None)
        else:
            yield Outcome(item=item, value=None, error=content)

    def _died(self, worker: _Worker, reason: str | None) -> Iterator[Outcome[Any, Any]]:
        """The Outcome of the item that a worker died of; ``reason`` if it is to be stopped for one."""
        was_busy, item = worker.busy, worker.item
        status = self._dismiss(worker)
        reason = reason or _cause_of_death(status, self.limits)
        if was_busy:
            _LOG.info("a worker process was replaced: %s", reason)
            yield Outcome(item=item, value=None, error=reason)
            return
        self.failed_starts += 1
        if self.failed_starts >= _FAILED_STARTS:
            raise IsolationError(f"the worker processes cannot start: {reason}")

    def _dismiss(self, worker: _Worker) -> int:
        self.workers.remove(worker)
        return worker.kill()


def _path() -> str:
    return json.dumps([os.path.abspath(entry) for entry in sys.path])  # noqa: PTH100 - strings in and out


def _cause_of_death(status: int, limits: Limits) -> str:
    if status == -signal.SIGXCPU:
        return f"it used more than {limits.cpu_s:g} s of CPU and was stopped"
    if status < 0:
        return f"the process that worked on it crashed ({signal.Signals(-status).name})"
    return f"the process that worked on it ended with status {status}"


# --- the child's side ------------------------------------------------------------------------------


def _serve(descriptor: int, lifeline: int) -> None:
    """Works on items until the parent hangs up."""
    _die_with_parent(lifeline)
    connection: Connection[Any, Any] = Connection(descriptor)
    try:
        function, limits = _prepare(connection)
        while True:
            item = connection.recv_bytes()
            _allow_cpu(limits.cpu_s)
            connection.send_bytes(_attempt(function, item))
    except (EOFError, OSError):
        sys.exit()


def _die_with_parent(lifeline: int) -> None:
    """Lets the kernel end this process when the parent's end of the pipe closes, however the parent died.

    Nothing is ever written to the pipe, so its only signal is the hang-up; SIGIO ends a process that has
    no handler for it. (PR_SET_PDEATHSIG would fire when the *thread* that started us ends.)
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


def _prepare(connection: Connection[Any, Any]) -> tuple[Callable[[Any], Any], Limits]:
    """Sets the limits, imports the function and runs the initializer; tells the parent how it went."""
    try:
        function, initializer, limits = connection.recv()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _lower(resource.RLIMIT_AS, limits.memory_bytes)
        if initializer is not None:
            initializer()
    except Exception as err:
        connection.send(("broken", _words(err)))
        raise
    connection.send(("ready", None))
    return function, limits


def _attempt(function: Callable[[Any], Any], item: bytes) -> bytes:
    """The pickled answer: the value, or why there is none."""
    try:
        value = function(pickle.loads(item))  # noqa: S301 - it comes from our own parent
        return pickle.dumps(("value", value))
    except MemoryError:
        return pickle.dumps(("memory", "it needs more memory than is allowed"))
    except BaseException as err:  # noqa: BLE001 - a panic of a Rust library is a BaseException, and costs one item
        return pickle.dumps(("error", _words(err)))


def _words(err: BaseException) -> str:
    if isinstance(err, LinernotesError):
        return str(err)
    return f"{type(err).__name__}: {err}"


def _allow_cpu(cpu_s: float) -> None:
    """Moves the limit forward: what has been used so far, and this much more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + cpu_s))


def _lower(limit: int, value: int) -> None:
    """Sets a soft limit, within the hard one."""
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: it takes a third of the time of a large library and finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
