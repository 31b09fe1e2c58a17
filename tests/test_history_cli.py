"""The command ``history import``: what it prints, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from linernotes.config import Settings
from linernotes.library import Library
from linernotes.serve.cli import app
from table_library import make_library

TABLE = """artist,album,track,date
Otto Vale,Rooms,Night Desk,31 May 2024 21:08
Tilly Ray,Candy,Sugar Run - Radio Edit,31 May 2024 21:15
"""
UNSAFE = "\x1b\x07\x9b\u202e"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_library(tmp_path)


@pytest.fixture
def env(settings: Settings) -> dict[str, str]:
    return {
        "LINERNOTES_LIBRARY_DIR": str(settings.library_dir),
        "LINERNOTES_CONFIG": str(settings.library_dir / "no config"),
        "COLUMNS": "80",
    }


def run(env: Mapping[str, str], *args: str) -> Result:
    return CliRunner().invoke(app, ["history", "import", *args], env=dict(env))


def table(folder: Path, more: str = "") -> str:
    path = folder / "scrobbles"
    path.write_text(TABLE + more, encoding="utf-8")
    return str(path)


def test_what_was_matched_is_told_with_its_confidence(env: Mapping[str, str], tmp_path: Path) -> None:
    result = run(env, table(tmp_path), "--as", "zoe")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "2 listens read, with 0 skips; 2 matched, 2 of them new",
        "listens  confidence  matched by",
        "      0        1.00  MusicBrainz identifier",
        "      0        0.95  ISRC",
        "      1        0.90  artist and title",
        "      1        0.70  artist and title without its version",
    ]
    assert "2 matched, 0 of them new" in run(env, table(tmp_path), "--as", "zoe").stdout


def test_names_are_data_for_the_terminal_and_the_store(
    env: Mapping[str, str], settings: Settings, tmp_path: Path
) -> None:
    more = "".join(f"Nobody,,[red]Song {number}[/red] {UNSAFE},1700000000\n" for number in range(25))
    listener = "../../<b>x</b>"
    result = run(env, table(tmp_path, more), "--as", listener)
    assert result.exit_code == 0
    assert "25 not matched" in result.stdout
    assert "Nobody - [red]Song 19[/red]" in result.stdout
    assert "Song 20" not in result.stdout
    assert not set(result.stdout) & set(UNSAFE)
    with Library(settings) as library:
        assert library._store.listeners.names() == (listener,)


def test_rows_that_fail_are_told_and_end_with_3(env: Mapping[str, str], tmp_path: Path) -> None:
    path = table(tmp_path, "Otto Vale,Rooms,Night Desk,1 Jan 2099 00:00\n" * 21)
    result = run(env, path)
    assert result.exit_code == 3
    assert "21 rows could not be used\nscrobbles: a listen at 2099-01-01" in result.stdout
    assert result.stdout.endswith("and 1 more\n")
    told = json.loads(run(env, path, "--json").stdout)
    assert (told["listener"], told["listens"], told["failed"], told["new"]) == ("me", 2, 21, 0)
    assert told["matched"][2] == {"by": "name", "confidence": 0.9, "listens": 1}


@pytest.mark.parametrize("content", ["", "hello", "[]", "PK\x03\x04 broken"])
def test_a_file_that_is_no_export_ends_with_2_and_one_line(
    env: Mapping[str, str], tmp_path: Path, content: str
) -> None:
    path = tmp_path / "scrobbles"
    path.write_text(content)
    result = run(env, str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"linernotes: {path} ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("args", [(), ("x", "--as"), ("missing.zip",), ("x", "--as", " ")])
def test_wrong_usage_ends_with_2(env: Mapping[str, str], tmp_path: Path, args: tuple[str, ...]) -> None:
    args = tuple(table(tmp_path) if arg == "x" else arg for arg in args)
    assert (run(env, *args).exit_code, run(env, *args).stdout) == (2, "")
