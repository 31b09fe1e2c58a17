"""Reports of ``linernotes evaluate`` as pages."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_a_report_is_read_with_its_table_and_its_plot(either: Page) -> None:
    either.goto("/")
    either.get_by_role("link", name="Reports").click()
    either.get_by_role("link", name="search").click()
    expect(either.get_by_role("table")).to_contain_text("0.42")
    expect(either.get_by_role("img").first).to_be_visible()


def test_markup_in_a_report_stays_text(either: Page) -> None:
    either.goto("/reports/search.md")
    expect(either.get_by_role("main")).to_contain_text("<script>alert(1)</script>")
