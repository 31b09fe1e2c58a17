"""Opening, migrating, and sharing the store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from linernotes import store as store_package
from linernotes.errors import StoreError
from linernotes.store import NewTrack, Store
from linernotes.store.schema import SCHEMA_VERSION, metadata
from linernotes.types import Fact, SourceItem


def song(key: str, title: str) -> NewTrack:
    fact = Fact(name="title", value=title, source="tag", confidence=0.9)
    return NewTrack(item=SourceItem(key=key, facts=(fact,)), title=title, title_key=title.lower())


def test_what_was_written_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "library.db"
    with Store.open(path) as store:
        source = store.catalogue.add_source("folder", "/music")
        [track_id] = store.catalogue.upsert(source, [song("a.flac", "Aurora")])
    with Store.open(f"sqlite:///{path}") as store:
        assert store.catalogue.tracks([track_id])[track_id].title == "Aurora"


def test_a_path_may_hold_a_percent_sign_and_blanks(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "100 % mine.db")) as store:
        assert store.catalogue.count() == 0


def test_a_fresh_store_has_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    Store.open(tmp_path / "library.db").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'library.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        for table in metadata.sorted_tables:
            links = inspect(connection).get_foreign_keys(table.name)
            assert len(links) == len(table.foreign_key_constraints), table.name
    engine.dispose()


def test_the_schema_version_is_the_newest_migration() -> None:
    migrations = Path(store_package.__file__).parent / "migrations"
    assert ScriptDirectory(str(migrations)).get_heads() == [SCHEMA_VERSION]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"ID3" + bytes(range(256)) * 20)
    with pytest.raises(StoreError, match=r"song\.mp3 cannot be opened"):
        Store.open(path)
    assert path.read_bytes().startswith(b"ID3")


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE moz_places (id INTEGER)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        Store.open(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("moz_places",)]
    connection.close()


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Store.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="upgrade linernotes"):
        Store.open(path)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite://", "needs a file"),
        ("mysql://localhost/music", "use sqlite or postgresql"),
        ("://", "not a database URL"),
    ],
)
def test_a_url_that_cannot_hold_a_catalogue_is_refused(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        Store.open(url)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path)


def test_sqlite_runs_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    with Store.open(tmp_path / "library.db") as store, store._database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    heard = Fact(name="energy", value=0.5, source="audio:sonara", confidence=1.0)
    wrong = NewTrack(item=SourceItem(key="b", facts=(heard,)), title="B", title_key="b")
    with Store.open(tmp_path / "library.db") as store:
        source = store.catalogue.add_source("folder", "/music")
        with pytest.raises(ValueError, match="audio:sonara"):
            store.catalogue.upsert(source, [song("a", "A"), wrong])
        assert store.catalogue.known(source) == {}


def test_threads_write_and_read_at_once_without_losing_a_track(tmp_path: Path) -> None:
    failures: list[BaseException] = []
    with Store.open(tmp_path / "library.db") as store:
        source = store.catalogue.add_source("folder", "/music")

        def work(name: str) -> None:
            try:
                for number in range(25):
                    store.catalogue.upsert(source, [song(f"{name}/{number}", f"{name} {number}")])
                    store.catalogue.title_names()
            except StoreError as err:
                failures.append(err)

        threads = [threading.Thread(target=work, args=(name,)) for name in ("left", "right", "third")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert store.catalogue.count() == 75


def test_two_processes_may_open_a_new_store_and_write_at_once(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from linernotes.store import Store\n"
        "with Store.open(sys.argv[1]) as store:\n"
        "    for number in range(20):\n"
        "        store.listeners.ensure(f'{sys.argv[2]} {number}')\n"
    )
    path = str(tmp_path / "library.db")
    children = [
        subprocess.Popen([sys.executable, "-c", program, path, name], env={"PYTHONPATH": ":".join(sys.path)})
        for name in ("first", "second")
    ]
    assert [child.wait() for child in children] == [0, 0]
    with Store.open(path) as store:
        assert len(store.listeners.names()) == 40


def test_a_value_about_the_library_is_kept_and_replaced(tmp_path: Path) -> None:
    with Store.open(tmp_path / "library.db") as store:
        assert store.get_meta("colour") is None
        store.set_meta("colour", "blue")
        store.set_meta("colour", "green")
        assert store.get_meta("colour") == "green"


def test_a_damaged_page_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Store.open(path) as store:
        source = store.catalogue.add_source("table", "t")
        rows = [
            NewTrack(item=SourceItem(key=str(n), facts=()), title="x" * 400, title_key="x")
            for n in range(400)
        ]
        store.catalogue.upsert(source, rows)
    for leftover in tmp_path.glob("library.db-*"):
        leftover.unlink()
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 2, len(data)):
        data[place] ^= 0x5A
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged|cannot be"):
        _read_all(path, source)


def _read_all(path: Path, source: int) -> None:
    with Store.open(path) as store:
        store.catalogue.tracks(range(1, 401))
        store.catalogue.title_names()
        store.catalogue.known(source)
