"""Accounts and tokens on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.library import Library
from linernotes.serve.cli import app
from linernotes.serve.credentials import digest_of, fits, hash_password
from linernotes.serve.web import door_of

PASSWORD = "correct horse"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Iterator[Library]:
    with Library(Settings(library_dir=folder, models_dir=tmp_path)) as opened:
        yield opened


def run(folder: Path, *args: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, [*args, "--library", str(folder)], input=typed)


def test_the_first_account_administers_and_its_password_fits(folder: Path, library: Library) -> None:
    assert "administers" in run(folder, "account", "add", "ann", typed=f"{PASSWORD}\n").stderr
    assert "listens" in run(folder, "account", "add", "bob", "--no-password").stderr
    account = library.store.accounts.named("ann")
    assert account is not None
    assert fits(PASSWORD, account.password_hash)
    listed = json.loads(run(folder, "account", "list", "--json").stdout)["accounts"]
    assert [(one["listener"], one["administers"], one["password"]) for one in listed] == [
        ("ann", True, True),
        ("bob", False, False),
    ]
    shown = run(folder, "account", "list").stdout
    assert "administers" in shown
    assert "tokens only" in shown


@pytest.mark.parametrize("typed", ["", "\n", "short\n", "x" * 1_001])
def test_a_password_that_can_be_guessed_makes_no_account(folder: Path, library: Library, typed: str) -> None:
    result = run(folder, "account", "add", "ann", typed=typed)
    assert result.exit_code == 2
    assert "8 to 1,000 are taken" in result.stderr
    assert library.store.accounts.all() == ()


def test_a_password_is_changed_and_an_account_removed(folder: Path, library: Library) -> None:
    run(folder, "account", "add", "ann", typed=f"{PASSWORD}\n")
    assert run(folder, "account", "password", "ann", typed="another horse\n").exit_code == 0
    account = library.store.accounts.named("ann")
    assert account is not None
    assert not fits(PASSWORD, account.password_hash)
    assert run(folder, "account", "remove", "ann").exit_code == 0
    assert run(folder, "account", "remove", "ann").exit_code == 2
    assert library.listeners() == ("ann",)


def test_a_token_is_shown_once_and_can_be_taken_back(folder: Path, library: Library) -> None:
    run(folder, "account", "add", "ann", "--no-password")
    added = run(folder, "token", "add", "ann", "--name", "radio", "--days", "2")
    token = added.stdout.strip()
    assert token.startswith("ln_")
    assert len(token) > 40
    assert library.store.accounts.bearer("token", digest_of(token)) is not None
    listed = run(folder, "token", "list", "--json").stdout
    assert token not in listed + run(folder, "token", "list").stdout
    [kept] = json.loads(listed)["tokens"]
    assert (kept["listener"], kept["name"]) == ("ann", "radio")
    assert run(folder, "token", "revoke", str(kept["id"])).exit_code == 0
    assert library.store.accounts.bearer("token", digest_of(token)) is None


def test_nobody_listens_elsewhere_before_somebody_can_log_in(library: Library) -> None:
    for host, hosts, require in (
        ("0.0.0.0", (), False),
        ("127.0.0.1", ("a.example",), False),
        ("::1", (), True),
    ):
        with pytest.raises(InputError, match="linernotes account add"):
            door_of(library, host=host, hosts=hosts, require_login=require)
    library.store.accounts.add("ann", hash_password(PASSWORD))
    elsewhere = door_of(library, host="0.0.0.0", hosts=("A.example",), require_login=False)
    assert (elsewhere.login, elsewhere.any_address, elsewhere.hosts) == (True, True, frozenset({"a.example"}))
    home = door_of(library, host="127.0.0.1", hosts=(), require_login=False)
    assert (home.login, home.any_address) == (False, False)
    assert (home.requests_per_minute, home.logins_per_minute) == (1200, 10)


def test_no_password_fits_where_there_is_none() -> None:
    assert not fits(PASSWORD, None)
    assert not fits(PASSWORD, "no hash")
    assert not fits("x" * 2_000, hash_password(PASSWORD))


def test_the_only_administrator_is_not_forgotten_while_others_have_accounts(
    folder: Path, library: Library
) -> None:
    for name in ("ann", "bob"):
        library.store.accounts.add(name, None)
    refused = run(folder, "forget", "ann", "--yes")
    assert refused.exit_code == 2
    assert "only ann administers" in refused.stderr
    assert library.listeners() == ("ann", "bob")
