"""The pages of songs, artists and genres in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from browsing import address


def test_a_pick_leads_to_its_song_its_artist_and_more_songs(either: Page) -> None:
    either.goto(address("/", q="calm ambient"))
    either.get_by_role("link", name="Night Desk", exact=True).click()
    expect(either.get_by_role("heading", name="Night Desk")).to_be_visible()
    expect(either.get_by_role("table")).to_contain_text("instrument")
    either.get_by_role("link", name="Otto Vale").first.click()
    expect(either.get_by_role("heading", name="Otto Vale")).to_be_visible()
    expect(either.get_by_role("main")).to_contain_text("Slow Harbour")


def test_songs_like_this_are_a_click_away(either: Page) -> None:
    either.goto("/song/3")
    either.get_by_role("link", name="Songs like this").click()
    expect(either.locator(".picks h2").first).to_have_text("Slow Harbour")


def test_songs_like_an_artist_are_a_click_away(either: Page) -> None:
    either.goto(address("/artist", name="Otto Vale"))
    either.get_by_role("link", name="Songs like Otto Vale").click()
    expect(either.locator(".picks h2").first).to_be_visible()


def test_a_genre_shows_its_songs(either: Page) -> None:
    either.goto(address("/genre", name="ambient"))
    expect(either.get_by_role("main")).to_contain_text("Slow Harbour")
    either.get_by_role("link", name="Night Desk", exact=True).click()
    expect(either.get_by_role("heading", name="Night Desk")).to_be_visible()
