"""The writer's adapter: the one that was promoted on this machine, else the one of the package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from linernotes.errors import ModelError
from linernotes.models.shelf import (
    Artefact,
    current,
    promote,
    put,
    sha256_of,
)

WRITER = "writer"
"""Its name on the shelf."""


def writer_adapter(models_dir: Path, base: Path) -> Path | None:
    """The adapter to load beside this base; None where there is none at all.

    Raises ModelError for a file that is not what its card says, or one that was made for another base.
    """
    chosen = current(models_dir, WRITER)
    if chosen.card is not None:
        if chosen.state != "ok":
            raise ModelError(f"the writer in use is {chosen.state}: `linernotes models rollback {WRITER}`")
        _hold_base(chosen.card.details, base, chosen.path)
        return chosen.path
    return shipped_writer(base)


def shipped_writer(base: Path) -> Path | None:
    """The adapter of the package, whatever was promoted; raises as ``writer_adapter`` does."""
    folder = Path(str(resources.files("linernotes").joinpath("data/writer")))
    return adapter_in(folder, base) if (folder / "card.json").is_file() else None


def adapter_in(folder: Path, base: Path) -> Path:
    """The adapter that a tuning run left in ``folder``, for this base; raises as ``writer_adapter`` does."""
    card = read_card(folder)
    file = _file_of(card, folder)
    _hold_base(card, base, file)
    return file


def install_writer(models_dir: Path, folder: Path, base: Path) -> Artefact:
    """Puts the adapter that a tuning run left in ``folder`` on the shelf and makes it the one in use.

    Raises ModelError if the folder has no adapter, its checksum is not the card's, or it was made for another
    base than the one that it would be used with.
    """
    card = read_card(folder)
    if card.get("base_sha256") is None:
        raise ModelError(
            f"{folder} was tuned on a base that is no GGUF file: set llm_base to that base as GGUF, and "
            "llm_adapter to the folder"
        )
    _hold_base(card, base, _file_of(card, folder))
    put(
        models_dir,
        _file_of(card, folder),
        name=WRITER,
        source=str(card["name"]),
        version=str(card["sha256"])[:12],
        licence=str(card["licence"]),
        details={name: value for name, value in card.items() if name not in _ON_THE_SHELF},
    )
    return promote(models_dir, WRITER, str(card["sha256"]))


_ON_THE_SHELF = frozenset({"name", "file", "sha256", "size_bytes", "licence", "made_at"})
_NEEDED = ("name", "file", "sha256", "licence")


def read_card(folder: Path) -> dict[str, Any]:
    """The card of a tuning run. Raises ModelError if there is none, or the file beside it is another one."""
    try:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        missing = [name for name in _NEEDED if name not in card]
    except (OSError, ValueError, TypeError) as err:
        raise ModelError(f"{folder} holds no tuned writer: {err}") from err
    if missing:
        raise ModelError(f"the card in {folder} does not tell {missing[0]}")
    file = _file_of(card, folder)
    if not file.is_file():
        raise ModelError(f"the adapter {file} of the card beside it is missing")
    if sha256_of(file) != card["sha256"]:
        raise ModelError(f"{file} is not what its card says (sha256 differs): take it from its source again")
    return dict(card)


def _file_of(card: Mapping[str, Any], folder: Path) -> Path:
    """The adapter that lies beside the card: whatever path stands there, it is looked for in the folder."""
    return folder / Path(str(card["file"])).name


def _hold_base(card: Mapping[str, Any], base: Path, adapter: Path) -> None:
    wanted = card.get("base_sha256")
    if wanted is not None and wanted != known_sha256(base):
        raise ModelError(
            f"the adapter {adapter.name} was made for another base than {base.name}: tune one for it, set "
            "llm_adapter = 'none', or set llm_base and llm_adapter to the two that belong together"
        )


def known_sha256(base: Path) -> str:
    """The checksum on the base's card, which fetching verified; of a file without a card, its own."""
    try:
        card = json.loads((base.parent / "card.json").read_text(encoding="utf-8"))
        return str(card["sha256"]) if card["file"] == base.name else sha256_of(base)
    except (OSError, ValueError, KeyError, TypeError):
        return sha256_of(base)
