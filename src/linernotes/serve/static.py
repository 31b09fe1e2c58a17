"""What is served as it lies: the stylesheet and the scripts; and text made small on its way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from fastapi import Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles

from linernotes.serve.pages import HERE

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_MEDIA: Final = ("/audio", "/cover")


class OwnFiles(StaticFiles):
    """Our own stylesheet and scripts; browsers keep them, and ask whether they are still the same."""

    def __init__(self) -> None:
        super().__init__(directory=HERE / "static")

    def file_response(self, *args: Any, **keywords: Any) -> Response:
        """The file, or that it did not change."""
        response = super().file_response(*args, **keywords)
        response.headers["Cache-Control"] = "no-cache"
        return response


class CompressedText(GZipMiddleware):
    """Compresses pages, scripts and JSON; music is read in parts, which have to stay as they are."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Passes on what is asked for."""
        is_media = scope["type"] == "http" and scope["path"].endswith(_MEDIA)
        await (self.app(scope, receive, send) if is_media else super().__call__(scope, receive, send))
