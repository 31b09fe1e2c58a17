"""The audio files of a folder."""

from __future__ import annotations

import logging
import os
import stat
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from linernotes.errors import InputError
from linernotes.sources.places import storable_path
from linernotes.types import Failure

AUDIO_EXTENSIONS = (".flac", ".ogg", ".oga", ".opus", ".mp3", ".wav", ".aiff", ".aif", ".m4a", ".mp4", ".aac")
_STAGE = "scan"
_NOT_REGULAR = "not a regular file"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """An audio file by name; what is in it has not been looked at.

    ``key`` is its path below the root, as text that a database can hold; ``path`` opens it.
    """

    key: str
    path: Path
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What was found below a folder, in the order of the keys.

    ``unreadable`` holds the keys of folders and files that are there but could not be looked at: what the
    catalogue knows of them (see ``is_beneath``) must not be taken for missing.
    """

    files: tuple[FoundFile, ...]
    failures: tuple[Failure, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder still to be listed; ``key`` is "" for the root, else its key with a slash at the end."""

    path: Path
    key: str


@dataclass(slots=True)
class _Walk:
    """The state of one walk: what was found, and which folders (device, inode) were seen."""

    files: list[FoundFile] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    audio_named_folders: list[str] = field(default_factory=list)
    links: deque[_Folder] = field(default_factory=deque)
    seen: set[tuple[int, int]] = field(default_factory=set)


def scan_folder(root: Path) -> Scan:
    """All audio files below ``root``, known by their extension, with what could not be read.

    Names that begin with a dot are passed over. Linked folders are followed, after all real ones, unless
    they lead to a folder already seen or to one that holds the root. Nothing is opened.
    Raises InputError if ``root`` is no folder or cannot be listed.
    """
    top = root.absolute()
    walk = _Walk(seen=_identities_above(top))
    walk.links.append(_Folder(top, ""))
    while walk.links:
        _walk_from(walk.links.popleft(), walk)
    _report_audio_named_folders(walk)
    return Scan(
        files=tuple(sorted(walk.files, key=lambda found: found.key)),
        failures=tuple(sorted(walk.failures, key=lambda failure: failure.key)),
        unreadable=tuple(sorted(walk.unreadable)),
    )


def is_beneath(key: str, folders: Iterable[str]) -> bool:
    """Whether ``key`` is one of ``folders`` or lies below one of them."""
    return any(key == folder or key.startswith(f"{folder}/") for folder in folders)


def _identities_above(top: Path) -> set[tuple[int, int]]:
    """The folders that hold the root, so that a link to one of them ends there."""
    try:
        return {_identity(parent.stat()) for parent in top.resolve(strict=True).parents}
    except (OSError, RuntimeError, ValueError) as err:  # gone; links in a circle; a zero byte
        raise InputError(f"folder {storable_path(top)} cannot be read: {_why(err)}") from err


def _identity(status: os.stat_result) -> tuple[int, int]:
    return (status.st_dev, status.st_ino)


def _why(err: Exception) -> str:
    return (err.strerror or str(err)) if isinstance(err, OSError) else str(err)


def _walk_from(start: _Folder, walk: _Walk) -> None:
    pending = [start]
    while pending:
        folder = pending.pop()
        pending.extend(reversed(_list_folder(folder, walk)))


def _list_folder(folder: _Folder, walk: _Walk) -> list[_Folder]:
    """Takes in the files of one folder and returns the real folders in it; links wait in ``walk.links``."""
    try:
        status = folder.path.stat()
        if _identity(status) in walk.seen:
            log.debug("%s was already visited", folder.key)
            return []
        with os.scandir(folder.path) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        walk.seen.add(_identity(status))
        return list(_folders_among(entries, folder, walk))
    except OSError as err:
        _unreadable_folder(folder, err, walk)
        return []


def _unreadable_folder(folder: _Folder, err: OSError, walk: _Walk) -> None:
    if not folder.key:
        raise InputError(f"folder {storable_path(folder.path)} cannot be read: {_why(err)}") from err
    key = folder.key.removesuffix("/")
    walk.failures.append(Failure(key=key, stage=_STAGE, reason=f"the folder cannot be read: {_why(err)}"))
    walk.unreadable.append(key)


def _folders_among(entries: list[os.DirEntry[str]], folder: _Folder, walk: _Walk) -> Iterator[_Folder]:
    for entry in entries:
        if entry.name.startswith("."):
            continue
        key = folder.key + storable_path(entry.name)
        below = _Folder(folder.path / entry.name, f"{key}/")
        if entry.is_symlink():
            _take_link(below, key, walk)
        elif entry.is_dir(follow_symlinks=False):
            _note_audio_name(key, walk)
            yield below
        elif _is_audio_name(entry.name):
            _take_file(below.path, key, walk)


def _is_audio_name(name: str) -> bool:
    return name.lower().endswith(AUDIO_EXTENSIONS)


def _note_audio_name(key: str, walk: _Walk) -> None:
    if _is_audio_name(key):
        walk.audio_named_folders.append(key)


def _take_link(target: _Folder, key: str, walk: _Walk) -> None:
    try:
        mode = target.path.stat().st_mode
    except OSError as err:
        _broken_link(key, err, walk)
        return
    if stat.S_ISDIR(mode):
        _note_audio_name(key, walk)
        walk.links.append(target)
    elif _is_audio_name(key):
        _take_file(target.path, key, walk)


def _broken_link(key: str, err: OSError, walk: _Walk) -> None:
    """A link to a file that is gone; or, without an audio name, perhaps to a drive that is not mounted."""
    walk.failures.append(Failure(key=key, stage=_STAGE, reason=f"the link leads nowhere: {_why(err)}"))
    if not _is_audio_name(key):
        walk.unreadable.append(key)


def _take_file(path: Path, key: str, walk: _Walk) -> None:
    try:
        status = path.stat()
    except OSError as err:
        walk.failures.append(Failure(key=key, stage=_STAGE, reason=f"the file cannot be read: {_why(err)}"))
        walk.unreadable.append(key)
        return
    if not stat.S_ISREG(status.st_mode):
        walk.failures.append(Failure(key=key, stage=_STAGE, reason=_NOT_REGULAR))
        return
    walk.files.append(
        FoundFile(key=key, path=path, size_bytes=status.st_size, modified_ns=status.st_mtime_ns)
    )


def _report_audio_named_folders(walk: _Walk) -> None:
    """A folder called x.mp3 is a mistake, unless it holds music: some albums are called so."""
    keys = sorted(found.key for found in walk.files)
    for folder in walk.audio_named_folders:
        first_inside = bisect_left(keys, f"{folder}/")
        if not any(is_beneath(key, (folder,)) for key in keys[first_inside : first_inside + 1]):
            reason = f"{_NOT_REGULAR} but a folder, and without music in it"
            walk.failures.append(Failure(key=folder, stage=_STAGE, reason=reason))
