"""The keys of the answer page, for those who like them better than a mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from browsing import address


def test_the_keys_are_told(page: Page) -> None:
    page.goto("/song/1")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("next song")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_j_and_k_walk_through_the_songs(page: Page) -> None:
    page.goto(address("/", q="calm ambient"))
    songs = page.locator(".pick")
    page.locator("body").press("j")
    expect(songs.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(songs.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(songs.nth(0)).to_be_focused()


def test_a_song_is_liked_and_taken_back_by_keys(page: Page, listener: str) -> None:
    page.goto(address("/", q="calm ambient", listener=listener))
    page.locator("body").press("j")
    page.keyboard.press("l")
    like = page.locator(".pick").first.locator("button.like")
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status").filter(has_text="Liked")).to_be_attached()
    expect(page.locator(".pick").first).to_be_focused()
    page.keyboard.press("u")
    expect(like).to_have_attribute("aria-pressed", "false")


def test_slash_leads_to_the_search_and_letters_are_typed_there(page: Page) -> None:
    page.goto(address("/", q="calm ambient"))
    page.locator("body").press("/")
    search = page.get_by_label("What would you like to hear?")
    expect(search).to_be_focused()
    search.fill("")
    page.keyboard.type("jazz")
    expect(search).to_have_value("jazz")


def test_slash_leads_to_the_search_of_the_same_listener(page: Page, listener: str) -> None:
    page.goto(address("/song/1", listener=listener))
    page.locator("body").press("/")
    expect(page.get_by_label("What would you like to hear?")).to_be_focused()
    expect(page.get_by_role("banner")).to_contain_text(listener)
