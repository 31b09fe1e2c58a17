"""300 mutated audio files through ``add``: none uncaught, none hanging, every good neighbour indexed.

    python -m benchmarks.mutations [--count 300] [--json FILE]

Small recordings of five formats are made, then damaged in a dozen seeded ways and laid between healthy
ones. Every damaged file must end as a track that was listened to or as a failure with a reason; every
healthy one must be indexed and listened to; and none may hold up the others.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.report import Row, finish
from linernotes.config import load_settings
from linernotes.library import Library

RATE = 22_050
SECONDS = 4.0
GOOD_EVERY = 10
LONGEST_WAIT_S = 30.0
"""Between one file and the next; a file that hangs is stopped after minutes only."""
ALL_WITHIN_S = 600.0
FORMATS = {"flac": "FLAC", "ogg": "OGG", "opus": "OPUS", "mp3": "MP3", "wav": "WAV"}


def recording(kind: str, seed: int) -> bytes:
    """A few seconds of a chord with a pulse, as a file of this kind."""
    rng = np.random.default_rng(seed)
    rate = 48_000 if kind == "opus" else RATE
    time_s = np.arange(int(SECONDS * rate)) / rate
    chord = sum(np.sin(2 * np.pi * 220.0 * step * time_s) for step in (1.0, 1.25, 1.5))
    pulse = np.exp(-((time_s * 2.0) % 1.0) * 8.0)
    sound = (0.1 * chord * pulse + 0.01 * rng.standard_normal(len(time_s))).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sound.{kind}"
        if kind == "opus":
            soundfile.write(path, sound, rate, format="OGG", subtype="OPUS")
        else:
            soundfile.write(path, sound, rate, format=FORMATS[kind])
        return path.read_bytes()


def truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(max(1, len(data) // 500)):
        changed[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(changed)


def header_flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(8):
        changed[rng.randrange(min(128, len(data)))] = rng.randrange(256)
    return bytes(changed)


def huge_sizes(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(min(200, len(data) - 4))
    return data[:place] + b"\xff\xff\xff\x7f" + data[place + 4 :]


def zeroed(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + bytes(len(data) - start)


def repeated(data: bytes, rng: random.Random) -> bytes:
    cut = rng.randrange(1, len(data))
    return data[:cut] + data[:cut] + data


def swapped(data: bytes, rng: random.Random) -> bytes:
    cut = rng.randrange(1, len(data))
    return data[cut:] + data[:cut]


def noise(data: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(len(data))


def empty(data: bytes, rng: random.Random) -> bytes:
    return b""


def text(data: bytes, rng: random.Random) -> bytes:
    return b"<html><script>alert(1)</script></html>\n" * rng.randrange(1, 500)


def wild_tag(data: bytes, rng: random.Random) -> bytes:
    """An ID3v2 tag in front that claims more than it holds, with NULs, broken UTF-8 and marks in it."""
    body = b"TIT2" + b"\x00\x00\x7f\x7f\x00\x00\x03" + b"\xff\xfe\x00\xe2\x80\xae<b>" + rng.randbytes(64)
    return b"ID3\x04\x00\x00" + b"\x00\x00\x7f\x7f" + body + data


def megabyte_tag(data: bytes, rng: random.Random) -> bytes:
    size = 1_000_000
    frame = b"TPE1" + size.to_bytes(4, "big") + b"\x00\x00\x03" + b"A" * (size - 1)
    length = len(frame)
    syncsafe = bytes([(length >> shift) & 0x7F for shift in (21, 14, 7, 0)])
    return b"ID3\x03\x00\x00" + syncsafe + frame + data


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    truncated, flipped, header_flipped, huge_sizes, zeroed, repeated, swapped, noise, empty, text, wild_tag,
    megabyte_tag,
)  # fmt: skip


def lay_out(folder: Path, count: int, seed: int) -> list[str]:
    """Writes ``count`` damaged files and a healthy one beside every tenth; returns the healthy keys."""
    rng = random.Random(seed)
    kinds = sorted(FORMATS)
    sounds = {kind: recording(kind, seed) for kind in kinds}
    good: list[str] = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        mutate = MUTATIONS[number % len(MUTATIONS)]
        place = folder / f"Artist {number % 7}"
        place.mkdir(exist_ok=True)
        (place / f"{number:03d} {mutate.__name__}.{kind}").write_bytes(mutate(sounds[kind], rng))
        if number % GOOD_EVERY == 0:
            key = f"{place.name}/good {number:03d}.{kind}"
            (folder / key).write_bytes(recording(kind, seed + number + 1))
            good.append(key)
    return good


def heard_keys(library: Library, music: Path) -> set[str]:
    """The files in which something was measured, as paths below the folder."""
    return {
        Path(track.audio_path).relative_to(music).as_posix()
        for track in library.tracks()
        if track.audio_path
        and any(fact.source.startswith("audio:") for fact in library.show_song(f"#{track.id}").facts)
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        music = Path(folder).resolve() / "music"
        music.mkdir()
        good = lay_out(music, options.count, options.seed)
        before = {path: path.stat().st_mtime_ns for path in music.rglob("*") if path.is_file()}
        settings = replace(load_settings(), library_dir=Path(folder) / "library", notes_for="none")
        started = time.monotonic()
        with Library(settings) as library:
            moments = [started]
            library.add(music, on_progress=lambda _: moments.append(time.monotonic()))
            seconds = time.monotonic() - started
            status = library.status()
            heard = heard_keys(library, music)
        untouched = all(path.stat().st_mtime_ns == at for path, at in before.items())
    # An item that never became a track is listed by its key, one that did by its path.
    reasons = {failure.key.removeprefix(f"{music}/"): failure.reason for failure in status.failures}
    unexplained = sum(1 for reason in reasons.values() if not reason.strip() or "Traceback" in reason)
    good_heard = sum(key in heard for key in good)
    damaged = [path.relative_to(music).as_posix() for path in before if not path.name.startswith("good ")]
    settled = sum(key in heard or key in reasons for key in damaged)
    longest_s = max(after - at for at, after in pairwise(moments))
    rows = [
        Row(
            name="healthy neighbours heard",
            value=good_heard,
            unit="files",
            bar=len(good),
            holds=good_heard == len(good),
        ),
        Row(
            name="damaged files settled",
            value=settled,
            unit="files",
            bar=len(damaged),
            holds=settled == len(damaged),
        ),
        Row(name="failures without a reason", value=unexplained, unit="files", bar=0, holds=unexplained == 0),
        Row(name="files left untouched", value=float(untouched), unit="yes", bar=1, holds=untouched),
        Row(
            name="longest wait for a file",
            value=longest_s,
            unit="s",
            bar=LONGEST_WAIT_S,
            holds=longest_s <= LONGEST_WAIT_S,
        ),
        Row(name="seconds", value=seconds, unit="s", bar=ALL_WITHIN_S, holds=seconds <= ALL_WITHIN_S),
    ]
    return finish("mutations", rows, options.json)


if __name__ == "__main__":
    raise SystemExit(main())
