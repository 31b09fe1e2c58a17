"""Who may come in: whose request this is, and what they may do and see.

Every path is closed to strangers but those in OPEN, whichever route, mount or error would answer.
"""

from __future__ import annotations

import ipaddress
import re
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from linernotes.errors import LinernotesError
from linernotes.serve.credentials import digest_of
from linernotes.store import Account, Store

SESSION: Final = "linernotes_session"
"""The cookie that holds a session's secret."""
ME: Final = "me"
"""Who listens where nobody says, and always the one who asks."""
OPEN: Final = frozenset(
    {
        "/healthz",
        "/readyz",
        "/login",
        "/logout",
        "/api/v1/login",
        "/api/v1/logout",
        "/api/v1/openapi.json",
    }
)
"""What strangers may ask for."""
OPEN_FOLDER: Final = "/static/"
"""Files of the page itself, which are the same for everybody."""

_OWN_HOST = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.IGNORECASE)
"""Hosts that are this machine. Any other name that leads here is somebody's trick (DNS rebinding)."""
_HOST = re.compile(r"(?P<name>[a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.IGNORECASE)


class RefusedError(LinernotesError):
    """A request that is not answered, with the HTTP status that says why."""

    def __init__(self, status: HTTPStatus, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Who is let in by a running server.

    Without ``login`` everybody who reaches it is at home. ``hosts`` are names that it is served under beside
    those of this machine, lower case; ``any_address`` adds all addresses in numbers, which nobody can make a
    browser take for a name. Of the limits, 0 is none.
    """

    login: bool = False
    hosts: frozenset[str] = frozenset()
    any_address: bool = False
    requests_per_minute: int = 0
    logins_per_minute: int = 0

    def serves(self, host: str) -> bool:
        """Whether the Host header names this server."""
        if _OWN_HOST.fullmatch(host):
            return True
        match = _HOST.fullmatch(host)
        name = match["name"].lower() if match else ""
        return name in self.hosts or (self.any_address and _is_address(name.strip("[]")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks. ``name`` is None for somebody at home, who need not say, and administers."""

    name: str | None = None
    administers: bool = True

    def listens_as(self, named: str | None) -> str | None:
        """Who listens where the request names this listener or nobody: "me" is whoever asks.

        Raises RefusedError for somebody else's name, unless the visitor administers.
        """
        if self.name is None and self.administers:
            return named
        if named is None or named.strip() in {"", ME, self.name}:
            return self.name
        self.check_sees(named)
        return named

    def check_sees(self, listener: str | None) -> None:
        """Raises RefusedError unless what belongs to this listener, or to nobody, is the visitor's to see."""
        if not self.administers and listener != self.name:
            raise RefusedError(HTTPStatus.FORBIDDEN, "this is somebody else's: only an administrator sees it")


AT_HOME: Final = Visitor()
"""Who asks at home, where nobody need say who they are."""
ASKING: Final = ContextVar("asking", default=AT_HOME)
"""Who asks just now, for the templates, which see no request; somebody at home where no guard said so."""


def visitor(request: HTTPConnection) -> Visitor:
    """Who asks, as the guard found out."""
    found: Visitor = request.state.visitor
    return found


STRANGER: Final = Visitor(administers=False)
"""Who asks for what is open to all, and need not say."""


Visiting = Annotated[Visitor, Depends(visitor)]


def administrator(visiting: Visiting) -> Visitor:
    """Who asks, for routes of administrators. Raises RefusedError for anybody else."""
    if not visiting.administers:
        raise RefusedError(HTTPStatus.FORBIDDEN, "only an administrator may do this")
    return visiting


def is_open(path: str) -> bool:
    """Whether strangers may ask for this path."""
    return path in OPEN or path.startswith(OPEN_FOLDER)


def identified(request: HTTPConnection, store: Store, *, login: bool) -> Visitor:
    """Who asks, by token or session. Raises RefusedError for a stranger, and a token that does not hold."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind:
        account = (
            store.accounts.bearer("token", digest_of(token.strip())) if kind.lower() == "bearer" else None
        )
        if account is None:
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED, "this token does not hold: linernotes token add makes one"
            )
        return _of(account)
    session = request.cookies.get(SESSION)
    account = store.accounts.bearer("session", digest_of(session)) if session else None
    if account is not None:
        return _of(account)
    if login:
        raise RefusedError(HTTPStatus.UNAUTHORIZED, "log in, or send a token")
    return AT_HOME


def is_from_another_site(request: HTTPConnection, method: str) -> bool:
    """Whether another site asks the JSON, embeds what is ours or changes anything; its links may be followed.

    Browsers say where a request comes from, and what for; other programs do not say.
    """
    headers = request.headers
    elsewhere = headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
    if method == "GET" and not request.url.path.startswith("/api/"):
        return elsewhere and not _is_followed(headers)
    return elsewhere or not _is_ours(headers.get("origin"), headers["host"])


def _is_followed(headers: Headers) -> bool:
    """Whether somebody opens this address as a page of its own."""
    purpose = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return purpose == ("navigate", "document")


def _is_ours(origin: str | None, host: str) -> bool:
    """Whether a request comes from a page of this server, or says nothing of where it comes from."""
    try:
        return origin is None or urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:  # of what is no address
        return False


def _of(account: Account) -> Visitor:
    return Visitor(name=account.listener, administers=account.administers)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
