"""A real browser before a real server. `make interop` runs these tests; the others never collect them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from browsing import Visits
from linernotes.library import Library
from serving import free_folder, served
from sounds import write_sound
from table_library import make_library

RECORDINGS = (
    ("Low Tone", 36.0, 110.0),
    ("High Tone", 3.0, 220.0),
    ("<img src=x onerror=alert(1)>", 3.0, 440.0),
)

REPORT = """# Search <script>alert(1)</script>

| way | nDCG@10 |
|---|--:|
| ours | 0.42 |
| BM25 | 0.31 |

```mermaid
xychart-beta horizontal
  title "nDCG@10"
  x-axis ["ours", "BM25"]
  y-axis 0 --> 1
  bar [0.42, 0.31]
```
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    path = shutil.which("chromium")
    assert path, "no chromium on the PATH: apt install chromium"
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=as_root)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a library with eight songs of a table, some of which mean harm, and three recordings."""
    folder = tmp_path_factory.mktemp("site")
    settings = make_library(folder)
    for name, seconds, pitch_hz in RECORDINGS:
        write_sound(folder / "music" / f"{name}.wav", seconds=seconds, pitch_hz=pitch_hz)
    with Library(settings) as library:
        library.add(folder / "music", notes=False)
    (settings.library_dir / "reports").mkdir(exist_ok=True)
    (settings.library_dir / "reports" / "search.md").write_text(REPORT, encoding="utf-8")
    with served(settings) as address:
        yield address


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a library that holds nothing."""
    with served(free_folder(tmp_path_factory.mktemp("empty"))) as address:
        yield address


@pytest.fixture
def visits(browser: Browser, site: str) -> Visits:
    """Opens pages of the library of eleven songs."""
    return Visits(browser=browser, site=site)


@pytest.fixture
def page(visits: Visits) -> Iterator[Page]:
    """A page on which nothing may go wrong."""
    with visits.open() as page:
        yield page


@pytest.fixture(params=["scripts", "no scripts"])
def either(request: pytest.FixtureRequest, visits: Visits) -> Iterator[Page]:
    """Such a page, with scripts and without: what is done on it must work both ways."""
    with visits.open(java_script_enabled=request.param == "scripts") as page:
        yield page


@pytest.fixture
def listener(request: pytest.FixtureRequest) -> str:
    """A listener of this test's own."""
    return re.sub(r"[^a-z]+", " ", request.node.name.lower()).strip()
