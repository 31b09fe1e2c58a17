"""The writer's adapter: which one is loaded, and which is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from linernotes.errors import ModelError
from linernotes.models import current, install_writer, rollback, sha256_of, writer_adapter


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
    one = install_writer(shelf, made_by_tuning(tmp_path / "one", b"one", base))
    two = install_writer(shelf, made_by_tuning(tmp_path / "two", b"two", base))
    assert writer_adapter(shelf, base) == two.path
    rollback(shelf, "writer")
    assert writer_adapter(shelf, base) == one.path
    assert one.licence == "CC-BY-SA-4.0"


def test_a_writer_for_another_base_is_refused(tmp_path: Path, base: Path) -> None:
    shelf = tmp_path / "models"
    install_writer(shelf, made_by_tuning(tmp_path / "one", b"one", base))
    other = tmp_path / "other.gguf"
    other.write_bytes(b"another base")
    with pytest.raises(ModelError, match="another base"):
        writer_adapter(shelf, other)


def test_a_changed_file_is_refused(tmp_path: Path, base: Path) -> None:
    folder = made_by_tuning(tmp_path / "one", b"one", base)
    (folder / "small.gguf").write_bytes(b"eno")
    with pytest.raises(ModelError, match="sha256 differs"):
        install_writer(tmp_path / "models", folder)
    assert current(tmp_path / "models", "writer").state == "missing"


def test_a_damaged_writer_on_the_shelf_is_refused(tmp_path: Path, base: Path) -> None:
    shelf = tmp_path / "models"
    artefact = install_writer(shelf, made_by_tuning(tmp_path / "one", b"one", base))
    artefact.path.write_bytes(b"longer than it was")
    with pytest.raises(ModelError, match="damaged"):
        writer_adapter(shelf, base)


def test_a_folder_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no tuned writer"):
        install_writer(tmp_path / "models", tmp_path)
