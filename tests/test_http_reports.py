"""Reports of evaluations as pages: tables, plots as pictures, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from linernotes.library import Library
from linernotes.serve.http import create_app
from linernotes.serve.plots import plot_svg
from linernotes.serve.report_pages import as_html
from table_library import make_library
from test_http import PAYLOADS, assert_only_our_scripts
from test_http_pages import HOST

BARS = """xychart-beta horizontal
  title "nDCG@10"
  x-axis ["ours, shipped", "BM25"]
  y-axis 0 --> 1
  bar [0.4210, 0.2100]
"""
LINES = """xychart-beta
  title "nDCG@20"
  x-axis ["2005-01", "2005-02", "2005-03"]
  y-axis 0 --> 0.5
  line [0.1, 0.2, 0.3]
  line [0.1, 0.1, 0.1]
"""
REPORT = f"# Evaluation: tot\n\n| system | MRR |\n|---|---:|\n| ours | 0.42 |\n\n```mermaid\n{BARS}```\n"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "library" / "reports"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with Library(make_library(tmp_path)) as library:
        yield TestClient(create_app(library), base_url=HOST)


def test_without_a_report_the_page_says_how_to_write_one(client: TestClient, reports: Path) -> None:
    page = client.get("/reports").text
    assert f"--report {reports}/SUITE.md" in page
    assert reports.is_dir()


def test_a_report_is_listed_and_shown_with_its_table_and_plot(client: TestClient, reports: Path) -> None:
    (reports / "tot.md").write_text(REPORT, encoding="utf-8")
    assert 'href="/reports/tot.md"' in client.get("/reports").text
    page = client.get("/reports/tot.md").text
    assert "<h2>Evaluation: tot</h2>" in page
    assert '<td class="end">0.42</td>' in page
    assert '<svg class="plot"' in page
    assert "style=" not in page
    assert_only_our_scripts(page)


@pytest.mark.parametrize(
    "name", ["nothing.md", "..%2flibrary.db", "../library.db", "library.db", ".hidden.md", "%2e%2e%2fx.md"]
)
def test_no_other_file_can_be_had_as_a_report(client: TestClient, reports: Path, name: str) -> None:
    (reports / ".hidden.md").write_text("# secret", encoding="utf-8")
    reply = client.get(f"/reports/{name}")
    assert reply.status_code in {404, 422}
    assert "secret" not in reply.text


def test_a_link_out_of_the_folder_is_not_followed(client: TestClient, reports: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# secret", encoding="utf-8")
    (reports / "link.md").symlink_to(tmp_path / "secret.md")
    assert client.get("/reports/link.md").status_code == 404


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_a_report_stays_text(payload: str) -> None:
    plot = BARS.replace("BM25", payload.replace('"', "'"))
    for text in (payload, f"| a |\n|---|\n| {payload} |", f"```\n{payload}\n```", f"```mermaid\n{plot}```"):
        assert_only_our_scripts(as_html(text).replace("https://", "/"), scripts=())


def test_links_and_pictures_that_do_harm_are_left_out() -> None:
    assert "javascript:" not in as_html("[x](javascript:alert(1))").replace("[x](javascript:", "")
    assert "<img" not in as_html("![x](http://x.example/a.png)")


def test_bars_are_as_long_as_their_values() -> None:
    root = ElementTree.fromstring(plot_svg(BARS) or "")
    ours, other = [float(bar.attrib["width"]) for bar in root.findall("rect")]
    assert ours / other == pytest.approx(0.421 / 0.21, rel=0.01)
    assert [text.text for text in root.findall("text")] == ["ours, shipped", "0.421", "BM25", "0.21"]


def test_lines_rise_with_their_values() -> None:
    root = ElementTree.fromstring(plot_svg(LINES) or "")
    rising, level = [
        [float(point.split(",")[1]) for point in line.attrib["points"].split()]
        for line in root.findall("polyline")
    ]
    assert rising == sorted(rising, reverse=True)
    assert len(set(rising)) == 3
    assert len(set(level)) == 1


@pytest.mark.parametrize(
    "text", ["", "graph TD", "xychart-beta", BARS.replace("0.4210, ", ""), BARS.replace("--> 1", "--> 0")]
)
def test_what_is_no_plot_is_shown_as_text(text: str) -> None:
    assert plot_svg(text) is None
    assert "<pre>" in as_html(f"```mermaid\n{text}\n```")
