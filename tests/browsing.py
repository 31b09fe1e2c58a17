"""Pages in a browser on which nothing may go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Dialog, Page, expect

WAIT_MS = 60_000
"""How long anything may take to appear, on a machine that does other things as well."""

expect.set_options(timeout=WAIT_MS)


def address(path: str, **fields: str) -> str:
    """A path with the fields of a form."""
    return f"{path}?{urlencode(fields)}" if fields else path


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Opens pages of a site, each in a context of its own: no visit knows of another."""

    browser: Browser
    site: str

    @contextmanager
    def open(self, **options: Any) -> Iterator[Page]:
        """A page. Raises AssertionError for what it complained of: errors, refusals, dialogues.

        ``options`` are those of a browser context: ``java_script_enabled``, ``color_scheme``, ``viewport``…
        """
        with self.free(**options) as (page, complaints):
            yield page
        assert complaints == []

    @contextmanager
    def free(self, **options: Any) -> Iterator[tuple[Page, list[str]]]:
        """A page, and what it complains of."""
        complaints: list[str] = []

        def dismiss(dialog: Dialog) -> None:
            complaints.append(f"dialogue: {dialog.message}")
            dialog.dismiss()

        context = self.browser.new_context(base_url=self.site, **options)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.on("dialog", dismiss)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        yield page, complaints
        context.close()
