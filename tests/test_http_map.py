"""The library as a map, the list that says the same, and playlists of what was chosen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from linernotes.index import IndexedTrack
from linernotes.library import Library
from linernotes.library.plane import laid_out
from linernotes.library.song_map import MOST_DOTS, SongMaps, broad_genre
from linernotes.serve.http import create_app
from linernotes.types import FactSheet, Vector
from table_library import make_library
from test_http import PAYLOADS, assert_only_our_scripts
from test_http_pages import HOST


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library whose songs have vectors, those of 1, 3 and 5 alike."""
    with Library(make_library(tmp_path)) as opened:
        ids = np.arange(1, 9, dtype=np.int64)
        vectors = np.eye(8, dtype=np.float32)
        vectors[[2, 4]] = vectors[0] + 0.1 * vectors[[2, 4]]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        opened._index.set_text_vectors(ids, vectors, [str(one) for one in ids], "test")
        yield opened


@pytest.fixture
def client(library: Library) -> TestClient:
    return TestClient(create_app(library), base_url=HOST)


# --- the plane


def clouds() -> tuple[Vector, list[int]]:
    """Three clouds of forty points in twenty dimensions, and whose each point is."""
    rng = np.random.default_rng(3)
    middles = 4 * np.eye(3, 20)
    whose = [place for place in range(3) for _ in range(40)]
    return (middles[whose] + 0.3 * rng.standard_normal((120, 20))).astype(np.float32), whose


def test_what_is_alike_lies_together() -> None:
    vectors, whose = clouds()
    places = laid_out(vectors)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    nearest = [whose[place] for place in apart.argmin(axis=1).tolist()]
    assert np.mean(np.array(nearest) == np.array(whose)) > 0.95


def test_a_plane_is_the_same_each_time_and_within_its_frame() -> None:
    vectors, _ = clouds()
    places = laid_out(vectors)
    assert (places == laid_out(vectors)).all()
    assert places.min() >= 0
    assert places.max() <= 1
    assert places.dtype == np.float32


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("width", [1, 4])
def test_few_songs_are_laid_out_too(count: int, width: int) -> None:
    places = laid_out(np.random.default_rng(1).standard_normal((count, width)).astype(np.float32))
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()


def test_equal_songs_are_laid_out() -> None:
    assert np.isfinite(laid_out(np.ones((30, 4), dtype=np.float32))).all()


# --- the map


def test_the_map_tells_where_every_song_is_and_of_what_area(client: TestClient) -> None:
    told = client.get("/api/v1/map").json()
    assert (told["by"], told["songs"]) == ("words", 8)
    dots = {dot[0]: dot for dot in told["dots"]}
    assert sorted(dots) == list(range(1, 9))
    assert dots[3][4:] == [False, "Night Desk", "Otto Vale"]
    assert told["areas"][dots[3][3] - 1] == "ambient" or "electronic" in told["areas"]
    assert all(0 <= dot[1] <= 1 and 0 <= dot[2] <= 1 for dot in dots.values())


@pytest.mark.parametrize(
    ("genres", "area"), [(("blues rock",), "blues"), (("soul",), "R&B"), (("zyx",), "zyx"), ((), "")]
)
def test_an_area_bears_the_broadest_name(genres: tuple[str, ...], area: str) -> None:
    track = IndexedTrack(
        sheet=FactSheet(genres=genres), artist_ids=(), song_key="", album_key="", popularity=None
    )
    assert broad_genre(track) == area


def test_a_map_is_made_once_for_each_state_of_the_library(library: Library) -> None:
    first = library.song_map("words")
    assert library.song_map("words") is first
    maps = SongMaps(library._store, library._index)
    assert maps.latest("words") is not first
    assert maps.latest("words") == first


def test_without_vectors_the_page_says_why_it_is_empty(client: TestClient) -> None:
    assert "no recording has been listened to" in client.get("/map", params={"by": "sound"}).text
    assert client.get("/api/v1/map", params={"by": "sound"}).json()["dots"] == []
    assert client.get("/map", params={"by": "taste"}).status_code == 422


def test_the_page_says_the_same_as_a_list_without_a_script(client: TestClient) -> None:
    page = client.get("/map").text
    assert page.count('type="checkbox" name="song"') == 8
    assert 'href="/song/3"' in page
    assert '<script src="/static/map.js" defer></script>' in page
    assert client.get("/static/map.js").headers["content-type"].startswith("text/javascript")
    assert 'aria-current="page">by the words on them' in page


def test_markup_in_names_stays_text_on_the_map(client: TestClient) -> None:
    page = client.get("/map").text
    assert_only_our_scripts(page.replace('<script src="/static/map.js" defer></script>', ""))
    assert "<script>" not in client.get("/api/v1/map").headers["content-type"]


# --- playlists


def made(client: TestClient, kind: str, *songs: int, **form: str) -> str:
    reply = client.post("/map/playlist", data={"song": list(map(str, songs)), "kind": kind, **form})
    assert reply.status_code == 200
    assert reply.headers["content-disposition"].endswith(f'.{kind}"')
    return reply.text


def test_chosen_songs_become_a_playlist_in_their_order(client: TestClient) -> None:
    made_of = json.loads(made(client, "jspf", 5, 3, 5, 999, title="Night <b>"))["playlist"]
    assert made_of["title"] == "Night <b>"
    assert [track["title"] for track in made_of["track"]] == ["Slow Harbour", "Night Desk"]
    assert "<title>Glass Rain</title>" in made(client, "xspf", 1)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"kind": "jspf"},
        {"kind": "exe", "song": "3"},
        {"kind": "../m3u8", "song": "3"},
        {"kind": "m3u8", "song": "3"},
        {"kind": "jspf", "song": " ".join(map(str, range(MOST_DOTS + 1)))},
        {"kind": "jspf", "song": "-1 1.5 x"},
    ],
)
def test_playlists_that_make_no_sense_are_refused(client: TestClient, form: dict[str, str]) -> None:
    assert client.post("/map/playlist", data=form).status_code == 422


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_title_breaks_out_of_a_playlist_or_its_headers(client: TestClient, payload: str) -> None:
    text = made(client, "xspf", 3, title=payload + "\r\nX-Evil: 1")
    assert "<script" not in text.lower()
