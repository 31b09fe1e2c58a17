"""Adding a folder from the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import Visits
from serving import free_folder, served
from sounds import write_sound


@pytest.fixture(params=["scripts", "no scripts"])
def beginner(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """The first page of somebody who has just installed Linernotes."""
    with (
        served(free_folder(tmp_path)) as site,
        Visits(browser=browser, site=site).free(java_script_enabled=request.param == "scripts") as (page, _),
    ):
        page.goto("/")
        yield page


def add(page: Page, folder: Path) -> None:
    page.get_by_label("Add a folder of music").fill(str(folder))
    page.get_by_role("button", name="Add").click()


def test_an_empty_library_is_filled_and_answers(beginner: Page, tmp_path: Path) -> None:
    for number, name in enumerate(("Low Tone", "High Tone")):
        write_sound(tmp_path / "music" / f"{name}.wav", pitch_hz=110.0 * (number + 1))
    add(beginner, tmp_path / "music")
    expect(beginner.get_by_role("status").filter(has_text="was added")).to_be_visible(timeout=120_000)
    expect(beginner.get_by_role("main")).to_contain_text("2 songs")
    beginner.goto("/?q=Low Tone")
    expect(beginner.locator(".picks h2").first).to_have_text("Low Tone")


def test_what_is_no_folder_is_refused_and_stays_typed(beginner: Page, tmp_path: Path) -> None:
    add(beginner, tmp_path / "nowhere")
    expect(beginner.get_by_role("alert")).to_contain_text("no folder")
    expect(beginner.get_by_label("Add a folder of music")).to_have_value(str(tmp_path / "nowhere"))
