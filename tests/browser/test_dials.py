"""How, and for whom: the dials beside the words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browsing import address


@pytest.fixture
def dials(either: Page) -> Locator:
    """The open dials of the page to start from, with a question typed."""
    either.goto("/")
    either.get_by_label("What would you like to hear?").fill("music")
    either.get_by_text("How, and for whom").click()
    return either.locator(".dials")


def ask(page: Page) -> Locator:
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".picks h2").first).to_be_visible()
    return page.locator(".picks h2")


def test_so_many_songs_are_given_as_asked_for(either: Page, dials: Locator) -> None:
    dials.get_by_label("Songs", exact=True).fill("2")
    expect(ask(either)).to_have_count(2)


def test_so_many_minutes_are_filled(either: Page, dials: Locator) -> None:
    dials.get_by_label("Minutes").fill("10")
    songs = ask(either)
    expect(either).to_have_url(re.compile("minutes=10"))
    assert songs.filter(has_text=re.compile("Slow Harbour|Night Desk")).count() < 2  # 13 minutes together


@pytest.mark.parametrize(("value", "title"), [("1", "Sugar Run"), ("-1", "Night Desk")])
def test_hits_or_little_known_songs_come_first(either: Page, dials: Locator, value: str, title: str) -> None:
    either.goto(address("/", q="happy or calm music", popularity=value, diversity="0"))
    expect(either.locator(".dials")).to_have_attribute("open", "")
    expect(either.get_by_label("Popularity")).to_have_value(value)
    shown = either.locator(".picks h2").all_text_contents()
    others = {"Sugar Run", "Night Desk"} - {title}
    assert shown.index(title) < shown.index(others.pop())


def test_a_dial_is_turned_by_keys(page: Page) -> None:
    page.goto(address("/", q="music"))
    page.get_by_text("How, and for whom").click()
    dial = page.get_by_label("Diversity")
    dial.press("End")
    expect(dial).to_have_value("1")
    ask(page)
    expect(page).to_have_url(re.compile("diversity=1"))
    expect(page.get_by_label("Diversity")).to_have_value("1")


def test_somebody_listens_along(either: Page, dials: Locator) -> None:
    dials.get_by_label("Somebody new").fill("Zoe")
    ask(either)
    expect(either.get_by_role("checkbox", name="Zoe")).to_be_checked()


def test_a_situation_is_chosen(either: Page, dials: Locator) -> None:
    dials.get_by_label("Activity").select_option("running")
    ask(either)
    expect(either.get_by_label("Activity")).to_have_value("running")


def test_what_was_dialled_stays_when_going_on(either: Page, dials: Locator) -> None:
    dials.get_by_label("Songs", exact=True).fill("3")
    ask(either)
    either.get_by_label("The same without").fill("ambient")
    either.get_by_role("button", name="Leave out").click()
    expect(either).to_have_url(re.compile("n=3"))
    expect(either.locator(".picks h2").filter(has_text="Slow Harbour")).to_have_count(0)
