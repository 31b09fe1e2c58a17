"""The JSON of ``ask`` and one plain page with a search box."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import jinja2
from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse

from linernotes.errors import InputError, LinernotesError
from linernotes.library import AskOptions, Library
from linernotes.serve.as_json import answer_json, to_json
from linernotes.serve.printable import printable
from linernotes.serve.screen import NOTHING_FOUND, count
from linernotes.types import Answer

HERE = Path(__file__).parent
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
EXAMPLES = (
    "upbeat pop songs with catchy melodies",
    "calm instrumental music for working late, no drums",
    "melancholy songs from the 90s",
)
MOST_PICKS = 200
LONGEST_QUESTION = 10_000
"""Characters that are taken; the answer says how many of them were read."""
_OWN_HOST = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.IGNORECASE)
"""Hosts that are this machine. Any other name that leads here is somebody's trick (DNS rebinding)."""

Count = Annotated[int, Query(ge=1, le=MOST_PICKS)]
Next = Callable[[Request], Awaitable[Response]]
Name = Annotated[str | None, Query(max_length=200)]


def create_app(library: Library) -> FastAPI:
    """The web application over an open library; the caller closes the library."""
    app = FastAPI(title="Linernotes", docs_url=None, redoc_url=None)
    page = _Page(library)
    app.middleware("http")(_guard)

    @app.get("/api/v1/ask")
    def ask(q: str, n: Count = 20, listener: Name = None) -> Response:
        return _json(answer_json(library.ask(_checked(q), AskOptions(n=n, listener=listener))))

    @app.get("/", response_class=HTMLResponse)
    def home(q: str = "") -> Response:
        return page.answered(_checked(q)) if q.strip() else page.show()

    @app.get("/style.css")
    def style() -> FileResponse:
        return FileResponse(HERE / "static" / "style.css", media_type="text/css")

    @app.get("/healthz")
    def health() -> Response:
        return Response("ok", media_type="text/plain")

    def explain(request: Request, error: Exception) -> Response:
        status, message = _told(error)
        if request.url.path == "/":
            return page.show(error=message, status=status)
        return _json({"error": message}, status=status)

    for kind in (LinernotesError, RequestValidationError):
        app.add_exception_handler(kind, explain)
    for status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        app.add_exception_handler(status, _refusal(status))
    return app


class _Page:
    """The one page there is."""

    def __init__(self, library: Library) -> None:
        self._library = library
        templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=lambda value: printable(value) if type(value) is str else value,
        )
        templates.filters["count"] = count
        self._template = templates.get_template("page.html")

    def answered(self, query: str) -> Response:
        """The page with the answer, or with what was wrong with the question."""
        try:
            answer = self._library.ask(query)
        except LinernotesError as err:
            status, message = _told(err)
            return self.show(query, error=message, status=status)
        return self.show(query, answer=answer)

    def show(
        self, query: str = "", *, answer: Answer | None = None, error: str = "", status: int = 200
    ) -> Response:
        """The page; without question, answer and error it is the one to start from."""
        started = not error and answer is None
        html = self._template.render(
            query=query,
            answer=answer,
            error=error,
            examples=EXAMPLES,
            nothing_found=NOTHING_FOUND,
            track_count=self._library.track_count() if started else 0,
            longest=LONGEST_QUESTION,
        )
        return HTMLResponse(html.encode("utf-8", "replace"), status_code=status)


async def _guard(request: Request, call_next: Next) -> Response:
    """Refuses strangers, and tells the browser what our pages may do: nothing."""
    response: Response
    if not _OWN_HOST.fullmatch(request.headers.get("host", "")):
        response = _json({"error": "this host name is not served: use http://127.0.0.1"}, status=400)
    elif request.url.path.startswith("/api/") and _is_from_another_site(request):
        response = _json({"error": "other sites may not ask: open the page itself"}, status=403)
    else:
        response = await call_next(request)
    response.headers.update(SECURITY_HEADERS)
    return response


def _is_from_another_site(request: Request) -> bool:
    """Browsers say where a request comes from; other programs do not say."""
    return request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}


def _refusal(status: HTTPStatus) -> Callable[[Request, Exception], Response]:
    return lambda _request, _error: _json({"error": status.phrase}, status=status)


def _checked(question: str) -> str:
    if len(question) > LONGEST_QUESTION:
        raise InputError(
            f"the question has {len(question):,} characters: at most {LONGEST_QUESTION:,} are taken"
        )
    return question


def _told(error: Exception) -> tuple[int, str]:
    """The HTTP status of an error and what it says."""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        return 422, f"{first['loc'][-1]}: {first['msg']}"
    return (422 if isinstance(error, InputError) else 503), str(error)


def _json(value: object, *, status: int = 200) -> Response:
    return Response(to_json(value), status_code=status, media_type="application/json")
