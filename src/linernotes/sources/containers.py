"""What kind of audio file a file is, by its first bytes rather than by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Literal

AudioKind = Literal["flac", "ogg", "mp3", "wav", "aiff", "mp4", "aac"]

_ID3_HEADER_BYTES = 10
# How far a stream of MPEG frames is searched for: past padding, or past a picture if the tag's size is wrong.
_SEARCH_BYTES = 1 << 20
# So many frame headers, each where the one before says, make a stream; less would find frames in noise.
_FRAMES_NEEDED = 3
_IMAGE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heif", b"mif1", b"msf1")

# ISO 11172-3 table 2.4.2.3 and ISO 13818-3: kbit/s by layer, for MPEG 1 and for MPEG 2 and 2.5.
_BITRATES_KBPS = {
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLE_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


@dataclass(frozen=True, slots=True)
class Container:
    """The kind of an audio file, and the byte at which its container (or first frame) begins."""

    kind: AudioKind
    start: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """An MPEG or ADTS frame by its header; ``stream`` is what all frames of one stream share."""

    kind: AudioKind
    length: int
    stream: tuple[int, ...]


def find_container(file: BinaryIO) -> Container | None:
    """What kind of audio ``file`` holds and where it begins, after tags; None if it is no audio we know."""
    after_tag = _end_of_id3v2(file)
    kind = _kind_by_magic(read_at(file, after_tag, 64))
    if kind is not None:
        return Container(kind, after_tag)
    found = _search_frames(file, after_tag)
    if found is None and after_tag:
        found = _search_frames(file, _ID3_HEADER_BYTES)
    return found


def read_at(file: BinaryIO, position: int, count: int) -> bytes:
    """``count`` bytes from ``position`` on, or fewer where the file ends."""
    file.seek(position)
    return file.read(count)


def _end_of_id3v2(file: BinaryIO) -> int:
    """Where the ID3v2 tags at the start of the file end; 0 if there are none."""
    position = 0
    while (header := read_at(file, position, _ID3_HEADER_BYTES)).startswith(b"ID3"):
        if len(header) < _ID3_HEADER_BYTES:
            break
        size = sum((byte & 0x7F) << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True))
        has_footer = bool(header[5] & 0x10)
        position += _ID3_HEADER_BYTES * (2 if has_footer else 1) + size
    return position


def _kind_by_magic(head: bytes) -> AudioKind | None:
    """Signatures of the container formats; MPEG and ADTS streams have none."""
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"OggS"):
        return "ogg"
    if head[:4] in {b"RIFF", b"RIFX", b"RF64"} and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"FORM") and head[8:12] in {b"AIFF", b"AIFC"}:
        return "aiff"
    if head[4:8] == b"ftyp" and head[8:12] not in _IMAGE_BRANDS:
        return "mp4"
    return None


def _search_frames(file: BinaryIO, start: int) -> Container | None:
    data = read_at(file, start, _SEARCH_BYTES)
    position = data.find(b"\xff")
    while position != -1:
        frame = _frame_at(data, position)
        if frame is not None and _is_stream(data, position, frame):
            return Container(frame.kind, start + position)
        position = data.find(b"\xff", position + 1)
    return None


def _is_stream(data: bytes, position: int, first: _Frame) -> bool:
    """Whether frames follow one another from ``position`` on, as many as needed or to the end of the data."""
    count, frame = 1, first
    while count < _FRAMES_NEEDED:
        position += frame.length
        following = _frame_at(data, position)
        if following is None or following.stream != first.stream:
            return count > 1 and position >= len(data)
        count, frame = count + 1, following
    return True


def _frame_at(data: bytes, position: int) -> _Frame | None:
    header = data[position : position + 7]
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    layer_bits = header[1] >> 1 & 3
    return _mpeg_frame(header) if layer_bits else _adts_frame(header)


def _mpeg_frame(header: bytes) -> _Frame | None:
    """Frame length by ISO 11172-3, 2.4.3.1: samples / 8 x bitrate / sample rate, plus padding."""
    version_bits, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bitrate_index, rate_index, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version_bits == 1 or bitrate_index in {0, 15} or rate_index == 3:
        return None
    is_mpeg1 = version_bits == 3
    bits_per_s = _BITRATES_KBPS[is_mpeg1, layer][bitrate_index] * 1000
    rate_hz = _SAMPLE_RATES_HZ[version_bits][rate_index]
    if layer == 1:
        length = (12 * bits_per_s // rate_hz + padding) * 4
    else:
        samples = 1152 if is_mpeg1 or layer == 2 else 576
        length = samples // 8 * bits_per_s // rate_hz + padding
    return _Frame("mp3", length, (version_bits, layer, rate_index))


def _adts_frame(header: bytes) -> _Frame | None:
    """Frame length of ADTS (ISO 13818-7, 6.2): 13 bits that count the header too."""
    rate_index = header[2] >> 2 & 15
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    if header[1] & 0xF0 != 0xF0 or rate_index > 12 or length < 7:
        return None
    return _Frame("aac", length, (header[1] & 8, rate_index))
