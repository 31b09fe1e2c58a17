"""What is told to those who watch over a server: health, readiness, and numbers for Prometheus."""

from __future__ import annotations

import time
from typing import Final

from fastapi import APIRouter, Depends, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linernotes.library import Library
from linernotes.serve.access import administrator
from linernotes.serve.replies import as_json

_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER: Final = "other"
"""Methods and paths that we do not have: strangers shall not make up series of numbers."""


class Meter:
    """Counts requests and their time, by route and not by path, and reads how much is kept."""

    def __init__(self, library: Library) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "linernotes_http_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "linernotes_http_request_seconds",
            "Time from a request to the end of its answer.",
            ("method", "route"),
            registry=self.registry,
        )
        kept = {
            "tracks": library.track_count,
            "answers": library.store.answers.count,
            "events": library.store.listeners.count_all,
        }
        for name, count in kept.items():
            gauge = Gauge(f"linernotes_{name}", f"How many {name} are kept.", registry=self.registry)
            gauge.set_function(count)

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Counts one request."""
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        route = getattr(scope.get("route"), "path", _OTHER)
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


class Measured:
    """Measures whatever the application answers; a HEAD counts as the GET that it is answered as."""

    def __init__(self, app: ASGIApp, *, meter: Meter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on; what ends without an answer counts as an error of ours."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_see)
        finally:
            self._meter.note(scope, status, time.perf_counter() - started)


def watching_router(library: Library, meter: Meter) -> APIRouter:
    """The routes for those who watch; none of them belongs to the described API."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    def health() -> Response:
        return Response("ok", media_type="text/plain")

    @router.get("/readyz")
    def ready() -> Response:
        troubles = library.troubles()
        return as_json({"ready": not troubles, "troubles": troubles}, status=503 if troubles else 200)

    @router.get("/metrics", dependencies=[Depends(administrator)])
    def metrics() -> Response:
        return Response(generate_latest(meter.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router
