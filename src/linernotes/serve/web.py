"""Running the web application."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from contextlib import suppress

from rich.console import Console

from linernotes.errors import InputError, LinernotesError
from linernotes.library import Library
from linernotes.serve.layout import print_lines

BACKLOG = 128
"""Connections that may wait to be taken; one person does not open more."""
LONGEST_GOODBYE_S = 5
"""How long a question that is being answered may take to end after Ctrl-C."""


def serve_forever(library: Library, *, host: str, port: int, err: Console) -> None:
    """Serves until interrupted; port 0 takes any free one.

    Raises InputError for an address that others could reach, and LinernotesError for a port in use.
    """
    if not is_loopback(host):
        raise InputError(f"--host {host}: only loopback addresses, since there is no login yet")
    import uvicorn

    from linernotes.serve.http import create_app

    with _listening(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        print_lines(err, [f"Linernotes is at http://{shown}:{listener.getsockname()[1]}/  (Ctrl-C ends it)"])
        config = uvicorn.Config(
            create_app(library), log_level="warning", timeout_graceful_shutdown=LONGEST_GOODBYE_S
        )
        with suppress(KeyboardInterrupt):  # which comes out of it mostly, not always
            uvicorn.Server(config).run(sockets=[listener])
        print_lines(err, ["stopped"])


def is_loopback(host: str) -> bool:
    """Whether this is a name or address of this machine that no other one can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens, bound here because uvicorn would leave the process when it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as err:
        listener.close()
        cure = "--port 0 takes a free one" if err.errno == errno.EADDRINUSE else "try another --port"
        reason = os.strerror(err.errno or 0).lower()
        raise LinernotesError(f"cannot listen at {host} port {port} ({reason}): {cure}") from err
    return listener
