"""Logging in and out, on the page and by JSON."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from linernotes.serve.access import SESSION, Door, RefusedError, Visiting, Visitor
from linernotes.serve.credentials import LONGEST_PASSWORD, digest_of, fits, new_secret
from linernotes.serve.guard import address_of, too_often
from linernotes.serve.limits import RateLimit
from linernotes.serve.pages import Form, Pages
from linernotes.serve.replies import ERRORS, Me, as_json
from linernotes.store import Account, Store
from linernotes.store.columns import now

SESSION_LIFE: Final = timedelta(days=30)
_NAME_TRIES: Final = 10
"""A name may be tried so many times as often as an address may try: no stranger alone locks anybody out."""


class Credentials(BaseModel):
    """A listener's name and password."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=LONGEST_PASSWORD)


class Logins:
    """Lets listeners in who know their password, and not too many tries."""

    def __init__(self, store: Store, per_minute: int) -> None:
        self._accounts = store.accounts
        self._by_address = RateLimit(per_minute)
        self._by_name = RateLimit(_NAME_TRIES * per_minute)

    def log_in(self, request: Request, name: str, password: str) -> Account:
        """Whose name and password these are. Raises RefusedError for wrong ones, and for too many tries.

        Tries count for the address and for the name, so that neither one nor many can guess for long.
        """
        wait_s = self._by_address.wait_s(address_of(request)) or self._by_name.wait_s(name.strip())
        if wait_s:
            raise too_often(wait_s)
        account = self._accounts.named(name)
        if not fits(password, account.password_hash if account else None) or account is None:
            raise RefusedError(HTTPStatus.UNAUTHORIZED, "there is no such name with this password")
        return account

    def start(self, account: Account, request: Request, response: Response) -> None:
        """Gives the browser a session. Over HTTPS its cookie is never sent without."""
        secret = new_secret()
        expires_at = now() + SESSION_LIFE
        self._accounts.issue(
            account.listener, "session", digest_of(secret), called="browser", expires_at=expires_at
        )
        response.set_cookie(
            SESSION,
            secret,
            max_age=int(SESSION_LIFE.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    def end(self, request: Request, response: Response) -> None:
        """Ends the browser's session, if it has one."""
        if secret := request.cookies.get(SESSION):
            self._accounts.end(digest_of(secret))
        response.delete_cookie(SESSION, httponly=True, samesite="strict")


def login_router(pages: Pages, door: Door) -> APIRouter:
    """The routes that let listeners in and out."""
    router = APIRouter(responses=ERRORS)
    logins = Logins(pages.library.store, door.logins_per_minute)
    _add_pages(router, pages, logins)
    _add_json(router, logins)
    return router


def _add_pages(router: APIRouter, pages: Pages, logins: Logins) -> None:
    @router.get("/login", include_in_schema=False)
    def form() -> Response:
        return pages.show("login.html", back="/", error="", typed="")

    @router.post("/login", include_in_schema=False)
    def log_in(form: Form, request: Request) -> Response:
        back, name = local(form.get("back", "")), form.get("name", "")
        try:
            account = logins.log_in(request, name, form.get("password", ""))
        except RefusedError as refusal:
            return refused(pages, refusal, back, typed=name)
        response = RedirectResponse(back, HTTPStatus.SEE_OTHER)
        logins.start(account, request, response)
        return response

    @router.post("/logout", include_in_schema=False)
    def log_out(request: Request) -> Response:
        response = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
        logins.end(request, response)
        return response


def _add_json(router: APIRouter, logins: Logins) -> None:
    @router.post("/api/v1/login", response_model=Me, tags=["access"])
    def log_in(credentials: Credentials, request: Request) -> Response:
        """Lets a listener in by password: the reply sets the cookie of a session. Programs use tokens."""
        account = logins.log_in(request, credentials.name, credentials.password)
        response = as_json(_me(Visitor(name=account.listener, administers=account.administers)))
        logins.start(account, request, response)
        return response

    @router.post("/api/v1/logout", status_code=HTTPStatus.NO_CONTENT, tags=["access"])
    def log_out(request: Request) -> Response:
        """Ends the session, if there is one."""
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        logins.end(request, response)
        return response

    @router.get("/api/v1/me", response_model=Me, tags=["access"])
    def me(visiting: Visiting) -> Response:
        """Who asks, as the server sees it."""
        return as_json(_me(visiting))


def _me(visiting: Visitor) -> dict[str, object]:
    return {"listener": visiting.name, "administers": visiting.administers}


def refused(pages: Pages, refusal: RefusedError, back: str, *, typed: str = "") -> Response:
    """The page to log in, with what was wrong and the name that was typed."""
    response = pages.show("login.html", back=back, error=str(refusal), typed=typed, status=refusal.status)
    if refusal.retry_after_s:
        response.headers["Retry-After"] = str(refusal.retry_after_s)
    return response


def local(back: str) -> str:
    """The path of ours to go to after a login; the start for anything else."""
    ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if ours else "/"
