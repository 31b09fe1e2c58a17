"""Saved mixes and playlists on pages and in JSON."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from linernotes.library import Library
from linernotes.serve.http import create_app
from table_library import make_library
from test_http import PAYLOADS, assert_is_ours

HOST = "http://127.0.0.1:8321"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(make_library(tmp_path)) as opened:
        yield opened


@pytest.fixture
def client(library: Library) -> TestClient:
    return TestClient(create_app(library), base_url=HOST)


# --- pages


def save(client: TestClient, question: str = "calm ambient", **fields: str) -> str:
    page = client.get("/", params={"q": question, "listener": "zoe", "n": 2}).text
    action = re.search(r'<form action="(/mixes\?[^"]*)"', page)
    answer = re.search(r'name="answer" value="(\d+)"', page)
    assert action
    assert answer
    reply = client.post(
        action[1].replace("&amp;", "&"), data={"answer": answer[1], **fields}, follow_redirects=False
    )
    assert reply.status_code == 303
    return reply.headers["location"]


def test_an_answer_is_kept_opened_and_deleted_by_forms(client: TestClient) -> None:
    where = save(client, name="Late desk", fresh="yes")
    opened = client.get(where).text
    assert '<h2 class="mix-name" dir="auto">Late desk</h2>' in opened
    assert "kept fresh" in opened
    assert 'name="n" type="number" min="1" max="200" inputmode="numeric" value="2"' in opened
    assert_is_ours(opened)
    listed = client.get("/mixes", params={"listener": "zoe"}).text
    assert "Late desk" in listed
    assert "calm ambient" in listed
    assert_is_ours(listed)
    path = where.partition("?")[0]
    left = client.post(path, params={"listener": "zoe"}, data={"do": "leave"}).text
    assert 'aria-pressed="false" aria-label="Keep Late desk fresh"' in left
    assert "None yet" in client.post(path, params={"listener": "zoe"}, data={"do": "delete"}).text


def test_a_mix_without_a_recording_is_not_offered_as_m3u8(client: TestClient) -> None:
    where = save(client, name="Late desk")
    for page in (client.get("/mixes", params={"listener": "zoe"}).text, client.get(where).text):
        assert "mix.xspf" in page
        assert "mix.m3u8" not in page


def test_mixes_of_others_are_not_listed(client: TestClient) -> None:
    save(client, name="Late desk")
    assert "Late desk" not in client.get("/mixes", params={"listener": "bo"}).text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_the_name_of_a_mix_stays_text(client: TestClient, payload: str) -> None:
    where = save(client, name=payload)
    assert_is_ours(client.get(where).text)
    assert_is_ours(client.get("/mixes", params={"listener": "zoe"}).text)


def test_what_cannot_be_done_with_a_mix_is_told(client: TestClient) -> None:
    path = save(client).partition("?")[0]
    for reply, status in (
        (client.post(path, data={"do": "eat"}), 422),
        (client.post("/mixes", data={"answer": "999"}), 404),
        (client.get("/mixes/999"), 404),
        (client.get("/mixes/none"), 422),
    ):
        assert reply.status_code == status
        assert 'role="alert"' in reply.text


# --- JSON


def test_mixes_are_kept_changed_and_deleted_as_json(client: TestClient) -> None:
    asked = client.get("/api/v1/ask", params={"q": "calm ambient", "n": 2, "listener": "zoe"}).json()
    new = {"answer_id": asked["answer_id"], "name": "Late desk"}
    made = client.post("/api/v1/mixes", params={"n": 2, "listener": "zoe"}, json=new)
    assert made.status_code == 201
    mix = made.json()
    assert (mix["name"], mix["request"], mix["options"]["n"]) == ("Late desk", "calm ambient", 2)
    path = f"/api/v1/mixes/{mix['id']}"
    assert client.get("/api/v1/mixes", params={"listener": "zoe"}).json()["mixes"] == [mix]
    opened = client.get(path).json()
    assert opened["renewed"] is False
    assert opened["answer"]["picks"] == client.get(f"/api/v1/answers/{asked['answer_id']}").json()["picks"]
    assert client.patch(path, json={"fresh": True}).json()["fresh"] is True
    assert client.delete(path).json() == {"deleted": mix["id"]}
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("new", "status"), [({}, 422), ({"answer_id": 999}, 404), ({"answer_id": 1, "name": "x" * 201}, 422)]
)
def test_mixes_that_make_no_sense_are_refused(
    client: TestClient, new: dict[str, object], status: int
) -> None:
    client.get("/api/v1/ask", params={"q": "calm ambient"})
    assert client.post("/api/v1/mixes", json=new).status_code == status


# --- playlists


def test_an_answer_is_had_as_jspf_and_xspf_with_every_song(client: TestClient) -> None:
    asked = client.get("/api/v1/ask", params={"q": "polka", "n": 3}).json()
    names = [pick["track"]["title"] for pick in asked["picks"]]
    jspf = client.get(f"/answers/{asked['answer_id']}/mix.jspf")
    assert jspf.json()["playlist"]["title"] == "polka"
    assert len(jspf.json()["playlist"]["track"]) == len(names)
    xspf = client.get(f"/answers/{asked['answer_id']}/mix.xspf")
    assert xspf.headers["content-type"] == "application/xspf+xml"
    space = {"x": "http://xspf.org/ns/0/"}
    told = [found.text or "" for found in ET.fromstring(xspf.content).findall(".//x:track/x:title", space)]
    assert told == [track["title"] for track in jspf.json()["playlist"]["track"]]
    assert "<script>alert(1)</script>" in told
    assert not any(sign in xspf.text for sign in "\x1b\x07\x9b\u202e")


def test_songs_without_a_recording_make_no_m3u8(client: TestClient) -> None:
    asked = client.get("/api/v1/ask", params={"q": "polka"}).json()
    reply = client.get(f"/answers/{asked['answer_id']}/mix.m3u8")
    assert reply.status_code == 422
    assert "nothing to play" in reply.text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Late desk", "filename=\"Late-desk.jspf\"; filename*=UTF-8''Late-desk.jspf"),
        ("../../etc/passwd", "filename=\"etc-passwd.jspf\"; filename*=UTF-8''etc-passwd.jspf"),
        ('a"; x=\r\nb', "filename=\"a-x-b.jspf\"; filename*=UTF-8''a-x-b.jspf"),
        ("夜", "filename=\"mix.jspf\"; filename*=UTF-8''%E5%A4%9C.jspf"),
        ("!?", "filename=\"mix.jspf\"; filename*=UTF-8''mix.jspf"),
    ],
)
def test_a_playlist_bears_the_name_of_its_mix_made_safe(client: TestClient, name: str, told: str) -> None:
    path = save(client, name=name).partition("?")[0]
    assert client.get(f"{path}/mix.jspf").headers["content-disposition"] == f"attachment; {told}"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/answers/1/mix.exe", 422), ("/answers/0/mix.jspf", 422), ("/mixes/999/mix.jspf", 404)],
)
def test_other_playlists_are_refused(client: TestClient, path: str, status: int) -> None:
    client.get("/api/v1/ask", params={"q": "polka"})
    assert client.get(path).status_code == status
