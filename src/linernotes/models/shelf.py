"""Where artefacts lie: each file under the name of its content, with a card, and a pointer to the one in use.

::

    MODELS/NAME/1a2b3c4d5e6f/FILE        the artefact, never changed once written
    MODELS/NAME/1a2b3c4d5e6f/card.json   what it is, where it comes from, its licence and checksum
    MODELS/NAME/pointer.json             {"current": "1a2b3c4d5e6f…", "previous": ["…"]}

Every write goes to a temporary name and is renamed, so that a reader sees the old state or the new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from linernotes.errors import ModelError

State = Literal["ok", "missing", "damaged"]

_FOLDER_LETTERS = 12  # of the checksum's 64: enough to tell the versions of one artefact apart
PREVIOUS_KEPT: Final = 5
"""Versions that were in use before and can be gone back to, one by one."""
OTHERS_KEPT: Final = 5
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is known of an artefact. ``source`` is the package or training run it was made from.

    ``details`` holds what only this kind of artefact has: tag labels, training data, measurements.
    """

    name: str
    file: str
    sha256: str
    size_bytes: int
    source: str
    version: str
    licence: str
    made_at: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """An artefact as it lies on the disk. ``card`` is None where it is missing."""

    name: str
    path: Path
    state: State
    card: Card | None

    @property
    def size_bytes(self) -> int | None:
        """Size by the card, None where it is missing."""
        return None if self.card is None else self.card.size_bytes

    @property
    def licence(self) -> str | None:
        """SPDX name of the licence, None where the artefact is missing."""
        return None if self.card is None else self.card.licence


def put(
    models_dir: Path,
    file: Path,
    *,
    name: str,
    source: str,
    version: str,
    licence: str,
    details: Mapping[str, Any] | None = None,
) -> Artefact:
    """Copies ``file`` onto the shelf under ``name`` and returns it; the pointer does not move.

    The same content again is the same artefact: its file is written anew, which mends a damaged one.
    """
    if not _NAME.fullmatch(name):
        raise ModelError(f"artefact name {name!r}: letters, digits, '.', '_' and '-' only")
    card = Card(
        name=name,
        file=file.name,
        sha256=sha256_of(file),
        size_bytes=file.stat().st_size,
        source=source,
        version=version,
        licence=licence,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        details=dict(details or {}),
    )
    folder = _folder(models_dir, name, card.sha256)
    folder.mkdir(parents=True, exist_ok=True)
    _copy_atomically(file, folder / file.name)
    _write_json(folder / "card.json", asdict(card))
    return Artefact(name=name, path=folder / file.name, state="ok", card=card)


def promote(models_dir: Path, name: str, sha256: str) -> Artefact:
    """Makes the artefact with this checksum (or its first 12 letters) the current one.

    The one in use until now becomes the newest of the previous ones. Raises ModelError if there is
    no such artefact or its file is damaged.
    """
    artefact = _at(models_dir, name, sha256, deep=True)
    if artefact.state != "ok" or artefact.card is None:
        raise ModelError(f"{name} {sha256[:_FOLDER_LETTERS]} is {artefact.state}: it cannot become current")
    pointer = _pointer(models_dir, name)
    if pointer and pointer[0] == artefact.card.sha256:
        return artefact
    _write_pointer(models_dir, name, (artefact.card.sha256, *pointer))
    return artefact


def rollback(models_dir: Path, name: str) -> Artefact:
    """Makes the previous artefact current again and returns it. Raises ModelError if there is none."""
    pointer = _pointer(models_dir, name)
    if len(pointer) < 2:
        raise ModelError(f"{name} has no previous version to go back to")
    artefact = _at(models_dir, name, pointer[1], deep=True)
    if artefact.state != "ok":
        raise ModelError(f"the previous version of {name} is {artefact.state}: {artefact.path}")
    _write_pointer(models_dir, name, pointer[1:])
    return artefact


def take_back(models_dir: Path, name: str) -> Path | None:
    """As ``rollback``, of an artefact that the package has, too; None: that one is in use again.

    Raises ModelError if none was promoted, or the one before is damaged.
    """
    if current(models_dir, name).card is not None and previous(models_dir, name) is None:
        withdraw(models_dir, name)
        return None
    return rollback(models_dir, name).path


@contextmanager
def promoting(models_dir: Path) -> Iterator[None]:
    """Held by one process at a time, while what is in use changes for a reason that must still hold then."""
    models_dir.mkdir(parents=True, exist_ok=True)
    with (models_dir / ".promoting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prune(models_dir: Path, name: str) -> None:
    """Leaves what is in use, the ones before it and the newest others, so many of each; the rest goes.

    The pointer is written anew: to be called while ``promoting`` is held.
    """
    pointer = _pointer(models_dir, name)
    in_line = pointer[: 1 + PREVIOUS_KEPT]
    if in_line != pointer:
        _write_pointer(models_dir, name, in_line)
    others = [one for one in cards(models_dir, name) if one.sha256 not in in_line]
    for one in others[:-OTHERS_KEPT]:
        shutil.rmtree(_folder(models_dir, name, one.sha256))


def withdraw(models_dir: Path, name: str) -> None:
    """Leaves no artefact of this name in use; all stay on the shelf."""
    (models_dir / name / "pointer.json").unlink(missing_ok=True)


def current(models_dir: Path, name: str, *, deep: bool = False) -> Artefact:
    """The artefact in use; its state is ``missing`` if there is none.

    Only the size is checked unless ``deep``, which reads the whole file for its checksum.
    """
    pointer = _pointer(models_dir, name)
    if not pointer:
        return Artefact(name=name, path=models_dir / name, state="missing", card=None)
    return _at(models_dir, name, pointer[0], deep=deep)


def previous(models_dir: Path, name: str) -> Artefact | None:
    """The artefact that a rollback would make current, or None."""
    pointer = _pointer(models_dir, name)
    return _at(models_dir, name, pointer[1], deep=False) if len(pointer) > 1 else None


def versions(models_dir: Path, name: str) -> tuple[Artefact, ...]:
    """All artefacts kept under this name, oldest first, promoted or not."""
    known = cards(models_dir, name)
    return tuple(_at(models_dir, name, card.sha256, deep=False) for card in known)


def cards(models_dir: Path, name: str = "*") -> list[Card]:
    """The cards of all artefacts kept under this name, or of the whole shelf, by name, oldest first."""
    found = (_read_card(path) for path in models_dir.glob(f"{name}/*/card.json"))
    known = (card for card in found if card is not None)
    return sorted(known, key=lambda card: (card.name, card.made_at, card.sha256))


def names(models_dir: Path) -> tuple[str, ...]:
    """Names on the shelf that have a current artefact, sorted."""
    return tuple(sorted(path.parent.name for path in models_dir.glob("*/pointer.json")))


def sha256_of(file: Path) -> str:
    """Checksum of a file, 64 hexadecimal letters."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _at(models_dir: Path, name: str, sha256: str, *, deep: bool) -> Artefact:
    folder = _folder(models_dir, name, sha256)
    card = _read_card(folder / "card.json")
    if card is None:
        return Artefact(name=name, path=folder, state="missing", card=None)
    path = folder / card.file
    return Artefact(name=name, path=path, state=_state(path, card, deep=deep), card=card)


def _state(path: Path, card: Card, *, deep: bool) -> State:
    if not path.is_file():
        return "missing"
    if path.stat().st_size != card.size_bytes or (deep and sha256_of(path) != card.sha256):
        return "damaged"
    return "ok"


def _folder(models_dir: Path, name: str, sha256: str) -> Path:
    return models_dir / name / sha256[:_FOLDER_LETTERS]


def _pointer(models_dir: Path, name: str) -> tuple[str, ...]:
    """Checksums, the current one first, then the previous ones, newest first."""
    try:
        pointer = json.loads((models_dir / name / "pointer.json").read_text(encoding="utf-8"))
        return (str(pointer["current"]), *(str(sha256) for sha256 in pointer["previous"]))
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError):  # a torn or foreign file: as good as none
        return ()


def _write_pointer(models_dir: Path, name: str, checksums: tuple[str, ...]) -> None:
    pointer = {"current": checksums[0], "previous": list(checksums[1:])}
    _write_json(models_dir / name / "pointer.json", pointer)


def _read_card(path: Path) -> Card | None:
    try:
        return Card(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # missing, torn or foreign: as good as none
        return None


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    with tempfile.TemporaryDirectory(prefix=".new-", dir=path.parent) as temporary:
        new = Path(temporary) / path.name
        with new.open("w", encoding="utf-8") as stream:
            json.dump(value, stream, indent=1, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)


def _copy_atomically(source: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".new-", dir=target.parent) as temporary:
        new = Path(temporary) / target.name
        shutil.copyfile(source, new)
        with new.open("rb") as stream:
            os.fsync(stream.fileno())
        new.replace(target)
