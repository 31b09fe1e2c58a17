"""Sessions are kept by names and find their tracks in any library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEmbedder
from linernotes.errors import ModelError
from linernotes.index import EmbeddedIndex
from linernotes.library.sessions import NamedSession, SessionFile, linked, pack_sessions, read_sessions
from linernotes.types import NameEntry
from small_library import EMBER, GLASS, SONGS, small_index

RAIN = NamedSession(
    key="rain",
    vectors=np.array([[1.0, 0.0], [0.6, 0.8]], dtype=np.float32),
    songs=("undertow/ember lane", "nobody/has this"),
    artists=("ember lane", "glass rivers", "someone else"),
)
SUN = NamedSession(
    key="sun", vectors=np.array([[0.0, -1.0]], dtype=np.float32), songs=("x/y",), artists=("someone else",)
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIndex]:
    opened = small_index(tmp_path_factory.mktemp("index"), embedder=FakeEmbedder())
    yield opened
    opened.close()


def names() -> list[NameEntry]:
    return [
        NameEntry(kind="artist", name="Ember Lane", key="ember lane", ids=(EMBER,)),
        NameEntry(kind="artist", name="Glass Rivers", key="glass rivers", ids=(GLASS,)),
    ]


def test_sessions_come_back_as_they_were_packed(tmp_path: Path) -> None:
    path = tmp_path / "sessions.npz"
    path.write_bytes(pack_sessions(SessionFile(model="fake-1", sessions=(RAIN, SUN))))
    read = read_sessions(path)
    assert read.model == "fake-1"
    assert [(one.key, one.songs, one.artists) for one in read.sessions] == [
        (one.key, one.songs, one.artists) for one in (RAIN, SUN)
    ]
    for one, other in zip(read.sessions, (RAIN, SUN), strict=True):
        assert one.vectors == pytest.approx(other.vectors, abs=0.01)
        assert np.linalg.norm(one.vectors, axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_what_holds_no_sessions_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sessions.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="holds no sessions"):
        read_sessions(path)


def test_a_session_is_linked_with_all_recordings_that_are_here(index: EmbeddedIndex) -> None:
    sessions = linked([RAIN, SUN], index, names())
    recordings = {song.id for song in SONGS if song.title.startswith("Undertow")}
    assert len(sessions) == 1  # of the other one nothing is here
    assert set(sessions.tracks(np.ones(1, dtype=np.float32)).ids.tolist()) == recordings
    assert sessions.artist_counts() == {EMBER: 1.0, GLASS: 1.0}


def test_an_empty_library_has_no_sessions(tmp_path: Path) -> None:
    empty = EmbeddedIndex(tmp_path / "index")
    assert len(linked([RAIN], empty, [])) == 0
    empty.close()
