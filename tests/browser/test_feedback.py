"""Liking, skipping, disliking and taking it back, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browsing import Visits, address


def pick(page: Page, listener: str, title: str) -> Locator:
    """A pick of an answer to "calm ambient" for this listener."""
    page.goto(address("/", q="calm ambient", listener=listener))
    return page.locator(".picks > li", has_text=title)


def test_a_like_is_marked_and_taken_back(either: Page, listener: str) -> None:
    song = pick(either, listener, "Night Desk")
    like = song.get_by_role("button", name=re.compile("^Like"))
    like.click()
    expect(like).to_have_attribute("aria-pressed", "true")
    song.get_by_role("button", name="Undo").click()
    expect(like).not_to_have_attribute("aria-pressed", "true")


def test_a_dislike_keeps_the_song_out_of_the_next_answer(either: Page, listener: str) -> None:
    song = pick(either, listener, "Night Desk")
    dislike = song.get_by_role("button", name="Dislike")
    dislike.click()
    expect(dislike).to_have_attribute("aria-pressed", "true")
    assert_absent(either, listener)


def assert_absent(page: Page, listener: str) -> None:
    page.goto(address("/", q="calm ambient", listener=listener))
    expect(page.locator(".picks h2").filter(has_text="Slow Harbour")).to_be_visible()
    expect(page.locator(".picks h2").filter(has_text="Night Desk")).to_have_count(0)


def test_a_skip_takes_its_reason_along(either: Page, listener: str) -> None:
    song = pick(either, listener, "Night Desk")
    song.get_by_label("Why not").select_option("never-this")
    skip = song.get_by_role("button", name="Skip")
    with either.expect_request(lambda request: request.method == "POST") as sent:
        skip.click()
    assert "reason=never-this" in (sent.value.post_data or "")
    expect(song.get_by_role("button", name="Undo")).to_be_visible()
    assert_absent(either, listener)


def test_a_song_is_liked_on_its_own_page(either: Page, listener: str) -> None:
    either.goto(address("/song/1", listener=listener))
    either.get_by_role("button", name=re.compile("^Like")).click()
    either.goto(address("/listener", listener=listener))
    expect(either.get_by_role("main")).to_contain_text("Glass Rain")


@pytest.mark.parametrize("kind", ["like", "skip"])
def test_what_another_site_sends_changes_nothing(visits: Visits, listener: str, kind: str) -> None:
    form = (
        f'<form action="{visits.site}/feedback" method="post"><input name="track" value="1">'
        f'<input name="listener" value="{listener}"><button name="kind" value="{kind}">Win</button></form>'
    )
    with visits.free() as (page, complaints):
        page.route("http://other.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
        page.goto("http://other.example/")
        with page.expect_response(lambda reply: reply.request.method == "POST") as answered:
            page.get_by_role("button", name="Win").click()
        assert answered.value.status == 403
        page.goto(address("/listener", listener=listener))
        expect(page.get_by_role("main")).not_to_contain_text("Glass Rain")
    assert all("403" in one for one in complaints)
