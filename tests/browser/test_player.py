"""The player: it plays what is asked for, in parts."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from browsing import address

PLAYS = """audio => new Promise((done, failed) => {
  audio.addEventListener("timeupdate", () => audio.currentTime > 0.2 && done(audio.currentTime));
  audio.addEventListener("error", () => failed(audio.error.message));
  audio.play().catch(failed);
})"""
ENDS = """audio => new Promise(done => {
  audio.addEventListener("ended", () => done(audio.currentTime), { once: true });
  audio.currentTime = audio.duration - 0.3;
})"""


def recording(page: Page) -> Locator:
    page.goto(address("/", q="Low Tone"))
    page.locator(".picks h2 a", has_text="Low Tone").first.click()
    player = page.locator("main audio").first
    expect(player).to_be_visible()
    return player


def test_a_recording_plays_and_is_sought_through(page: Page) -> None:
    parts = []
    page.on("response", lambda reply: parts.append(reply.status) if "/audio" in reply.url else None)
    player = recording(page)
    assert player.evaluate(PLAYS) > 0
    assert player.evaluate(ENDS) > 2.5
    assert set(parts) == {206}


def test_nothing_is_fetched_before_somebody_plays(page: Page) -> None:
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/audio" in request.url else None)
    player = recording(page)
    expect(player).to_have_js_property("paused", True)
    assert fetched == []


def test_a_song_without_a_recording_has_no_player(page: Page) -> None:
    page.goto("/song/1")
    expect(page.get_by_role("heading", name="Glass Rain")).to_be_visible()
    expect(page.locator("main audio")).to_have_count(0)
