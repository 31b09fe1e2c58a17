"""Where the sound lies in an audio file: the bytes that stay the same when only the tags change."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from linernotes.sources.containers import Container, read_at

_ID3V1_BYTES = 128
_ID3V1_EXTENDED_BYTES = 227
_APE_FOOTER_BYTES = 32
_LYRICS_FOOTER_BYTES = 15
_UNKNOWN_CHUNK_SIZES = frozenset({0, 0xFFFFFFFF})  # written by programs that stream and cannot go back
_OGG_HEADER_BYTES = 27
_STREAMINFO_MD5 = slice(18, 34)
_MOST_PARTS = 10_000  # blocks, chunks or header pages: more are garbage, not a file


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes ``start`` to ``end`` hold the sound; ``md5`` is that of the samples, if the file tells it."""

    start: int
    end: int
    md5: bytes = b""


def find_payload(file: BinaryIO, container: Container, size: int) -> Payload | None:
    """Where the sound of ``file`` (``size`` bytes) lies, or None if there is none or the file is broken."""
    start = container.start
    payload: Payload | None
    try:
        match container.kind:
            case "flac":
                payload = _flac(file, start, size)
            case "ogg":
                payload = _ogg(file, start, size)
            case "mp3" | "aac":
                payload = Payload(start, _without_end_tags(file, size))
            case "wav":
                big_endian = read_at(file, start, 4) == b"RIFX"
                payload = _chunk(file, start + 12, size, b"data", ">" if big_endian else "<")
            case "aiff":
                payload = _chunk(file, start + 12, size, b"SSND", ">")
            case "mp4":
                payload = _largest_mdat(file, start, size)
    except struct.error:  # the file ends within a header
        return None
    return payload if payload is not None and payload.start < payload.end else None


def _flac(file: BinaryIO, start: int, size: int) -> Payload:
    position, md5 = start + 4, b""
    for _ in range(_MOST_PARTS):
        (header,) = struct.unpack(">I", read_at(file, position, 4))
        is_last, block_type, length = bool(header >> 31), header >> 24 & 0x7F, header & 0xFFFFFF
        if block_type == 0 and not md5:
            md5 = file.read(length)[_STREAMINFO_MD5]
        position += 4 + length
        if is_last:
            break
    return Payload(position, _without_end_tags(file, size), md5 if any(md5) else b"")


def _without_end_tags(file: BinaryIO, size: int) -> int:
    """Where the sound ends, before ID3v1, APEv2 and Lyrics3 tags in any order."""
    end = size
    while (length := _end_tag_bytes(file, end)) and length <= end:
        end -= length
    return end


def _end_tag_bytes(file: BinaryIO, end: int) -> int:
    tail_start = max(end - _ID3V1_EXTENDED_BYTES, 0)
    tail = read_at(file, tail_start, end - tail_start)
    if tail[-_ID3V1_BYTES:].startswith(b"TAG") and len(tail) >= _ID3V1_BYTES:
        return _ID3V1_BYTES
    if tail.startswith(b"TAG+"):
        return _ID3V1_EXTENDED_BYTES
    footer = tail[-_APE_FOOTER_BYTES:]
    if footer.startswith(b"APETAGEX") and len(footer) == _APE_FOOTER_BYTES:
        length, _, flags = struct.unpack("<III", footer[12:24])
        return int(length) + (_APE_FOOTER_BYTES if flags >> 31 else 0)
    if tail.endswith(b"LYRICS200") and (digits := tail[-_LYRICS_FOOTER_BYTES:-9]).isdigit():
        return int(digits) + _LYRICS_FOOTER_BYTES
    return 0


def _chunk(file: BinaryIO, position: int, size: int, name: bytes, order: str) -> Payload | None:
    """The first chunk called ``name`` of a RIFF or IFF file."""
    for _ in range(_MOST_PARTS):
        if position + 8 > size:
            break
        found, length = struct.unpack(f"{order}4sI", read_at(file, position, 8))
        position += 8
        if found == name:
            is_open = length in _UNKNOWN_CHUNK_SIZES
            return Payload(position, size if is_open else min(position + length, size))
        position += length + length % 2
    return None


def _largest_mdat(file: BinaryIO, position: int, size: int) -> Payload | None:
    largest = Payload(0, 0)
    for _ in range(_MOST_PARTS):
        if position + 8 > size:
            break
        length, name = struct.unpack(">I4s", read_at(file, position, 8))
        header = 8
        if length == 1:
            (length,), header = struct.unpack(">Q", file.read(8)), 16
        end = size if length == 0 else min(position + length, size)
        if end < position + header:
            break
        if name == b"mdat" and end - position - header > largest.end - largest.start:
            largest = Payload(position + header, end)
        position = end
    return largest


def _ogg(file: BinaryIO, start: int, size: int) -> Payload | None:
    """From the first page after the header packets on; in all Ogg codecs the sound begins on a new page."""
    position, packets, needed = start, 0, None
    serial: bytes | None = None
    while needed is None or packets < needed:
        header = read_at(file, position, _OGG_HEADER_BYTES)
        if len(header) < _OGG_HEADER_BYTES or not header.startswith(b"OggS"):
            return None
        lacing = file.read(header[26])
        if needed is None:
            serial, needed = _ogg_stream(header, file.read(80))
        if header[14:18] == serial:
            packets += sum(length < 255 for length in lacing)
        position += _OGG_HEADER_BYTES + len(lacing) + sum(lacing)
    return Payload(position, size)


def _ogg_stream(page_header: bytes, packet: bytes) -> tuple[bytes | None, int | None]:
    """The serial number of an audio stream and how many header packets it has; None for other streams."""
    serial = page_header[14:18]
    if packet.startswith(b"\x01vorbis"):
        return serial, 3
    if packet.startswith(b"OpusHead"):
        return serial, 2
    if packet.startswith(b"Speex   ") and len(packet) >= 72:
        return serial, 2 + min(int.from_bytes(packet[68:72], "little"), 255)
    if packet.startswith(b"\x7fFLAC"):
        return serial, 1 + int.from_bytes(packet[7:9], "big")
    return None, None
