"""Answers that are sent as they come, and requests that end in the middle."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from linernotes.config import Settings
from linernotes.errors import ModelError, StoreError
from linernotes.library import AskOptions, Library
from linernotes.library.answering import AT_ONCE
from linernotes.serve.access import Door
from linernotes.serve.http import create_app
from linernotes.serve.replies import Answer, Line
from linernotes.serve.web import listening
from linernotes.types import Answer as AnswerGiven
from linernotes.types import Pick, Request
from table_library import make_library

HOST = "http://127.0.0.1:8321"
ASK = "/api/v1/ask"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_library(tmp_path)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    with Library(settings) as opened:
        yield opened


@pytest.fixture
def client(library: Library) -> TestClient:
    return TestClient(create_app(library), base_url=HOST)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_streamed_answer_has_all_of_a_whole_one(client: TestClient) -> None:
    whole = client.get(ASK, params={"q": "calm ambient", "n": 2}).json()
    reply = client.get(ASK, params={"q": "calm ambient", "n": 2, "stream": "true"})
    assert reply.headers["content-type"].startswith("application/x-ndjson")
    understood, *picks, last = lines(reply.text)
    assert understood == {"understood": whole["request"]}
    assert [one["pick"] for one in picks] == whole["picks"]
    assert last["answer"]["messages"] == whole["messages"]
    again = client.get(f"/api/v1/answers/{last['answer']['answer_id']}").json()
    assert [one["track"] for one in again["picks"]] == [one["track"] for one in whole["picks"]]


def test_every_line_and_answer_is_as_the_document_says(client: TestClient) -> None:
    Answer.model_validate_json(client.get(ASK, params={"q": "songs like Otto Vale, no metal"}).text)
    for line in client.get(ASK, params={"q": "pop", "stream": "1"}).text.splitlines():
        told = Line.model_validate_json(line)
        assert len(told.model_fields_set) == 1


def test_events_of_a_server_are_sent_to_who_accepts_them(client: TestClient) -> None:
    reply = client.get(ASK, params={"q": "pop", "n": 1}, headers={"accept": "text/event-stream"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    names = [line.removeprefix("event: ") for line in reply.text.splitlines() if line.startswith("event: ")]
    assert names == ["understood", "pick", "answer"]
    lined = client.get(ASK, params={"q": "pop", "n": 1}, headers={"accept": "application/x-ndjson;q=1"})
    assert len(lines(lined.text)) == 3


def test_what_makes_no_sense_is_refused_before_anything_is_sent(client: TestClient) -> None:
    assert client.get(ASK, params={"q": " ", "stream": "1"}).status_code == 422
    assert client.get(ASK, params={"q": "pop", "after": "999", "stream": "1"}).status_code == 404


def test_what_is_understood_comes_before_anything_is_searched(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **keywords: object) -> None:
        raise StoreError("the catalogue cannot be read: is the disk full?")

    parts = library.stream("calm ambient", AskOptions(n=2))
    monkeypatch.setattr(library._answering, "_for_words", broken)
    assert isinstance(next(parts), Request)
    client = TestClient(create_app(library), base_url=HOST)
    first, last = lines(client.get(ASK, params={"q": "calm", "stream": "1"}).text)
    assert list(first) == ["understood"]
    assert last == {"error": "the catalogue cannot be read: is the disk full?"}


def test_an_answer_that_nobody_waits_for_leaves_nothing(library: Library) -> None:
    parts = library.stream("calm ambient", AskOptions(n=2, listener="zoe"))
    assert isinstance(next(parts), Request)
    assert isinstance(next(parts), Pick)
    parts.close()  # type: ignore[attr-defined]
    assert library.store.answers.count() == 0
    assert library.ask("calm ambient", n=2, listener="zoe").picks


# --- over the wire


@contextmanager
def serving(library: Library, door: Door | None = None) -> Iterator[int]:
    """The port of a real server of this library."""
    with listening("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(library, door), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def spoken(port: int, request: bytes, *, read: int = 0) -> bytes:
    """What comes back for these bytes, at most so many; the connection is cut after them."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        return connection.recv(read) if read else b""


def test_requests_cut_off_in_the_middle_harm_nobody(library: Library) -> None:
    head = b"Host: 127.0.0.1\r\n"
    with serving(library) as port:
        spoken(port, b"GET /api/v1/a")
        spoken(port, b"GET /api/v1/ask?q=pop HTTP/1.1\r\n" + head)
        spoken(port, b"POST /feedback HTTP/1.1\r\n" + head + b"Content-Length: 500\r\n\r\ntrack=3&kind=like")
        spoken(port, b"POST /api/v1/feedback HTTP/1.1\r\n" + head + b"Content-Length: 99\r\n\r\n{")
        part = b"GET /api/v1/ask?q=pop&stream=1 HTTP/1.1\r\n" + head + b"\r\n"
        assert spoken(port, part, read=12) == b"HTTP/1.1 200"
        whole = b"GET /api/v1/tracks/1 HTTP/1.1\r\nConnection: close\r\n" + head + b"\r\n"
        assert spoken(port, whole, read=12) == b"HTTP/1.1 200"
    assert library.store.listeners.count_all() == 0


def test_no_reply_waits_for_the_other_side_to_say_that_it_got_the_first_part(library: Library) -> None:
    waits_s = []
    with serving(library) as port, closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        for _ in range(40):
            connection.request("GET", "/healthz")
            reply = connection.getresponse()
            started = time.monotonic()
            assert reply.read()
            waits_s.append(time.monotonic() - started)
    assert min(waits_s[20:]) < 0.02, "40 ms is what Nagle's algorithm and a delayed acknowledgement cost"


# --- several at once


def test_more_answers_than_can_be_made_at_once_wait_for_their_turn(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = library._answering._for_words
    at_work: list[int] = []
    most = 0

    def seen(*args: Any) -> Any:
        nonlocal most
        at_work.append(1)
        most = max(most, len(at_work))
        time.sleep(0.02)
        at_work.pop()
        return steps(*args)

    monkeypatch.setattr(library._answering, "_for_words", seen)
    slow = [library.stream("pop", AskOptions(n=1)) for _ in range(AT_ONCE + 1)]
    assert all(isinstance(next(one), Request) for one in slow), "who is slow to read holds up nobody"
    with ThreadPoolExecutor(3 * AT_ONCE) as threads:
        assert all(answer.picks for answer in threads.map(library.ask, ["calm"] * 3 * AT_ONCE))
    assert most == AT_ONCE
    assert all(isinstance([*one][-1], AnswerGiven) for one in slow)


def test_two_tabs_at_once_lose_nothing(client: TestClient, library: Library) -> None:
    def like(number: int) -> int:
        event = {"listener": "zoe", "track": 1 + number % 8, "kind": "like"}
        return client.post("/api/v1/feedback", json=event).status_code

    def ask(number: int) -> int:
        return client.get(ASK, params={"q": "pop", "listener": "zoe", "n": 1 + number % 5}).status_code

    with ThreadPoolExecutor(2) as tabs:
        liked, asked = tabs.map(like, range(20)), tabs.map(ask, range(20))
        assert [*liked, *asked] == [201] * 20 + [200] * 20
    assert library.store.listeners.count("zoe") == 20
    assert library.store.answers.count() == 20


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"q": "1000 songs"}, 200),
        ({"q": "pop", "n": "1000"}, 422),
        ({"q": "songs from 2010 to 1990"}, 200),
        ({"q": "between 180 and 60 bpm, songs under 0 minutes"}, 200),
        ({"q": "pop", "minutes": "-5"}, 422),
        ({"q": "pop", "minutes": "nan"}, 422),
        ({"q": "pop", "popularity": "inf"}, 422),
        ({"q": "pop", "after": "-1"}, 422),
        ({"q": "pop", "after": "9" * 30}, 422),
    ],
)
def test_ranges_that_make_no_sense_break_nothing(
    client: TestClient, params: dict[str, str], status: int
) -> None:
    reply = client.get(ASK, params=params)
    assert reply.status_code == status
    assert len(reply.json().get("picks", ())) <= 200


def test_answers_go_on_without_a_model_and_say_so(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*args: object, **keywords: object) -> None:
        raise ModelError("the embedder is not here")

    monkeypatch.setattr("linernotes.library.knowing.open_embedder", missing)
    answer = client.get(ASK, params={"q": "calm ambient"}).json()
    assert answer["picks"]
    assert any("searched without meaning" in message for message in answer["messages"])


def test_a_profile_goes_on_while_the_model_server_is_down(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        gone = taken.getsockname()[1]
    with Library(replace(settings, llm_url=f"http://127.0.0.1:{gone}/v1", llm_model="x")) as library:
        client = TestClient(create_app(library), base_url=HOST)
        assert client.get("/listener").status_code == 200
        assert client.get(ASK, params={"q": "calm"}).json()["picks"]
