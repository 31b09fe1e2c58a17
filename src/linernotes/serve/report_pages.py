"""The reports of ``linernotes evaluate``, as pages: tables, and plots as pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Response
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from linernotes.errors import InputError
from linernotes.serve.pages import Pages
from linernotes.serve.plots import plot_svg
from linernotes.serve.printable import printable

FOLDER: Final = "reports"
LARGEST_BYTES: Final = 2 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.md")


def report_router(pages: Pages) -> APIRouter:
    """The list of the reports in the library's folder ``reports``, which is made, and one of them."""
    router = APIRouter(include_in_schema=False)
    folder = pages.library.settings.library_dir / FOLDER
    folder.mkdir(exist_ok=True)

    @router.get("/reports")
    def reports(listener: str = "me") -> Response:
        return pages.show("reports.html", listener=listener, reports=_listed(folder), folder=str(folder))

    @router.get("/reports/{name}")
    def report(name: str, listener: str = "me") -> Response:
        path = folder / name
        if not _NAME.fullmatch(name) or path.is_symlink() or not path.is_file():
            raise InputError(f"there is no report {name[:100]!r}")
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError(f"report {name!r} is too large to show")
        text = path.read_text(encoding="utf-8", errors="replace")
        return pages.show("report.html", listener=listener, title=name, body=Markup(as_html(text)))  # noqa: S704

    return router


def as_html(markdown: str) -> str:
    """A report as HTML: markup in it stays text, plots become pictures, headings go below the page's."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.add_render_rule("fence", _fence)
    tokens = reader.parse("\n".join(map(printable, markdown.splitlines())))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
        if "style" in token.attrs:
            del token.attrs["style"]
            token.attrSet("class", "end")
    return str(reader.renderer.render(tokens, reader.options, {}))


def _fence(_renderer: object, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    token = tokens[place]
    picture = plot_svg(token.content) if token.info.strip() == "mermaid" else None
    return picture or f"<pre><code>{escape(token.content)}</code></pre>\n"


def _listed(folder: Path) -> list[tuple[str, str]]:
    """The names of the reports and their days, the latest first."""
    found = [path for path in folder.glob("*.md") if _NAME.fullmatch(path.name) and path.is_file()]
    dated = sorted(((path.stat().st_mtime, path.name) for path in found), reverse=True)
    return [(name, datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")) for at, name in dated]
