"""The first wave: what sources say of each track, brought into the catalogue."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from linernotes.compute import Limits, run_isolated
from linernotes.errors import InputError
from linernotes.ingest.moves import Moves
from linernotes.ingest.places import Place, find_place
from linernotes.ingest.progress import OnProgress, Progress
from linernotes.ingest.rows import row_of
from linernotes.sources import FoundFile, fs_path, is_beneath, read_file, read_table, scan_folder
from linernotes.store import FileStat, KnownFile, Source, Store
from linernotes.types import Failure, SourceItem

log = logging.getLogger(__name__)

BATCH = 500
"""Tracks a transaction: what a kill can cost, against what a commit costs."""

READ_LIMITS = Limits(memory_bytes=2 << 30, cpu_s=20.0, wall_s=30.0)
"""For reading the tags of one file; a healthy one takes milliseconds."""

NOT_TOLD = ("audio:", "joined:", "listener:")
"""How the sources of facts begin that no table told."""

T = TypeVar("T")
Found = SourceItem | Failure
AfterBatch = Callable[[], None]


@dataclass(slots=True)
class NamesReport:
    """What the first wave did with one source."""

    source_id: int
    found: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    missing: int = 0
    failed: int = 0


def add_folder(
    root: Path, store: Store, *, jobs: int, on_progress: OnProgress, after_batch: AfterBatch
) -> NamesReport:
    """Brings a folder's files into the catalogue; files whose size and time are known cost a stat.

    A file that is gone, or no longer holds a recording, is marked missing, never dropped, unless its
    folder could not be read. Raises InputError when the folder itself cannot be read, or is suddenly empty
    as an unmounted drive is.
    """
    place = find_place(root, store)
    scan, known = place.scan, place.known
    report = NamesReport(source_id=place.source_id, found=len(scan.files), failed=len(scan.failures))
    changed = [file for file in scan.files if not _is_unchanged(file, known.get(file.key))]
    gone = _gone(place)
    moves = Moves(known, gone, {file.key for file in changed})
    _forget_failures(store, place)
    store.jobs.record_failures(place.source_id, scan.failures)
    for batch in batched(_read_all(changed, jobs), BATCH):
        failures = [one for one in batch if isinstance(one, Failure)]
        moves.lose(failure.key for failure in failures)
        items = moves.settled(one for one in batch if isinstance(one, SourceItem))
        _bring(items, failures, report, store, known, moves.take(items))
        done = report.new + report.changed + report.moved + report.failed
        on_progress(Progress(stage="names", done=done, total=len(changed), failed=report.failed))
        after_batch()
    waiting, moved = moves.waiting()
    for items in batched(waiting, BATCH):
        _bring(items, (), report, store, known, moved)
        after_batch()
    if waiting:
        on_progress(Progress(stage="names", done=len(changed), total=len(changed), failed=report.failed))
    _remember_unchanged(store, place)
    store.catalogue.mark_missing(place.source_id, moves.lost())
    _mark_missing(store, report, gone)
    return report


def fresh_files(source: Source, store: Store) -> frozenset[FoundFile]:
    """The files of a folder source that are new, back, or not as they were when they were read.

    Raises InputError for a folder that cannot be read.
    """
    known = store.catalogue.known(source.id)
    there = {key: file for key, file in known.items() if not file.missing}
    scan = scan_folder(fs_path(source.location))
    return frozenset(file for file in scan.files if not _is_unchanged(file, there.get(file.key)))


def add_table(
    path: Path,
    store: Store,
    *,
    editors: bool,
    source_name: str | None = None,
    on_progress: OnProgress,
    after_batch: AfterBatch,
) -> NamesReport:
    """Brings the rows of a table into the catalogue; rows that it no longer holds are marked missing.

    ``editors`` says that genres, moods and the like were told by people who know the artist, not by the
    song's own label. ``source_name`` stands for the path, where that differs from one installation to the
    next. Raises InputError when the table cannot be read as one, or has suddenly lost all its rows.
    """
    table = read_table(path, editors=editors)
    source_id = store.catalogue.add_source("table", source_name or str(path))
    report = NamesReport(source_id=source_id)
    known = store.catalogue.known(source_id)
    gone = dict(known)
    store.jobs.clear_failures(source_id)
    for batch in batched(table.items(), 4 * BATCH):
        signed = [_signed(one) for one in batch if isinstance(one, SourceItem)]
        for one in batch:
            gone.pop(one.key, None)
        failures = [one for one in batch if isinstance(one, Failure)]
        _bring(_changed_rows(signed, known, store), failures, report, store, known, {})
        report.found += len(batch)
        on_progress(Progress(stage="names", done=report.found, total=report.found, failed=report.failed))
        after_batch()
    if not report.found and any(not row.missing for row in gone.values()):
        raise InputError(
            f"{path} holds no rows, but {len(gone)} are known: is it the right file? "
            "Nothing was marked missing"
        )
    _mark_missing(store, report, gone)
    return report


def _mark_missing(store: Store, report: NamesReport, gone: Mapping[str, KnownFile]) -> None:
    """Marks what is no longer there, and counts what was there the last time."""
    newly = sorted(key for key, file in gone.items() if not file.missing)
    store.catalogue.mark_missing(report.source_id, newly)
    report.missing = len(newly)


def _signed(item: SourceItem) -> SourceItem:
    """A row with a signature of what it says, so that an unchanged one is known again.

    A row with a recording has none: a signature there would be one of the sound.
    """
    if item.audio_path is not None:
        return item
    told = repr(item.facts).encode("utf-8", "surrogatepass")
    return replace(item, signature=hashlib.blake2b(told, digest_size=16).hexdigest())


def _changed_rows(
    items: Sequence[SourceItem], known: Mapping[str, KnownFile], store: Store
) -> list[SourceItem]:
    """The rows that are new, back, or say something else than they did."""
    silent = [known[item.key].track_id for item in items if item.audio_path and item.key in known]
    facts = store.catalogue.facts(silent)
    tracks = store.catalogue.tracks(silent)

    def is_unchanged(item: SourceItem) -> bool:
        old = known.get(item.key)
        if old is None or old.missing:
            return False
        if item.audio_path is None:
            return old.signature == item.signature
        told = [fact for fact in facts[old.track_id] if not fact.source.startswith(NOT_TOLD)]
        same_file = (tracks[old.track_id].audio_path, old.size_bytes, old.modified_ns) == (
            item.audio_path,
            item.size_bytes,
            item.modified_ns,
        )
        return same_file and told == list(row_of(item).item.facts)

    return [item for item in items if not is_unchanged(item)]


def _bring(
    items: Sequence[SourceItem],
    failures: Sequence[Failure],
    report: NamesReport,
    store: Store,
    known: Mapping[str, KnownFile],
    moved: Mapping[str, int],
) -> None:
    """One batch into the store; ``moved`` may name more than these items.

    What stands at a known key whose own track has moved away is new.
    """
    keys = {item.key for item in items}
    ours = {key: track_id for key, track_id in moved.items() if key in keys}
    store.catalogue.upsert(report.source_id, [row_of(item) for item in items], moved=ours)
    store.jobs.record_failures(report.source_id, failures)
    away = set(moved.values())
    changed = sum(key in known and key not in ours and known[key].track_id not in away for key in keys)
    report.changed += changed
    report.moved += len(ours)
    report.new += len(items) - changed - len(ours)
    report.failed += len(failures)


def _gone(place: Place) -> dict[str, KnownFile]:
    """What is known and was not found, though it would have been."""
    there = {file.key for file in place.scan.files}
    return {
        key: file
        for key, file in place.known.items()
        if key not in there and place.covers(key) and not is_beneath(key, place.scan.unreadable)
    }


def _forget_failures(store: Store, place: Place) -> None:
    """Forgets what could not be read the last time, where it is read anew."""
    keys = None
    if place.beneath:
        keys = [failure.key for failure in store.jobs.failures() if place.covers(failure.key)]
    store.jobs.clear_failures(place.source_id, keys)


def _is_unchanged(file: FoundFile, known: KnownFile | None) -> bool:
    return known is not None and (file.size_bytes, file.modified_ns) == (known.size_bytes, known.modified_ns)


def _remember_unchanged(store: Store, place: Place) -> None:
    """Files that were missing and are back as they were need no reading, only to be told so."""
    known = place.known
    back = [
        FileStat(key=file.key, size_bytes=file.size_bytes, modified_ns=file.modified_ns)
        for file in place.scan.files
        if file.key in known and known[file.key].missing and _is_unchanged(file, known[file.key])
    ]
    store.catalogue.touch(place.source_id, back)
    store.catalogue.restore(place.source_id, [stat.key for stat in back])


def _read_all(files: Sequence[FoundFile], jobs: int) -> Iterator[Found]:
    outcomes = (
        run_isolated(_read_one, files, jobs=min(jobs, len(files)), limits=READ_LIMITS) if files else iter(())
    )
    for outcome in outcomes:
        if outcome.value is not None:
            yield outcome.value
        else:
            yield Failure(key=outcome.item.key, stage="scan", reason=outcome.error or "unreadable")


def _read_one(file: FoundFile) -> SourceItem:
    return read_file(file.path, file.key)


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most ``size``."""
    remaining = iter(values)
    while batch := list(islice(remaining, size)):
        yield batch
