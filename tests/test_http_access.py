"""Who may come in by the HTTP door, route by route, and what each may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient

from linernotes.config import Settings
from linernotes.library import Library
from linernotes.serve.access import OPEN, Door
from linernotes.serve.credentials import digest_of, hash_password
from linernotes.serve.http import create_app
from linernotes.store.columns import now
from table_library import make_library

HOST = "http://127.0.0.1:8321"
PASSWORD = "correct horse"
TOKENS = {"ann": "ln_ann", "bob": "ln_bob"}
"""Ann administers, since she came first; Bob listens."""

Class = Literal["open", "listener", "administrator"]
ROUTES: dict[tuple[str, str], Class] = {
    ("GET", "/healthz"): "open",
    ("GET", "/readyz"): "open",
    ("GET", "/metrics"): "administrator",
    ("MOUNT", "/static"): "open",
    ("GET", "/login"): "open",
    ("POST", "/login"): "open",
    ("POST", "/logout"): "open",
    ("POST", "/api/v1/login"): "open",
    ("POST", "/api/v1/logout"): "open",
    ("GET", "/api/v1/openapi.json"): "open",
    ("GET", "/"): "listener",
    ("GET", "/similar"): "listener",
    ("GET", "/answers/{answer_id}"): "listener",
    ("GET", "/song/{track_id}"): "listener",
    ("GET", "/song/{track_id}/audio"): "listener",
    ("GET", "/artist"): "listener",
    ("GET", "/genre"): "listener",
    ("GET", "/listener"): "listener",
    ("POST", "/listener"): "listener",
    ("POST", "/feedback"): "listener",
    ("GET", "/song/{track_id}/cover"): "listener",
    ("POST", "/song/{track_id}/correct"): "listener",
    ("GET", "/answers/{answer_id}/mix.{kind}"): "listener",
    ("GET", "/mixes"): "listener",
    ("POST", "/mixes"): "listener",
    ("GET", "/mixes/{mix_id}"): "listener",
    ("POST", "/mixes/{mix_id}"): "listener",
    ("GET", "/mixes/{mix_id}/mix.{kind}"): "listener",
    ("GET", "/map"): "listener",
    ("POST", "/map/playlist"): "listener",
    ("GET", "/listener/history"): "listener",
    ("GET", "/listener/export"): "listener",
    ("POST", "/listener/forget"): "listener",
    ("GET", "/library"): "administrator",
    ("GET", "/library/progress"): "administrator",
    ("POST", "/library/add"): "administrator",
    ("GET", "/reports"): "administrator",
    ("GET", "/reports/{name}"): "administrator",
    ("GET", "/api/v1/me"): "listener",
    ("GET", "/api/v1/ask"): "listener",
    ("GET", "/api/v1/similar"): "listener",
    ("GET", "/api/v1/answers/{answer_id}"): "listener",
    ("POST", "/api/v1/feedback"): "listener",
    ("GET", "/api/v1/events"): "listener",
    ("GET", "/api/v1/tracks"): "listener",
    ("GET", "/api/v1/tracks/{track_id}"): "listener",
    ("GET", "/api/v1/artists"): "listener",
    ("GET", "/api/v1/artists/by-name/{name:path}"): "listener",
    ("GET", "/api/v1/genres"): "listener",
    ("GET", "/api/v1/genres/by-name/{name:path}"): "listener",
    ("GET", "/api/v1/status"): "listener",
    ("GET", "/api/v1/listeners"): "listener",
    ("GET", "/api/v1/listeners/{name:path}/profile"): "listener",
    ("POST", "/api/v1/listeners/{name:path}/sayings"): "listener",
    ("GET", "/api/v1/listeners/{name:path}/export"): "listener",
    ("DELETE", "/api/v1/listeners/{name:path}"): "listener",
    ("POST", "/api/v1/tracks/{track_id}/corrections"): "listener",
    ("DELETE", "/api/v1/tracks/{track_id}/corrections"): "listener",
    ("GET", "/api/v1/mixes"): "listener",
    ("POST", "/api/v1/mixes"): "listener",
    ("GET", "/api/v1/mixes/{mix_id}"): "listener",
    ("PATCH", "/api/v1/mixes/{mix_id}"): "listener",
    ("DELETE", "/api/v1/mixes/{mix_id}"): "listener",
    ("GET", "/api/v1/map"): "listener",
    ("GET", "/api/v1/library"): "administrator",
    ("POST", "/api/v1/library"): "administrator",
}
"""Every route and who may use it. A new one is to be put here: whoever adds it decides."""
ASKED = sorted(one for one in ROUTES if one[0] != "MOUNT")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = make_library(tmp_path_factory.mktemp("access"))
    with Library(settings) as library:
        give_accounts(library)
    return settings


def give_accounts(library: Library) -> None:
    accounts = library.store.accounts
    for name, token in TOKENS.items():
        accounts.add(name, hash_password(PASSWORD))
        day = timedelta(days=1)
        accounts.issue(name, "token", digest_of(token), called="test", expires_at=now() + day)
        accounts.issue(name, "token", digest_of(f"{token} old"), called="old", expires_at=now() - day)


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[FastAPI]:
    with Library(settings) as library:
        yield create_app(library, Door(login=True))


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=HOST, follow_redirects=False)


def with_token(app: FastAPI, token: str) -> TestClient:
    headers = {"authorization": f"Bearer {token}"}
    return TestClient(app, base_url=HOST, follow_redirects=False, headers=headers)


@pytest.fixture
def ann(app: FastAPI) -> TestClient:
    return with_token(app, TOKENS["ann"])


@pytest.fixture
def bob(app: FastAPI) -> TestClient:
    return with_token(app, TOKENS["bob"])


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of everything that the application answers; what is mounted has no method."""
    return set(_walked(app.routes))


def _walked(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Route):
            yield from ((method, route.path) for method in (route.methods or set()) - {"HEAD"})
        elif included := getattr(route, "original_router", None):  # so FastAPI keeps what it includes
            yield from _walked(included.routes)
        else:
            yield "MOUNT", getattr(route, "path", "")


FILLED = {
    "/listeners/{name:path}": "/listeners/ann",
    "{name:path}": "ann",
    "{name}": "one.md",
    "{track_id}": "1",
    "{answer_id}": "1",
    "{mix_id}": "1",
    "{kind}": "m3u8",
}


def filled(path: str) -> str:
    """A path without placeholders: of Ann's, where it is somebody's."""
    for name, value in FILLED.items():
        path = path.replace(name, value)
    return path


# --- every route


def test_every_route_is_classified(app: FastAPI) -> None:
    assert routes_of(app) == ROUTES.keys()


def test_a_new_route_is_noticed(settings: Settings) -> None:
    with Library(settings) as library:
        app = create_app(library)
        app.get("/new")(lambda: "new")
        assert routes_of(app) - ROUTES.keys() == {("GET", "/new")}


def test_a_new_route_is_closed_to_strangers(settings: Settings) -> None:
    with Library(settings) as library:
        app = create_app(library, Door(login=True))
        app.get("/new")(lambda: "new")
        app.mount("/mounted", Starlette())
        client = TestClient(app, base_url=HOST)
        assert [client.get(path).status_code for path in ("/new", "/mounted/x", "/nowhere")] == [401] * 3
        assert with_token(app, TOKENS["bob"]).get("/new").json() == "new"


@pytest.mark.parametrize(("method", "path"), ASKED)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer ln_wrong"},
        {"authorization": f"Bearer {TOKENS['ann']} old"},
        {"authorization": "Bearer"},
        {"authorization": "Basic YW5uOmNvcnJlY3QgaG9yc2U="},
        {"authorization": TOKENS["ann"]},
        {"cookie": "linernotes_session=ln_wrong"},
        {"cookie": f"linernotes_session={TOKENS['ann']}"},
    ],
    ids=["none", "wrong", "expired", "empty", "basic", "bare", "cookie", "token as cookie"],
)
def test_strangers_get_only_what_is_open(
    stranger: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    reply = stranger.request(method, filled(path), headers=headers)
    refused = reply.status_code == 401 and reply.headers.get("www-authenticate") == "Bearer"
    assert refused is (ROUTES[method, path] != "open")


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_spoofed_hosts_and_origins_are_refused_everywhere(ann: TestClient, method: str, path: str) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", ""):
        assert ann.request(method, filled(path), headers={"host": host}).status_code == 400
    clicked = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    for headers in ({"origin": "http://evil.example"}, {"origin": "null"}, clicked):
        followed = method == "GET" and not path.startswith("/api/")  # links to our pages may be followed
        reply = ann.request(method, filled(path), headers=headers)
        assert (reply.status_code == 403) is not followed


@pytest.mark.parametrize(("method", "path"), [one for one in ASKED if ROUTES[one] != "open"])
def test_listeners_are_let_in_unless_only_administrators_are(
    ann: TestClient, bob: TestClient, method: str, path: str
) -> None:
    own = filled(path).replace("/listeners/ann", "/listeners/bob")
    may = ROUTES[method, path] != "administrator"
    if "answers/1" in own:
        own = own.replace("answers/1", f"answers/{answer_of(bob)}")
    forgets = {"with_facts": "perhaps"} if method == "DELETE" else {}  # makes no sense: nobody is forgotten
    assert (bob.request(method, own, params=forgets).status_code not in {401, 403}) is may
    assert ann.request(method, filled(path), params=forgets).status_code not in {401, 403}


@pytest.mark.parametrize(
    "path",
    [
        "/static/../api/v1/status",
        "/static/%2e%2e/api/v1/status",
        "/static/..%2f..%2fapi%2fv1%2fstatus",
        "//api/v1/status",
        "/healthz/../api/v1/status",
        "/healthz%2f..%2fapi/v1/status",
        "/login/",
        "/static/style.css/../../../../etc/passwd",
        "/static/../../../../../etc/passwd",
    ],
)
def test_no_detour_leads_in(stranger: TestClient, path: str) -> None:
    reply = stranger.request("GET", HOST + path)
    assert reply.status_code in {401, 404}
    assert "root:" not in reply.text


# --- only as oneself


def answer_of(client: TestClient, **params: Any) -> int:
    reply = client.get("/api/v1/ask", params={"q": "calm ambient", "n": 2, **params})
    assert reply.status_code == 200
    return int(reply.json()["answer_id"])


def test_me_is_whoever_asks(bob: TestClient) -> None:
    assert bob.get("/api/v1/me").json() == {"listener": "bob", "administers": False}
    for body in ({}, {"listener": "me"}, {"listener": "bob"}):
        kept = bob.post("/api/v1/feedback", json={"track": 3, "kind": "like", **body})
        assert kept.json()["listener"] == "bob"
    assert {one["listener"] for one in bob.get("/api/v1/events").json()["events"]} == {"bob"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/?q=pop&listener=ann", None),
        ("GET", "/?q=pop&with=ann", None),
        ("GET", "/similar?name=%231&listener=ann", None),
        ("GET", "/answers/{ann}", None),
        ("GET", "/listener?listener=ann", None),
        ("GET", "/song/1?listener=ann", None),
        ("GET", "/api/v1/ask?q=pop&listener=ann", None),
        ("GET", "/api/v1/ask?q=pop&listener=%20ann%20", None),
        ("GET", "/api/v1/ask?q=pop&with=ann", None),
        ("GET", "/api/v1/ask?q=faster&after={ann}", None),
        ("GET", "/api/v1/ask?q=faster&after={ann}&stream=true", None),
        ("GET", "/api/v1/similar?name=%231&after={ann}", None),
        ("GET", "/api/v1/answers/{ann}", None),
        ("GET", "/api/v1/events?listener=ann", None),
        ("GET", "/api/v1/listeners/ann/profile", None),
        ("POST", "/api/v1/listeners/ann/sayings", {"text": "no ambient"}),
        ("POST", "/api/v1/feedback", {"track": 3, "kind": "like", "listener": "ann"}),
        ("POST", "/api/v1/feedback", {"track": 3, "kind": "like", "answer_id": "{ann}"}),
    ],
)
def test_what_is_anns_is_not_bobs(
    ann: TestClient, bob: TestClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    hers = answer_of(ann)
    if body and body.get("answer_id"):
        body = {**body, "answer_id": hers}
    path = path.replace("{ann}", str(hers))
    assert bob.request(method, path, json=body).status_code == 403
    assert ann.request(method, path, json=body).status_code in {200, 201}


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/listener", {"text": "no ambient"}), ("/feedback", {"track": "3", "kind": "like"})],
)
def test_forms_speak_for_who_is_logged_in(bob: TestClient, path: str, fields: dict[str, str]) -> None:
    assert bob.post(path, data=fields).headers["location"].endswith("listener=bob")
    assert bob.post(path, data={**fields, "listener": "ann"}).status_code == 403


def test_nobodys_answers_are_the_administrators(settings: Settings, ann: TestClient, bob: TestClient) -> None:
    with Library(settings) as library:
        nobodys = library.ask("pop").id
    assert bob.get(f"/api/v1/answers/{nobodys}").status_code == 403
    assert ann.get(f"/api/v1/answers/{nobodys}").status_code == 200


def test_a_listener_knows_nobody_else(ann: TestClient, bob: TestClient) -> None:
    assert bob.get("/api/v1/listeners").json() == {"listeners": ["bob"]}
    assert ann.get("/api/v1/listeners").json() == {"listeners": ["ann", "bob"]}
    assert "ann" not in bob.get("/listener").text


# --- logging in


def log_in(client: TestClient, name: str, password: str = PASSWORD, **fields: str) -> Any:
    return client.post("/login", data={"name": name, "password": password, **fields})


def test_a_login_leads_back_and_a_logout_ends_it(stranger: TestClient) -> None:
    refused = stranger.get("/song/1?listener=bob")
    assert refused.status_code == 401
    assert 'value="/song/1?listener=bob"' in refused.text
    entered = log_in(stranger, " bob ", back="/song/1?listener=bob")
    assert entered.headers["location"] == "/song/1?listener=bob"
    cookie = entered.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Max-Age=2592000", "Path=/"))
    assert stranger.get("/api/v1/me").json() == {"listener": "bob", "administers": False}
    session = stranger.cookies["linernotes_session"]
    assert stranger.post("/logout").headers["location"] == "/login"
    stranger.cookies.set("linernotes_session", session)
    assert stranger.get("/api/v1/me").status_code == 401


def test_only_digests_are_kept(settings: Settings, stranger: TestClient) -> None:
    log_in(stranger, "bob")
    kept = b"".join(path.read_bytes() for path in settings.library_dir.glob("library.db*"))
    assert digest_of(stranger.cookies["linernotes_session"]).encode() in kept
    for secret in (stranger.cookies["linernotes_session"], PASSWORD, TOKENS["ann"]):
        assert f"{secret}".encode() not in kept.replace(digest_of(secret).encode(), b"")


def test_a_cookie_over_https_is_never_sent_without(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://127.0.0.1", follow_redirects=False)
    assert "Secure" in log_in(client, "bob").headers["set-cookie"]


@pytest.mark.parametrize(
    ("name", "password"),
    [("bob", "wrong horse"), ("nobody", PASSWORD), ("", ""), ("bob", ""), ("bob", "x" * 2_000)],
)
def test_a_wrong_password_lets_nobody_in(stranger: TestClient, name: str, password: str) -> None:
    reply = log_in(stranger, name, password)
    assert reply.status_code == 401
    assert "set-cookie" not in reply.headers
    assert "no such name with this password" in reply.text


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nx: y", ""]
)
def test_a_login_leads_nowhere_else(stranger: TestClient, back: str) -> None:
    assert log_in(stranger, "bob", back=back).headers["location"] == "/"


def test_programs_may_log_in_by_json(stranger: TestClient) -> None:
    wrong = stranger.post("/api/v1/login", json={"name": "bob", "password": "wrong horse"})
    assert wrong.status_code == 401
    reply = stranger.post("/api/v1/login", json={"name": "bob", "password": PASSWORD})
    assert reply.json() == {"listener": "bob", "administers": False}
    assert stranger.get("/api/v1/me").status_code == 200
    assert stranger.post("/api/v1/logout").status_code == 204
    assert stranger.get("/api/v1/me").status_code == 401


def test_a_changed_password_logs_out(settings: Settings, app: FastAPI, stranger: TestClient) -> None:
    with Library(settings) as library:
        library.store.accounts.add("cat", hash_password(PASSWORD))
        log_in(stranger, "cat")
        assert stranger.get("/api/v1/me").json()["listener"] == "cat"
        library.store.accounts.set_password("cat", hash_password("other horse"))
        assert stranger.get("/api/v1/me").status_code == 401
        assert log_in(stranger, "cat").status_code == 401
        library.store.accounts.remove("cat")


# --- at home


def test_at_home_nobody_has_to_log_in(settings: Settings) -> None:
    with Library(settings) as library:
        client = TestClient(create_app(library), base_url=HOST)
        assert client.get("/api/v1/me").json() == {"listener": None, "administers": True}
        assert client.get("/api/v1/listeners/ann/profile").status_code == 200
        assert client.get("/api/v1/me", headers={"authorization": "Bearer x"}).status_code == 401
        log_in(client, "bob")
        assert client.get("/api/v1/me").json() == {"listener": "bob", "administers": False}


# --- names and addresses


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("music.example", True),
        ("MUSIC.example:443", True),
        ("127.0.0.1:1", True),
        ("192.168.1.5:8321", True),
        ("[fd00::1]:8321", True),
        ("evil.example", False),
        ("music.example.evil", False),
        ("192.168.1.5.evil.example", False),
        ("music.example@evil", False),
        ("", False),
    ],
)
def test_allowed_names_and_addresses_are_served(host: str, served: bool) -> None:
    door = Door(login=True, hosts=frozenset({"music.example"}), any_address=True)
    assert door.serves(host) is served


def test_addresses_are_not_served_at_home() -> None:
    assert not Door().serves("192.168.1.5")


def test_what_is_open_is_a_route(app: FastAPI) -> None:
    assert {path for _, path in ROUTES} >= OPEN


# --- too often


def test_who_asks_too_often_is_told_when_to_come_back(settings: Settings) -> None:
    with Library(settings) as library:
        app = create_app(library, Door(login=True, requests_per_minute=5))
        bob = with_token(app, TOKENS["bob"])
        assert [bob.get("/api/v1/me").status_code for _ in range(6)] == [200] * 5 + [429]
        refused = bob.get("/api/v1/me")
        assert 0 < int(refused.headers["retry-after"]) <= 12
        assert list(refused.json()) == ["error"]
        assert bob.get("/healthz").status_code == 200
        assert with_token(app, TOKENS["ann"]).get("/api/v1/me").status_code == 200


def test_tokens_cannot_be_guessed_for_long(settings: Settings) -> None:
    with Library(settings) as library:
        app = create_app(library, Door(login=True, requests_per_minute=5))
        tries = [with_token(app, f"ln_{number}").get("/api/v1/me").status_code for number in range(6)]
    assert tries == [401] * 5 + [429]


def test_passwords_cannot_be_guessed_for_long(settings: Settings) -> None:
    with Library(settings) as library:
        client = TestClient(create_app(library, Door(login=True, logins_per_minute=2)), base_url=HOST)
        wrong = {"name": "bob", "password": "wrong horse"}
        assert [client.post("/api/v1/login", json=wrong).status_code for _ in range(3)] == [401, 401, 429]
        page = log_in(client, "bob")
        assert page.status_code == 429
        assert int(page.headers["retry-after"]) > 0


@pytest.mark.parametrize("name", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd"])
def test_names_lead_to_no_file(ann: TestClient, name: str, tmp_path: Path) -> None:
    for path in (f"/api/v1/artists/by-name/{name}", f"/song/{name}/audio", f"/artist?name={name}"):
        reply = ann.get(path)
        assert reply.status_code in {404, 422}
        assert "root:" not in reply.text
