"""The child process that holds one local model; ``local.py`` starts it and talks to it.

It first reads a ``WorkerOptions`` from its socket, answers ``Ready`` or ``Broken``, then reads ``Job`` and
answers ``Done`` in the order in which the jobs finish, until its parent closes the socket or dies.
"""

from __future__ import annotations

import os
import secrets
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """How the child loads its model; ``context`` is tokens a slot, prompt and answer together."""

    model_path: str
    adapter_path: str | None
    slots: int
    threads: int
    context: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The model is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The model could not be loaded."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One request body and its place among the prompts."""

    place: int
    body: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The response body of a job."""

    place: int
    answer: object


def main(socket_fd: int) -> None:
    """Serves jobs until the socket is closed at the other end."""
    connection = Connection(socket_fd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    _silence()
    try:
        options = connection.recv()
        server = _load(options)
    except EOFError:
        return
    except (RuntimeError, ValueError, ImportError) as err:
        connection.send(Broken(reason=str(err)))
        return
    connection.send(Ready())
    _serve(connection, server, options.slots)
    # Threads may be deep in the model's code; nobody waits for their answers any more.
    os._exit(0)


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _load(options: WorkerOptions) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options.model_path
    if options.adapter_path is not None:
        adapter = xllamacpp.CommonAdapterLoraInfo()
        adapter.path, adapter.scale = options.adapter_path, 1.0
        params.lora_adapters = [adapter]
    params.n_parallel = options.slots
    params.n_ctx = options.context * options.slots
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options.threads
    params.n_gpu_layers = 0
    params.verbosity = -1
    params.warmup = False
    params.use_jinja = True
    # Flash attention and a shared KV cache make a text depend on which other prompts run beside it:
    # measured, 1 to 10 of 16 greedy texts stayed the same with them, 16 without. The price is a tenth of
    # the speed. Keeping a read prompt has its price in the same coin: each job says whether it wants that.
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.kv_unified = False
    params.cache_prompt = True
    params.cache_ram_mib = 0
    # The library always opens a port on this machine: nobody else is to use it.
    params.api_keys = [secrets.token_hex(16)]
    params.ui = False
    params.n_threads_http = 1
    return xllamacpp.Server(params)


def _serve(connection: Connection, server: Any, slots: int) -> None:
    sending = threading.Lock()

    def work(job: Job) -> None:
        done = Done(place=job.place, answer=_answer(server, job.body))
        with sending:
            connection.send(done)

    pool = ThreadPoolExecutor(slots)
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        pool.submit(work, job).add_done_callback(_end_if_broken)


def _end_if_broken(work: Future[None]) -> None:
    """Better a dead process, which the parent notices, than one that never answers."""
    if work.exception() is not None:
        os._exit(1)


def _answer(server: Any, body: dict[str, object]) -> object:
    handle: Callable[[dict[str, object]], object]
    handle = server.handle_completions if "prompt" in body else server.handle_chat_completions
    try:
        return handle(body)
    except (RuntimeError, ValueError, TypeError) as err:
        return {"error": {"message": str(err)}}
