"""Nothing is told to anybody: add, ask, serve and learn connect to nothing outside but what a setting names.

An audit hook of Python sees every connection and every look-up of a name in every process that is started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from sounds import write_sound
from table_library import ROWS

pytestmark = pytest.mark.slow

HOOK = """
import ipaddress, os, sys

def is_here(host):
    try:
        return host in (None, "", "localhost", b"localhost") or ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False

def watch(event, args):
    if event == "socket.connect":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None  # else a path: a socket of this machine
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if not is_here(host):
        with open(os.environ["OUTBOUND_LOG"], "a") as log:
            log.write(f"{event} {host}\\n")
        raise OSError("no connections from here")

sys.addaudithook(watch)
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which every Python process notes where it connects to, and does not."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(HOOK)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(hooks), *sys.path]),
        "OUTBOUND_LOG": str(tmp_path / "outbound.log"),
        "LINERNOTES_CONFIG": str(tmp_path / "none.toml"),
        "LINERNOTES_LIBRARY_DIR": str(tmp_path / "library"),
        "LINERNOTES_MODELS_DIR": str(tmp_path / "models"),
    }


def run(env: Mapping[str, str], *args: str) -> int:
    return subprocess.run([sys.executable, *args], env=env, capture_output=True, check=False).returncode


def noted(env: Mapping[str, str]) -> list[str]:
    log = Path(env["OUTBOUND_LOG"])
    return log.read_text().splitlines() if log.exists() else []


@contextmanager
def stopped(server: subprocess.Popen[str]) -> Iterator[None]:
    """Ends it as Ctrl-C does, whatever happened meanwhile."""
    try:
        yield
    finally:
        server.send_signal(signal.SIGINT)


def test_nothing_goes_out(env: dict[str, str], tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    write_sound(music / "tone.wav", seconds=2.0)
    (tmp_path / "songs.csv").write_text(ROWS, encoding="utf-8")
    linernotes = ("-m", "linernotes")
    assert run(env, *linernotes, "add", str(tmp_path / "songs.csv")) in {0, 3}
    assert run(env, *linernotes, "add", str(music)) in {0, 3}
    assert run(env, *linernotes, "ask", "calm ambient without drums") == 0
    assert run(env, *linernotes, "feedback", "like", "Night Desk") == 0
    assert run(env, *linernotes, "learn") in {0, 1}
    command = [sys.executable, *linernotes, "serve", "--port", "0"]
    server = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    with server, server.stderr as told, stopped(server):
        address = told.readline().split(" at ")[1].split()[0]
        for path in (
            "?q=calm",
            "api/v1/ask?q=pop&stream=1",
            "song/1",
            "listener",
            "static/style.css",
            "metrics",
        ):
            with urllib.request.urlopen(f"{address}{path}", timeout=60) as reply:
                assert reply.status == 200
    assert noted(env) == []


def test_what_goes_out_would_be_seen(env: dict[str, str]) -> None:
    for code in (
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "import urllib.request as u; u.urlopen('http://example.invalid/')",
        "import subprocess, sys; subprocess.run([sys.executable, '-c',"
        " \"import socket; socket.socket().connect(('192.0.2.2', 80))\"], check=True)",
    ):
        assert run(env, "-c", code) != 0
    assert [line.split()[1] for line in noted(env)] == ["192.0.2.1", "example.invalid", "192.0.2.2"]


def test_a_server_that_a_setting_names_is_asked(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "songs.csv").write_text(ROWS, encoding="utf-8")
    named = {**env, "LINERNOTES_LLM_URL": "http://192.0.2.3/v1", "LINERNOTES_LLM_MODEL": "any"}
    run({**named, "LINERNOTES_NOTES_FOR": "all"}, "-m", "linernotes", "add", str(tmp_path / "songs.csv"))
    assert {line.split()[1] for line in noted(env)} == {"192.0.2.3"}
