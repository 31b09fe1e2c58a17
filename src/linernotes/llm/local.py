"""A language model on this machine: llama.cpp in processes of its own, so that a crash stays there."""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from socket import socketpair

from linernotes.errors import GenerationError, ModelError
from linernotes.llm.bounds import bounded
from linernotes.llm.protocol import Generation, Prompt, payload, read_answer, seed_of
from linernotes.llm.worker import Broken, Done, Job, WorkerOptions

logger = logging.getLogger(__name__)

_MOST_WORKERS = 4
"""Unless told otherwise: each worker takes about 130 MB beside the shared weights of a small model."""

_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[2]); "
    "from linernotes.llm.worker import main; main(int(sys.argv[1]))"
)


class LocalGenerator:
    """A GGUF model run by llama.cpp, one child process a core; the processes start when first needed.

    Each worker runs ``slots`` prompts at a time on ``threads`` threads, and a prompt and its answer share
    ``context`` tokens. One thread each is best on a shared machine: llama.cpp's threads wait for each
    other in a busy loop, and two of them on one busy core were ten times slower than one. For a model too
    big to be held twice take one worker of several threads. Equal prompts, temperature and seed
    give equal texts, whatever runs beside them and on however many workers; but a prompt with a system
    part, which most likely others share, is not read anew where a worker remembers its beginning. That is
    a quarter faster, and one text in twenty (2 of 40 measured) then depends on what the worker read before.
    """

    def __init__(
        self,
        gguf_path: Path,
        *,
        adapter_path: Path | None = None,
        merged_path: Path | None = None,
        workers: int = 0,
        slots: int = 4,
        threads: int = 1,
        context: int = 768,
        timeout_s: float = 300.0,
    ) -> None:
        """Takes ``workers`` 0 as one a core, up to 4.

        ``merged_path`` is both in one file, which is loaded in their place and goes by their names.
        ``timeout_s`` is how long the model may be silent before it counts as hung. Raises ModelError if a
        file is missing.
        """
        self.model = _fingerprint(gguf_path)
        self.adapter = None if adapter_path is None else _fingerprint(adapter_path)
        self.path = merged_path or gguf_path
        self.slots = slots
        self._vocabulary = gguf_path
        self._options = WorkerOptions(
            model_path=str(self.path),
            adapter_path=None if adapter_path is None or merged_path is not None else str(adapter_path),
            slots=slots,
            threads=threads,
            context=context,
        )
        self.most_workers = workers or min(_MOST_WORKERS, _cores())
        self._timeout_s = timeout_s
        self._workers: list[_Worker] = []
        self._closed = False
        self._lock = threading.Lock()

    def generate(
        self,
        prompts: Sequence[Prompt],
        *,
        max_tokens: int,
        temperature: float,
        seed: int,
        schema: Mapping[str, object] | None = None,
    ) -> list[Generation]:
        """See TextGenerator; one call runs at a time. Raises ModelError if the model cannot be loaded."""
        jobs = [
            Job(
                place=place,
                body={
                    **payload(
                        prompt,
                        max_tokens=max_tokens,
                        temperature=temperature,
                        seed=seed_of(prompt, seed, place),
                        schema=schema,
                    ),
                    **(
                        bounded(prompt.bounds(), self._vocabulary) if prompt.bounds and schema is None else {}
                    ),
                    "cache_prompt": prompt.system is not None,
                },
            )
            for place, prompt in enumerate(prompts)
        ]
        with self._lock:
            if self._closed:
                raise GenerationError("the language model is closed")
            finished = False
            try:
                generations = self._run(jobs)
                finished = True
                return generations
            finally:
                if not finished:  # a worker may still hold jobs whose answers nobody must mistake
                    self._stop()

    def close(self) -> None:
        """Ends the child processes; waits for a call that is under way."""
        with self._lock:
            self._closed = True
            self._stop()

    def _run(self, jobs: Sequence[Job]) -> list[Generation]:
        answered: dict[int, Generation] = {}
        left: deque[Job] = deque(jobs)
        restarts = 1
        while len(answered) < len(jobs):
            try:
                self._start(min(self.most_workers, len(left)))
                self._exchange(left, answered)
            except _WorkerDeadError as err:
                if restarts == 0:
                    raise GenerationError(f"the language model died twice: {err}") from err
                self._stop()
                restarts -= 1
                logger.warning("the language model died and is started again: %s", err)
                left = deque(job for job in jobs if job.place not in answered)
        return [answered[job.place] for job in jobs]

    def _start(self, count: int) -> None:
        new = [_Worker(self._options) for _ in range(count - len(self._workers))]
        self._workers.extend(new)
        for worker in new:
            worker.await_ready(self._timeout_s)

    def _exchange(self, left: deque[Job], answered: dict[int, Generation]) -> None:
        for _ in range(self._options.slots):
            for worker in self._workers:
                if left:
                    worker.send(left.popleft())
        while any(worker.running for worker in self._workers):
            for worker in self._ready():
                done = worker.receive()
                answered[done.place] = read_answer(done.answer)
                if left:
                    worker.send(left.popleft())

    def _ready(self) -> list[_Worker]:
        busy = {worker.connection: worker for worker in self._workers if worker.running}
        ready = wait(list(busy), self._timeout_s)
        if not ready:
            raise _WorkerDeadError(f"no answer for {self._timeout_s:.0f} s")
        return [worker for connection, worker in busy.items() if connection in ready]

    def _stop(self) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()


class _WorkerDeadError(Exception):
    """The child process is gone, or does not answer."""


class _Worker:
    """One child process and the number of jobs it works on."""

    def __init__(self, options: WorkerOptions) -> None:
        ours, theirs = socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, str(theirs.fileno()), json.dumps(sys.path)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self.connection = Connection(ours.detach())
        self.running = 0
        self._send(options)

    def await_ready(self, timeout_s: float) -> None:
        """Returns when the model is loaded. Raises ModelError if it cannot be."""
        if not self.connection.poll(timeout_s):
            raise _WorkerDeadError(f"not loaded after {timeout_s:.0f} s")
        reply = self._receive()
        if isinstance(reply, Broken):
            raise ModelError(f"the language model cannot be loaded: {reply.reason}")

    def send(self, job: Job) -> None:
        self._send(job)
        self.running += 1

    def receive(self) -> Done:
        reply = self._receive()
        if not isinstance(reply, Done):
            raise _WorkerDeadError(f"unexpected answer {reply!r}")
        self.running -= 1
        return reply

    def stop(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.wait()

    def _send(self, message: WorkerOptions | Job) -> None:
        try:
            self.connection.send(message)
        except OSError as err:
            raise _WorkerDeadError(self._status()) from err

    def _receive(self) -> object:
        try:
            return self.connection.recv()
        except (EOFError, OSError) as err:
            raise _WorkerDeadError(self._status()) from err

    def _status(self) -> str:
        try:
            return f"its process ended with status {self._process.wait(1)}"
        except subprocess.TimeoutExpired:
            return "its process closed the connection"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _fingerprint(path: Path) -> str:
    try:
        found = path.stat()
    except OSError as err:
        raise ModelError(f"no model file {path}: fetch it with `linernotes models fetch`") from err
    return f"{path.name}@{_short_sha256(path, found.st_size, found.st_mtime_ns)}"


@functools.lru_cache(maxsize=16)
def _short_sha256(path: Path, size_bytes: int, modified_ns: int) -> str:  # noqa: ARG001 - keys of the cache
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
