"""The HTTP door: the pages, the JSON, and what is said to those who are not answered."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from linernotes import __version__
from linernotes.errors import LinernotesError
from linernotes.library import Library
from linernotes.serve.access import Door, RefusedError
from linernotes.serve.api import api_router
from linernotes.serve.guard import Guard
from linernotes.serve.login import login_router, refused
from linernotes.serve.pages import HERE, Pages, page_router, pages_of, told
from linernotes.serve.replies import as_json
from linernotes.serve.watching import Measured, Meter, watching_router


def create_app(library: Library, door: Door | None = None) -> FastAPI:
    """The web application over an open library; the caller closes the library."""
    door = door or Door()
    app = FastAPI(title="Linernotes", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.library = library
    pages, meter = pages_of(library), Meter(library)
    app.include_router(api_router(library))
    app.include_router(login_router(pages, door))
    app.include_router(page_router(pages))
    app.include_router(watching_router(library, meter))

    @app.get("/style.css", include_in_schema=False)
    def style() -> FileResponse:
        return FileResponse(HERE / "static" / "style.css", media_type="text/css")

    @app.get("/api/v1/openapi.json", include_in_schema=False)
    def openapi() -> Response:
        return as_json(app.openapi())

    def explain(request: Request, error: Exception) -> Response:
        return _explained(pages, request, error)

    for kind in (LinernotesError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, explain)
    app.add_middleware(Guard, door=door, store=library.store, refused=explain)
    app.add_middleware(Measured, meter=meter)
    return app


def _explained(pages: Pages, request: Request, error: Exception) -> Response:
    """What is said of an error: JSON to programs, and the page to log in to people who are strangers."""
    status, message = _told(error)
    if isinstance(error, HTTPException) or request.url.path.startswith("/api/"):
        response = as_json({"error": message}, status=status)
    elif status == HTTPStatus.UNAUTHORIZED and isinstance(error, RefusedError):
        back = request.url.path if request.method == "GET" else "/"
        response = refused(pages, error, f"{back}?{request.url.query}" if request.url.query else back)
    else:
        response = pages.refusal(message, status)
    if isinstance(error, RefusedError) and error.retry_after_s:
        response.headers["Retry-After"] = str(error.retry_after_s)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _told(error: Exception) -> tuple[int, str]:
    """The HTTP status of an error and what it says."""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        return 422, f"{first['loc'][-1]}: {first['msg']}"
    if isinstance(error, HTTPException):
        return error.status_code, error.detail
    if isinstance(error, LinernotesError):
        return told(error)
    return 500, "something went wrong here that should not: the server's log says more"
