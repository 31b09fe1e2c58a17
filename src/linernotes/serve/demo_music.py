"""The recordings of the demo: free music that Debian packages bring.

The recordings come by ``apt-get download``, which needs no rights, and are unpacked without installing
anything. Each package's own copyright file is kept beside them.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)

DEFAULT_LIMIT = 45
FEWEST = 40  # with fewer than these in the packages at hand, the reserves are asked too
_AT_ONCE = 3
_ASK_S = 60.0
_DOWNLOAD_S = 1800.0
_UNPACK_S = 300.0
_MARKER = ".demo-music.json"
_DOWNLOADS = ".packages"
_LICENCES = "licences"
_NUMBERED = re.compile(r"\d+ - (?P<artist>.+) - (?P<title>.+)")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPackage:
    """A Debian package with free music: which of its files are whole recordings, and how to call them.

    ``patterns`` are globs below the package's root. ``credit`` is the folder for its files, and
    ``titles`` are names for files whose own say little. In ``by_folder`` packages the folder holds the title.
    """

    name: str
    kind: str
    credit: str
    patterns: tuple[str, ...]
    recordings: int
    left_out: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    by_folder: bool = False


# Chosen for what the tagger hears in them and for their tags: six kinds of music in 237 MB (Debian 12).
# Stems, sound effects and jingles below a minute are left out.
PACKAGES = (
    DemoPackage(
        name="fretsonfire-songs-muldjord",
        kind="death metal",
        credit="Muldjord",
        patterns=("usr/share/games/fretsonfire/data/songs/muldjord/*/song.ogg",),
        recordings=4,
        by_folder=True,
    ),
    DemoPackage(
        name="fretsonfire-songs-sectoid",
        kind="rock and heavy metal",
        credit="Sectoid",
        patterns=("usr/share/games/fretsonfire/data/songs/sectoid/*/song.ogg",),
        recordings=4,
        by_folder=True,
    ),
    DemoPackage(
        name="singularity-music",
        kind="ambient and techno",
        credit="Maxstack",
        patterns=(
            "usr/share/games/singularity/music/*.ogg",
            "usr/share/games/singularity/music/win/*.ogg",
        ),
        recordings=14,
    ),
    DemoPackage(
        name="lincity-ng-data",
        kind="piano, jazz and electronic",
        credit="LinCity",
        patterns=("usr/share/games/lincity-ng/music/default/*.ogg",),
        recordings=3,
    ),
    DemoPackage(
        name="lordsawar-data",
        kind="strings, harp and chamber music",
        credit="LordsAWar",
        patterns=("usr/share/games/lordsawar/music/*.ogg",),
        recordings=4,
        left_out=("battle", "bless", "hero"),
        titles=(("back1", "Background"), ("intro", "Introduction")),
    ),
    DemoPackage(
        name="colobot-common-sounds",
        kind="electronic and soundtrack",
        credit="Colobot",
        patterns=("usr/share/games/colobot/music/*.ogg",),
        recordings=17,
        left_out=("Intro1", "Intro2", "music010", "music011"),
    ),
)
# Orchestral and all tagged, but larger than what it would stand in for. Its name changes with the release.
RESERVES = tuple(
    DemoPackage(
        name=f"wesnoth-{version}-music",
        kind="orchestral",
        credit="The Battle for Wesnoth",
        patterns=(f"usr/share/games/wesnoth/{version}/data/core/music/*.ogg",),
        recordings=30,
        left_out=("main_menu", "sad", "transience", "victory", "victory2", "defeat", "defeat2", "silence"),
    )
    for version in ("1.16", "1.18")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMusic:
    """The recordings that were brought, where they lie, and what has to be said about it.

    ``files`` are in ``folder`` as ``Artist/Title.ogg``; ``packages`` are the Debian packages they come from.
    ``messages`` is empty when all went well; without files it says why there are none.
    """

    files: tuple[Path, ...]
    folder: Path
    packages: tuple[str, ...]
    messages: tuple[str, ...] = ()


def fetch_demo_music(
    folder: Path, *, limit: int = DEFAULT_LIMIT, on_progress: Tell | None = None
) -> DemoMusic:
    """Free recordings of several kinds of music in ``folder``, brought from Debian packages.

    At most ``limit`` of them, spread over the packages. What an earlier call brought is not fetched again;
    what it could not bring is tried again. Never raises for want of apt, of a network or of space: the
    outcome then has fewer files, or none, and a message with the cure. ``on_progress`` may be called from
    several threads.
    """
    folder = folder.absolute()
    earlier = _earlier(folder, limit)
    if earlier is not None:
        return earlier
    missing = [tool for tool in ("apt-cache", "apt-get", "dpkg") if shutil.which(tool) is None]
    if missing:
        reason = (
            f"{', '.join(missing)} not found: the recordings come from Debian packages, so this needs apt"
        )
        return DemoMusic(files=(), folder=folder, packages=(), messages=(reason,))
    try:
        return _Fetch(folder=folder, limit=limit, tell=on_progress or _silent).run()
    except OSError as err:
        reason = f"the recordings cannot be kept in {folder}: {err.strerror or err}"
        return DemoMusic(files=(), folder=folder, packages=(), messages=(reason,))


def _silent(_message: str) -> None:
    """Nobody listens to the progress."""


def _marked(folder: Path) -> dict[str, Any]:
    """What an earlier call noted in the folder; empty where there was none."""
    try:
        marker = json.loads((folder / _MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return marker if isinstance(marker, dict) else {}


def _earlier(folder: Path, limit: int) -> DemoMusic | None:
    """What an earlier call with the same limit brought, if it is complete and still there."""
    marker = _marked(folder)
    if not marker.get("complete") or marker.get("limit") != limit:
        return None
    files = tuple(folder / name for name in marker["files"])
    if not all(file.is_file() for file in files):
        return None
    return DemoMusic(files=files, folder=folder, packages=tuple(marker["packages"]))


@dataclass(slots=True, kw_only=True)
class _Fetch:
    """One run: which packages there are, their files, and what went wrong on the way."""

    folder: Path
    limit: int
    tell: Tell
    messages: list[str] = field(default_factory=list)

    def run(self) -> DemoMusic:
        """Asks, downloads, unpacks and sorts in; leaves nothing unpacked behind, whatever happens."""
        packages = self._choose()
        if not packages:
            return self._outcome({})
        downloads = self.folder / _DOWNLOADS
        downloads.mkdir(parents=True, exist_ok=True)
        try:
            with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
                roots = list(pool.map(self._bring, packages))
            return self._outcome(
                {
                    package: _recordings(package, root)
                    for package, root in zip(packages, roots, strict=True)
                    if root is not None
                }
            )
        finally:
            for root in downloads.glob("*/root"):
                shutil.rmtree(root, ignore_errors=True)

    def _choose(self) -> list[DemoPackage]:
        """The packages that this system's lists hold, with a reserve where they are too few."""
        known = self._known(PACKAGES)
        if not known and self._update_lists():
            known = self._known(PACKAGES)
        if sum(package.recordings for package in known) < min(FEWEST, self.limit):
            known += self._known(RESERVES)[-1:]
        if not known:
            self.messages.append(
                "apt knows none of the packages with free music: its lists are missing or of another system. "
                "Try `sudo apt-get update`, then again"
            )
        return known

    def _known(self, packages: Sequence[DemoPackage]) -> list[DemoPackage]:
        return [package for package in packages if _size_bytes(package.name) is not None]

    def _update_lists(self) -> bool:
        """Fetches the package lists, which only root may do; whether that was done."""
        if os.geteuid() != 0:
            return False
        self.tell("updating the package lists")
        ran = _run(["apt-get", "-q", "update"], cwd=None, timeout_s=_DOWNLOAD_S)
        if ran.problem:
            self.messages.append(f"`apt-get update` failed: {ran.problem}")
        return not ran.problem

    def _bring(self, package: DemoPackage) -> Path | None:
        """The folder of the unpacked package, or None with a message."""
        place = self.folder / _DOWNLOADS / package.name
        place.mkdir(exist_ok=True)
        size = _size_bytes(package.name) or 0
        self.tell(f"fetching {package.name} ({package.kind}, {size / 1e6:.0f} MB)")
        ran = _run(["apt-get", "-q", "download", package.name], cwd=place, timeout_s=_DOWNLOAD_S)
        archives = sorted(place.glob("*.deb"))
        if ran.problem or not archives:
            self.messages.append(f"{package.name} could not be fetched: {ran.problem or 'nothing came'}")
            return None
        root = place / "root"
        ran = _run(["dpkg", "-x", str(archives[-1]), str(root)], cwd=place, timeout_s=_UNPACK_S)
        if ran.problem:
            self.messages.append(f"{package.name} could not be unpacked: {ran.problem}")
            return None
        self.tell(f"{package.name} is here")
        return root

    def _outcome(self, found: dict[DemoPackage, list[tuple[Path, Path]]]) -> DemoMusic:
        """Moves the chosen recordings into the folder; archives stay only where another try needs them."""
        for package, recordings in found.items():
            if not recordings:
                self.messages.append(f"{package.name} holds no recordings where they were expected")
        chosen = list(islice(_in_turn(list(found.values())), self.limit))
        for source, target in chosen:
            (self.folder / target).parent.mkdir(parents=True, exist_ok=True)
            source.replace(self.folder / target)
        files = tuple(sorted(self.folder / target for _, target in chosen))
        packages = tuple(package.name for package, recordings in found.items() if recordings)
        self._keep_licences(packages)
        if files:
            self._forget_others(files)
            self._mark(files, packages)
        if files and not self.messages:
            shutil.rmtree(self.folder / _DOWNLOADS, ignore_errors=True)
        return DemoMusic(
            files=files, folder=self.folder, packages=packages, messages=tuple(sorted(self.messages))
        )

    def _forget_others(self, files: Sequence[Path]) -> None:
        """Removes what an earlier call with another limit brought and this one did not choose."""
        for name in _marked(self.folder).get("files", ()):
            if self.folder / name not in files:
                (self.folder / name).unlink(missing_ok=True)

    def _keep_licences(self, packages: Sequence[str]) -> None:
        for name in packages:
            source = self.folder / _DOWNLOADS / name / "root/usr/share/doc" / name / "copyright"
            target = self.folder / _LICENCES / f"{name}.txt"
            if source.is_file() and not source.is_symlink():
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(source, target)
            else:
                _log.warning("%s comes without a copyright file", name)

    def _mark(self, files: Sequence[Path], packages: Sequence[str]) -> None:
        names = [file.relative_to(self.folder).as_posix() for file in files]
        marker = {
            "limit": self.limit,
            "complete": not self.messages,
            "packages": list(packages),
            "files": names,
        }
        (self.folder / _MARKER).write_text(json.dumps(marker, indent=1), "utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ran:
    """How a command ended: what it printed, and its complaint where it failed."""

    output: str
    problem: str


def _run(command: Sequence[str], *, cwd: Path | None, timeout_s: float) -> _Ran:
    """Runs a command in plain English and without asking anybody anything."""
    environment = os.environ | {"LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ran = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _Ran(output="", problem=f"{command[0]} took longer than {timeout_s / 60:.0f} minutes")
    if ran.returncode == 0:
        return _Ran(output=ran.stdout, problem="")
    complaints = " ".join(line for line in ran.stderr.splitlines() if line.startswith(("E:", "dpkg")))
    return _Ran(output=ran.stdout, problem=complaints or f"{command[0]} ended with {ran.returncode}")


def _size_bytes(name: str) -> int | None:
    """The size of the package's archive, or None where apt does not know the package."""
    shown = _run(["apt-cache", "--no-all-versions", "show", name], cwd=None, timeout_s=_ASK_S)
    size = re.search(r"^Size: (\d+)$", shown.output, re.MULTILINE)
    return int(size[1]) if size and not shown.problem else None


def _recordings(package: DemoPackage, root: Path) -> list[tuple[Path, Path]]:
    """The package's recordings in order of name: where each lies, and where it goes below the folder."""
    found = chain.from_iterable(sorted(root.glob(pattern)) for pattern in package.patterns)
    whole = (path for path in found if path.is_file() and not path.is_symlink())
    return [(path, _target(package, path)) for path in whole if path.stem not in package.left_out]


def _target(package: DemoPackage, path: Path) -> Path:
    """``Artist/Title.ogg``, as readable as the file's own name allows."""
    if package.by_folder:
        return Path(package.credit, path.parent.name.replace("_", " ").capitalize() + path.suffix)
    numbered = _NUMBERED.fullmatch(path.stem)
    if numbered:
        return Path(numbered["artist"], numbered["title"] + path.suffix)
    title = dict(package.titles).get(path.stem, path.stem.replace("_", " "))
    return Path(package.credit, title[:1].upper() + title[1:] + path.suffix)


def _in_turn(groups: Sequence[Sequence[tuple[Path, Path]]]) -> Iterator[tuple[Path, Path]]:
    """One of each group, then the second of each, until all are used up."""
    return (item for turn in zip_longest(*groups) for item in turn if item is not None)
