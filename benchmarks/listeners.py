"""``ask`` with a long history, events that are told, and whether what was acknowledged outlives ``kill -9``.

    python -m benchmarks.listeners [--size 10000] [--events 10000] [--kills 20] [--json FILE]

A made-up catalogue (see ``benchmarks.ask``) and a listener with so many events on it. ``ask`` is timed as it
is, and right after each of some likes. Then a process tells events one by one and says which are kept; it is
killed at random moments, and every event that it said to be kept must be there.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.ask import PICKS, REQUESTS, build
from benchmarks.report import Row, finish
from linernotes.config import Settings, load_settings
from linernotes.library import AskOptions, Library
from linernotes.store import Store
from linernotes.types import Event, EventKind

KINDS: tuple[EventKind, ...] = ("play", "play", "play", "skip", "like", "dislike", "save")
ASK_BAR_MS = 40.0
EVENT_BAR_MS = 5.0
TELLER = """
import sys
from pathlib import Path
from linernotes.config import load_settings
from linernotes.library import Library
with Library(load_settings(library_dir=Path(sys.argv[1]))) as library:
    for number in range(100_000):
        event = library.feedback(sys.argv[2], 1 + number % 50, "play")
        print(event.at.isoformat(), flush=True)
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(load_settings(), library_dir=Path(folder))
        build(settings, options.size)
        rows = timed(settings, options.events) + killed(settings, options.kills)
    return finish("listeners", rows, options.json)


def timed(settings: Settings, events: int) -> list[Row]:
    """How long answers and events take."""
    rng = random.Random(0)
    with Store.open(settings.library_dir / "library.db") as store:
        store.listeners.record(history(rng, store.catalogue.count(), events))
    with Library(settings) as library:
        known = AskOptions(n=PICKS, listener="long")
        for text in REQUESTS:
            library.ask(text, known)
        plain = percentiles([partial(library.ask, text, AskOptions(n=PICKS)) for text in REQUESTS])
        own = percentiles([partial(library.ask, text, known) for text in REQUESTS])
        open_ms = percentiles([partial(library.ask, "songs for me", known)] * 10)
        told: list[float] = []
        after: list[float] = []
        for text in REQUESTS * 2:
            told.append(ms(partial(library.feedback, "long", rng.randrange(1, 1000), "like")))
            after.append(ms(partial(library.ask, text, known)))
    half = float(np.median(told))
    return [
        _ask(f"ask p50 with {events:,} events", own[0], plain[0], None),
        _ask(f"ask p95 with {events:,} events", own[1], plain[1], ASK_BAR_MS),
        _ask("ask p95 right after a like", float(np.percentile(after, 95)), plain[1], None),
        _ask("songs for me, p95", open_ms[1], plain[1], None),
        Row(name="an event, median", value=half, unit="ms", bar=EVENT_BAR_MS, holds=half <= EVENT_BAR_MS),
    ]


def _ask(name: str, value: float, nobody: float, bar: float | None) -> Row:
    holds = None if bar is None else value <= bar
    return Row(
        name=name, value=value, unit="ms", baseline=nobody, baseline_name="nobody asks", bar=bar, holds=holds
    )


def history(rng: random.Random, tracks: int, count: int) -> list[Event]:
    """So many events over two years."""
    start = datetime.now(UTC) - timedelta(days=730)
    return [
        Event(
            listener="long",
            kind=rng.choice(KINDS),
            track_id=rng.randrange(1, tracks),
            at=start + timedelta(minutes=730 * 24 * 60 * number / count),
        )
        for number in range(count)
    ]


def percentiles(calls: Sequence[Callable[[], object]], rounds: int = 3) -> tuple[float, float]:
    """The median and the 95th percentile of the milliseconds that each call takes."""
    taken = [ms(call) for _ in range(rounds) for call in calls]
    return float(np.median(taken)), float(np.percentile(taken, 95))


def ms(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def killed(settings: Settings, kills: int) -> list[Row]:
    """How many acknowledged events are missing after so many kills."""
    rng = random.Random(1)
    kept = 0
    missing = 0
    for number in range(kills):
        name = f"teller {number}"
        process = subprocess.Popen(
            [sys.executable, "-c", TELLER, str(settings.library_dir), name],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.4))
        os.kill(process.pid, signal.SIGKILL)
        told = [line.strip() for line in (first + process.stdout.read()).splitlines(keepends=True)]
        process.wait()
        told = told if not told or len(told[-1]) == len(told[0]) else told[:-1]  # cut off while it was said
        with Store.open(settings.library_dir / "library.db") as store:
            there = {event.at.isoformat() for event in store.listeners.events(name)}
        kept += len(told)
        missing += sum(one not in there for one in told if one)
    name = f"acknowledged events missing after {kills} kills, of {kept:,}"
    return [Row(name=name, value=missing, unit="events", bar=0, holds=missing == 0)]


if __name__ == "__main__":
    raise SystemExit(main())
