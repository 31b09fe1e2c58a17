"""A server under load: 16 connections for 30 s against 2, over 10,000 made-up songs.

    python -m benchmarks.serve [--songs 10000] [--seconds 30] [--keep FOLDER] [--json FILE]

Two loads, each by 2 and by 16 connections. *Paced*: each connection asks once a second, as people do who
read what they got; the bar of 3x is on this one. *Closed*: each asks again at once. A closed load keeps a
server on 2 cores saturated from 2 connections on, so that 16 wait for each other whatever the server does: 8x
would be queueing alone, and the figure is told without a bar. Times are of whole replies, on connections kept
open. The limit of requests a minute is off; everything comes from one address.
"""

from __future__ import annotations

import argparse
import http.client
import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import numpy as np

from benchmarks.ask import REQUESTS, build
from benchmarks.report import Row, finish
from benchmarks.served import Server, served
from linernotes.config import load_settings

FEW, MANY = 2, 16
PACE_S = 1.0
RATIO_BAR = 3.0
GROWTH_BAR = 1.1
"""Memory after all loads may be so many times that after the warm-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one load met: a time for each reply, and what went wrong."""

    times_ms: tuple[float, ...]
    errors: int

    @property
    def p95_ms(self) -> float:
        return float(np.percentile(self.times_ms, 95))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--songs", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--keep", type=Path, help="where the built library stays and is found again")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(load_settings(), library_dir=options.keep or Path(folder))
        build(settings, options.songs)
        with served(settings) as server:
            rows = measure(server, options.seconds)
    return finish("serve", rows, options.json)


def measure(server: Server, seconds: float) -> list[Row]:
    load(server, MANY, seconds / 3, pace_s=0.0)  # the first answers open what is kept open
    before_mb = server.memory_mb()
    rows: list[Row] = []
    for name, pace_s, bar in (("paced", PACE_S, RATIO_BAR), ("closed", 0.0, None)):
        few, many = (load(server, connections, seconds, pace_s=pace_s) for connections in (FEW, MANY))
        rows += _rows(name, few, many, seconds, bar)
    after_mb = server.memory_mb()
    rows.append(
        Row(
            name="memory of the server after all loads",
            value=after_mb,
            unit="MB",
            baseline=before_mb,
            baseline_name="before",
            bar=f"{GROWTH_BAR}x",
            holds=after_mb <= GROWTH_BAR * before_mb,
        )
    )
    return rows


def _rows(name: str, few: Load, many: Load, seconds: float, bar: float | None) -> Iterator[Row]:
    yield Row(
        name=f"{name}: p95 of an answer, {MANY} connections",
        value=many.p95_ms,
        unit="ms",
        baseline=few.p95_ms,
        baseline_name=f"{FEW} connections",
        bar=f"{bar:g}x" if bar else None,
        holds=many.p95_ms <= bar * few.p95_ms if bar else None,
    )
    yield Row(
        name=f"{name}: answers a second, {MANY} connections", value=len(many.times_ms) / seconds, unit="/s"
    )
    errors = few.errors + many.errors
    yield Row(name=f"{name}: errors", value=errors, unit="", bar=0, holds=errors == 0)


def load(server: Server, connections: int, seconds: float, *, pace_s: float) -> Load:
    """The load of so many connections, each with its own requests, spread over the beat."""
    until = time.perf_counter() + seconds
    with ThreadPoolExecutor(connections) as threads:
        found = list(
            threads.map(
                lambda number: _ask_on(server.port, number, until, pace_s, pace_s * number / connections),
                range(connections),
            )
        )
    return Load(
        times_ms=tuple(one for each in found for one in each.times_ms),
        errors=sum(each.errors for each in found),
    )


def _ask_on(port: int, number: int, until: float, pace_s: float, delay_s: float) -> Load:
    times_ms: list[float] = []
    errors = 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    beat = time.perf_counter() + delay_s
    turn = number
    while (now := time.perf_counter()) < until:
        if now < beat:
            time.sleep(min(beat, until) - now)
            continue
        started = time.perf_counter()
        errors += not _answered(connection, REQUESTS[turn % len(REQUESTS)])
        times_ms.append(1000 * (time.perf_counter() - started))
        turn += 1
        beat += pace_s
    connection.close()
    return Load(times_ms=tuple(times_ms), errors=errors)


def _answered(connection: http.client.HTTPConnection, text: str) -> bool:
    try:
        connection.request("GET", f"/api/v1/ask?q={quote(text)}")
        reply = connection.getresponse()
        return reply.status == 200 and "picks" in json.loads(reply.read())
    except (OSError, http.client.HTTPException, ValueError):
        connection.close()
        return False


if __name__ == "__main__":
    raise SystemExit(main())
