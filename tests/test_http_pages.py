"""The pages beside the search, feedback by form, and the JSON behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from linernotes.config import Settings
from linernotes.library import Library
from linernotes.serve.chips import chips_of
from linernotes.serve.http import create_app
from sounds import write_sound
from table_library import make_library
from test_http import PAYLOADS, assert_only_our_scripts

HOST = "http://127.0.0.1:8321"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_library(tmp_path)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with Library(settings) as library:
        yield TestClient(create_app(library), base_url=HOST, follow_redirects=False)


def asked(client: TestClient, question: str, **params: Any) -> dict[str, Any]:
    reply = client.get("/api/v1/ask", params={"q": question, **params})
    assert reply.status_code == 200
    found: dict[str, Any] = reply.json()
    return found


# --- pages


def test_a_song_has_a_page_with_its_note_and_who_says_what(client: TestClient) -> None:
    page = client.get("/song/1").text
    assert "Glass Rain" in page
    assert "What is known, and who says so" in page
    assert '<th scope="row">tempo</th><td dir="auto">84 bpm' in page
    assert "the table it came from" in page
    assert 'href="/artist?name=Mara%20Lind"' in page


def test_artists_and_genres_have_pages(client: TestClient) -> None:
    assert "Night Desk" in client.get("/artist", params={"name": "Otto Vale"}).text
    assert "Slow Harbour" in client.get("/genre", params={"name": "ambient"}).text


def test_songs_like_another_are_a_link_away(client: TestClient) -> None:
    assert "Slow Harbour" in client.get("/similar", params={"name": "#3"}).text


def test_what_is_not_there_is_said_on_the_page(client: TestClient) -> None:
    for path in ("/song/999", "/artist?name=Nobody", "/answers/999", "/song/1/audio"):
        reply = client.get(path)
        assert reply.status_code == 404
        assert 'role="alert"' in reply.text


@pytest.mark.parametrize(
    "path", ["/song/6", "/song/7", "/song/8", "/artist?name=Mallory", "/genre?name=polka"]
)
def test_markup_in_names_stays_text_on_every_page(client: TestClient, path: str) -> None:
    assert_only_our_scripts(client.get(path).text)


# --- feedback by form


def form(client: TestClient, path: str, **fields: object) -> str:
    reply = client.post(path, data={name: str(value) for name, value in fields.items()})
    assert reply.status_code == 303
    return reply.headers["location"]


def test_a_like_comes_back_to_the_same_answer_and_is_marked(client: TestClient) -> None:
    answer = asked(client, "calm ambient", listener="zoe")
    track = answer["picks"][0]["track"]["id"]
    back = form(client, "/feedback", track=track, kind="like", listener="zoe", answer=answer["answer_id"])
    assert back == f"/answers/{answer['answer_id']}?listener=zoe#song-{track}"
    page = client.get(back).text
    assert page.count('aria-pressed="true"') == 1
    assert "Undo" in page
    assert [pick["track"]["id"] for pick in answer["picks"]] == [
        int(one) for one in re.findall(r'<li id="song-(\d+)"', page)
    ]


def test_the_page_of_a_song_marks_what_was_said_last_and_offers_to_take_it_back(client: TestClient) -> None:
    assert "Undo" not in client.get("/song/3", params={"listener": "zoe"}).text
    for kind, pressed in (("like", "Like"), ("dislike", "Dislike"), ("undo", "Like")):
        assert form(client, "/feedback", track=3, kind=kind, listener="zoe") == "/song/3?listener=zoe"
        page = client.get("/song/3", params={"listener": "zoe"}).text
        [marked] = re.findall(r'aria-pressed="true" aria-label="(\w+) [^"]+"', page)
        assert marked == pressed
        assert "Undo" in page
    assert "Undo" not in client.get("/song/3", params={"listener": "ann"}).text


def test_a_skip_takes_its_reason_along(client: TestClient, settings: Settings) -> None:
    form(client, "/feedback", track=3, kind="skip", reason="heard-enough", listener="zoe")
    with Library(settings) as library:
        assert library._store.listeners.events("zoe")[0].reason == "heard-enough"


def test_an_undo_takes_the_mark_away(client: TestClient) -> None:
    answer = asked(client, "calm ambient", listener="zoe")
    for kind in ("like", "undo"):
        back = form(client, "/feedback", track=3, kind=kind, listener="zoe", answer=answer["answer_id"])
    assert 'aria-pressed="true"' not in client.get(back).text


@pytest.mark.parametrize(
    "fields", [{}, {"track": "3"}, {"track": "x", "kind": "like"}, {"track": "3", "kind": "<b>"}]
)
def test_a_form_that_makes_no_sense_is_refused(client: TestClient, fields: dict[str, str]) -> None:
    assert client.post("/feedback", data=fields).status_code == 422


def test_a_form_that_never_ends_is_refused(client: TestClient) -> None:
    assert client.post("/listener", data={"text": "x" * 50_000}).status_code == 422


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_other_sites_may_not_change_anything(client: TestClient, headers: dict[str, str]) -> None:
    for path in ("/feedback", "/listener", "/api/v1/feedback"):
        assert client.post(path, headers=headers).status_code == 403


# --- the listener's own page


def test_what_is_said_stands_on_the_listeners_page(client: TestClient) -> None:
    back = form(client, "/listener", text="I like calm ambient, no metal", listener="zoe")
    page = client.get(back).text
    assert "You want no metal." in page
    assert "Songs for me" in page


@pytest.mark.parametrize("payload", PAYLOADS[:6])
def test_markup_of_a_listener_stays_text(client: TestClient, payload: str) -> None:
    back = form(client, "/listener", text=payload, listener=payload)
    assert_only_our_scripts(client.get(back).text)


# --- chips


def test_what_was_understood_can_be_left_out_or_turned_round(client: TestClient) -> None:
    with_chips = client.get("/", params={"q": "calm ambient, no metal"}).text
    assert 'aria-label="Understood"' in with_chips
    answer = asked(client, "calm ambient, no metal")
    assert answer["request"]["avoids"][0]["name"] == "metal"


@pytest.mark.parametrize(
    ("text", "label", "without", "inverted"),
    [
        ("calm ambient, no metal", "no metal", "calm ambient", "calm ambient metal"),
        ("calm ambient, no metal", "genre: ambient", "calm, no metal", "calm, no metal, no ambient"),
        ("happy pop and rock", "genre: rock", "happy pop", "happy pop, no rock"),
    ],
)
def test_a_chip_gives_the_request_without_it(text: str, label: str, without: str, inverted: str) -> None:
    from linernotes.request import Gazetteer, parse

    chip = next(one for one in chips_of(parse(text, Gazetteer([]))) if one.label == label)
    assert (chip.without, chip.inverted) == (without, inverted)


# --- JSON


def test_all_that_the_pages_show_is_there_as_json(client: TestClient) -> None:
    assert client.get("/api/v1/tracks/1").json()["track"]["title"] == "Glass Rain"
    assert client.get("/api/v1/artists/by-name/Otto Vale").json()["track_count"] == 2
    assert client.get("/api/v1/genres/by-name/ambient").json()["kind"] == "genre"
    assert client.get("/api/v1/similar", params={"name": "Night Desk"}).json()["picks"]
    assert client.get("/api/v1/status").json()["tracks"] == 8


def test_feedback_and_sayings_turn_the_next_answer(client: TestClient) -> None:
    first = asked(client, "happy or calm music", listener="zoe", n=3)
    track = first["picks"][0]["track"]["id"]
    event = {"listener": "zoe", "track": track, "kind": "dislike", "answer_id": first["answer_id"]}
    assert client.post("/api/v1/feedback", json=event).status_code == 201
    again = asked(client, "happy or calm music", listener="zoe", n=3)
    assert track not in [pick["track"]["id"] for pick in again["picks"]]
    said = client.post("/api/v1/listeners/zoe/sayings", json={"text": "no ambient"})
    assert said.json()["avoids"] == ["ambient"]
    assert client.get("/api/v1/listeners/zoe/profile").json()["events"] == 1
    assert client.get("/api/v1/listeners").json() == {"listeners": ["zoe"]}


def test_an_answer_can_be_had_again(client: TestClient) -> None:
    first = asked(client, "calm ambient")
    again = client.get(f"/api/v1/answers/{first['answer_id']}").json()
    assert [pick["track"] for pick in again["picks"]] == [pick["track"] for pick in first["picks"]]
    assert [pick["reasons"] for pick in again["picks"]] == [pick["reasons"] for pick in first["picks"]]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"track": 0, "kind": "like"},
        {"track": 3, "kind": "hug"},
        {"track": 3, "kind": "play", "value": 7},
        {"track": 3, "kind": "like", "listener": ""},
    ],
)
def test_events_that_make_no_sense_are_refused(client: TestClient, event: dict[str, object]) -> None:
    reply = client.post("/api/v1/feedback", json=event)
    assert reply.status_code == 422
    assert list(reply.json()) == ["error"]


@pytest.mark.parametrize(
    "event", [{"track": 999, "kind": "like"}, {"track": 3, "kind": "like", "answer_id": 999}]
)
def test_events_of_what_is_not_there_are_refused(client: TestClient, event: dict[str, object]) -> None:
    reply = client.post("/api/v1/feedback", json=event)
    assert reply.status_code == 404
    assert list(reply.json()) == ["error"]


def test_the_api_describes_itself(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {"/api/v1/ask", "/api/v1/feedback", "/api/v1/listeners/{name}/profile"} <= paths.keys()


# --- music


def test_a_recording_is_played_in_parts(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    write_sound(music / "tone.wav", seconds=2.0)
    settings = Settings(library_dir=tmp_path / "library", models_dir=tmp_path / "no models")
    with Library(settings) as library:
        library.add(music, notes=False)
        client = TestClient(create_app(library), base_url=HOST)
        whole = client.get("/song/1/audio")
        assert whole.status_code == 200
        assert whole.headers["content-type"].startswith("audio/")
        part = client.get("/song/1/audio", headers={"range": "bytes=10-19"})
        assert part.status_code == 206
        assert part.content == whole.content[10:20]
        assert client.get("/song/1/audio", headers={"range": "bytes=99999999-"}).status_code == 416
        assert "<audio" in client.get("/song/1").text
