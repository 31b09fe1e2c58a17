"""Album covers: inside a file, beside it, and what is none."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from linernotes.config import Settings
from linernotes.library import Library
from linernotes.serve.covers import Covers
from linernotes.serve.http import create_app
from linernotes.sources import read_cover
from linernotes.sources.covers import LARGEST_BYTES
from linernotes.types import Track
from sounds import write_sound
from test_http_pages import HOST

JPEG = b"\xff\xd8\xff\xe0" + b"j" * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"p" * 40
WEBP = b"RIFF\x28\x00\x00\x00WEBP" + b"w" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def write_flac(path: Path, picture: bytes) -> None:
    """A FLAC file with a picture in it, as front cover, in its first metadata block but one."""
    soundfile.write(path, np.sin(np.arange(22_050) / 20).astype(np.float32), 22_050)
    sound, mime = path.read_bytes(), b"image/jpeg"
    named = struct.pack(">II", 3, len(mime)) + mime
    body = named + struct.pack(">IIIIII", 0, 0, 0, 0, 0, len(picture)) + picture
    block = bytes([6]) + len(body).to_bytes(3, "big") + body
    path.write_bytes(sound[:42] + block + sound[42:])


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "music" / "song.flac"
    path.parent.mkdir()
    write_flac(path, JPEG)
    return path


@pytest.fixture
def plain_song(tmp_path: Path) -> Path:
    path = tmp_path / "plain" / "song.wav"
    path.parent.mkdir()
    write_sound(path, seconds=0.5)
    return path


def track(path: Path | None) -> Track:
    return Track(
        id=1, title="Song", artists=("Ann",), artist_ids=(1,), audio_path=str(path) if path else None
    )


def test_the_picture_inside_a_file_goes_before_the_one_beside_it(song: Path) -> None:
    (song.parent / "cover.png").write_bytes(PNG)
    found = read_cover(song)
    assert found is not None
    assert (found.media_type, found.data) == ("image/jpeg", JPEG)


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("cover.jpg", JPEG, "image/jpeg"),
        ("Folder.PNG", PNG, "image/png"),
        ("front.webp", WEBP, "image/webp"),
        ("cover.jpeg", PNG, "image/png"),
    ],
)
def test_a_picture_beside_the_file_is_known_by_its_bytes(
    plain_song: Path, name: str, data: bytes, media_type: str
) -> None:
    (plain_song.parent / name).write_bytes(data)
    found = read_cover(plain_song)
    assert found is not None
    assert (found.media_type, found.data) == (media_type, data)


@pytest.mark.parametrize(
    "data", [b"", SVG, b"GIF89a", b"<html>", b"RIFF\0\0\0\0WAVE", JPEG + bytes(LARGEST_BYTES)]
)
def test_what_is_no_picture_that_we_show_is_none(plain_song: Path, data: bytes) -> None:
    (plain_song.parent / "cover.jpg").write_bytes(data)
    assert read_cover(plain_song) is None


def test_an_unusable_cover_gives_way_to_the_next(plain_song: Path) -> None:
    (plain_song.parent / "cover.jpg").write_bytes(SVG)
    (plain_song.parent / "folder.jpg").write_bytes(JPEG)
    assert read_cover(plain_song) is not None


def test_a_file_that_is_gone_or_broken_has_no_cover(tmp_path: Path) -> None:
    (tmp_path / "broken.flac").write_bytes(b"fLaC\x86\xff\xff\xff" + b"x" * 50)
    assert read_cover(tmp_path / "broken.flac") is None
    assert read_cover(tmp_path / "nowhere" / "gone.mp3") is None


def test_whether_there_is_a_cover_is_remembered_until_something_changes(
    plain_song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    covers, read = Covers(), []

    def reading(path: Path) -> object:
        read.append(path)
        return read_cover(path)

    monkeypatch.setattr("linernotes.serve.covers.read_cover", reading)
    assert [covers.has(track(plain_song)) for _ in range(3)] == [False] * 3
    assert len(read) == 1
    (plain_song.parent / "cover.jpg").write_bytes(JPEG)
    os.utime(plain_song.parent, ns=(1, 1))
    assert [covers.has(track(plain_song)) for _ in range(3)] == [True] * 3
    assert len(read) == 2
    assert not covers.has(track(None))
    assert not covers.has(track(plain_song.parent / "gone.wav"))


@pytest.fixture
def client(song: Path, plain_song: Path, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(library_dir=tmp_path / "library", models_dir=tmp_path / "no models")
    with Library(settings) as library:
        library.add(song.parent, notes=False)
        library.add(plain_song.parent, notes=False)
        yield TestClient(create_app(library), base_url=HOST)


def test_a_cover_is_served_privately_and_shown(client: TestClient) -> None:
    reply = client.get("/song/1/cover")
    assert (reply.status_code, reply.content) == (200, JPEG)
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["cache-control"].startswith("private, max-age=")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "img-src 'self' data:" in reply.headers["content-security-policy"]
    assert 'src="/song/1/cover"' in client.get("/song/1").text


def test_without_a_cover_there_is_none(client: TestClient) -> None:
    assert client.get("/song/2/cover").status_code == 404
    assert "/cover" not in client.get("/song/2").text


@pytest.mark.parametrize(
    "path", ["/song/999/cover", "/song/..%2f..%2fetc%2fpasswd/cover", "/song/1/cover/../../x"]
)
def test_nothing_else_can_be_had_as_a_cover(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in {404, 422}
