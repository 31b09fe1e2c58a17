"""What the HTTP door refuses before anything is done, and what it offers to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from linernotes.config import Settings
from linernotes.library import Library
from linernotes.serve.access import Door
from linernotes.serve.guard import LARGEST_BODY, SECURITY_HEADERS
from linernotes.serve.http import create_app
from sounds import write_sound
from table_library import make_library
from test_http_access import HOST, TOKENS, give_accounts, log_in, with_token
from test_http_watching import samples


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(make_library(tmp_path)) as opened:
        yield opened


@pytest.fixture
def client(library: Library) -> TestClient:
    return TestClient(create_app(library), base_url=HOST, follow_redirects=False)


@pytest.fixture
def guarded(library: Library) -> FastAPI:
    """The application with a login: Ann administers, Bob listens."""
    give_accounts(library)
    return create_app(library, Door(login=True))


@pytest.fixture
def bob(guarded: FastAPI) -> TestClient:
    return with_token(guarded, TOKENS["bob"])


# --- who listens along


@pytest.mark.parametrize("path", ["/", "/api/v1/ask"])
def test_me_along_is_whoever_asks_and_no_listener_called_so(
    library: Library, bob: TestClient, path: str
) -> None:
    library.feedback("me", "Night Desk", "like")
    with_me = {"q": "calm ambient", "with": "me"}
    at_home = TestClient(create_app(library), base_url=HOST)
    assert ", which me likes" in at_home.get(path, params={**with_me, "listener": "zoe"}).text
    told = bob.get(path, params=with_me)
    assert told.status_code == 200
    assert "likes" not in told.text


# --- too much


def test_a_body_that_is_said_to_be_too_large_is_not_read(guarded: FastAPI, bob: TestClient) -> None:
    body = b"x" * (LARGEST_BODY + 1)
    for path in ("/api/v1/login", "/api/v1/feedback"):
        reply = bob.post(path, content=body)
        assert reply.status_code == 413
        assert "200,000 bytes are taken" in reply.json()["error"]
    page = TestClient(guarded, base_url=HOST).post("/login", content=body)
    assert page.status_code == 413
    assert 'role="alert"' in page.text
    endless = {"content-length": "9" * 5_000}
    assert bob.post("/api/v1/feedback", content=b"{}", headers=endless).status_code == 413


def test_a_body_that_says_no_size_is_refused_when_it_gets_too_large(guarded: FastAPI) -> None:
    parts = iter([b"x" * 20_000] * 11)
    reply = TestClient(guarded, base_url=HOST).post("/api/v1/login", content=parts)
    assert "content-length" not in reply.request.headers
    assert reply.status_code == 413
    assert list(reply.json()) == ["error"]


def test_a_body_of_the_largest_size_is_read(client: TestClient) -> None:
    body = b'{"text": "calm piano"}'.ljust(LARGEST_BODY)
    json = {"content-type": "application/json"}
    for content in (body, iter([body[:100], body[100:]])):
        said = client.post("/api/v1/listeners/zoe/sayings", content=content, headers=json)
        assert said.status_code == 201


# --- other sites

FOLLOWED = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
PICTURE = {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
FRAME = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(("purpose", "status"), [(FOLLOWED, 200), (PICTURE, 403), (FRAME, 403), ({}, 403)])
def test_other_sites_may_link_to_pages_and_not_embed_them(
    client: TestClient, library: Library, site: str, purpose: dict[str, str], status: int
) -> None:
    page = client.get("/?q=pop&listener=zoe", headers={"sec-fetch-site": site, **purpose})
    assert page.status_code == status
    assert library.listeners() == (("zoe",) if status == 200 else ())


def test_our_own_pages_show_pictures_and_who_says_nothing_is_answered(client: TestClient) -> None:
    own = {"sec-fetch-site": "same-origin", **PICTURE}
    assert [client.get("/?q=pop", headers=headers).status_code for headers in (own, {})] == [200, 200]


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//", ""])
def test_an_origin_that_is_no_address_is_another_site(client: TestClient, origin: str) -> None:
    assert client.get("/api/v1/me", headers={"origin": origin}).status_code == 403


# --- passwords


def test_wrong_passwords_from_one_address_keep_nobody_out_elsewhere(library: Library) -> None:
    give_accounts(library)
    app = create_app(library, Door(login=True, logins_per_minute=1))
    for tried in range(3):
        stranger = TestClient(app, base_url=HOST, client=("192.0.2.1", 1))
        assert log_in(stranger, "bob", "wrong horse").status_code == (429 if tried else 401)
    bob = TestClient(app, base_url=HOST, follow_redirects=False, client=("192.0.2.2", 1))
    assert log_in(bob, "bob").status_code == 303


def test_many_addresses_together_cannot_guess_for_long(library: Library) -> None:
    give_accounts(library)
    app = create_app(library, Door(login=True, logins_per_minute=1))
    strangers = [TestClient(app, base_url=HOST, client=(f"192.0.2.{number}", 1)) for number in range(11)]
    tries = [log_in(stranger, "bob", "wrong horse").status_code for stranger in strangers]
    assert tries == [401] * 10 + [429]


def test_a_wrong_password_keeps_the_name_that_was_typed(guarded: FastAPI) -> None:
    page = log_in(TestClient(guarded, base_url=HOST), 'Zoe "Z"', "wrong horse").text
    assert 'autocomplete="username" value="Zoe &#34;Z&#34;"' in page
    assert "wrong horse" not in page


# --- replies


@pytest.mark.parametrize("path", ["/", "/song/1", "/api/v1/me", "/static/style.css", "/healthz", "/nowhere"])
def test_a_head_is_answered_as_a_get_without_its_body(client: TestClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    for name in ("content-type", "content-security-policy", "cache-control"):
        assert head.headers[name] == get.headers[name]


def test_heads_are_counted_with_their_route(client: TestClient) -> None:
    client.head("/song/1")
    assert samples(client)["linernotes_http_requests_total", "GET", "/song/{track_id}", "200"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/song/1/nowhere", 404), ("POST", "/map", 405)],
)
def test_a_mistyped_address_shows_a_page_that_says_so(
    client: TestClient, method: str, path: str, status: int
) -> None:
    reply = client.request(method, f"{path}?listener=zoe")
    assert reply.status_code == status
    assert reply.headers["content-type"].startswith("text/html")
    assert 'role="alert"' in reply.text
    assert 'name="listener" value="zoe"' in reply.text


def test_what_nobody_expected_is_told_under_the_same_headers(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(library, "ask", broken)
    client = TestClient(create_app(library), base_url=HOST, raise_server_exceptions=False)
    for path in ("/?q=pop", "/api/v1/ask?q=pop"):
        reply = client.get(path)
        assert reply.status_code == 500
        assert "secret" not in reply.text
        assert {name: reply.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert reply.headers["cache-control"] == "no-store"


# --- what a refusal keeps


@pytest.mark.parametrize("path", ["/song/999", "/answers/999", "/mixes/none"])
def test_a_refusal_keeps_who_listens(client: TestClient, path: str) -> None:
    page = client.get(path, params={"listener": "zoe"})
    assert page.status_code in {404, 422}
    assert '<input type="hidden" name="listener" value="zoe">' in page.text


def test_a_refusal_keeps_nobody_whom_the_visitor_cannot_be(client: TestClient, bob: TestClient) -> None:
    assert "Mixes" in client.get("/song/999", params={"listener": "x" * 201}).text
    refused = bob.get("/listener", params={"listener": "ann"})
    assert refused.status_code == 403
    assert "ann" not in re.findall(r'value="(\w+)"', refused.text)


def test_what_cannot_be_said_stays_typed(client: TestClient) -> None:
    page = client.post("/listener", data={"listener": "zoe", "text": '?! "'})
    assert page.status_code == 422
    assert "nothing was said" in page.text
    assert 'value="?! &#34;"' in page.text
    assert "<bdi>zoe</bdi>" in page.text
    nameless = client.post("/listener", data={"listener": "a\x00b", "text": "calm piano"})
    assert nameless.status_code == 422
    assert 'value="calm piano"' in nameless.text


# --- what is offered

REFUSED = ("/library", "/reports", "Somebody new", "Somebody else listens", "Who listens along")


@pytest.mark.parametrize("path", ["/", "/?q=pop", "/listener", "/listener?listener=bob", "/nowhere"])
def test_nobody_is_offered_what_they_may_not_do(guarded: FastAPI, bob: TestClient, path: str) -> None:
    page = bob.get(path).text
    assert not [one for one in REFUSED if one in page]
    assert 'href="/mixes' in page
    stranger = TestClient(guarded, base_url=HOST).get("/login").text
    assert not [one for one in REFUSED if one in stranger]


def test_who_administers_is_offered_everything(guarded: FastAPI, client: TestClient) -> None:
    for visitor in (client, with_token(guarded, TOKENS["ann"])):
        pages = visitor.get("/?q=pop").text + visitor.get("/listener").text
        assert [one for one in REFUSED if one not in pages] == []


def test_only_who_administers_is_asked_for_a_folder(tmp_path: Path) -> None:
    with Library(Settings(library_dir=tmp_path / "empty", models_dir=tmp_path)) as library:
        give_accounts(library)
        app = create_app(library, Door(login=True))
        ann, bob = (with_token(app, TOKENS[name]).get("/").text for name in ("ann", "bob"))
    assert 'action="/library/add"' in ann
    assert 'action="/library/add"' not in bob
    assert "There are no songs yet" in bob


def test_who_logged_in_is_told_that_other_players_cannot(
    library: Library, client: TestClient, bob: TestClient, tmp_path: Path
) -> None:
    write_sound(tmp_path / "music" / "Low Tone.wav", seconds=0.5)
    library.add(tmp_path / "music", notes=False)
    told = "other players cannot open these recordings"
    assert told in bob.get("/", params={"q": "Low Tone"}).text
    assert told not in bob.get("/", params={"q": "polka", "n": 1}).text
    assert told not in client.get("/", params={"q": "Low Tone"}).text
