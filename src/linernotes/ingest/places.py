"""Which folder of the library an added folder is: new, known, or a part or the whole of known ones."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from linernotes.errors import InputError
from linernotes.sources import FoundFile, Scan, fs_path, is_beneath, scan_folder, storable_path
from linernotes.store import KnownFile, Source, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The folder source that a scan belongs to; ``beneath`` is the part that was scanned, "" for all."""

    source_id: int
    beneath: str
    scan: Scan
    known: Mapping[str, KnownFile]

    def covers(self, key: str) -> bool:
        """Whether the scan could have found this key."""
        return not self.beneath or is_beneath(key, (self.beneath,))


def find_place(root: Path, store: Store) -> Place:
    """Scans ``root`` and says which source it is, so that no file ever stands in two of them.

    A folder inside a known one is scanned as a part of it; one that holds known folders takes them in; one
    that was known under a name that is gone now keeps its tracks. Raises InputError when the folder cannot
    be read, or where music that was there is gone altogether, as on a drive that is not mounted.
    """
    scan = scan_folder(root)
    location = storable_path(root)
    sources = [source for source in store.catalogue.sources() if source.kind == "folder"]
    around = [source for source in sources if _holds(source.location, location)]
    if around:
        outer = max(around, key=lambda source: len(source.location))
        beneath = location.removeprefix(_inside(outer.location))
        return _place(root, outer.id, beneath, _below(scan, beneath), store)
    if location not in {source.location for source in sources}:
        within = [source for source in sources if _holds(location, source.location)]
        if within:
            return _place(root, _take_in(location, within, scan, store), "", scan, store)
        former = _former_name(scan, sources, store)
        if former is not None:
            store.catalogue.relocate(former.id, location)
    return _place(root, store.catalogue.add_source("folder", location), "", scan, store)


def _place(root: Path, source_id: int, beneath: str, scan: Scan, store: Store) -> Place:
    place = Place(source_id=source_id, beneath=beneath, scan=scan, known=store.catalogue.known(source_id))
    there = sum(not file.missing for key, file in place.known.items() if place.covers(key))
    if not scan.files and there:
        raise _unmounted(storable_path(root), there)
    return place


def _holds(outer: str, inner: str) -> bool:
    """Whether a scan of one folder finds the other; it passes over names that begin with a dot."""
    below = inner.removeprefix(_inside(outer))
    return below != inner and not any(part.startswith(".") for part in below.split("/"))


def _inside(location: str) -> str:
    return location.rstrip("/") + "/"


def _below(scan: Scan, beneath: str) -> Scan:
    """The scan of a part of a folder, with keys as seen from the whole."""

    def moved(file: FoundFile) -> FoundFile:
        return replace(file, key=f"{beneath}/{file.key}")

    return Scan(
        files=tuple(moved(file) for file in scan.files),
        failures=tuple(replace(failure, key=f"{beneath}/{failure.key}") for failure in scan.failures),
        unreadable=tuple(f"{beneath}/{key}" for key in scan.unreadable),
    )


def _take_in(location: str, within: Sequence[Source], scan: Scan, store: Store) -> int:
    """Makes the known folders inside this one parts of it; gives its source."""
    folder_by_source = {source.id: source.location.removeprefix(_inside(location)) for source in within}
    for source in within:
        there = sum(not file.missing for file in store.catalogue.known(source.id).values())
        folder = folder_by_source[source.id]
        if there and not any(is_beneath(file.key, (folder,)) for file in scan.files):
            raise _unmounted(source.location, there)
    source_id = store.catalogue.add_source("folder", location)
    store.catalogue.take_in(source_id, folder_by_source)
    return source_id


def _former_name(scan: Scan, sources: Sequence[Source], store: Store) -> Source | None:
    """The known folder, gone now, that holds at least half of these files by name and size."""
    best, most = None, max(1, (len(scan.files) + 1) // 2)
    for source in sources:
        if os.path.lexists(fs_path(source.location)):
            continue
        known = store.catalogue.known(source.id)
        same = sum(file.key in known and known[file.key].size_bytes == file.size_bytes for file in scan.files)
        if same >= most:
            best, most = source, same
    return best


def _unmounted(folder: str, tracks: int) -> InputError:
    return InputError(
        f"{folder} holds no music, but {tracks} of its tracks are known: is the drive mounted? "
        "Nothing was marked missing"
    )
