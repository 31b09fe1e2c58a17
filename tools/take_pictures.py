"""Takes the pictures of the page that the README shows: one real answer, on a wide and on a narrow screen.

    python tools/take_pictures.py [--library DIR] [--out docs/pictures]

Serves a library (by default the one of ``linernotes demo``), asks it one request, and lets Chromium, which
has to be installed (``apt install chromium``), take the pictures. The answer stays in the library.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from linernotes.config import load_settings

REQUEST = "calm piano for a rainy evening, no vocals"
SIZES = {"page-wide": (1280, 900), "page-narrow": (390, 844)}
LARGEST_BYTES = 300_000
LONGEST_S = 120
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--library", type=Path, default=load_settings().library_dir.parent / "demo")
    parser.add_argument("--request", default=REQUEST)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args()
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None or not (options.library / "library.db").is_file():
        lacking = (
            "no Chromium: apt install chromium" if browser is None else "no library: run `linernotes demo`"
        )
        print(lacking, file=sys.stderr)
        return 1
    with served(options.library) as address:
        for name, (width, height) in SIZES.items():
            path = options.out / f"{name}.png"
            take(browser, f"{address}?{urlencode({'q': options.request})}", path, width=width, height=height)
            print(f"{path}: {path.stat().st_size:,} bytes")
    return int(any((options.out / f"{name}.png").stat().st_size > LARGEST_BYTES for name in SIZES))


@contextmanager
def served(library: Path) -> Iterator[str]:
    """The address at which ``linernotes serve`` offers this library."""
    command = [sys.executable, "-m", "linernotes", "serve", "--port", "0", "--library", str(library)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            found = re.search(r"http://\S+", server.stderr.readline())
            if found is None:
                raise SystemExit("linernotes serve did not start")
            yield found[0]
        finally:
            server.terminate()


def take(browser: str, address: str, path: Path, *, width: int, height: int) -> None:
    """Saves what the browser shows of a page in a window of this size."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser,
            "--headless",
            "--no-sandbox",  # it opens nothing but our own page, and a container has no sandbox to give
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            f"--screenshot={path.absolute()}",
            address,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=LONGEST_S)


if __name__ == "__main__":
    raise SystemExit(main())
