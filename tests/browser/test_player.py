"""The player: it plays what is asked for, in parts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from browsing import address

PLAYS = """audio => new Promise((done, failed) => {
  audio.addEventListener("timeupdate", () => audio.currentTime > 0.2 && done(audio.currentTime));
  audio.addEventListener("error", () => failed(audio.error.message));
  audio.play().catch(failed);
})"""
PLAYS_FROM = """(audio, start) => new Promise(done => {
  audio.addEventListener("timeupdate", () => audio.currentTime >= start && done(audio.paused));
})"""
ENDS = """audio => new Promise(done => {
  audio.addEventListener("ended", () => done(audio.currentTime), { once: true });
  audio.currentTime = audio.duration - 0.3;
})"""


@pytest.fixture
def recording(page: Page) -> Locator:
    """The player of a recording on its own page."""
    page.goto(address("/", q="Low Tone"))
    page.locator(".picks h2 a", has_text="Low Tone").first.click()
    player = page.locator("main audio").first
    expect(player).to_be_visible()
    return player


def test_a_recording_plays_and_is_sought_through(page: Page, recording: Locator) -> None:
    parts: list[int] = []
    page.on("response", lambda reply: parts.append(reply.status) if "/audio" in reply.url else None)
    assert recording.evaluate(PLAYS) > 0
    assert recording.evaluate(ENDS) > 35
    assert set(parts) == {206}


def test_nothing_is_fetched_before_somebody_plays(page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/audio" in request.url else None)
    page.goto(address("/", q="Low Tone"), wait_until="networkidle")
    expect(page.locator("main audio").first).to_have_js_property("paused", True)
    assert fetched == []


def test_the_typical_part_is_played(page: Page) -> None:
    page.goto(address("/", q="Low Tone"))
    assert_typical_part_plays(page.locator(".pick", has_text="Low Tone"))


def test_the_typical_part_is_played_on_the_page_of_a_song(page: Page, recording: Locator) -> None:
    assert_typical_part_plays(page.locator("main"))


def assert_typical_part_plays(place: Locator) -> None:
    typical = place.get_by_role("button", name="typical part")
    start = int(typical.get_attribute("value") or 0)
    assert start > 0
    typical.click()
    assert place.locator("audio").evaluate(PLAYS_FROM, start) is False


def test_one_song_plays_at_a_time(page: Page) -> None:
    page.goto(address("/", q="Tone"))
    low = page.locator(".pick", has_text="Low Tone").locator("audio")
    high = page.locator(".pick", has_text="High Tone").locator("audio")
    low.evaluate(PLAYS)
    high.evaluate("audio => audio.play()")
    expect(low).to_have_js_property("paused", True)
    expect(high).to_have_js_property("paused", False)


def test_a_song_without_a_recording_has_no_player(page: Page) -> None:
    page.goto("/song/1")
    expect(page.get_by_role("heading", name="Glass Rain")).to_be_visible()
    expect(page.locator("main audio")).to_have_count(0)
