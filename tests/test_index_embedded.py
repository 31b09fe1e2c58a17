"""The index in a folder: several hands on it, kills, damage and disks that refuse."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linernotes.errors import StoreError
from linernotes.index import EmbeddedIndex, open_embedded
from linernotes.index import embedded as embedded_module
from linernotes.types import FactSheet, IndexDocument


def document(track_id: int, prose: str = "rain", revision: int = 1) -> IndexDocument:
    return IndexDocument(
        track_id=track_id,
        revision=revision,
        names=f"Song{track_id}",
        tags="",
        prose=prose,
        sheet=FactSheet(genres=("rock",)),
        artist_ids=(1,),
        song_key=str(track_id),
        text_vector=np.array([0.6, 0.8], dtype=np.float32),
    )


def found(index: EmbeddedIndex, query: str) -> list[int]:
    return sorted(index.search_text(query, 1000).ids.tolist())


def in_another_process(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    script = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    script += "from test_index_embedded import *\nindex = open_embedded(Path(sys.argv[1]))\n" + code
    return subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, timeout=60, check=False
    )


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    with_first = open_embedded(tmp_path / "deep" / "index")
    with_first.upsert([document(1)])
    with_first.close()
    again = open_embedded(tmp_path / "deep" / "index")
    assert (found(again, "rain"), again.count(), again.values("genres")) == ([1], 1, ("rock",))
    again.close()


def test_a_second_handle_sees_at_once_what_the_first_wrote(tmp_path: Path) -> None:
    first, second = open_embedded(tmp_path), open_embedded(tmp_path)
    for n in range(1, 6):
        first.upsert([document(n)])
        assert found(second, "rain") == list(range(1, n + 1))
        assert second.find("genres", ["rock"])["rock"].tolist() == list(range(1, n + 1))
    second.delete([3])
    assert found(first, "rain") == [1, 2, 4, 5]
    first.close()
    second.close()


def test_another_process_sees_and_adds(tmp_path: Path) -> None:
    index = open_embedded(tmp_path)
    index.upsert([document(1)])
    run = in_another_process("print(found(index, 'rain')); index.upsert([document(2)])", tmp_path)
    assert (run.stdout, run.returncode) == ("[1]\n", 0), run.stderr
    assert found(index, "rain") == [1, 2]
    index.close()


def test_a_large_library_is_not_read_anew_at_every_change_of_another_but_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = open_embedded(tmp_path), open_embedded(tmp_path)
    first.upsert([document(1)])
    assert found(second, "rain") == [1]
    assert second._loaded is not None
    second._loaded = replace(second._loaded, read_s=1000.0)
    first.upsert([document(2)])
    assert second.ids().tolist() == [1]
    second.upsert([document(3)])
    assert second.ids().tolist() == [1, 2, 3]
    first.close()
    second.close()


def test_threads_read_while_one_writes(tmp_path: Path) -> None:
    index = open_embedded(tmp_path)
    index.upsert([document(n) for n in range(1, 21)])
    problems: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                hits = index.search_text("rain", 100).ids.tolist()
                near = index.search_vector("text", np.array([0.6, 0.8], dtype=np.float32), 100).ids
                tracks = index.tracks(hits)
                if len(hits) < 20 or len(near) < 20 or len(tracks) != len(hits):
                    problems.append((len(hits), len(near), len(tracks)))
            except Exception as err:  # noqa: BLE001 - whatever a thread raises is the finding
                problems.append(err)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(21, 41):
        index.upsert([document(n), document(1, revision=n)])
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert found(index, "rain") == list(range(1, 41))
    index.close()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files the Linux way")
def test_threads_that_end_leave_no_connections_behind(tmp_path: Path) -> None:
    index = open_embedded(tmp_path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(30):
        thread = threading.Thread(target=index.count)
        thread.start()
        thread.join()
    assert len(list(Path("/proc/self/fd").iterdir())) - before <= 3
    index.close()


def test_processes_that_open_a_new_folder_at_once_share_it(tmp_path: Path) -> None:
    code = """
import sys, pathlib, linernotes.index
index = linernotes.index.open_embedded(pathlib.Path(sys.argv[1]))
print(index.count())
index.close()
"""
    command = [sys.executable, "-c", code, str(tmp_path / "new")]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [run.communicate(timeout=60)[0] for run in runs] == ["0\n"] * 3


@pytest.mark.parametrize("when", ["before the words", "between words and facts"])
def test_a_kill_within_an_upsert_is_mended_by_the_next(tmp_path: Path, when: str) -> None:
    index = open_embedded(tmp_path)
    index.upsert([document(1), document(2)])
    index.close()
    kill = "import os, signal; kill = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
    if when == "before the words":
        kill += "index._text.write = kill\n"
    else:
        kill += "import linernotes.index.embedded as e; e._document_row = kill\n"
    run = in_another_process(
        kill + "index.upsert([document(2, 'snow', 2), document(3, 'snow', 2)])", tmp_path
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    index = open_embedded(tmp_path)
    assert [part.tolist() for part in index.revisions()] == [[1, 2], [1, 1]]
    assert set(found(index, "rain snow")) == {1, 2}
    index.upsert([document(2, "snow", 2), document(3, "snow", 2)])
    assert (found(index, "rain"), found(index, "snow")) == ([1], [2, 3])
    index.close()


def test_an_upsert_that_fails_changes_no_fact(tmp_path: Path) -> None:
    index = open_embedded(tmp_path)
    index.upsert([document(1)])
    with pytest.raises(AttributeError):
        index.upsert([document(2), replace(document(3), sheet=None)])  # type: ignore[arg-type]
    assert (index.count(), found(index, "rain")) == (1, [1])
    index.upsert([document(2)])
    assert found(index, "rain") == [1, 2]
    index.close()


# --- damage


def damage_facts(folder: Path) -> None:
    for path in folder.glob("facts.db-*"):
        path.unlink()
    (folder / "facts.db").write_bytes(b"this is no database, whatever its name says " * 100)


def damage_format(folder: Path) -> None:
    with sqlite3.connect(folder / "facts.db") as connection:
        connection.execute("update meta set value = '0:of-old' where name = 'format'")
    connection.close()


def damage_other_tables(folder: Path) -> None:
    (folder / "facts.db").unlink()
    with sqlite3.connect(folder / "facts.db") as connection:
        connection.execute("create table something (else_ text)")
    connection.close()


def damage_words(folder: Path) -> None:
    (folder / "words" / "meta.json").write_text("{garbage")


def lose_words(folder: Path) -> None:
    for path in (folder / "words").iterdir():
        path.unlink()


@pytest.mark.parametrize(
    "damage", [damage_facts, damage_format, damage_other_tables, damage_words, lose_words]
)
def test_a_damaged_or_foreign_index_is_made_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: object
) -> None:
    index = open_embedded(tmp_path)
    index.upsert([document(1)])
    index.close()
    (tmp_path / "of the user.txt").write_text("stays")
    assert callable(damage)
    damage(tmp_path)
    with caplog.at_level(logging.WARNING):
        index = open_embedded(tmp_path)
    assert "made anew" in caplog.text
    assert (index.count(), found(index, "rain"), index.revisions()[0].tolist()) == (0, [], [])
    index.upsert([document(2)])
    assert found(index, "rain") == [2]
    assert (tmp_path / "of the user.txt").read_text() == "stays"
    index.close()


def test_words_without_facts_are_thrown_away(tmp_path: Path) -> None:
    index = open_embedded(tmp_path)
    index.upsert([document(1)])
    index.close()
    for path in tmp_path.glob("facts.db*"):
        path.unlink()
    index = open_embedded(tmp_path)
    assert (index.count(), found(index, "rain")) == (0, [])
    index.close()


# --- disks that refuse


def test_a_file_in_place_of_the_folder_is_told_with_a_cure(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    with pytest.raises(StoreError, match=r"cannot be used .*may the folder be written"):
        open_embedded(tmp_path / "index")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told_with_a_cure(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="may the folder be written"):
        open_embedded(tmp_path / "index")


def test_a_full_disk_is_told_with_a_cure_and_the_index_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = open_embedded(tmp_path)
    index.upsert([document(1)])

    def full(_: IndexDocument) -> tuple[object, ...]:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(embedded_module, "_document_row", full)
    with pytest.raises(StoreError, match=r"disk is full\).*may the folder be written"):
        index.upsert([document(2)])
    monkeypatch.undo()
    assert found(index, "rain") == [1]
    index.upsert([document(2)])
    assert found(index, "rain") == [1, 2]
    index.close()


def test_an_index_that_another_process_writes_for_long_is_told_not_wiped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = open_embedded(tmp_path)
    index.upsert([document(1)])
    monkeypatch.setattr("linernotes.index.database._BUSY_S", 0.01)
    second = open_embedded(tmp_path)
    with index._database.writing(), pytest.raises(StoreError, match="another process"):
        second.upsert([document(2)])
    assert found(second, "rain") == [1]
    index.close()
    second.close()
