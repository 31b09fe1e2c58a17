"""The HTTP door: the pages, the JSON, and what is said to those who are not answered."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from linernotes import __version__
from linernotes.errors import LinernotesError
from linernotes.library import Library
from linernotes.serve.access import ASKING, Door, RefusedError
from linernotes.serve.adding import Adding
from linernotes.serve.api import api_router
from linernotes.serve.arrivals import lifespan
from linernotes.serve.asked import named
from linernotes.serve.guard import Guard, secure
from linernotes.serve.heads import HeadsAsGets
from linernotes.serve.library_pages import library_routers
from linernotes.serve.listener_pages import listener_api, listener_router
from linernotes.serve.login import login_router, refused
from linernotes.serve.map_pages import map_api, map_router
from linernotes.serve.mixes import mix_api, mix_router
from linernotes.serve.openapi import without_null
from linernotes.serve.pages import Pages, pages_of, told
from linernotes.serve.replies import as_json
from linernotes.serve.report_pages import report_router
from linernotes.serve.search import search_router
from linernotes.serve.song_pages import correction_api, song_router
from linernotes.serve.static import CompressedText, OwnFiles
from linernotes.serve.watching import Measured, Meter, watching_router
from linernotes.store.listeners import checked_name


def create_app(library: Library, door: Door | None = None, adding: Adding | None = None) -> FastAPI:
    """The web application over an open library; the caller closes the library."""
    door = door or Door()
    adding = adding or Adding(library.settings)
    app = FastAPI(
        title="Linernotes",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan(library, adding, library.settings.watch_s),
    )
    app.state.library = library
    pages, meter = pages_of(library), Meter(library)
    for router in (
        api_router(library),
        mix_api(library),
        correction_api(library),
        listener_api(library),
        map_api(library),
        login_router(pages, door),
        search_router(pages),
        mix_router(pages),
        song_router(pages),
        listener_router(pages),
        map_router(pages),
        report_router(pages),
        *library_routers(pages, adding),
        watching_router(library, meter),
    ):
        app.include_router(router)
    app.mount("/static", OwnFiles(), name="static")

    @app.get("/api/v1/openapi.json", include_in_schema=False)
    def openapi() -> Response:
        return as_json(without_null(app.openapi()))

    def explain(request: Request, error: Exception) -> Response:
        return _explained(pages, request, error)

    for kind in (LinernotesError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, explain)
    app.add_middleware(CompressedText)
    app.add_middleware(Guard, door=door, store=library.store, refused=explain)
    app.add_middleware(Measured, meter=meter)
    app.add_middleware(HeadsAsGets)
    return app


def _explained(pages: Pages, request: Request, error: Exception) -> Response:
    """What is said of an error: JSON to programs, and the page to log in to people who are strangers.

    A reply to what nobody expected is made outside the guard: its headers are added here.
    """
    status, message = _told(error)
    if request.url.path.startswith("/api/"):
        response = as_json({"error": message}, status=status)
    elif status == HTTPStatus.UNAUTHORIZED and isinstance(error, RefusedError):
        back = request.url.path if request.method == "GET" else "/"
        response = refused(pages, error, f"{back}?{request.url.query}" if request.url.query else back)
    else:
        response = pages.refusal(message, status, listener=_listener_of(request))
    if isinstance(error, RefusedError) and error.retry_after_s:
        response.headers["Retry-After"] = str(error.retry_after_s)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    secure(response.headers)
    return response


def _listener_of(request: Request) -> str | None:
    """Who listens by the address of a request that is refused; None for whom the visitor cannot be."""
    name = named(request.query_params.get("listener"))
    try:
        return ASKING.get().listens_as(name and checked_name(name))
    except LinernotesError:
        return None


def _told(error: Exception) -> tuple[int, str]:
    """The HTTP status of an error and what it says."""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        return 422, f"{first['loc'][-1]}: {first['msg']}"
    if isinstance(error, HTTPException):
        gone = error.status_code == HTTPStatus.NOT_FOUND
        return error.status_code, "there is nothing at this address" if gone else error.detail
    if isinstance(error, LinernotesError):
        return told(error)
    return 500, "something went wrong here that should not: the server's log says more"
