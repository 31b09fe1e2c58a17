"""The texts of an export: the file itself, or what a zip archive holds. Nothing is written to the disk."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO, cast

from linernotes.errors import InputError
from linernotes.sources.values import clean_text

MOST_TIMES_LARGER: Final = 200
"""How much an archive may grow when unpacked: listens grow ten to thirty times, a zip bomb a thousand."""
ALWAYS_UNPACKED_BYTES: Final = 64 << 20
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    UnicodeError,
    OSError,
)
"""What reading from a damaged archive raises."""

_ZIP_MAGIC = b"PK\x03\x04"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that can be read as often as wanted; ``name`` is the file's, in an archive with its folder."""

    name: str
    open: Callable[[], TextIO]


@contextmanager
def open_texts(path: Path) -> Iterator[list[Text]]:
    """The text at ``path``, or those of the archive there by name; bytes that are no text become U+FFFD.

    Raises InputError if it is missing, empty, half an archive, locked, or too large when unpacked.
    """
    if not _is_archive(path):
        yield [Text(name=path.name, open=lambda: _decoded(path.open("rb")))]
        return
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN_ARCHIVE as err:
        raise InputError(f"{path} is no whole zip archive ({err}): was it downloaded to its end?") from err
    with archive:
        members = sorted(archive.infolist(), key=lambda member: member.filename)
        _check_members(path, members)
        yield [_member(archive, member) for member in members if not member.is_dir()]


def _is_archive(path: Path) -> bool:
    try:
        if not path.is_file():
            raise InputError(f"{path} is not a file")
        with path.open("rb") as file:
            begin = file.read(len(_ZIP_MAGIC))
    except (OSError, ValueError) as err:
        raise InputError(f"{path} cannot be read: {err}") from err
    if not begin:
        raise InputError(f"{path} is empty")
    return begin == _ZIP_MAGIC


def _check_members(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise InputError(f"{path} is locked with a password: unpack it, and import what is in it")
    most = max(ALWAYS_UNPACKED_BYTES, MOST_TIMES_LARGER * path.stat().st_size)
    size = sum(member.file_size for member in members)  # zipfile unpacks no more of one than it says
    if size > most:
        raise InputError(
            f"{path} would be {size:,} bytes when unpacked, more than {most:,}: no export is like that"
        )


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Text:
    def opened() -> TextIO:
        return _decoded(cast(zipfile.ZipExtFile, archive.open(member)))

    return Text(name=clean_text(member.filename) or "a text without a name", open=opened)


def _decoded(binary: io.BufferedReader | zipfile.ZipExtFile) -> TextIO:
    """UTF-8, or UTF-16 where the file says so."""
    encoding = "utf-16" if binary.peek(2)[:2] in _UTF16_MARKS else "utf-8-sig"
    return io.TextIOWrapper(binary, encoding=encoding, errors="replace", newline="")
