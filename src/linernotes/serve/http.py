"""The HTTP door: the pages, the JSON, and who may come in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError

from linernotes import __version__
from linernotes.errors import LinernotesError
from linernotes.library import Library
from linernotes.serve.adding import Adding
from linernotes.serve.api import api_router, as_json
from linernotes.serve.arrivals import lifespan
from linernotes.serve.library_pages import library_api, library_router
from linernotes.serve.listener_pages import listener_api, listener_router
from linernotes.serve.map_pages import map_api, map_router
from linernotes.serve.mixes import mix_api_router, mix_router
from linernotes.serve.pages import pages_of, told
from linernotes.serve.report_pages import report_router
from linernotes.serve.search import search_router
from linernotes.serve.song_pages import correction_api, song_router
from linernotes.serve.static import CompressedText, OwnFiles

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Under the referrer policy "no-referrer" browsers hide where a form comes from: we would refuse our own."""
_OWN_HOST = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.IGNORECASE)
"""Hosts that are this machine. Any other name that leads here is somebody's trick (DNS rebinding)."""

Next = Callable[[Request], Awaitable[Response]]


def create_app(library: Library) -> FastAPI:
    """The web application over an open library; the caller closes the library."""
    adding = Adding(library.settings)
    app = FastAPI(
        lifespan=lifespan(library, adding, library.settings.watch_s),
        title="Linernotes",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    pages = pages_of(library)
    app.add_middleware(CompressedText)
    app.middleware("http")(_guard)
    app.include_router(api_router(library))
    app.include_router(mix_api_router(library))
    app.include_router(search_router(pages))
    app.include_router(mix_router(pages))
    app.include_router(song_router(pages))
    app.include_router(correction_api(pages))
    app.include_router(listener_router(pages))
    app.include_router(listener_api(pages))
    app.include_router(report_router(pages))
    app.include_router(map_router(pages))
    app.include_router(map_api(pages))
    app.include_router(library_router(pages, adding))
    app.include_router(library_api(pages, adding))
    app.mount("/static", OwnFiles(), name="static")

    @app.get("/healthz", include_in_schema=False)
    def health() -> Response:
        return Response("ok", media_type="text/plain")

    def explain(request: Request, error: Exception) -> Response:
        status, message = _told(error)
        if request.url.path.startswith("/api/"):
            return as_json({"error": message}, status=status)
        return pages.home(error=message, status=status)

    for kind in (LinernotesError, RequestValidationError):
        app.add_exception_handler(kind, explain)
    for status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        app.add_exception_handler(status, _refusal(status))
    return app


async def _guard(request: Request, call_next: Next) -> Response:
    """Refuses strangers, and tells the browser what our pages may do: nothing but what is ours."""
    response: Response
    if not _OWN_HOST.fullmatch(request.headers.get("host", "")):
        response = as_json({"error": "this host name is not served: use http://127.0.0.1"}, status=400)
    elif _is_from_another_site(request):
        response = as_json({"error": "other sites may not ask: open the page itself"}, status=403)
    else:
        response = await call_next(request)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _is_from_another_site(request: Request) -> bool:
    """Whether another site asks the JSON, or changes anything; its links to our pages may be followed.

    Browsers say where a request comes from; other programs do not say.
    """
    if request.method == "GET" and not request.url.path.startswith("/api/"):
        return False
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers["host"].lower():
        return True
    return request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}


def _refusal(status: HTTPStatus) -> Callable[[Request, Exception], Response]:
    return lambda _request, _error: as_json({"error": status.phrase}, status=status)


def _told(error: Exception) -> tuple[int, str]:
    """The HTTP status of an error and what it says."""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        return 422, f"{first['loc'][-1]}: {first['msg']}"
    return told(error)
