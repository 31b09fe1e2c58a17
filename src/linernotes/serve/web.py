"""Running the web application."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from collections.abc import Sequence
from contextlib import suppress

from rich.console import Console

from linernotes.errors import InputError, LinernotesError
from linernotes.library import Library
from linernotes.serve.access import Door
from linernotes.serve.layout import print_lines

BACKLOG = 128
"""Connections that may wait to be taken; one person does not open more."""
LONGEST_GOODBYE_S = 5
"""How long a question that is being answered may take to end after Ctrl-C."""


def serve_forever(
    library: Library,
    *,
    host: str,
    port: int,
    err: Console,
    hosts: Sequence[str] = (),
    require_login: bool = False,
) -> None:
    """Serves until interrupted; port 0 takes any free one.

    Raises InputError where others could come in and nobody has an account, and LinernotesError for a port in
    use.
    """
    door = door_of(library, host=host, hosts=hosts, require_login=require_login)
    import uvicorn

    from linernotes.serve.http import create_app

    with listening(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        print_lines(err, [f"Linernotes is at http://{shown}:{listener.getsockname()[1]}/  (Ctrl-C ends it)"])
        config = uvicorn.Config(
            create_app(library, door), log_level="warning", timeout_graceful_shutdown=LONGEST_GOODBYE_S
        )
        with suppress(KeyboardInterrupt):  # which comes out of it mostly, not always
            uvicorn.Server(config).run(sockets=[listener])
        print_lines(err, ["stopped"])


def door_of(library: Library, *, host: str, hosts: Sequence[str], require_login: bool) -> Door:
    """Who is let in at this address: everybody at home, and else who has an account.

    A name to be served under means that others are meant to come in, through a proxy, say. Raises
    InputError where a login is needed and nobody has one.
    """
    own = is_loopback(host)
    login = require_login or bool(hosts) or not own
    if login and not library.store.accounts.let_in():
        raise InputError(
            f"--host {host}: others come in only with a login, and there is none yet:"
            " linernotes account add NAME makes the first"
        )
    return Door(
        login=login,
        hosts=frozenset(name.lower() for name in hosts),
        any_address=not own,
        requests_per_minute=library.settings.requests_per_minute,
        logins_per_minute=library.settings.logins_per_minute,
    )


def is_loopback(host: str) -> bool:
    """Whether this is a name or address of this machine that no other one can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens, bound here because uvicorn would leave the process when it cannot.

    It names TCP: asyncio sends small parts at once on such sockets alone, and each reply has two.
    Raises LinernotesError for an address or a port that cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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
