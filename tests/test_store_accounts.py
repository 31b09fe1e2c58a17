"""Accounts, and the secrets that let their listeners in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linernotes.errors import InputError, NotFoundError
from linernotes.store import Store
from linernotes.store.columns import now

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.db") as opened:
        yield opened


def test_the_first_account_administers(store: Store) -> None:
    assert store.accounts.add(" ann ", "hash").administers
    assert not store.accounts.add("bob", None).administers
    assert store.accounts.add("cat", None, administers=True).administers
    assert [one.listener for one in store.accounts.all()] == ["ann", "bob", "cat"]
    assert store.listeners.names() == ("ann", "bob", "cat")


def test_nobody_has_two_accounts(store: Store) -> None:
    store.accounts.add("ann", "hash")
    with pytest.raises(InputError, match="has an account already"):
        store.accounts.add("ann", "other")
    named = store.accounts.named("ann")
    assert named is not None
    assert named.password_hash == "hash"


def test_somebody_always_administers(store: Store) -> None:
    store.accounts.add("ann", "hash")
    store.accounts.add("bob", "hash")
    with pytest.raises(InputError, match="only ann administers"):
        store.accounts.remove("ann")
    store.accounts.remove("bob")
    store.accounts.remove("ann")
    assert store.accounts.all() == ()
    assert store.listeners.names() == ("ann", "bob")


def test_the_only_administrator_is_not_forgotten_while_others_have_accounts(store: Store) -> None:
    store.accounts.add("ann", "hash")
    store.accounts.add("bob", "hash")
    store.listeners.ensure("cat")
    with pytest.raises(InputError, match="only ann administers"):
        store.listeners.forget("ann")
    assert store.listeners.names() == ("ann", "bob", "cat")
    for name in ("cat", "bob", "ann"):
        store.listeners.forget(name)
    assert store.listeners.names() == ()


def test_who_could_come_in_has_a_password_or_a_token_that_holds(store: Store) -> None:
    assert store.accounts.let_in() == 0
    store.accounts.add("ann", None)
    assert store.accounts.let_in() == 0
    store.accounts.issue("ann", "token", "old", called="x", expires_at=now() - DAY)
    store.accounts.issue("ann", "session", "s", called="x", expires_at=now() + DAY)
    assert store.accounts.let_in() == 0
    store.accounts.issue("ann", "token", "new", called="x", expires_at=now() + DAY)
    assert store.accounts.let_in() == 1
    store.accounts.add("bob", "hash")
    assert store.accounts.let_in() == 2


def test_a_secret_lets_in_until_it_expires(store: Store) -> None:
    store.accounts.add("ann", None)
    store.accounts.issue("ann", "session", "s", called="x", expires_at=now() + DAY)
    store.accounts.issue("ann", "token", "t", called="x", expires_at=now() + DAY)
    store.accounts.issue("ann", "token", "old", called="x", expires_at=now() - DAY)
    found = store.accounts.bearer("token", "t")
    assert found is not None
    assert found.listener == "ann"
    assert store.accounts.bearer("session", "s") is not None
    for kind, digest in (("token", "old"), ("token", "s"), ("session", "t"), ("token", "")):
        assert store.accounts.bearer(kind, digest) is None  # type: ignore[arg-type]


def test_a_session_over_is_gone_with_the_next(store: Store) -> None:
    store.accounts.add("ann", None)
    store.accounts.issue("ann", "session", "old", called="x", expires_at=now() - DAY)
    assert store.accounts.bearer("session", "old") is None
    store.accounts.issue("ann", "session", "old", called="the digest is free again", expires_at=now() + DAY)


def test_a_token_taken_back_lets_nobody_in(store: Store) -> None:
    store.accounts.add("ann", None)
    number = store.accounts.issue("ann", "token", "t", called="radio", expires_at=now() + DAY)
    assert [(one.id, one.name) for one in store.accounts.tokens()] == [(number, "radio")]
    store.accounts.revoke(number)
    assert store.accounts.bearer("token", "t") is None
    with pytest.raises(NotFoundError, match="no token"):
        store.accounts.revoke(number)


def test_another_password_ends_sessions_but_no_tokens(store: Store) -> None:
    store.accounts.add("ann", "hash")
    store.accounts.issue("ann", "session", "s", called="x", expires_at=now() + DAY)
    store.accounts.issue("ann", "token", "t", called="x", expires_at=now() + DAY)
    store.accounts.set_password("ann", "other")
    assert store.accounts.bearer("session", "s") is None
    assert store.accounts.bearer("token", "t") is not None


def test_who_has_no_account_gets_no_token(store: Store) -> None:
    store.listeners.ensure("ann")
    with pytest.raises(NotFoundError, match="has no account"):
        store.accounts.issue("ann", "token", "t", called="x", expires_at=now() + DAY)
    with pytest.raises(NotFoundError, match="has no account"):
        store.accounts.set_password("ann", "hash")
    with pytest.raises(NotFoundError, match="has no account"):
        store.accounts.remove("ann")


def test_a_forgotten_listener_has_no_account(store: Store) -> None:
    store.accounts.add("ann", "hash")
    store.accounts.issue("ann", "token", "t", called="x", expires_at=now() + DAY)
    store.listeners.forget("ann")
    assert store.accounts.all() == ()
    assert store.accounts.tokens() == ()
