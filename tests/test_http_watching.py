"""What those who watch over a server are told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from linernotes.config import Settings
from linernotes.errors import StoreError
from linernotes.library import Library
from linernotes.serve.http import create_app
from table_library import make_library

HOST = "http://127.0.0.1:8321"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_library(tmp_path)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    with Library(settings) as opened:
        yield opened


def samples(client: TestClient) -> dict[tuple[str, ...], float]:
    """Every number by its name and labels."""
    reply = client.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_not_by_path(library: Library) -> None:
    client = TestClient(create_app(library), base_url=HOST)
    for path in ("/song/1", "/song/2", "/song/999", "/nowhere/1", "/nowhere/2"):
        client.get(path)
    client.request("BREW", "/song/1")
    found = samples(client)
    name = "linernotes_http_requests_total"
    assert found[name, "GET", "/song/{track_id}", "200"] == 2
    assert found[name, "GET", "/song/{track_id}", "404"] == 1
    assert found[name, "GET", "other", "404"] == 2
    assert found["linernotes_http_request_seconds_count", "GET", "/song/{track_id}"] == 3
    assert not any("BREW" in labels or "/nowhere/1" in labels for labels in found)


def test_what_is_kept_is_counted(library: Library) -> None:
    client = TestClient(create_app(library), base_url=HOST)
    answer = client.get("/api/v1/ask?q=pop").json()
    client.post("/api/v1/feedback", json={"track": 4, "kind": "like", "answer_id": answer["answer_id"]})
    found = samples(client)
    assert [found[f"linernotes_{name}",] for name in ("tracks", "answers", "events")] == [8, 1, 1]


def test_a_whole_library_is_ready(library: Library) -> None:
    client = TestClient(create_app(library), base_url=HOST)
    assert client.get("/readyz").json() == {"ready": True, "troubles": []}


def test_a_schema_of_another_version_is_not_ready(library: Library) -> None:
    with sqlite3.connect(library.settings.library_dir / "library.db") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    reply = TestClient(create_app(library), base_url=HOST).get("/readyz")
    assert (reply.status_code, reply.json()["ready"]) == (503, False)
    assert "schema" in reply.text


def test_a_store_that_cannot_be_read_is_not_ready(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> bool:
        raise StoreError("/home/ann/library.db cannot be read")

    monkeypatch.setattr(library.store, "is_current", broken)
    reply = TestClient(create_app(library), base_url=HOST).get("/readyz")
    assert reply.json() == {"ready": False, "troubles": ["the database cannot be read"]}
