"""``linernotes serve`` as a user starts it: a process of its own, at a free port."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO

from linernotes.config import Settings


@contextmanager
def served(settings: Settings, *options: str) -> Iterator[str]:
    """The address of the page of this library, without the last slash.

    Raises AssertionError if the server does not start, or if it told of an error that nobody expected.
    """
    command = [sys.executable, "-m", "linernotes", "serve", "--port", "0", *options]
    told: list[str] = []
    with subprocess.Popen(
        [*command, "--library", str(settings.library_dir)],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=environment_of(settings),
    ) as process:
        assert process.stderr is not None
        address = _address(process.stderr, told)
        listening = Thread(target=told.extend, args=(process.stderr,))
        listening.start()
        try:
            yield address
        finally:
            process.terminate()
            listening.join()
    assert not any("Traceback" in line for line in told), "".join(told)


def environment_of(settings: Settings) -> dict[str, str]:
    """This environment with the test's folders only, whatever the user has set up."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LINERNOTES_")}
    return {**own, "LINERNOTES_CONFIG": os.devnull, "LINERNOTES_MODELS_DIR": str(settings.models_dir)}


def free_folder(folder: Path) -> Settings:
    """The settings of an empty library in this folder, without any model."""
    return Settings(library_dir=folder / "library", models_dir=folder / "no models")


def _address(stderr: IO[str], told: list[str]) -> str:
    """The address, once the server says it; the lines until then go to ``told``."""
    for line in stderr:
        told.append(line)
        if found := re.search(r"http://[\w.:]+", line):
            return found.group()
    raise AssertionError(f"the server did not start: {''.join(told)}")
