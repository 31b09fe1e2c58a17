"""The first wave: what sources say of each track, brought into the catalogue."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from linernotes.compute import Limits, run_isolated
from linernotes.errors import InputError
from linernotes.ingest.progress import OnProgress, Progress
from linernotes.ingest.rows import row_of
from linernotes.sources import FoundFile, Scan, is_beneath, read_file, read_table, scan_folder
from linernotes.store import FileStat, KnownFile, Store
from linernotes.types import Failure, SourceItem

log = logging.getLogger(__name__)

BATCH = 500
"""Tracks a transaction: what a kill can cost, against what a commit costs."""

READ_LIMITS = Limits(memory_bytes=2 << 30, cpu_s=20.0, wall_s=30.0)
"""For reading the tags of one file; a healthy one takes milliseconds."""

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

    A file that is gone is marked missing, never dropped, unless its folder could not be read. Raises
    InputError when the folder itself cannot be read, or is suddenly empty as an unmounted drive is.
    """
    scan = scan_folder(root)
    source_id = store.catalogue.add_source("folder", str(root))
    report = NamesReport(source_id=source_id, found=len(scan.files), failed=len(scan.failures))
    known = store.catalogue.known(source_id)
    if not scan.files and any(not file.missing for file in known.values()):
        raise InputError(
            f"{root} holds no music, but {len(known)} of its tracks are known: is the drive mounted? "
            "Nothing was marked missing"
        )
    gone = _gone(known, scan)
    changed = [file for file in scan.files if not _is_unchanged(file, known.get(file.key))]
    store.jobs.clear_failures(source_id)
    store.jobs.record_failures(source_id, scan.failures)
    items = _read_all(changed, jobs)
    for batch in _batches(items, BATCH):
        _bring(batch, report, store, known, gone)
        done = report.new + report.changed + report.moved + report.failed
        on_progress(Progress(stage="names", done=done, total=len(changed), failed=report.failed))
        after_batch()
    _remember_unchanged(store, source_id, scan, known)
    _mark_missing(store, report, gone)
    return report


def add_table(
    path: Path, store: Store, *, editors: bool, on_progress: OnProgress, after_batch: AfterBatch
) -> NamesReport:
    """Brings the rows of a table into the catalogue; rows that it no longer holds are marked missing.

    ``editors`` says that genres, moods and the like were told by people who know the artist, not by the
    song's own label. Raises InputError when the table cannot be read as one.
    """
    table = read_table(path, editors=editors)
    source_id = store.catalogue.add_source("table", str(path))
    report = NamesReport(source_id=source_id)
    known = store.catalogue.known(source_id)
    gone = dict(known)
    store.jobs.clear_failures(source_id)
    for batch in _batches(table.items(), 4 * BATCH):
        signed = [_signed(item) for item in batch]
        for item in signed:
            gone.pop(item.key, None)
        _bring([item for item in signed if not _is_known_row(item, known)], report, store, known, {})
        report.found += len(batch)
        on_progress(Progress(stage="names", done=report.found, total=report.found, failed=report.failed))
        after_batch()
    _mark_missing(store, report, gone)
    return report


def _mark_missing(store: Store, report: NamesReport, gone: Mapping[str, KnownFile]) -> None:
    """Marks what is no longer there, and counts what was there the last time."""
    newly = sorted(key for key, file in gone.items() if not file.missing)
    store.catalogue.mark_missing(report.source_id, newly)
    report.missing = len(newly)


def _signed(item: Found) -> Found:
    """A row with a signature of what it says, so that an unchanged one is known again."""
    if isinstance(item, Failure):
        return item
    told = repr((item.facts, item.audio_path)).encode("utf-8", "surrogatepass")
    return replace(item, signature=hashlib.blake2b(told, digest_size=16).hexdigest())


def _is_known_row(item: Found, known: Mapping[str, KnownFile]) -> bool:
    if isinstance(item, Failure) or item.key not in known:
        return False
    return known[item.key].signature == item.signature and not known[item.key].missing


def _bring(
    batch: Sequence[Found],
    report: NamesReport,
    store: Store,
    known: Mapping[str, KnownFile],
    gone: dict[str, KnownFile],
) -> None:
    """One batch into the store; what moved leaves ``gone``."""
    items = [item for item in batch if isinstance(item, SourceItem)]
    failures = [item for item in batch if isinstance(item, Failure)]
    moved = _take_moved(items, known, gone)
    store.catalogue.upsert(report.source_id, [row_of(item) for item in items], moved=moved)
    store.jobs.record_failures(report.source_id, failures)
    changed = sum(item.key in known for item in items)
    report.changed += changed
    report.moved += len(moved)
    report.new += len(items) - changed - len(moved)
    report.failed += len(failures)


def _take_moved(
    items: Sequence[SourceItem], known: Mapping[str, KnownFile], gone: dict[str, KnownFile]
) -> dict[str, int]:
    """The tracks whose sound stands under a new key, by that key; each is given once."""
    key_by_signature = {file.signature: key for key, file in gone.items() if file.signature}
    moved: dict[str, int] = {}
    for item in items:
        known_sound = item.signature is not None and item.key not in known
        old_key = key_by_signature.pop(item.signature or "", None) if known_sound else None
        if old_key is not None:
            moved[item.key] = gone.pop(old_key).track_id
    return moved


def _gone(known: Mapping[str, KnownFile], scan: Scan) -> dict[str, KnownFile]:
    there = {file.key for file in scan.files}
    return {
        key: file for key, file in known.items() if key not in there and not is_beneath(key, scan.unreadable)
    }


def _is_unchanged(file: FoundFile, known: KnownFile | None) -> bool:
    return known is not None and (file.size_bytes, file.modified_ns) == (known.size_bytes, known.modified_ns)


def _remember_unchanged(store: Store, source_id: int, scan: Scan, known: Mapping[str, KnownFile]) -> None:
    """Files that were missing and are back as they were need no reading, only to be told so."""
    back = [
        FileStat(key=file.key, size_bytes=file.size_bytes, modified_ns=file.modified_ns)
        for file in scan.files
        if file.key in known and known[file.key].missing and _is_unchanged(file, known[file.key])
    ]
    store.catalogue.touch(source_id, back)
    store.catalogue.restore(source_id, [stat.key for stat in back])


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


def _batches(items: Iterator[Found], size: int) -> Iterator[list[Found]]:
    batch: list[Found] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
