"""The HTTP door: the page, the JSON, and who may come in."""

import html
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from linernotes.config import Settings
from linernotes.errors import StoreError
from linernotes.library import Library
from linernotes.serve.http import create_app
from linernotes.serve.web import is_loopback
from table_library import make_library

_OURS = """
  html head meta title link script body header nav h1 h2 h3 a form label div input button main section
  p ol ul li dl dt dd bdi b code kbd span audio img select option details summary fieldset legend dialog"""
OURS = frozenset(_OURS.split())
"""The elements of our own page; anything else came in through data."""
_ATTRIBUTES = """
  lang charset name content rel href action method role for id type value maxlength required dir
  autocomplete enterkeyhint autofocus class aria-label aria-labelledby aria-describedby aria-live
  aria-pressed aria-hidden title src controls preload placeholder defer tabindex min max step inputmode
  selected checked open width height loading alt download hx-boost hx-indicator hx-post hx-target hx-swap"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
SCRIPTS = ["/static/vendor/htmx.min.js", "/static/page.js"]
"""Our own scripts: each page has these and no other."""
PAYLOADS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example/a.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<body onload=alert(1)>",
    "<style>*{background:url(//x.example)}</style>",
    "<link rel=stylesheet href=//x.example/a.css>",
    "<base href=//x.example/>",
    "<meta http-equiv=refresh content='0;url=//x.example'>",
    "<object data=//x.example></object>",
    "<details open ontoggle=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=//x.example><button>Ask</button></form>",
    '"><script>alert(1)</script>',
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "</main></body></html><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\u202e<b>drow</b>\x1b[31m",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    '" hx-get="//x.example" hx-trigger="load" x="',
    "<div hx-on:click=alert(1) hx-vals='js:alert(1)'>x</div>",
)


class Elements(HTMLParser):
    """Every element and attribute of a page, its scripts and whatever stands within them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.inline = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action", "hx-post"}]
        if tag == "script":
            self.scripts.append(dict(attrs).get("src") or "")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in {"script", "style"}:
            self.inline += data


def assert_only_our_scripts(page: str, scripts: Sequence[str] = SCRIPTS) -> None:
    """No script but our own files, nothing inline, no address that is not ours, no attribute that acts.

    A part of a page has none of the ``scripts``.
    """
    found = Elements(page)
    assert found.scripts == list(scripts)
    assert found.inline == ""
    assert "style" not in found.tags | found.attributes
    assert not any(name.startswith(("on", "hx-on")) for name in found.attributes)
    assert all(link.startswith(("/", "#", "data:,")) and not link.startswith("//") for link in found.links)


def assert_is_ours(page: str) -> None:
    assert_only_our_scripts(page)
    found = Elements(page)
    assert found.tags <= OURS
    assert found.attributes <= ATTRIBUTES


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_library(tmp_path_factory.mktemp("http"))


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with Library(settings) as library:
        yield TestClient(create_app(library), base_url="http://127.0.0.1:8321")


# --- the page


def test_the_page_to_start_from_offers_examples(client: TestClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "8 songs to choose from" in response.text
    assert 'href="/?q=songs%20for%20me"' in response.text
    assert_is_ours(response.text)


def test_an_answer_shows_song_artist_note_and_reasons(client: TestClient) -> None:
    page = client.get("/", params={"q": "catchy happy pop"}).text
    for text in (
        "Sugar Run",
        "Tilly Ray",
        "Candy</bdi> · 2015",
        '<span class="reason"',
        'value="catchy happy pop"',
    ):
        assert text in page
    assert_is_ours(page)


def test_what_could_not_be_verified_is_said(client: TestClient) -> None:
    assert "Not verified: " in client.get("/", params={"q": "polka, no vocals"}).text


@pytest.mark.parametrize("query", ["", "   ", "\t"])
def test_an_empty_question_shows_the_page_to_start_from(client: TestClient, query: str) -> None:
    assert "songs to choose from" in client.get("/", params={"q": query}).text


def test_an_empty_library_says_how_to_fill_it(tmp_path: Path) -> None:
    with Library(Settings(library_dir=tmp_path / "empty", models_dir=tmp_path)) as library:
        page = TestClient(create_app(library), base_url="http://localhost").get("/").text
    assert "linernotes add ~/Music" in page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_a_question_stays_text(client: TestClient, payload: str) -> None:
    response = client.get("/", params={"q": f"polka {payload}"})
    assert response.status_code == 200
    assert_is_ours(response.text)
    assert not any(sign in response.text for sign in "\x00\x1b\u202e")


def test_markup_in_names_of_the_library_stays_text(client: TestClient) -> None:
    page = client.get("/", params={"q": "polka"}).text
    for text in ("<script>alert(1)</script>", '<b onclick="x()">Mallory</b>', "<img src=x onerror=alert(1)>"):
        assert html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    assert_is_ours(page)
    assert not any(sign in page for sign in "\x1b\x07\x9b\u202e")


@pytest.mark.parametrize("field", ["title", "artists", "album", "genres", "moods"])
def test_every_payload_in_every_field_stays_text(tmp_path: Path, field: str) -> None:
    columns = ("title", "artists", "album", "genres", "moods")
    rows = [",".join(("id", *columns))]
    for number, payload in enumerate(PAYLOADS):
        cells = {
            "title": f"Song {number}",
            "artists": "Ann",
            "album": "One",
            "genres": "polka",
            "moods": "calm",
        }
        cells[field] = payload.replace("\x00", "")
        rows.append(f"{number}," + ",".join('"' + cells[name].replace('"', '""') + '"' for name in columns))
    table = tmp_path / "songs.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with Library(Settings(library_dir=tmp_path / "library", models_dir=tmp_path)) as library:
        library.add(table)
        client = TestClient(create_app(library), base_url="http://localhost")
        page = client.get("/", params={"q": "50 calm polka songs"}).text
    assert page.count("<h2") > 5
    assert_is_ours(page)


def test_a_question_that_is_too_long_is_refused_in_words(client: TestClient) -> None:
    long = "calm " * 3000
    for path, kind in (("/", "text/html"), ("/api/v1/ask", "application/json")):
        response = client.get(path, params={"q": long})
        assert response.status_code == 422
        assert response.headers["content-type"].startswith(kind)
        assert "at most 10,000 are taken" in response.text
        assert "calm calm" not in response.text


def test_the_longest_question_is_answered(client: TestClient) -> None:
    assert client.get("/api/v1/ask", params={"q": "calm " * 2000}).json()["picks"]


def test_a_broken_store_is_told_on_the_page_and_in_the_json(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise StoreError("the catalogue cannot be read: is the disk full?")

    with Library(settings) as library:
        monkeypatch.setattr(library, "ask", broken)
        monkeypatch.setattr(library, "track_count", broken)
        client = TestClient(create_app(library), base_url="http://localhost")
        start, answer, api = client.get("/"), client.get("/?q=pop"), client.get("/api/v1/ask?q=pop")
    assert [start.status_code, answer.status_code, api.status_code] == [503, 503, 503]
    assert 'role="alert"' in start.text
    assert 'role="alert"' in answer.text
    assert api.json() == {"error": "the catalogue cannot be read: is the disk full?"}


# --- the JSON


def test_the_json_has_the_documented_shape(client: TestClient) -> None:
    answer = client.get("/api/v1/ask", params={"q": "calm, no drums", "n": 2}).json()
    assert {"answer_id", "request", "picks", "messages"} <= set(answer)
    assert len(answer["picks"]) == 2
    assert set(answer["picks"][0]["reasons"][0]) == {"text", "evidence"}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"q": ""},
        {"q": "  "},
        {"q": "pop", "n": "0"},
        {"q": "pop", "n": "201"},
        {"q": "pop", "n": "-1"},
        {"q": "pop", "n": "many"},
        {"q": "pop", "listener": "x" * 201},
        {"q": "pop", "listener": "a\nb"},
    ],
)
def test_bad_parameters_are_refused_with_a_reason(client: TestClient, params: dict[str, str]) -> None:
    response = client.get("/api/v1/ask", params=params)
    assert response.status_code == 422
    assert list(response.json()) == ["error"]
    assert response.json()["error"]


def test_bytes_that_are_no_text_are_answered(client: TestClient) -> None:
    assert client.get("/api/v1/ask?q=pop%ff%ed%a0%80").status_code == 200
    assert client.get("/?q=pop%ff%ed%a0%80").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/v1/nowhere", 404), ("POST", "/api/v1/ask", 405)]
)
def test_other_paths_and_methods_are_refused_in_json(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert list(response.json()) == ["error"]


def test_where_files_lie_is_not_told(client: TestClient) -> None:
    assert "audio_path" not in client.get("/api/v1/ask", params={"q": "pop"}).text


def test_eight_threads_asking_at_once_get_what_each_asked_for(client: TestClient) -> None:
    questions = ["happy pop", "ambient", "heavy metal", "songs by Otto Vale"] * 8

    def ask(question: str) -> tuple[str, int, str]:
        answer = client.get("/api/v1/ask", params={"q": question}).json()
        return answer["request"]["text"], answer["answer_id"], answer["picks"][0]["track"]["title"]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, questions))
    assert [text for text, _, _ in answers] == questions
    assert len({answer_id for _, answer_id, _ in answers}) == len(questions)
    title_by_question = {text: title for text, _, title in answers}
    assert title_by_question["happy pop"] == "Sugar Run"
    assert title_by_question["heavy metal"] == "Iron Parade"
    assert {title_by_question["ambient"], title_by_question["songs by Otto Vale"]} <= {
        "Night Desk",
        "Slow Harbour",
    }


# --- who may come in


@pytest.mark.parametrize(
    "path", ["/", "/?q=pop", "/static/style.css", "/api/v1/ask?q=pop", "/nowhere", "/?q=" + "x" * 10_001]
)
def test_every_reply_forbids_foreign_scripts_and_frames(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8321", "localhost", "LOCALHOST:1", "[::1]", "[::1]:8321", "127.0.0.2:80"],
)
def test_this_machine_is_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8321",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example#127.0.0.1",
        "user@127.0.0.1",
        "127.0.0.1:8321.evil.example",
        "192.168.1.5:8321",
        "0.0.0.0",
        "[::2]",
        "",
    ],
)
def test_other_host_names_are_refused(client: TestClient, host: str) -> None:
    response = client.get("/api/v1/ask?q=pop", headers={"host": host})
    assert response.status_code == 400
    assert list(response.json()) == ["error"]


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("example.org", False),
        ("", False),
    ],
)
def test_only_addresses_of_this_machine_are_listened_at(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
)
def test_pages_of_other_sites_may_not_ask(client: TestClient, site: str, status: int) -> None:
    response = client.get("/api/v1/ask?q=pop", headers={"sec-fetch-site": site})
    assert response.status_code == status
    followed = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert client.get("/?q=pop", headers=followed).status_code == 200
