"""An answer sent as it comes: lines of JSON, or events of a server."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from fastapi import Request as HttpRequest
from fastapi import Response
from fastapi.responses import StreamingResponse

from linernotes.errors import LinernotesError
from linernotes.serve.as_json import answer_json, pick_json, request_json, to_json
from linernotes.types import Answer, Pick, Request

LINES: Final = "application/x-ndjson"
EVENTS: Final = "text/event-stream"

Parts = Iterator[Request | Pick | Answer]


def wanted(request: HttpRequest, *, stream: bool) -> str | None:
    """The media type that an answer is to be streamed as; None where it is to come whole."""
    accepted = {one.partition(";")[0].strip() for one in request.headers.get("accept", "").split(",")}
    if EVENTS in accepted:
        return EVENTS
    return LINES if stream or LINES in accepted else None


def streamed(parts: Parts, media_type: str) -> Response:
    """A reply that sends each part when it is there. Raises what a request that makes no sense raises."""
    first = next(parts)
    lines = map(_as_event if media_type == EVENTS else _as_line, _told(chain([first], parts)))
    return StreamingResponse(lines, media_type=media_type)


def _told(parts: Parts) -> Iterator[dict[str, Any]]:
    """Each part under its name; what goes wrong on the way is the last one."""
    try:
        for part in parts:
            yield _named(part)
    except LinernotesError as err:
        yield {"error": str(err)}


def _named(part: Request | Pick | Answer) -> dict[str, Any]:
    match part:
        case Request():
            return {"understood": request_json(part)}
        case Pick():
            return {"pick": pick_json(part)}
        case Answer():
            whole = answer_json(part)
            return {
                "answer": {name: whole[name] for name in ("answer_id", "parent_id", "messages", "seconds")}
            }


def _as_line(told: dict[str, Any]) -> str:
    return f"{to_json(told)}\n"


def _as_event(told: dict[str, Any]) -> str:
    [(name, value)] = told.items()
    return f"event: {name}\ndata: {to_json(value)}\n\n"
