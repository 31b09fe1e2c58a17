"""The pages of songs, artists and genres, and correcting a note by form and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from linernotes.library import Library
from linernotes.serve.fact_rows import fact_rows, source_words, sure_words
from linernotes.serve.http import create_app
from linernotes.types import Fact
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


def corrected(client: TestClient, track: int = 1, **form: str) -> str:
    """The song's page after a correction by form."""
    reply = client.post(f"/song/{track}/correct", data={"listener": "zoe", **form})
    assert (reply.status_code, reply.headers["location"]) == (303, f"/song/{track}?listener=zoe#note")
    return client.get(reply.headers["location"]).text


def row(page: str, name: str) -> str:
    """The row of the facts with this name, without its elements."""
    found = re.search(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', page)
    return re.sub("<[^>]+>", " ", found[1]) if found else ""


# --- what the pages tell


def test_facts_bear_plain_names_units_sources_and_how_sure_they_are(client: TestClient) -> None:
    page = client.get("/song/1").text
    assert "84 bpm, unhurried" in row(page, "tempo")
    assert "the table it came from" in row(page, "tempo")
    assert "80 %" in row(page, "tempo")
    assert "3:50" in row(page, "length")
    assert "tempo_bpm" not in page


def test_those_who_say_the_same_share_a_row() -> None:
    facts = [
        Fact(name="mood", value="calm", source="tag", confidence=0.8),
        Fact(name="mood", value="calm", source="listener:zoe", confidence=1.0),
        Fact(name="mood", value="sad", source="path", confidence=0.3),
    ]
    rows = fact_rows(facts)
    assert [(one.values, one.sources, one.sure) for one in rows] == [
        (("calm",), ("zoe", "the file’s tags"), "sure"),
        (("sad",), ("guessed from the file’s name",), "a guess"),
    ]


def test_numbers_are_rounded_to_what_is_heard() -> None:
    facts = [
        Fact(name="tempo_bpm", value=129.87, unit="bpm", source="audio:sonara", confidence=0.4),
        Fact(name="loudness_lufs", value=-9.2554, unit="LUFS", source="audio:loudness", confidence=0.9),
    ]
    assert [one.values[0] for one in fact_rows(facts)] == ["130 bpm, fast", "-9.3 LUFS, ordinary"]


def test_a_source_that_nobody_named_stands_as_it_is() -> None:
    assert source_words("joined:artists.csv") == "the table artists.csv"
    assert source_words("stars") == "stars"
    assert [sure_words(one) for one in (1.0, 0.6, 0.35, 0.0)] == ["sure", "likely", "perhaps", "a guess"]


def test_a_song_shows_those_most_like_it_and_keeps_no_answer(client: TestClient, library: Library) -> None:
    page = client.get("/song/3").text
    similar = page.partition('aria-labelledby="similar"')[2]
    assert "Slow Harbour" in similar
    assert "Night Desk" not in similar.partition("</ul>")[0]
    assert client.get("/answers/1").status_code == 404


def test_an_artist_shows_what_the_songs_have_in_common_and_who_is_like_them(client: TestClient) -> None:
    page = client.get("/artist", params={"name": "Mara Lind"}).text
    assert "dream pop" in row(page, "genre")
    assert 'href="/genre?name=dream%20pop"' in page
    assert 'href="/artist?name=Tilly%20Ray"' in page.partition("Most like them")[2]
    assert "ambient" in client.get("/genre", params={"name": "ambient"}).text


# --- correcting


def test_each_sentence_can_be_marked_wrong_and_goes_at_once(client: TestClient) -> None:
    page = client.get("/song/1").text
    sentences = re.findall(r'name="wrong" value="([^"]+)"', page)
    assert len(sentences) > 1
    slow = next(one for one in sentences if "84" in one)
    after = corrected(client, wrong=slow)
    assert "84" not in after.partition('class="note"')[2].partition("</p>")[0]
    assert "zoe" in row(after, "not: tempo")


@pytest.mark.parametrize(("sign", "name"), [("is", "mood"), ("is not", "not: mood")])
def test_a_fact_that_is_given_shows_at_once(client: TestClient, sign: str, name: str) -> None:
    page = corrected(client, name="mood", sign=sign, value="gloomy")
    rows = re.findall(rf'<th scope="row">{name}</th><td dir="auto">gloomy</td><td>zoe</td>', page)
    assert len(rows) == 1


def test_a_better_note_is_shown_and_bears_its_writer(client: TestClient) -> None:
    page = corrected(client, text="Glass Rain is a dreamy, calm song at 84 bpm.")
    assert "Glass Rain is a dreamy, calm song at 84 bpm." in page
    assert "written by zoe" in page


def test_a_verdict_is_marked_and_can_be_taken_back(client: TestClient) -> None:
    page = corrected(client, verdict="helpful")
    assert 'value="helpful" aria-pressed="true"' in page
    assert "Take my last correction back" in page
    assert "Take my last correction back" not in client.get("/song/1").text
    page = corrected(client, undo="1")
    assert 'aria-pressed="true"' not in page
    assert "Take my last correction back" not in page


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({}, "nothing to correct"),
        ({"wrong": "a polka in 7/8"}, "the note says nothing like"),
        ({"name": "tempo", "sign": "is", "value": "9000"}, "20 to 400 bpm are possible"),
        ({"text": "A loud polka by Abba from 1974."}, "the text "),
        ({"verdict": "meh"}, "nothing to correct"),
        ({"undo": "1"}, "has corrected nothing"),
    ],
)
def test_what_cannot_be_taken_is_said_on_the_page_with_what_was_typed(
    client: TestClient, form: dict[str, str], reason: str
) -> None:
    reply = client.post("/song/1/correct", data=form)
    assert reply.status_code == 422
    assert reason in reply.text.partition('role="alert"')[2].partition("</p>")[0]
    assert form.get("value", "") in reply.text
    assert "<details" in reply.text
    assert form.get("text", "") in reply.text


def test_a_song_that_is_not_there_cannot_be_corrected(client: TestClient) -> None:
    assert client.post("/song/999/correct", data={"verdict": "helpful"}).status_code == 404


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_corrections_stays_text(client: TestClient, payload: str) -> None:
    for form in ({"wrong": payload}, {"text": payload}, {"name": payload, "sign": payload, "value": payload}):
        assert_only_our_scripts(client.post("/song/6/correct", data={"listener": payload, **form}).text)
    client.post("/song/6/correct", data={"name": "genre", "sign": "is", "value": payload})
    assert_only_our_scripts(client.get("/song/6").text)


def test_other_sites_may_not_correct(client: TestClient) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    for path in ("/song/1/correct", "/api/v1/tracks/1/corrections"):
        assert client.post(path, headers=headers).status_code == 403


# --- as JSON


def test_a_correction_as_json_gives_the_note_as_it_is_then(client: TestClient) -> None:
    change = {"listener": "zoe", "facts": ["tempo=92"]}
    reply = client.post("/api/v1/tracks/1/corrections", json=change)
    assert reply.status_code == 201
    assert reply.json()["facts"][0]["value"] == 92
    assert "92" in reply.json()["note"]
    back = client.delete("/api/v1/tracks/1/corrections", params={"listener": "zoe"})
    assert "84" in back.json()["note"]


@pytest.mark.parametrize(
    "change", [{}, {"wrong": 7}, {"facts": ["tempo"]}, {"verdict": "meh"}, {"text": "x" * 2001}]
)
def test_corrections_that_make_no_sense_are_refused(client: TestClient, change: dict[str, object]) -> None:
    reply = client.post("/api/v1/tracks/1/corrections", json=change)
    assert reply.status_code == 422
    assert list(reply.json()) == ["error"]


def test_the_sentences_of_a_note_are_told_as_json(client: TestClient) -> None:
    told = client.get("/api/v1/tracks/1").json()
    assert " ".join(told["sentences"]) == told["note"]
