"""The writer's adapter: which one is loaded, and which is refused."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from linernotes.describe import PROMPT_VERSION
from linernotes.errors import ModelError
from linernotes.models import WRITER, current, install_writer, sha256_of, take_back, writer_adapter
from linernotes.models.writer import read_card


def made_by_tuning(folder: Path, content: bytes, base: Path) -> Path:
    folder.mkdir()
    file = folder / "small.gguf"
    file.write_bytes(content)
    card = {
        "name": "small",
        "file": file.name,
        "sha256": sha256_of(file),
        "size_bytes": len(content),
        "licence": "CC-BY-SA-4.0",
        "base_sha256": sha256_of(base),
    }
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.gguf"
    path.write_bytes(b"a base")
    return path


def test_an_installed_writer_is_loaded_and_can_be_taken_back(tmp_path: Path, base: Path) -> None:
    shelf = tmp_path / "models"
    one = install_writer(shelf, made_by_tuning(tmp_path / "one", b"one", base), base)
    two = install_writer(shelf, made_by_tuning(tmp_path / "two", b"two", base), base)
    assert writer_adapter(shelf, base) == two.path
    assert take_back(shelf, WRITER) == one.path
    assert writer_adapter(shelf, base) == one.path
    assert one.licence == "CC-BY-SA-4.0"
    assert take_back(shelf, WRITER) is None
    assert current(shelf, "writer").state == "missing"
    with pytest.raises(ModelError, match="no previous version"):
        take_back(shelf, WRITER)


def test_a_writer_for_another_base_is_refused(tmp_path: Path, base: Path) -> None:
    shelf = tmp_path / "models"
    install_writer(shelf, made_by_tuning(tmp_path / "one", b"one", base), base)
    other = tmp_path / "other.gguf"
    other.write_bytes(b"another base")
    with pytest.raises(ModelError, match="another base"):
        writer_adapter(shelf, other)
    with pytest.raises(ModelError, match="another base"):
        install_writer(shelf, made_by_tuning(tmp_path / "two", b"two", base), other)


def test_a_writer_of_a_base_that_is_no_gguf_is_not_promoted(tmp_path: Path, base: Path) -> None:
    folder = made_by_tuning(tmp_path / "one", b"one", base)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8")) | {"base_sha256": None}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(ModelError, match="set llm_base"):
        install_writer(tmp_path / "models", folder, base)


def test_a_changed_file_is_refused(tmp_path: Path, base: Path) -> None:
    folder = made_by_tuning(tmp_path / "one", b"one", base)
    (folder / "small.gguf").write_bytes(b"eno")
    with pytest.raises(ModelError, match="sha256 differs"):
        install_writer(tmp_path / "models", folder, base)
    assert current(tmp_path / "models", "writer").state == "missing"


def test_a_damaged_writer_on_the_shelf_is_refused(tmp_path: Path, base: Path) -> None:
    shelf = tmp_path / "models"
    artefact = install_writer(shelf, made_by_tuning(tmp_path / "one", b"one", base), base)
    artefact.path.write_bytes(b"longer than it was")
    with pytest.raises(ModelError, match="damaged"):
        writer_adapter(shelf, base)


def test_a_folder_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no tuned writer"):
        install_writer(tmp_path / "models", tmp_path, tmp_path / "base.gguf")


def test_the_writer_that_ships_was_taught_on_the_prompts_of_today() -> None:
    shipped = Path(str(resources.files("linernotes").joinpath("data/writer")))
    assert read_card(shipped)["prompt_version"] == PROMPT_VERSION
