"""Coming in from elsewhere: nobody sees anything without a login."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import Visits, address
from serving import environment_of, served
from table_library import make_library

PASSWORD = "correct horse <b>battery</b>"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a library that lets Zoe in, and nobody without a login."""
    settings = make_library(tmp_path_factory.mktemp("guarded"))
    command = [sys.executable, "-m", "linernotes", "account", "add", "Zoe"]
    subprocess.run(
        [*command, "--library", str(settings.library_dir)],
        input=PASSWORD + "\n",
        text=True,
        check=True,
        capture_output=True,
        env=environment_of(settings),
    )
    with served(settings, "--require-login") as site:
        yield site


@pytest.fixture(params=["scripts", "no scripts"])
def stranger(request: pytest.FixtureRequest, browser: Browser, guarded: str) -> Iterator[Page]:
    """Somebody who has not logged in; being refused is no failure of the page."""
    visits = Visits(browser=browser, site=guarded)
    with visits.free(java_script_enabled=request.param == "scripts") as (page, complaints):
        yield page
    assert all("401" in one for one in complaints)


def log_in(page: Page, password: str) -> None:
    page.get_by_label("Name").fill("Zoe")
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Log in").click()


def test_a_stranger_sees_nothing_until_they_log_in(stranger: Page) -> None:
    stranger.goto(address("/", q="calm ambient"))
    expect(stranger.get_by_role("heading", name="Log in")).to_be_visible()
    expect(stranger.locator("body")).not_to_contain_text("Night Desk")
    log_in(stranger, PASSWORD)
    expect(stranger.locator(".picks h2")).to_contain_text(["Night Desk", "Slow Harbour"])


def test_a_wrong_password_lets_nobody_in(stranger: Page) -> None:
    stranger.goto("/login")
    log_in(stranger, "wrong horse")
    expect(stranger.get_by_role("alert")).to_be_visible()
    stranger.goto("/song/1")
    expect(stranger.locator("body")).not_to_contain_text("Glass Rain")


def test_who_logs_out_is_a_stranger_again(stranger: Page) -> None:
    stranger.goto("/login")
    log_in(stranger, PASSWORD)
    expect(stranger.get_by_label("What would you like to hear?")).to_be_visible()
    stranger.goto("/listener")
    stranger.get_by_role("button", name="Log out").click()
    expect(stranger.get_by_role("heading", name="Log in")).to_be_visible()
    stranger.goto("/song/1")
    expect(stranger.locator("body")).not_to_contain_text("Glass Rain")


def test_a_script_cannot_read_the_session(browser: Browser, guarded: str) -> None:
    with Visits(browser=browser, site=guarded).free() as (page, _):
        page.goto("/login")
        log_in(page, PASSWORD)
        expect(page.get_by_label("What would you like to hear?")).to_be_visible()
        [session] = page.context.cookies()
        assert (session.get("httpOnly"), session.get("sameSite")) == (True, "Strict")
        assert page.evaluate("document.cookie") == ""
