"""The commands ``account`` and ``token``: who may come in from elsewhere."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated

import typer

from linernotes.serve.credentials import digest_of, hash_password, new_secret
from linernotes.serve.layout import Screen, columns, print_lines
from linernotes.serve.options import AsJson, LibraryDir, opened, print_json
from linernotes.store.columns import now

account_app = typer.Typer(
    help="Who may come in from elsewhere: add, password, remove, list.", no_args_is_help=True
)
token_app = typer.Typer(help="What lets programs in: add, list, revoke.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="LISTENER", help="The listener whose account it is.")]


@account_app.command("add")
def account_add(
    name: Name,
    administrator: Annotated[
        bool, typer.Option("--administrator", metavar="", help="May do everything; the first one always may.")
    ] = False,
    password: Annotated[
        bool, typer.Option(metavar="", help="Ask for a password; without, only tokens let them in.")
    ] = True,
    library: LibraryDir = None,
) -> None:
    """Let a listener in from elsewhere; the password is typed, or comes in on standard input."""
    with opened(library) as open_library:
        password_hash = hash_password(_typed_password()) if password else None
        account = open_library.store.accounts.add(name, password_hash, administers=administrator)
    what = "administers" if account.administers else "listens"
    print_lines(Screen(stderr=True), [f"{account.listener} may come in, and {what}"])


@account_app.command("password")
def account_password(name: Name, library: LibraryDir = None) -> None:
    """Change a password; who is logged in with the one before is logged out."""
    with opened(library) as open_library:
        open_library.store.accounts.set_password(name, hash_password(_typed_password()))
    print_lines(Screen(stderr=True), [f"{name.strip()} has another password"])


@account_app.command("remove")
def account_remove(name: Name, library: LibraryDir = None) -> None:
    """Let a listener in no more; what they like stays (`forget` takes that)."""
    with opened(library) as open_library:
        open_library.store.accounts.remove(name)
    print_lines(Screen(stderr=True), [f"{name.strip()} may come in no more"])


@account_app.command("list")
def account_list(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Who may come in."""
    with opened(library) as open_library:
        accounts = [
            {
                "listener": one.listener,
                "administers": one.administers,
                "password": one.password_hash is not None,
                "created_at": one.created_at,
            }
            for one in open_library.store.accounts.all()
        ]
    if as_json:
        print_json({"accounts": accounts})
        return
    rows = [
        (
            str(one["listener"]),
            "administers" if one["administers"] else "",
            "password" if one["password"] else "tokens only",
        )
        for one in accounts
    ]
    for line in columns(("listener", "may", "comes in by"), rows):
        Screen().print(line)


@token_app.command("add")
def token_add(
    name: Name,
    called: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What it is for, to know it again.")
    ] = "token",
    days: Annotated[
        int, typer.Option("--days", min=1, max=3_650, metavar="DAYS", help="How long it holds.")
    ] = 365,
    library: LibraryDir = None,
) -> None:
    """Make a token that lets programs in as this listener. It is shown once: only its digest is kept."""
    secret = new_secret()
    with opened(library) as open_library:
        number = open_library.store.accounts.issue(
            name, "token", digest_of(secret), called=called, expires_at=now() + timedelta(days=days)
        )
    typer.echo(secret)
    print_lines(Screen(stderr=True), [f"token {number} of {name.strip()}; it is not shown again"])


@token_app.command("list")
def token_list(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """The tokens, without what is secret."""
    with opened(library) as open_library:
        tokens = open_library.store.accounts.tokens()
    if as_json:
        print_json({"tokens": tokens})
        return
    rows = [(str(one.id), one.listener, one.name, f"{one.expires_at:%Y-%m-%d}") for one in tokens]
    for line in columns(("number", "listener", "name", "holds until"), rows, right={"number"}):
        Screen().print(line)


@token_app.command("revoke")
def token_revoke(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `token list` shows it.")],
    library: LibraryDir = None,
) -> None:
    """Take a token back: it lets nobody in from now on."""
    with opened(library) as open_library:
        open_library.store.accounts.revoke(number)
    print_lines(Screen(stderr=True), [f"token {number} lets nobody in any more"])


def _typed_password() -> str:
    """The password, typed twice and not shown in a terminal; elsewhere the first line of standard input."""
    if sys.stdin.isatty():
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
