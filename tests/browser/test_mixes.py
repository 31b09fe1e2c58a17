"""Keeping an answer: saved mixes and playlists."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from browsing import address


def titles_m3u8(text: str) -> list[str]:
    told = [line for line in text.splitlines() if line.startswith("#EXTINF")]
    return [line.partition(",")[2] for line in told]


def titles_jspf(text: str) -> list[str]:
    return [track["title"] for track in json.loads(text)["playlist"]["track"]]


def titles_xspf(text: str) -> list[str]:
    found = ElementTree.fromstring(text).iter("{http://xspf.org/ns/0/}track")
    return [track.findtext("{http://xspf.org/ns/0/}title") or "" for track in found]


READERS = {"M3U8": titles_m3u8, "JSPF": titles_jspf, "XSPF": titles_xspf}


@pytest.mark.parametrize("kind", READERS)
def test_an_answer_is_taken_along_as_a_playlist(either: Page, tmp_path: Path, kind: str) -> None:
    either.goto(address("/", q="calm ambient"))
    in_it = ".pick:has(audio) h2" if kind == "M3U8" else ".pick h2"
    shown = either.locator(in_it).all_text_contents()
    with either.expect_download() as download:
        either.get_by_role("link", name=kind).click()
    assert download.value.suggested_filename.endswith(f".{kind.lower()}")
    download.value.save_as(tmp_path / "mix")
    assert READERS[kind]((tmp_path / "mix").read_text(encoding="utf-8")) == shown


def test_an_answer_is_kept_found_again_and_deleted(either: Page, listener: str) -> None:
    either.goto(address("/", q="calm ambient", listener=listener))
    either.get_by_label("Keep it as a mix").fill("Late <b>nights</b>")
    either.get_by_role("button", name="Save").click()
    expect(either.get_by_role("heading", name="Late <b>nights</b>")).to_be_visible()
    expect(either.locator(".picks h2")).to_contain_text(["Night Desk", "Slow Harbour"])
    either.get_by_role("link", name="Mixes", exact=True).click()
    fresh = either.get_by_role("button", name="Keep Late <b>nights</b> fresh")
    fresh.click()
    expect(fresh).to_have_attribute("aria-pressed", "true")
    either.get_by_role("link", name="Late <b>nights</b>").click()
    expect(either.get_by_role("heading", name="Late <b>nights</b>")).to_be_visible()
    either.get_by_role("link", name="Mixes", exact=True).click()
    either.get_by_role("button", name="Delete Late <b>nights</b>").click()
    expect(either.get_by_role("main")).to_contain_text("None yet")
