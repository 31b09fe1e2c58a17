"""Who may do what; every route that changes the library itself asks here."""

from __future__ import annotations

from fastapi import HTTPException, Request

from linernotes.serve.web import is_loopback


def administrator(request: Request) -> None:
    """Lets those pass who may add music and see where it lies: whoever sits at this machine."""
    if request.client is None or not is_loopback(request.client.host):
        raise HTTPException(403, "only from the machine itself")
