"""The library's own page: adding a folder, how far that is, what failed, and new files in known folders."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from linernotes.config import Settings
from linernotes.errors import InputError, StoreError
from linernotes.library import Library
from linernotes.serve.adding import Adding, environment, typed_folder
from linernotes.serve.arrivals import WATCH, Watch, looking
from linernotes.serve.http import create_app
from linernotes.sources import FoundFile
from sounds import write_sound
from table_library import make_library
from test_http import PAYLOADS, assert_only_our_scripts
from test_http_pages import HOST

SAYS = "import sys; print(f'added {sys.argv[1]}', file=sys.stderr); sys.exit({code})"
WAITING = [sys.executable, "-c", "import signal; signal.pause()"]


def saying(code: int) -> list[str]:
    """A command in the place of ``add`` that says so on standard error and ends with this code."""
    return [sys.executable, "-c", SAYS.replace("{code}", str(code))]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_library(tmp_path)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    with Library(settings) as opened:
        yield opened


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    return folder


def client_of(library: Library, adding: Adding) -> TestClient:
    """The pages and the JSON of a library, which adds with this."""
    app = create_app(library, adding=adding)
    return TestClient(app, base_url=HOST, follow_redirects=False)


# --- the page


def test_the_page_tells_where_songs_come_from_and_what_is_covered(library: Library) -> None:
    page = TestClient(create_app(library), base_url=HOST).get("/library").text
    assert "songs.csv" in page
    assert "8 songs" in page
    assert '<meter min="0" max="8" value="8" aria-label="facts on the sound">' in page
    assert "<td>0 of 8</td>" in page
    assert_only_our_scripts(page)


def test_looking_again_keeps_the_focus_when_the_progress_is_told_anew(library: Library, music: Path) -> None:
    write_sound(music / "a.wav", seconds=0.5)
    library.add(music, notes=False)
    client = client_of(library, Adding(library.settings))
    for path in ("/library", "/library/progress"):
        assert re.findall(r'<button id="([^"]+)"', client.get(path).text) == ["again-2"]


def test_what_failed_is_listed_with_its_reason(library: Library, music: Path) -> None:
    (music / "broken <b>.mp3").write_bytes(b"no music at all" * 99)
    library.add(music, notes=False)
    page = client_of(library, Adding(library.settings)).get("/library").text
    failed = page.partition("What failed, and why")[2]
    assert "broken &lt;b&gt;.mp3" in failed
    assert 'class="why"' in failed


def test_an_empty_library_greets_with_a_folder_to_choose_and_the_demo(tmp_path: Path) -> None:
    with Library(Settings(library_dir=tmp_path / "empty", models_dir=tmp_path)) as library:
        client = TestClient(create_app(library), base_url=HOST)
        home, page = client.get("/").text, client.get("/library").text
    assert 'action="/library/add"' in home
    assert "linernotes demo" in home
    assert 'action="/library/add"' in page


# --- adding


@pytest.mark.slow
def test_a_folder_is_really_added_in_the_background(library: Library, music: Path) -> None:
    write_sound(music / "tone.wav", seconds=1.0)
    adding = Adding(library.settings)
    client = client_of(library, adding)
    reply = client.post("/library/add", data={"path": str(music), "listener": "zoe"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/library?listener=zoe")
    assert 'hx-trigger="every 2s"' in client.get("/library").text
    assert '<noscript><meta http-equiv="refresh"' in client.get("/library").text
    adding.wait()
    page = client.get("/library").text
    assert "was added" in page
    assert "1 track found: 1 new" in page
    assert str(music) in page
    assert "hx-trigger" not in page
    assert client.get("/library/progress").text.lstrip().startswith('<div id="progress"')
    assert library.track_count() == 9


@pytest.mark.parametrize(("code", "told"), [(0, "was added"), (3, "was added"), (1, "could not be added")])
def test_how_it_ended_is_told_with_the_last_words(
    library: Library, music: Path, code: int, told: str
) -> None:
    adding = Adding(library.settings, saying(code))
    client = client_of(library, adding)
    client.post("/library/add", data={"path": str(music)})
    adding.wait()
    page = client.get("/library").text
    assert told in page
    assert f"added {music}" in page


def test_one_folder_is_added_after_the_other(library: Library, music: Path) -> None:
    adding = Adding(library.settings, WAITING)
    client = client_of(library, adding)
    assert client.post("/library/add", data={"path": str(music)}).status_code == 303
    again = client.post("/library/add", data={"path": str(music)})
    assert again.status_code == 422
    assert "one after the other" in again.text
    adding.close()
    assert not adding.is_at_work()


@pytest.mark.parametrize(
    "path",
    ["", "music", "../..", "/nowhere/at/all", "/etc/hostname", "~nobody-at-all/x", "/x\0y", "/" + "x" * 5000],
)
def test_what_is_no_folder_is_refused_with_a_reason(library: Library, path: str) -> None:
    client = client_of(library, Adding(library.settings, saying(0)))
    reply = client.post("/library/add", data={"path": path})
    assert reply.status_code == 422
    assert 'role="alert"' in reply.text
    with pytest.raises(InputError):
        typed_folder(path)


def test_a_home_is_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert typed_folder(" ~ ") == tmp_path.resolve()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_a_path_stays_text(library: Library, payload: str) -> None:
    client = client_of(library, Adding(library.settings, saying(0)))
    assert_only_our_scripts(client.post("/library/add", data={"path": payload, "listener": payload}).text)


def test_markup_in_what_the_process_says_stays_text(library: Library, music: Path) -> None:
    folder = music / "<script>alert(1)<"
    folder.mkdir()
    adding = Adding(library.settings, saying(0))
    adding.start(folder)
    adding.wait()
    page = client_of(library, adding).get("/library").text
    assert "added " in page
    assert "&lt;script&gt;" in page
    assert_only_our_scripts(page)


def test_the_process_uses_the_same_settings(tmp_path: Path) -> None:
    settings = Settings(library_dir=tmp_path, models_dir=tmp_path / "m", seed=7)
    told = environment(settings)
    assert (told["LINERNOTES_LIBRARY_DIR"], told["LINERNOTES_SEED"]) == (str(tmp_path), "7")
    assert "LINERNOTES_LLM_URL" not in told


# --- JSON


def test_adding_as_json_says_how_far_it_is(library: Library, music: Path) -> None:
    adding = Adding(library.settings, saying(0))
    client = client_of(library, adding)
    begun = client.post("/api/v1/library", json={"path": str(music)})
    assert begun.status_code == 202
    adding.wait()
    told = client.get("/api/v1/library").json()
    assert told["adding"]["went_well"] is True
    assert told["songs"] == 8
    assert told["coverage"]["with_facts"] == 8
    assert [place["songs"] for place in told["places"]] == [8]


# --- new files


class Folders:
    """An open library whose folders hold these new files at each look."""

    def __init__(self, *looks: dict[Path, frozenset[FoundFile]]) -> None:
        self._looks = iter(looks)

    def fresh_files(self) -> dict[Path, frozenset[FoundFile]]:
        return next(self._looks)


def found(name: str, size: int = 1) -> FoundFile:
    return FoundFile(key=name, path=Path(name), size_bytes=size, modified_ns=1)


def looked(music: Path, settings: Settings, *looks: list[FoundFile]) -> list[bool]:
    """Whether the folder was added at each of these looks."""
    adding = Adding(settings, saying(0))
    watch = Watch(Folders(*({music: frozenset(look)} for look in looks)), adding)
    started = []
    for _ in looks:
        started.append(watch.look() == music)
        adding.wait()
    return started


def test_new_files_are_added_when_they_stand_still(music: Path, settings: Settings) -> None:
    growing, whole = [found("a.mp3", 1)], [found("a.mp3", 2)]
    assert looked(music, settings, [], growing, whole, whole) == [False, False, False, True]


def test_what_was_tried_is_not_tried_again_until_it_changes(music: Path, settings: Settings) -> None:
    bad, more = [found("bad.mp3")], [found("bad.mp3"), found("b.mp3")]
    assert looked(music, settings, bad, bad, bad, more, more) == [False, True, False, False, True]


def test_nothing_is_looked_for_while_something_is_added(music: Path, settings: Settings) -> None:
    adding = Adding(settings, WAITING)
    adding.start(music)
    assert Watch(Folders(), adding).look() is None
    adding.close()


def test_a_library_names_the_files_that_are_new_changed_or_back(library: Library, music: Path) -> None:
    for name in ("a", "b", "c"):
        write_sound(music / f"{name}.wav", seconds=0.5)
    library.add(music, notes=False)
    assert library.fresh_files() == {music: frozenset()}
    kept = (music / "c.wav").read_bytes()
    (music / "c.wav").unlink()
    library.add(music, notes=False)
    write_sound(music / "b.wav", seconds=0.7)
    write_sound(music / "d.wav", seconds=0.5)
    (music / "c.wav").write_bytes(kept)
    assert {file.key for file in library.fresh_files()[music]} == {"b.wav", "c.wav", "d.wav"}


def test_a_folder_that_is_not_there_is_passed_over(library: Library, music: Path) -> None:
    write_sound(music / "a.wav", seconds=0.5)
    library.add(music, notes=False)
    music.rename(music.with_name("elsewhere"))
    assert library.fresh_files() == {}
    assert "not there now" in client_of(library, Adding(library.settings)).get("/library").text


def test_looking_goes_on_after_a_failure_and_ends_when_told() -> None:
    stop, looks = threading.Event(), []

    def look() -> None:
        looks.append(1)
        if len(looks) == 3:
            stop.set()
        raise StoreError("the disk is full") if len(looks) == 1 else OSError(28, "No space left on device")

    looking(look, 0, stop)
    assert len(looks) == 3


def test_new_files_of_a_real_folder_are_noticed_once(settings: Settings, music: Path) -> None:
    write_sound(music / "a.wav", seconds=0.5)
    with Library(settings) as library:
        library.add(music, notes=False)
        write_sound(music / "b.wav", seconds=0.5)
        adding = Adding(settings, saying(0))
        watch = Watch(library, adding)
        assert [watch.look(), watch.look(), watch.look()] == [None, music, None]
        adding.close()


def test_an_application_watches_from_its_start_to_its_end(library: Library) -> None:
    with TestClient(create_app(library), base_url=HOST) as client:
        assert client.get("/healthz").text == "ok"
        assert WATCH in {thread.name for thread in threading.enumerate()}
    assert WATCH not in {thread.name for thread in threading.enumerate()}
