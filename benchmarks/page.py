"""How soon the page shows an answer on 10,000 made-up songs, in Chromium, and what the answer weighs.

    python -m benchmarks.page [--size 10000] [--rounds 2] [--keep FOLDER] [--json FILE]

``linernotes serve`` runs as a user would run it. An answer is seen when the browser has painted it, counted
from the moment at which it goes there; the server's part of that is from the request to the last byte of
the page. Weight is what goes over the wire at a first visit: page, stylesheet and scripts, no covers, no
music. Needs the extra [interop] and chromium on the PATH.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.ask import REQUESTS, build
from benchmarks.report import Row, finish
from linernotes.config import Settings, load_settings

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
        with served(settings) as site, chromium() as browser:
            rows = measure(browser, site, options.size, options.rounds)
    return finish("page", rows, options.json)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of this library's page."""
    command = [sys.executable, "-m", "linernotes", "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, "--library", str(settings.library_dir)], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        found = next(filter(None, (re.search(r"http://[\w.:]+", line) for line in process.stderr)))
        try:
            yield found.group()
        finally:
            process.terminate()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that is installed."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=as_root)


def measure(browser: Browser, site: str, size: int, rounds: int) -> list[Row]:
    """Every request in a page of its own, after one that warms the server up."""
    visit(browser, f"{site}/?{urlencode({'q': REQUESTS[0]})}")
    visits = np.array([
        visit(browser, f"{site}/?{urlencode({'q': text})}") for _ in range(rounds) for text in REQUESTS
    ])  # fmt: skip
    seen_ms, served_ms, weight_kb, shift = visits.T
    rows = []
    for share in (50, 95):
        for name, times in (("answer seen", seen_ms), ("answer served", served_ms)):
            value = float(np.percentile(times, share))
            rows.append(
                Row(
                    name=f"{name} p{share} at {size:,} tracks",
                    value=value,
                    unit="ms",
                    bar=WITHIN_MS,
                    holds=value <= WITHIN_MS,
                )
            )
    for name, worst, unit, bar in (
        ("heaviest answer, first visit", float(weight_kb.max()), "kB", HEAVIEST_KB),
        ("largest layout shift", float(shift.max()), "", MOST_SHIFT),
    ):
        rows.append(Row(name=name, value=worst, unit=unit, bar=bar, holds=worst <= bar))
    return rows


def visit(browser: Browser, address: str) -> tuple[float, float, float, float]:
    """Milliseconds until it is seen, milliseconds until it is served, kB, layout shift; nothing is cached."""
    page = browser.new_page()
    page.goto(address, wait_until="load")
    seen_ms, served_ms = page.evaluate(TIMES)
    weight_kb, shift = page.evaluate(BYTES) / 1000, page.evaluate(SHIFT)
    page.close()
    return seen_ms, served_ms, weight_kb, shift


if __name__ == "__main__":
    raise SystemExit(main())
