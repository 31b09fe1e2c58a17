"""Requests for the head of a reply alone: by them programs ask whether something is there."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class HeadsAsGets:
    """Answers HEAD as GET; the server, which knows what was asked, leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        await self._app({**scope, "method": "GET"} if is_head else scope, receive, send)
