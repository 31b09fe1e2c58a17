"""Passwords and secrets: made, kept as what cannot be turned back, and compared."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from linernotes.errors import InputError

SHORTEST_PASSWORD: Final = 8
"""Characters; NIST SP 800-63B-3, 5.1.1.1."""
LONGEST_PASSWORD: Final = 1_000
_AT_ONCE = BoundedSemaphore(2)
"""Each hash takes 64 MiB: many logins at once wait for each other instead of filling the memory."""
_HASHER = PasswordHasher()
"""Argon2id with the parameters of RFC 9106 for little memory."""


def hash_password(password: str) -> str:
    """What is kept of a password. Raises InputError for one that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        bounds = f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,}"
        raise InputError(f"the password has {len(password)} characters: {bounds} are taken")
    with _AT_ONCE:
        return _HASHER.hash(_as_bytes(password))


def fits(password: str, password_hash: str | None) -> bool:
    """Whether this is the password; it takes as long where there is none to compare with."""
    if len(password) > LONGEST_PASSWORD:
        return False
    with _AT_ONCE:
        try:
            return _HASHER.verify(password_hash or _nobodys(), _as_bytes(password)) and bool(password_hash)
        except (VerifyMismatchError, InvalidHashError):
            return False


def new_secret() -> str:
    """A token or a session that nobody can guess: 256 random bits."""
    return f"ln_{secrets.token_urlsafe(32)}"


def digest_of(secret: str) -> str:
    """What is kept of a secret. A plain hash will do: nobody can try out 256 random bits."""
    return hashlib.sha256(_as_bytes(secret)).hexdigest()


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_bytes(32))


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
