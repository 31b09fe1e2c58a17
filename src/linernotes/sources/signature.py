"""A hash of the sound of an audio file, without its tags, so that a moved or retagged file is known again."""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from linernotes.sources.containers import AudioKind, Container, find_container, read_at
from linernotes.sources.payload import Payload, find_payload

# Of a long recording the beginning, the middle and the end are hashed, so much of each.
_SAMPLE_BYTES = 256 * 1024
# Serial number, page number and checksum of an Ogg page change when a longer comment renumbers the pages.
_OGG_PAGE = re.compile(rb"(OggS\x00.{9}).{12}", re.DOTALL)
_OGG_PAGE_BYTES = 26


def content_signature(path: Path) -> str | None:
    """The signature of the sound in ``path``: 32 hexadecimal digits, None if the file is no whole audio file.

    It depends on the encoded sound alone, its length and samples of it; two encodings of one recording
    differ. Reads at most 768 KiB of the sound. Raises OSError if the file cannot be read.
    """
    with path.open("rb") as file:
        container = find_container(file)
        return signature_of(file, container) if container is not None else None


def signature_of(file: BinaryIO, container: Container) -> str | None:
    """The same for an open file whose container is known."""
    size = file.seek(0, 2)
    payload = find_payload(file, container, size)
    if payload is None:
        return None
    digest = blake2b(digest_size=16, person=b"linernotes-1")
    digest.update(f"{container.kind} {payload.end - payload.start} ".encode())
    digest.update(payload.md5)
    for start, end in _samples(payload):
        digest.update(_sound_bytes(file, container.kind, payload, start, end))
    return digest.hexdigest()


def _samples(payload: Payload) -> list[tuple[int, int]]:
    """The parts to hash, as (start, end) in the file: all of it, or three samples."""
    length = payload.end - payload.start
    if length <= 3 * _SAMPLE_BYTES:
        return [(payload.start, payload.end)]
    starts = (payload.start, payload.start + (length - _SAMPLE_BYTES) // 2, payload.end - _SAMPLE_BYTES)
    return [(start, start + _SAMPLE_BYTES) for start in starts]


def _sound_bytes(file: BinaryIO, kind: AudioKind, payload: Payload, start: int, end: int) -> bytes:
    if kind != "ogg":
        return read_at(file, start, end - start)
    page_may_begin = max(start - _OGG_PAGE_BYTES, payload.start)
    data = read_at(file, page_may_begin, end + _OGG_PAGE_BYTES - page_may_begin)
    return _OGG_PAGE.sub(rb"\1" + bytes(12), data)[start - page_may_begin : end - page_may_begin]
