"""Moments as services write them: Unix time, ISO 8601, or "31 May 2024, 21:08"; without a zone in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from linernotes.sources.cells import UnfitError

_MS_FROM = 1e11
"""A Unix time from here on is in milliseconds: in seconds it would be the year 5138."""
_LONGEST = 64
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_FIRST = re.compile(r"(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))?")


def moment_of(value: object) -> datetime:
    """The moment that a value tells, with its zone. Raises UnfitError if it tells none."""
    try:
        if isinstance(value, str):
            return _moment_in(value.strip()[:_LONGEST])
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _at_unix_time(value)
    except (ValueError, OverflowError, OSError):
        pass
    shown = repr(value)[:_LONGEST] if isinstance(value, str | int | float) else type(value).__name__
    raise UnfitError(f"moment {shown}", "a date with a time, or seconds since 1970, is needed")


def _moment_in(text: str) -> datetime:
    if text.replace(".", "", 1).isdecimal():
        return _at_unix_time(float(text))
    named = _DAY_FIRST.fullmatch(text)
    if named is None:
        moment = datetime.fromisoformat(text)
    else:
        day, month, year, hour, minute, second = named.groups(default="0")
        month_number = _MONTHS.index(month.lower()) + 1
        moment = datetime(int(year), month_number, int(day), int(hour), int(minute), int(second))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _at_unix_time(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number >= _MS_FROM else number, UTC)
