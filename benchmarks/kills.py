"""``kill -9`` at random moments of an ``add``, then ``add`` again: is all as if nothing had happened?

    python -m benchmarks.kills [--music DIR] [--kills 20] [--json FILE]

One library is added undisturbed. Others are killed at random moments while their add is at work, the add
being started again each time; where one has got to its end, the next kills meet a new library. Each is
left to end in a last add. Rows, facts and job states must equal the undisturbed ones in every library;
notes by facts hash and status.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from benchmarks.mutations import recording
from benchmarks.report import Row, finish

TABLES = {
    "tracks": "select key, title, album, year, duration_s, signature, missing, unplayable"
    " from tracks order by key",
    "artists": "select t.key, a.name, l.position from track_artists l join tracks t on t.id = l.track_id"
    " join artists a on a.id = l.artist_id order by t.key, l.position",
    "facts": "select t.key, f.name, f.value, f.unit, f.source, f.confidence from facts f"
    " join tracks t on t.id = f.track_id order by t.key, f.name, f.source, f.value",
    "jobs": "select t.key, j.stage, j.version, j.state, j.reason from jobs j"
    " join tracks t on t.id = j.track_id order by t.key, j.stage",
    "failures": "select key, stage, reason from failures order by key, stage",
    "notes": "select t.key, d.facts_hash, d.status from descriptions d join tracks t on t.id = d.subject_id"
    " where d.kind = 'song' and d.current order by t.key",
    "embeddings": "select t.key, e.vector from audio_embeddings e"
    " join tracks t on t.id = e.track_id order by t.key",
}


def add(library: Path, music: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "linernotes", "add", str(music), "--library", str(library)]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ)
    )


def fingerprints(library: Path) -> dict[str, str]:
    """A hash of each table's rows, without numbers that only say in which order they came."""
    engine = sa.create_engine(f"sqlite:///{library / 'library.db'}")
    with engine.connect() as connection:
        return {
            name: hashlib.sha256(repr(connection.execute(sa.text(query)).fetchall()).encode()).hexdigest()[
                :16
            ]
            for name, query in TABLES.items()
        }


def make_music(folder: Path, count: int) -> None:
    for number in range(count):
        kind = ("flac", "ogg", "mp3", "wav")[number % 4]
        place = folder / f"Artist {number % 5}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:02d} Song {number}.{kind}").write_bytes(recording(kind, number))


def killed_libraries(
    folder: Path, music: Path, rng: random.Random, *, kills: int, seconds: float
) -> list[Path]:
    """Kills an add ``kills`` times, each at work; gives the libraries that this leaves."""
    libraries = [folder / "killed-0"]
    done = 0
    while done < kills:
        process = add(libraries[-1], music)
        if not wait_for_work(process, libraries[-1]):
            libraries.append(folder / f"killed-{len(libraries)}")
            continue
        try:
            process.wait(timeout=rng.uniform(0.0, seconds * 0.8))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            done += 1
        else:  # it came to its end: begin anew, so that every kill meets work
            libraries.append(folder / f"killed-{len(libraries)}")
    return libraries


def wait_for_work(process: subprocess.Popen[bytes], library: Path) -> bool:
    """Waits until the add holds the library's lock; false if it ended before."""
    while process.poll() is None:
        if is_locked(library / "add.lock"):
            return True
        time.sleep(0.02)
    return False


def is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--music", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--tracks", type=int, default=24)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        music = options.music or Path(folder) / "music"
        if options.music is None:
            make_music(music, options.tracks)
        calm = Path(folder) / "calm"
        started = time.monotonic()
        first_code = add(calm, music).wait()
        seconds = time.monotonic() - started
        libraries = killed_libraries(Path(folder), music, rng, kills=options.kills, seconds=seconds)
        last_codes = [add(library, music).wait() for library in libraries]
        expected = fingerprints(calm)
        got = [fingerprints(library) for library in libraries]
    rows = [
        Row(
            name=f"{name} equal after {options.kills} kills",
            value=sum(one[name] == expected[name] for one in got),
            unit="libraries",
            bar=len(got),
            holds=all(one[name] == expected[name] for one in got),
        )
        for name in TABLES
    ]
    rows.append(
        Row(
            name="exit codes equal",
            value=last_codes.count(first_code),
            unit="libraries",
            bar=len(libraries),
            holds=all(code == first_code for code in last_codes),
        )
    )
    rows.append(Row(name="seconds of an undisturbed add", value=seconds, unit="s"))
    return finish("kills", rows, options.json)


if __name__ == "__main__":
    raise SystemExit(main())
