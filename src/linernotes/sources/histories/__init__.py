"""What was listened to elsewhere: exports of ListenBrainz, Last.fm and Spotify, known by what is in them.

``docs/history.md`` says which files these are and what is read of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from linernotes.errors import InputError
from linernotes.sources.cells import UnfitError
from linernotes.sources.histories.found_rows import FoundRow, found_rows
from linernotes.sources.histories.texts import BROKEN_ARCHIVE, open_texts
from linernotes.sources.rows import BadRow
from linernotes.types import Failure, Listen

FIRST_MOMENT: Final = datetime(2002, 10, 1, tzinfo=UTC)
"""Nobody kept listens before (ListenBrainz takes none that are older): a clock was not set."""


def read_history(path: Path, *, now: datetime) -> Iterator[Listen | Failure]:
    """The listens in an export, and the rows that cannot be read or tell of a time after ``now``.

    Of an archive every text is read, in the order of the names; what holds no listens is passed over.
    Raises InputError for a file that cannot be opened, and at the end where not one row was a listen.
    """
    holds_listens = False
    with open_texts(path) as texts:
        for text in texts:
            try:
                for found in found_rows(text):
                    holds_listens = holds_listens or isinstance(found, FoundRow)
                    outcome = _outcome(found, text.name, now)
                    if outcome is not None:
                        yield outcome
            except BROKEN_ARCHIVE as err:
                yield _failure(text.name, f"the rest of the file cannot be read: {err}")
    if not holds_listens:
        raise InputError(
            f"{path} holds no listens that we can read: is it an export of ListenBrainz, Last.fm or Spotify?"
        )


def _outcome(found: FoundRow | BadRow, name: str, now: datetime) -> Listen | Failure | None:
    """The listen, why there is none, or None for what is not to count."""
    if isinstance(found, BadRow):
        return _failure(name, found.reason)
    try:
        listen = found.reader(found.row.cells)
        if listen is not None:
            _check_moment(listen.at, now)
    except UnfitError as err:
        return _failure(name, f"{err.shown} in row {found.row.number}: {err.cure}")
    return listen


def _failure(name: str, reason: str) -> Failure:
    return Failure(key=name, stage="history", reason=reason)


def _check_moment(at: datetime, now: datetime) -> None:
    if at > now:
        raise UnfitError(f"a listen at {at.isoformat()}", "that is still to come; was a clock wrong?")
    if at < FIRST_MOMENT:
        raise UnfitError(f"a listen at {at.isoformat()}", "nobody kept listens then; was a clock not set?")
