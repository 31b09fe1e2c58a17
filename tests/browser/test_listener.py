"""The listener's own page in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from browsing import address


def test_what_is_said_is_read_back(either: Page, listener: str) -> None:
    either.goto(address("/listener", listener=listener))
    either.get_by_label("Say what you like").fill("calm ambient, no metal")
    either.get_by_role("button", name="Say").click()
    expect(either.get_by_role("main")).to_contain_text("You want no metal.")
    expect(either.get_by_role("main")).to_contain_text("calm ambient, no metal")


def test_somebody_else_listens_and_stays_so(either: Page, listener: str) -> None:
    either.goto("/listener")
    either.get_by_label("Somebody else listens").fill(listener)
    either.get_by_role("button", name="Change").click()
    expect(either.get_by_role("banner")).to_contain_text(listener)
    either.get_by_role("link", name="Songs for me").click()
    expect(either.get_by_role("banner")).to_contain_text(listener)
