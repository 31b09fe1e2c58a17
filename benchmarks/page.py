"""How soon the page shows an answer on 10,000 made-up songs, in Chromium, and what the answer weighs.

    python -m benchmarks.page [--size 10000] [--rounds 2] [--keep FOLDER] [--json FILE]

``linernotes serve`` runs as a user would run it. An answer is seen when the browser has painted it, counted
from the moment at which it goes there; the server's part of that is from the request to the last byte of
the page. At a first visit nothing of ours is kept yet; an empty page beside it tells what the browser takes
for itself. Weight is what goes over the wire at a first visit: page, stylesheet and scripts, no covers, no
music. Needs the extra [interop] and chromium on the PATH.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, sync_playwright

from benchmarks.ask import REQUESTS, build
from benchmarks.report import Row, finish
from benchmarks.served import served
from linernotes.config import load_settings

WITHIN_MS = 150.0
HEAVIEST_KB = 100.0
MOST_SHIFT = 0.02
TIMES = """() => new Promise(done => new PerformanceObserver(list => {
  const painted = list.getEntriesByName("first-contentful-paint")[0];
  const [page] = performance.getEntriesByType("navigation");
  if (painted) done([painted.startTime, page.responseEnd - page.requestStart]);
}).observe({ type: "paint", buffered: true }))"""
BYTES = """() => ["navigation", "resource"].flatMap(type => performance.getEntriesByType(type))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
SHIFT = """() => new Promise(done => {
  let shift = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) shift += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(shift)));
})"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="where the built library stays and is found again")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = options.keep / str(options.size) if options.keep else Path(folder)
        settings = replace(load_settings(), library_dir=kept)
        build(settings, options.size)
        with served(settings) as server, chromium() as browser:
            rows = measure(browser, server.address, options.size, options.rounds)
    return finish("page", rows, options.json)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that is installed."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=as_root)


def measure(browser: Browser, site: str, size: int, rounds: int) -> list[Row]:
    """Every request as a first visit and once more as a later one, after one that warms the server up."""
    first, later = np.array([
        visits(browser, f"{site}/?{urlencode({'q': text})}")
        for text in [REQUESTS[0], *REQUESTS * rounds]
    ])[1:].transpose(1, 2, 0)  # fmt: skip
    empty_ms = float(np.median([visits(browser, f"{site}/healthz")[:, 0] for _ in range(10)]))
    rows = []
    for share in (50, 95):
        for name, times, floor_ms in (
            ("answer served", first[1], None),
            ("answer seen at a first visit", first[0], empty_ms),
            ("answer seen at a later visit", later[0], empty_ms),
        ):
            value = float(np.percentile(times, share))
            rows.append(
                Row(
                    name=f"{name}, p{share} at {size:,} tracks",
                    value=value,
                    unit="ms",
                    baseline=floor_ms,
                    baseline_name="empty page, median" if floor_ms else "",
                    bar=WITHIN_MS,
                    holds=value <= WITHIN_MS,
                )
            )
    for name, worst, unit, bar in (
        ("heaviest answer, first visit", float(first[2].max()), "kB", HEAVIEST_KB),
        ("largest layout shift", float(max(first[3].max(), later[3].max())), "", MOST_SHIFT),
    ):
        rows.append(Row(name=name, value=worst, unit=unit, bar=bar, holds=worst <= bar))
    return rows


def visits(browser: Browser, address: str) -> NDArray[np.float64]:
    """A first and a later visit of one browser: ms until seen, ms until served, kB, layout shift."""
    with browser.new_context() as context:
        found = []
        for _ in range(2):
            page = context.new_page()
            page.goto(address, wait_until="load")
            found.append([*page.evaluate(TIMES), page.evaluate(BYTES) / 1000, page.evaluate(SHIFT)])
            page.close()
    return np.array(found)


if __name__ == "__main__":
    raise SystemExit(main())
