"""File names as text that a database can hold, and back again.

A file name on POSIX is bytes. Where they are UTF-8, the text is the name itself. Where they are not, the
part of the path that holds them is written as ``%:`` followed by the name with the broken bytes (and any
``%``) percent-encoded: "Café.mp3" in Latin-1 becomes ``%:Caf%E9.mp3``. Each part stands for itself, so the
text of a folder is a prefix of the text of everything in it.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

_MARK = "%:"


def storable_path(path: str | Path) -> str:
    """``path`` as text without lone surrogates, different for every file; ``fs_path`` gives it back."""
    return "/".join(_storable_part(part) for part in os.fspath(path).split("/"))


def fs_path(audio_path: str) -> Path:
    """The path that opens the file whose ``audio_path`` (or key) was made by ``storable_path``.

    Where the name is not UTF-8 it holds surrogate escapes, as all paths in Python do; libraries that
    encode strictly want ``os.fsencode`` of it.
    """
    return Path("/".join(_fs_part(part) for part in audio_path.split("/")))


def readable_parts(key: str) -> tuple[str, ...]:
    """The parts of a key as a person would read them; broken bytes are read as Western European text."""
    return tuple(_readable_part(part) for part in key.split("/"))


def _storable_part(part: str) -> str:
    if _is_unicode(part) and not part.startswith(_MARK):
        return part
    return _MARK + "".join(_percent(char) for char in part)


def _is_unicode(part: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in part)


def _percent(char: str) -> str:
    if char == "%" or "\ud800" <= char <= "\udfff":
        return "".join(f"%{byte:02X}" for byte in os.fsencode(char))
    return char


def _fs_part(part: str) -> str:
    return os.fsdecode(_bytes_of(part)) if part.startswith(_MARK) else part


def _readable_part(part: str) -> str:
    return _bytes_of(part).decode("cp1252", "replace") if part.startswith(_MARK) else part


def _bytes_of(part: str) -> bytes:
    return unquote_to_bytes(part.removeprefix(_MARK))
