"""The picture of an album: the one inside an audio file, or one that lies beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tinytag import TinyTag

from linernotes.sources.containers import find_container
from linernotes.sources.tags import NAME_FOR_READER, READER_ERRORS

LARGEST_BYTES: Final = 8 << 20
"""Pictures beyond are scans for printing, or bombs."""
_STEMS: Final = ("cover", "folder", "front", "album")
_SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp")
_RIFF_HEAD: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A picture by its first bytes: JPEG, PNG or WebP, nothing that could hold a script."""

    media_type: str
    data: bytes


def read_cover(audio: Path) -> Cover | None:
    """The picture inside this file, else the one beside it ("cover.jpg"); None where there is none."""
    return _cover(_embedded(audio)) or next(
        (found for path in _beside(audio) if (found := _cover(_contents(path)))), None
    )


def _embedded(audio: Path) -> bytes:
    try:
        with audio.open("rb") as file:
            container = find_container(file)
            if container is None:
                return b""
            file.seek(0)
            name = NAME_FOR_READER[container.kind]
            image = TinyTag.get(name, file, duration=False, image=True).images.any
    except (OSError, *READER_ERRORS):
        return b""
    return image.data if image is not None else b""


def _beside(audio: Path) -> list[Path]:
    """The pictures of the folder that bear a usual name, the most usual first."""
    try:
        with os.scandir(audio.parent) as listing:
            names = [entry.name for entry in listing if entry.is_file()]
    except OSError:
        return []
    usual = [stem + suffix for stem in _STEMS for suffix in _SUFFIXES]
    found = {name.lower(): name for name in sorted(names)}
    return [audio.parent / found[name] for name in usual if name in found]


def _contents(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError:
        return b""


def _cover(data: bytes) -> Cover | None:
    media_type = _media_type(data)
    if media_type is None or len(data) > LARGEST_BYTES:
        return None
    return Cover(media_type=media_type, data=data)


def _media_type(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:_RIFF_HEAD] == b"WEBP":
        return "image/webp"
    return None
