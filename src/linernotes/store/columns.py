"""Column types that mean the same on every database."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

Id = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits everywhere; SQLite counts up only in a column that is called INTEGER."""


def clean_text(text: str) -> str:
    """The text without what databases refuse: NUL is dropped, a lone surrogate becomes "?"."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def clean_json(value: object) -> Any:
    """The value as JSON can hold it: numpy scalars become Python's, NaN and infinity become None."""
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, np.generic):
        return clean_json(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {clean_text(str(name)): clean_json(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [clean_json(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in JSON: {value!r}")


class CleanText(TypeDecorator[str]):
    """Text that can always be stored; comparisons clean their side in the same way."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text on its way in."""
        return None if value is None else clean_text(value)


_NUL = "\\u0000"


_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class Json(TypeDecorator[Any]):
    """A JSON value kept as compact text.

    Not a column of type JSON: SQLite would read a lone 120.0 in it as the integer 120.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:  # noqa: ARG002
        """The value on its way in; None is stored as JSON's null."""
        try:
            text = _dumps(value)
            text.encode()
        except (ValueError, TypeError):  # a number that is none, half a character, a value of ours
            return _dumps(clean_json(value))
        return _dumps(clean_json(value)) if _NUL in text else text

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """The value on its way out."""
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[datetime]):
    """A moment with its zone; kept in UTC where the database knows no zones."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """With a time zone where the database has one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment on its way in, in UTC."""
        if value is None:
            return None
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment on its way out, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)
