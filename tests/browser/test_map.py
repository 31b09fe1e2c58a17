"""The library as a map: looking round, drawing round songs, and the list that says the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browsing import Visits
from serving import served
from table_library import make_library


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of eight songs, and of no more."""
    with served(make_library(tmp_path_factory.mktemp("mapped"))) as site:
        yield site


@pytest.fixture
def plan(browser: Browser, mapped: str) -> Iterator[Page]:
    """The map in a window that is high enough to show all of it."""
    with Visits(browser=browser, site=mapped).open(viewport={"width": 1000, "height": 1400}) as page:
        page.goto("/map?by=words")
        expect(page.locator("canvas")).to_be_visible()
        yield page


def place(page: Page, title: str) -> tuple[float, float]:
    """Where on the page the dot of a song is."""
    dots = page.request.get("/api/v1/map?by=words").json()["dots"]
    dot = next(one for one in dots if one[5] == title)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    return box["x"] + dot[1] * box["width"], box["y"] + dot[2] * box["width"]


def draw_round(page: Page, canvas: Locator) -> None:
    """A line along the edges of the map."""
    box = canvas.bounding_box()
    assert box is not None
    left, top, side = box["x"] + 1, box["y"] + 1, box["width"] - 2
    page.mouse.move(left + 0.5 * side, top)  # the corners are round
    page.mouse.down()
    for right, down in ((1, 0), (1, 1), (0, 1), (0, 0), (0.5, 0)):
        page.mouse.move(left + right * side, top + down * side, steps=4)
    page.mouse.up()


def test_a_song_is_named_where_the_mouse_is_and_opened_by_a_click(plan: Page) -> None:
    plan.mouse.move(*place(plan, "Night Desk"))
    expect(plan.locator(".over")).to_have_text("Night Desk — Otto Vale")
    plan.mouse.down()
    plan.mouse.up()
    plan.locator(".picked a").click()
    expect(plan.get_by_role("heading", name="Night Desk")).to_be_visible()


def test_songs_that_are_drawn_round_make_a_playlist(plan: Page, tmp_path: Path) -> None:
    draw_round(plan, plan.locator("canvas"))
    expect(plan.get_by_role("status").filter(has_text="songs chosen")).to_have_text("8 songs chosen")
    with plan.expect_download() as download:
        plan.get_by_role("button", name="JSPF").click()
    download.value.save_as(tmp_path / "mix.jspf")
    assert "Night Desk" in (tmp_path / "mix.jspf").read_text(encoding="utf-8")


def test_songs_are_chosen_from_a_list_without_scripts(browser: Browser, mapped: str, tmp_path: Path) -> None:
    with Visits(browser=browser, site=mapped).open(java_script_enabled=False) as page:
        page.goto("/map?by=words")
        page.get_by_text("The same as a list").click()
        page.locator("details details", has_text="Night Desk").locator("summary").click()
        page.get_by_label("Choose Night Desk").check()
        with page.expect_download() as download:
            page.get_by_role("button", name="XSPF").click()
        download.value.save_as(tmp_path / "mix.xspf")
    assert (tmp_path / "mix.xspf").read_text(encoding="utf-8").count("<track>") == 1
