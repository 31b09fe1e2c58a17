"""The guard at the HTTP door: every request passes it before anything of ours sees it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linernotes.serve.access import (
    ASKING,
    AT_HOME,
    STRANGER,
    Door,
    RefusedError,
    Visitor,
    identified,
    is_from_another_site,
    is_open,
)
from linernotes.serve.limits import RateLimit
from linernotes.store import Store

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
"""What the browser is told that our pages may do: nothing but what comes from here.

Under "no-referrer" browsers would hide where a form comes from, and we could not tell ours from others'.
"""
LARGEST_BODY: Final = 200_000
"""Bytes that any request may bring along: a body is read before anything in it is checked."""
_MOST_DIGITS: Final = 18
_TOO_LARGE: Final = f"the body is too large: at most {LARGEST_BODY:,} bytes are taken"
Refused = Callable[[Request, RefusedError], Response]


class Guard:
    """Refuses strangers, other sites, and who asks too often or sends too much; says inside who asks."""

    def __init__(self, app: ASGIApp, *, door: Door, store: Store, refused: Refused) -> None:
        self._app = app
        self._door = door
        self._store = store
        self._refused = refused
        self._limit = RateLimit(door.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what is refused, and passes on everything else. Only HTTP is spoken here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        ASKING.set(STRANGER if self._door.login else AT_HOME)
        try:
            self._check_origin(request)
            _check_size(request)
            request.state.visitor = await run_in_threadpool(self._let_in, request)
        except RefusedError as refusal:
            reply = await run_in_threadpool(self._refused, request, refusal)
            await reply(scope, receive, _with_headers(send))
            return
        ASKING.set(request.state.visitor)
        await self._app(scope, _bounded(receive), _with_headers(send))

    def _check_origin(self, request: Request) -> None:
        if not self._door.serves(request.headers.get("host", "")):
            cure = "use http://127.0.0.1, or start it with --allowed-host"
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"this host name is not served: {cure}")
        if is_from_another_site(request, request.method):
            raise RefusedError(HTTPStatus.FORBIDDEN, "other sites may not ask: open the page itself")

    def _let_in(self, request: Request) -> Visitor:
        """Who asks; a stranger's tries count against the address that they come from."""
        if is_open(request.url.path):
            return STRANGER
        try:
            found = identified(request, self._store, login=self._door.login)
        except RefusedError:
            self._check_rate(f"address {address_of(request)}")
            raise
        self._check_rate(f"listener {found.name}" if found.name else f"address {address_of(request)}")
        return found

    def _check_rate(self, asker: str) -> None:
        if wait_s := self._limit.wait_s(asker):
            raise too_often(wait_s)


def too_often(wait_s: int) -> RefusedError:
    """The refusal of somebody who asks too often."""
    message = f"too many requests: try again in {wait_s} s"
    return RefusedError(HTTPStatus.TOO_MANY_REQUESTS, message, retry_after_s=wait_s)


def address_of(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else "unknown"


def secure(headers: MutableHeaders) -> None:
    """Adds what every reply tells the browser."""
    headers.update(SECURITY_HEADERS)
    headers.setdefault("Cache-Control", "no-store")


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            secure(MutableHeaders(scope=message))
        await send(message)

    return send_with_headers


def _check_size(request: Request) -> None:
    """Raises RefusedError for a body that is said to be too large."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > _MOST_DIGITS or int(length) > LARGEST_BODY):
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)


def _bounded(receive: Receive) -> Receive:
    """The same, but HTTPException is raised when more of a body comes than is taken."""
    taken = 0

    async def receive_and_count() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
        return message

    return receive_and_count
