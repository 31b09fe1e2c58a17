"""What every page owes to whoever looks at it: it can be read by all, it is light, and nothing in it jumps.

Pictures of every page stay in build/pictures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

from browsing import Visits, address

PICTURES: Final = Path(__file__).parents[2] / "build" / "pictures"
HEIGHT: Final = 900
NARROW: Final = 390
WIDE: Final = 1280
HEAVIEST_BYTES: Final = 100_000
MOST_SHIFT: Final = 0.02
"""Cumulative layout shift; below 0.1 counts as good (web.dev/cls)."""
GRAVE: Final = frozenset({"serious", "critical"})

PAGES: Final = {
    "start": "/",
    "answer": address("/", q="calm music, no metal"),
    "many": address("/", q="50 songs"),
    "nothing": address("/", q="songs by Otto Vale, no ambient"),
    "error": "/song/999",
    "song": "/song/3",
    "recording": "/song/9",
    "artist": address("/artist", name="Otto Vale"),
    "genre": address("/genre", name="ambient"),
    "listener": "/listener",
    "mixes": "/mixes",
    "library": "/library",
    "map": "/map",
    "reports": "/reports",
    "report": "/reports/search.md",
}
SHIFT: Final = """() => new Promise(done => {
  let shift = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) shift += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(shift)));
})"""
OVERFLOW: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_all(visits: Visits, name: str) -> None:
    for width in (NARROW, WIDE):
        for scheme in ("light", "dark"):
            size = {"width": width, "height": HEIGHT}
            with visits.free(viewport=size, color_scheme=scheme) as (page, _):
                page.goto(PAGES[name])
                page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
                assert grave_findings(page) == []
                assert page.evaluate(OVERFLOW) <= 0


def grave_findings(page: Page) -> list[str]:
    """What axe finds to be serious or critical, and where."""
    findings = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[node['html'] for node in one['nodes']]}"
        for one in findings
        if one["impact"] in GRAVE
    ]


def test_a_page_that_cannot_be_read_is_found(visits: Visits) -> None:
    with visits.free() as (page, _):
        page.set_content('<p style="color: #aaa; background: #fff">faint</p><img src="data:,">')
        assert {one.partition(":")[0] for one in grave_findings(page)} >= {"color-contrast", "image-alt"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_and_nothing_in_it_jumps(visits: Visits, name: str) -> None:
    with visits.free(viewport={"width": NARROW, "height": HEIGHT}) as (page, _):
        replies: list[Response] = []
        page.on("response", lambda reply: replies.append(reply))
        page.goto(PAGES[name], wait_until="networkidle")
        assert page.evaluate(SHIFT) < MOST_SHIFT
        assert sum(reply.request.sizes()["responseBodySize"] for reply in replies) < HEAVIEST_BYTES
        assert all(reply.url.startswith(visits.site) for reply in replies)


def test_a_page_that_jumps_is_found(visits: Visits) -> None:
    with visits.free() as (page, _):
        page.goto("/")
        page.evaluate("() => { document.body.style.paddingTop = '300px'; }")
        assert page.evaluate(SHIFT) > MOST_SHIFT


def test_the_empty_library_can_be_read_by_all(browser: Browser, empty_site: str) -> None:
    for scheme in ("light", "dark"):
        with Visits(browser=browser, site=empty_site).free(color_scheme=scheme) as (page, _):
            page.goto("/")
            page.screenshot(path=PICTURES / f"empty-{WIDE}-{scheme}.png")
            assert grave_findings(page) == []
