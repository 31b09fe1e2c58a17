"""A server in a process of its own, as a user starts it."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from linernotes.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs."""

    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory_mb(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() / 1e6


@contextmanager
def served(settings: Settings) -> Iterator[Server]:
    """Serves this library until it is left; no limit of requests a minute: all come from one address."""
    env = {
        **os.environ,
        "LINERNOTES_LIBRARY_DIR": str(settings.library_dir),
        "LINERNOTES_MODELS_DIR": str(settings.models_dir),
        "LINERNOTES_REQUESTS_PER_MINUTE": "0",
    }
    command = [sys.executable, "-m", "linernotes", "serve", "--port", "0"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"http://\S+:(\d+)/", process.stderr.readline())
        if found is None:
            raise RuntimeError("linernotes serve did not start")
        try:
            yield Server(process=process, port=int(found[1]))
        finally:
            process.send_signal(signal.SIGINT)
