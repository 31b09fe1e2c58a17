"""The listener's own pages: tastes as a picture, what they did, taking it along, being forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from linernotes.library import AskOptions, Library
from linernotes.serve.http import create_app
from linernotes.serve.listener_pages import EVENTS_SHOWN
from linernotes.serve.pictures import taste_picture
from linernotes.store.schema import metadata
from linernotes.types import Event
from table_library import make_library
from test_http import PAYLOADS, assert_only_our_scripts
from test_http_pages import HOST


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(make_library(tmp_path)) as opened:
        yield opened


@pytest.fixture
def client(library: Library) -> TestClient:
    return TestClient(create_app(library), base_url=HOST, follow_redirects=False)


# --- tastes


def test_tastes_are_a_picture_with_a_text_in_its_place(client: TestClient, library: Library) -> None:
    for track in (1, 3, 5):
        library.feedback("zoe", track, "like")
    page = client.get("/listener", params={"listener": "zoe"}).text
    picture = page[page.index("<svg") : page.index("</svg>") + len("</svg>")]
    root = ElementTree.fromstring(picture)
    assert root.attrib["role"] == "img"
    assert len(root.findall("circle")) == 3
    assert root.find("desc") is not None
    assert "%:" in "".join(root.find("desc").itertext()).replace(" ", "")  # type: ignore[union-attr]
    assert "style=" not in page
    assert_only_our_scripts(page)


def test_without_a_taste_there_is_no_picture(client: TestClient) -> None:
    assert "<svg" not in client.get("/listener").text


def test_a_flower_has_a_dot_for_each_song_and_flowers_do_not_touch() -> None:
    picture = taste_picture([12, 3, 1], [0.7, 0.2, 0.1])
    assert picture is not None
    assert [len(one.dots) for one in picture.flowers] == [12, 3, 1]
    assert [one.label for one in picture.flowers] == ["70%", "20%", "10%"]
    for left, right in zip(picture.flowers, picture.flowers[1:], strict=False):
        assert max(dot.x for dot in left.dots) < min(dot.x for dot in right.dots)
    dots = [dot for flower in picture.flowers for dot in flower.dots]
    assert all(0 < dot.x < picture.width and 0 < dot.y < picture.height for dot in dots)


def test_a_picture_of_thousands_of_songs_stays_small() -> None:
    picture = taste_picture([40_000, 300, 1], [0.9, 0.09, 0.01])
    assert picture is not None
    assert sum(len(one.dots) for one in picture.flowers) < 170
    assert all(one.dots for one in picture.flowers)


def test_nothing_makes_no_picture() -> None:
    assert taste_picture([], []) is None
    assert taste_picture([0], [0.0]) is None


# --- what was done


def test_what_was_done_is_told_newest_first_and_in_pages(client: TestClient, library: Library) -> None:
    now = datetime.now(UTC) - timedelta(days=1)
    library.store.listeners.record(
        [
            Event(listener="zoe", kind="play", track_id=1, at=now - timedelta(minutes=minute), value=1.0)
            for minute in range(EVENTS_SHOWN)
        ]
    )
    library.feedback("zoe", 3, "skip", reason="heard-enough")
    first = client.get("/listener/history", params={"listener": "zoe"}).text
    assert "skipped, heard enough" in first
    assert first.index("Night Desk") < first.index("Glass Rain")
    assert first.count("<time") == EVENTS_SHOWN
    assert 'rel="next" href="/listener/history?listener=zoe&amp;page=2"' in first
    second = client.get("/listener/history", params={"listener": "zoe", "page": 2}).text
    assert second.count("<time") == 1
    assert 'rel="next"' not in second
    assert "played 100 %" in second


def test_where_nothing_was_done_the_page_says_so(client: TestClient) -> None:
    assert "Nothing is kept here." in client.get("/listener/history?listener=nobody&page=7").text


# --- taking it along


def test_everything_that_is_kept_can_be_taken_along(client: TestClient, library: Library) -> None:
    answer = library.ask("calm ambient", listener="zoe")
    library.ask("happy pop", listener="ben")
    library.feedback("zoe", 3, "like", answer_id=answer.id)
    library.say("zoe", "I like calm piano")
    library.correct("zoe", 1, facts=["mood=gloomy"])
    library.correct("zoe", 3, text="Night Desk is calm ambient music at 62 bpm.")
    library.mixes.save(answer.id, AskOptions(listener="zoe"), name="Late desk", fresh=False)
    reply = client.get("/listener/export", params={"listener": "zoe"})
    assert "attachment" in reply.headers["content-disposition"]
    kept = reply.json()
    assert kept == client.get("/api/v1/listeners/zoe/export").json()
    assert [one["name"] for one in kept["listener"]] == ["zoe"]
    assert [one["text"] for one in kept["sayings"]] == ["I like calm piano"]
    assert [(one["kind"], one["track_id"], one["answer_id"]) for one in kept["events"]] == [
        ("like", 3, answer.id)
    ]
    assert [one["request"]["text"] for one in kept["answers"]] == ["calm ambient"]
    assert len(kept["picks"]) == len(answer.picks)
    assert [one["track_id"] for one in kept["corrections"]] == [1, 3]
    assert [(one["name"], one["request"]) for one in kept["mixes"]] == [("Late desk", "calm ambient")]
    assert [one["value"] for one in kept["facts"]] == ["gloomy"]
    assert ["Night Desk" in one["template"] or "{title}" in one["template"] for one in kept["notes"]] == [
        True
    ]
    assert {"id": 3, "title": "Night Desk", "artists": ["Otto Vale"]} in kept["songs"]
    assert "ben" not in json.dumps(kept)


def test_every_table_of_a_listener_is_taken_along_but_what_lets_them_in(library: Library) -> None:
    library.say("zoe", "I like calm piano")
    own = {table.name for table in metadata.sorted_tables if "listener_id" in table.c}
    assert own - {"accounts", "secrets"} <= library.kept_of("zoe").keys()


def test_of_a_stranger_nothing_is_kept(client: TestClient, library: Library) -> None:
    for path in ("/listener/export?listener=nobody", "/api/v1/listeners/nobody/export"):
        assert client.get(path).status_code == 404
    assert library.listeners() == ()


# --- being forgotten


def test_who_types_the_name_is_forgotten(client: TestClient, library: Library) -> None:
    library.feedback("zoe", 3, "like")
    reply = client.post("/listener/forget", data={"listener": "zoe", "typed": " zoe "})
    assert reply.status_code == 200
    assert "forgotten: zoe, with 1 event" in reply.text
    assert library.listeners() == ()


@pytest.mark.parametrize("typed", ["", "Zoe", "yes"])
def test_without_the_name_nothing_is_forgotten(client: TestClient, library: Library, typed: str) -> None:
    library.feedback("zoe", 3, "like")
    reply = client.post("/listener/forget", data={"listener": "zoe", "typed": typed})
    assert reply.status_code == 422
    assert "nothing was forgotten" in reply.text
    assert library.listeners() == ("zoe",)


def test_forgetting_as_json_says_what_went(client: TestClient, library: Library) -> None:
    library.correct("zoe", 1, facts=["mood=gloomy"])
    told = client.delete("/api/v1/listeners/zoe", params={"with_facts": True}).json()
    assert (told["what"]["facts"], told["what"]["facts_went"]) == (1, True)
    assert client.delete("/api/v1/listeners/zoe").status_code == 404


def test_the_only_administrator_stays_while_others_have_accounts(
    client: TestClient, library: Library
) -> None:
    for name in ("ann", "bob"):
        library.store.accounts.add(name, None)
    page = client.post("/listener/forget", data={"listener": "ann", "typed": "ann"})
    assert page.status_code == 422
    assert "only ann administers" in page.text
    assert "<bdi>ann</bdi>" in page.text
    assert "only ann administers" in client.delete("/api/v1/listeners/ann").json()["error"]
    assert library.listeners() == ("ann", "bob")
    for name in ("bob", "ann"):
        assert client.delete(f"/api/v1/listeners/{name}").status_code == 200


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_other_sites_may_not_forget(client: TestClient, library: Library, headers: dict[str, str]) -> None:
    library.feedback("zoe", 3, "like")
    form = {"listener": "zoe", "typed": "zoe"}
    assert client.post("/listener/forget", data=form, headers=headers).status_code == 403
    assert client.delete("/api/v1/listeners/zoe", headers=headers).status_code == 403


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_a_listener_stays_text_on_every_page(
    client: TestClient, library: Library, payload: str
) -> None:
    name = "".join(character for character in payload if character.isprintable())
    library.feedback(name, 6, "like")
    library.say(name, payload)
    for path in ("/listener", "/listener/history"):
        assert_only_our_scripts(client.get(path, params={"listener": name}).text)
    assert_only_our_scripts(client.post("/listener/forget", data={"listener": name, "typed": "x"}).text)
    assert_only_our_scripts(client.post("/listener/forget", data={"listener": name, "typed": name}).text)
