"""What ``doctor`` finds and how it ends."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from linernotes.config import Settings
from linernotes.serve.cli import app
from linernotes.serve.doctor import Finding, examine
from table_library import make_library


def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(settings)}


def test_a_library_that_is_not_there_yet_is_no_fault(tmp_path: Path) -> None:
    settings = Settings(library_dir=tmp_path / "library", models_dir=tmp_path)
    found = findings(settings)["library"]
    assert found.ok
    assert "linernotes add" in found.detail
    assert not settings.library_dir.exists()


def test_a_library_is_told_with_its_tracks(tmp_path: Path) -> None:
    assert findings(make_library(tmp_path))["library"].detail == "8 tracks"


def test_missing_weights_are_told_with_the_cure(tmp_path: Path) -> None:
    found = findings(Settings(library_dir=tmp_path, models_dir=tmp_path / "none"))
    weights = [finding for what, finding in found.items() if what.startswith("model ")]
    assert weights
    assert all(not one.ok and one.needed and "linernotes models fetch" in one.detail for one in weights)


def test_a_broken_catalogue_is_told(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"no database at all " * 100)
    found = findings(Settings(library_dir=tmp_path, models_dir=tmp_path))["library"]
    assert not found.ok
    assert "is this the right file" in found.detail


def test_a_file_in_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    found = findings(Settings(library_dir=tmp_path / "file", models_dir=tmp_path))
    assert not found["library folder"].ok
    assert "no folder" in found["library folder"].detail
    assert not found["library"].ok


@pytest.mark.parametrize("command", [("doctor",), ("models", "list")])
def test_missing_weights_show_in_the_terminal(tmp_path: Path, command: tuple[str, ...]) -> None:
    env = {"LINERNOTES_LIBRARY_DIR": str(tmp_path), "LINERNOTES_MODELS_DIR": str(tmp_path / "none")}
    result = CliRunner().invoke(app, list(command), env=env)
    assert result.exit_code == (1 if command == ("doctor",) else 0)
    assert "missing" in result.stdout
    assert all(line == line.rstrip() for line in result.stdout.splitlines())


@pytest.mark.models
def test_with_everything_in_place_doctor_ends_with_0(tmp_path: Path, models_dir: Path) -> None:
    env = {"LINERNOTES_LIBRARY_DIR": str(tmp_path), "LINERNOTES_MODELS_DIR": str(models_dir)}
    result = CliRunner().invoke(app, ["doctor"], env=env)
    assert result.exit_code == 0
    assert "FAIL" not in result.stdout
