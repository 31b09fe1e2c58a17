"""What docs/api.md says of calling the API is what comes back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linernotes.library import Library
from linernotes.serve.access import Door
from linernotes.serve.credentials import digest_of
from linernotes.store.columns import now
from table_library import make_library
from test_http_streaming import serving

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
TOKEN = "ln_zoe"


def examples() -> Iterator[tuple[str, list[str]]]:
    """Each command of the page, with the lines that it says come back."""
    for block in re.findall(
        r"^```\n(\$ .*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = example.strip().splitlines()
            yield command, lines


def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    tried = 0
    with Library(make_library(tmp_path)) as library:
        accounts = library.store.accounts
        accounts.add("ann", None)
        accounts.add("zoe", None)
        until = now() + timedelta(days=1)
        accounts.issue("zoe", "token", digest_of(TOKEN), called="test", expires_at=until)
        with serving(library, Door(login=True)) as port:
            for command, lines in examples():
                here = command.replace("127.0.0.1:8321", f"127.0.0.1:{port}")
                env = {**os.environ, "TOKEN": TOKEN}
                run = ["bash", "-c", here]
                said = subprocess.run(run, env=env, capture_output=True, text=True, check=True).stdout
                for line, real in zip(lines, said.splitlines(), strict=True):
                    assert real.startswith(line.removesuffix("…")), command
                    assert line.endswith("…") or real == line, command
                tried += 1
    assert tried == 6
