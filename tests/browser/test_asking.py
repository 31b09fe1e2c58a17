"""Asking in a browser: examples, chips, going on, and what is said where nothing is there."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from browsing import Visits, address


def ask(page: Page, question: str) -> None:
    page.get_by_label("What would you like to hear?").fill(question)
    page.get_by_role("button", name="Ask").click()


def test_a_question_is_typed_and_answered(either: Page) -> None:
    either.goto("/")
    ask(either, "catchy happy pop")
    expect(either.locator(".picks h2").first).to_have_text("Sugar Run")
    expect(either.get_by_label("What would you like to hear?")).to_have_value("catchy happy pop")
    expect(either).to_have_title(re.compile("catchy happy pop"))


def test_the_search_is_ready_to_type_in(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("ambient")
    page.keyboard.press("Enter")
    expect(page.locator(".picks h2")).to_contain_text(["Night Desk", "Slow Harbour"])


def test_an_example_is_a_click_away(either: Page) -> None:
    either.goto("/")
    example = either.locator(".examples a").first
    question = example.inner_text()
    example.click()
    expect(either.locator(".picks h2").first).to_be_visible()
    expect(either.get_by_label("What would you like to hear?")).to_have_value(question)


def test_a_chip_is_taken_away(either: Page) -> None:
    either.goto("/")
    ask(either, "calm ambient, no metal")
    either.get_by_label("Leave no metal out").click()
    expect(either.get_by_label("What would you like to hear?")).to_have_value("calm ambient")
    expect(either.get_by_role("list", name="Understood")).not_to_contain_text("metal")


def test_a_chip_is_weighed(either: Page) -> None:
    either.goto("/")
    ask(either, "calm ambient")
    chips = either.get_by_role("list", name="Understood")
    chips.get_by_label("More mood: calm").click()
    expect(chips).to_contain_text("calm, above all")
    chips.get_by_label("Less mood: calm").click()
    expect(chips).not_to_contain_text("calm, above all")
    chips.get_by_label("Less mood: calm").click()
    expect(chips).to_contain_text("calm, a bit")


def test_a_chip_is_turned_round(either: Page) -> None:
    either.goto("/")
    ask(either, "calm ambient, no metal")
    either.get_by_label("Turn genre: ambient round").click()
    expect(either.get_by_role("list", name="Understood")).to_contain_text("no ambient")
    expect(either.locator(".picks h2").filter(has_text="Night Desk")).to_have_count(0)


def test_an_answer_is_gone_on_from(either: Page) -> None:
    either.goto("/")
    ask(either, "calm music, no metal")
    either.get_by_label("Go on from this answer").fill("faster")
    either.get_by_role("button", name="Go on").click()
    expect(either).to_have_url(re.compile("after=[0-9]+"))
    expect(either.locator(".picks h2").filter(has_text="Iron Parade")).to_have_count(0)


def test_more_like_a_pick_is_a_click_away(either: Page) -> None:
    either.goto("/")
    ask(either, "calm ambient")
    either.get_by_role("link", name="More like Night Desk").click()
    expect(either).to_have_url(re.compile("after=[0-9]+"))
    expect(either.locator(".picks h2").first).to_be_visible()


def test_a_new_answer_begins_at_the_top_with_the_keys_at_hand(visits: Visits) -> None:
    with visits.open(viewport={"width": 800, "height": 400}) as page:
        page.goto(address("/", q="music"))
        page.get_by_role("link", name=re.compile("^More like")).last.click()
        expect(page).to_have_url(re.compile("after=[0-9]+"))
        expect(page.locator("#main")).to_be_focused()
        assert page.evaluate("window.scrollY") == 0
        page.keyboard.press("j")
        expect(page.locator(".pick").first).to_be_focused()
        ask(page, "calm ambient")
        expect(page.locator("#main")).to_be_focused()


def test_the_browser_goes_back_to_the_question_before(page: Page) -> None:
    page.goto("/")
    ask(page, "calm ambient")
    expect(page.locator(".picks h2").first).to_be_visible()
    ask(page, "heavy metal")
    expect(page.locator(".picks h2").first).to_have_text("Iron Parade")
    page.go_back()
    expect(page.get_by_label("What would you like to hear?")).to_have_value("calm ambient")
    expect(page.locator(".picks h2")).to_contain_text(["Night Desk", "Slow Harbour"])


def test_an_empty_library_says_how_to_fill_it(browser: Browser, empty_site: str) -> None:
    with Visits(browser=browser, site=empty_site).open() as page:
        page.goto("/")
        expect(page.get_by_role("heading", name="Choose a folder")).to_be_visible()


def test_what_is_not_there_is_said_and_the_search_stays(visits: Visits) -> None:
    with visits.free() as (page, complaints):
        page.goto("/song/999")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("What would you like to hear?")).to_be_visible()
    assert all("status of 4" in one for one in complaints)
