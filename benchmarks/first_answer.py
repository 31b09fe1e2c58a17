"""How soon ``ask`` answers after ``add`` was started on a folder of 10,000 tagged files.

    python -m benchmarks.first_answer [--files 10000] [--json FILE]

The files are short recordings with tags, hard links to a few sounds would do for the disk but not for the
signatures, so each is written. ``add`` runs as a user would run it; ``ask`` is tried every second until
its answer holds picks, and then until the file that comes last is found by its title.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.ask import word
from benchmarks.mutations import recording
from benchmarks.report import Row, finish

WITHIN_S = 120.0
ALL_WITHIN_S = 600.0
LAST_TITLE = "Quixotic Zephyrs Vanish"
GENRES = ("Rock", "Pop", "Jazz", "Folk", "Electronic", "Soul", "Ambient", "Metal")


def tagged(sound: bytes, number: int, title: str | None = None) -> bytes:
    """An MP3 with an ID3v2.3 tag; without a title, with one made up."""
    rng = random.Random(number)
    values = {
        "TIT2": title or f"{word(rng)} {word(rng)}",
        "TPE1": f"{word(random.Random(number // 12))} {word(random.Random(number // 12 + 1))}",
        "TALB": word(random.Random(number // 10)),
        "TCON": rng.choice(GENRES),
        "TYER": str(rng.randint(1960, 2024)),
    }
    frames = b""
    for name, value in values.items():
        body = b"\x00" + value.encode("latin-1")
        frames += name.encode("ascii") + struct.pack(">I", len(body)) + b"\x00\x00" + body
    size = bytes([(len(frames) >> shift) & 0x7F for shift in (21, 14, 7, 0)])
    return b"ID3\x03\x00\x00" + size + frames + sound


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        music, library = Path(folder) / "music", Path(folder) / "library"
        sounds = [recording("mp3", seed) for seed in range(20)]
        for number in range(options.files):
            place = music / f"{number // 100:03d}"
            place.mkdir(parents=True, exist_ok=True)
            title = LAST_TITLE if number == options.files - 1 else None
            (place / f"{number:05d}.mp3").write_bytes(tagged(sounds[number % 20], number, title))
        started = time.monotonic()
        adding = subprocess.Popen(
            [sys.executable, "-m", "linernotes", "add", str(music), "--library", str(library)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        first_s = wait_for(lambda: picks(library) > 0, started)
        all_s = wait_for(lambda: tracks(library) >= options.files and is_found(library, LAST_TITLE), started)
        adding.send_signal(signal.SIGKILL)
        adding.wait()
    rows = [
        Row(name=f"first answer while adding {options.files:,} files", value=first_s, unit="s", bar=WITHIN_S,
            holds=first_s is not None and first_s <= WITHIN_S),
        Row(name=f"all {options.files:,} names searchable", value=all_s, unit="s", bar=ALL_WITHIN_S,
            holds=all_s is not None),
    ]  # fmt: skip
    return finish("first answer", rows, options.json)


def wait_for(ready: Callable[[], bool], started: float) -> float | None:
    """Seconds until it is ready; None if that takes too long."""
    while time.monotonic() - started < ALL_WITHIN_S:
        if ready():
            return time.monotonic() - started
        time.sleep(1.0)
    return None


def run_json(*arguments: str) -> dict:  # type: ignore[type-arg]
    command = [sys.executable, "-m", "linernotes", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def picks(library: Path) -> int:
    return len(run_json("ask", "happy folk songs", "--library", str(library)).get("picks", []))


def is_found(library: Path, title: str) -> bool:
    found = run_json("ask", title, "--library", str(library)).get("picks", [])
    return any(title in json.dumps(pick) for pick in found)


def tracks(library: Path) -> int:
    return int(run_json("status", "--library", str(library)).get("tracks", 0))


if __name__ == "__main__":
    raise SystemExit(main())
