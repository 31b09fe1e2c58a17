"""The listener's own page in a browser."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from browsing import address


def say(page: Page, listener: str, text: str) -> None:
    page.goto(address("/listener", listener=listener))
    page.get_by_label("Say what you like").fill(text)
    page.get_by_role("button", name="Say").click()


def test_what_is_said_is_read_back(either: Page, listener: str) -> None:
    say(either, listener, "calm ambient, no metal")
    expect(either.get_by_role("main")).to_contain_text("You want no metal.")
    expect(either.get_by_role("main")).to_contain_text("calm ambient, no metal")


def test_somebody_else_listens_and_stays_so(either: Page, listener: str) -> None:
    either.goto("/listener")
    either.get_by_label("Somebody else listens").fill(listener)
    either.get_by_role("button", name="Change").click()
    expect(either.get_by_role("banner")).to_contain_text(listener)
    either.get_by_role("link", name="Songs for me").click()
    expect(either.get_by_role("banner")).to_contain_text(listener)


def test_what_was_done_is_shown_and_taken_along(either: Page, listener: str, tmp_path: Path) -> None:
    either.goto(address("/song/3", listener=listener))
    either.get_by_role("button", name="Like Night Desk", exact=True).click()
    either.goto(address("/listener", listener=listener))
    either.get_by_role("link", name="What I did").click()
    expect(either.get_by_role("row").first).to_contain_text("Night Desk")
    either.goto(address("/listener", listener=listener))
    with either.expect_download() as download:
        either.get_by_role("link", name="take it along as JSON").click()
    download.value.save_as(tmp_path / "kept.json")
    assert "Night Desk" in json.dumps(json.loads((tmp_path / "kept.json").read_text(encoding="utf-8")))


def test_who_types_their_name_is_forgotten(either: Page, listener: str) -> None:
    say(either, listener, "calm ambient, no metal")
    either.get_by_text(f"Forget {listener}").click()
    either.get_by_label(f"Type {listener} to go on").fill(listener)
    either.get_by_role("button", name="Forget").click()
    expect(either.get_by_role("heading", name="Forgotten")).to_be_visible()
    either.goto(address("/listener", listener=listener))
    expect(either.get_by_role("main")).not_to_contain_text("no metal")
