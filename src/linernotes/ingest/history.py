"""What was listened to elsewhere, as events of a listener of this library."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from linernotes.ingest.matching import CONFIDENCE, MatchedBy, Matcher
from linernotes.ingest.names import batched
from linernotes.ingest.progress import OnProgress, Progress
from linernotes.sources import read_history
from linernotes.store import Store
from linernotes.store.listeners import checked_name
from linernotes.types import Event, Failure, Listen

BATCH: Final = 2_000
"""Rows a transaction: what a kill can cost, against what a commit costs."""
TOLD_SONGS: Final = 50
TOLD_FAILURES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedSong:
    """A song that is not in the library, and how often it was listened to."""

    artist: str
    title: str
    listens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """How many listens were matched in one way, and how sure that is, 0 to 1."""

    by: MatchedBy
    confidence: float
    listens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryReport:
    """What one import did.

    ``listens`` could be read, ``skips`` among them. ``matched`` goes by the way, the surest first; ``new`` of
    them were not here before. ``unmatched_songs`` are the 50 most listened to of the songs that are not in
    the library, ``failures`` the first 20 of the rows that ``failed``.
    """

    listener: str
    listens: int
    skips: int
    matched: tuple[Matched, ...]
    new: int
    unmatched: int
    unmatched_songs: tuple[UnmatchedSong, ...]
    failed: int
    failures: tuple[Failure, ...]
    seconds: float


def import_history(path: Path, store: Store, *, listener: str, on_progress: OnProgress) -> HistoryReport:
    """Keeps the listens of an export as events of this listener, as far as the library has the tracks.

    An event that is there already stays the one event that it is. Raises InputError for a name that is
    none and for a file that is no export; see ``sources.read_history``.
    """
    started = time.monotonic()
    tally = _Tally(listener=checked_name(listener))
    known_before = store.listeners.count(tally.listener)
    matcher: Matcher | None = None
    for batch in batched(read_history(path.expanduser(), now=datetime.now(UTC)), BATCH):
        matcher = matcher or Matcher(store)  # which takes a while, and a file that is no export needs none
        store.listeners.record(list(tally.events(batch, matcher)))
        done = tally.listens + tally.failed
        on_progress(Progress(stage="history", done=done, total=done, failed=tally.failed))
    new = store.listeners.count(tally.listener) - known_before
    return tally.report(new=new, seconds=time.monotonic() - started)


@dataclass(slots=True)
class _Tally:
    """The state of one import: what was counted so far."""

    listener: str
    listens: int = 0
    skips: int = 0
    matched: Counter[MatchedBy] = field(default_factory=Counter)
    unmatched: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: int = 0
    failures: list[Failure] = field(default_factory=list)

    def events(self, rows: Iterable[Listen | Failure], matcher: Matcher) -> Iterator[Event]:
        """The events of these rows, which are counted."""
        for row in rows:
            if isinstance(row, Failure):
                self._fail(row)
                continue
            self.listens += 1
            self.skips += row.kind == "skip"
            match = matcher.match(row)
            if match is None:
                self.unmatched[row.artist, row.title] += 1
                continue
            self.matched[match.by] += 1
            yield Event(
                listener=self.listener,
                kind=row.kind,
                track_id=match.track_id,
                at=row.at,
                value=_share(row, match.duration_s),
            )

    def _fail(self, failure: Failure) -> None:
        self.failed += 1
        if self.failed <= TOLD_FAILURES:
            self.failures.append(failure)

    def report(self, *, new: int, seconds: float) -> HistoryReport:
        """What was counted, as it is told."""
        return HistoryReport(
            listener=self.listener,
            listens=self.listens,
            skips=self.skips,
            matched=tuple(
                Matched(by=by, confidence=confidence, listens=self.matched[by])
                for by, confidence in CONFIDENCE.items()
            ),
            new=new,
            unmatched=self.unmatched.total(),
            unmatched_songs=tuple(
                UnmatchedSong(artist=artist, title=title, listens=listens)
                for (artist, title), listens in self.unmatched.most_common(TOLD_SONGS)
            ),
            failed=self.failed,
            failures=tuple(self.failures),
            seconds=seconds,
        )


def _share(listen: Listen, duration_s: float | None) -> float | None:
    """How much of the track was heard, 0 to 1; None where that is not told, and for a skip."""
    if listen.kind == "skip" or listen.played_ms is None or not duration_s:
        return None
    return min(listen.played_ms / 1000 / duration_s, 1.0)
