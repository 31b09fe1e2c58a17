"""Correcting a note where it is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import Visits, address
from serving import served
from table_library import make_library


@pytest.fixture(params=["scripts", "no scripts"])
def song(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """The page of a song of a library of its own, since a correction is for all."""
    with (
        served(make_library(tmp_path)) as site,
        Visits(browser=browser, site=site).free(java_script_enabled=request.param == "scripts") as (
            page,
            told,
        ),
    ):
        page.goto(address("/song/3", listener="zoe"))
        page.get_by_text("Correct this note").click()
        yield page
    assert all("status of 422" in one for one in told)


def test_a_sentence_is_marked_wrong_and_comes_back(song: Page) -> None:
    note = song.locator("#note .note")
    before = note.inner_text()
    song.get_by_role("button", name="Wrong").first.click()
    expect(note).not_to_have_text(before)
    song.get_by_role("button", name="Take my last correction back").click()
    expect(note).to_have_text(before)


def test_a_fact_is_given_and_says_who_said_so(song: Page) -> None:
    song.get_by_label("Fact", exact=True).select_option("mood")
    song.get_by_label("Value").fill("dreamy")
    song.get_by_role("button", name="Give").click()
    expect(song.get_by_role("row").filter(has_text="dreamy")).to_contain_text("zoe")


def test_a_fact_that_is_none_is_refused_and_stays_typed(song: Page) -> None:
    song.get_by_label("Fact", exact=True).select_option("tempo")
    song.get_by_label("Value").fill("-4")
    song.get_by_role("button", name="Give").click()
    expect(song.get_by_role("alert")).to_be_visible()
    expect(song.get_by_label("Value")).to_have_value("-4")
