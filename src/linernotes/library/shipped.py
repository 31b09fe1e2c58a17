"""What comes with the package for answering: sessions, and the fusion that was learned from them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from linernotes.errors import InputError
from linernotes.library.sessions import SessionFile, read_sessions
from linernotes.rank import FixedFusion, Fusion, LearnedFusion

FOLDER = Path(str(resources.files("linernotes").joinpath("data/ranker")))
RANKER, SESSIONS = "ranker.onnx", "sessions.npz"


def check_shipped() -> None:
    """Raises InputError in a package that comes without a ranker."""
    if not (FOLDER / RANKER).exists():
        raise InputError("this package comes without a ranker: tools/learn_ranker.py makes one")


def shipped_fusion() -> Fusion:
    """The fusion that was learned; the fixed one in a package without it."""
    path = FOLDER / RANKER
    return LearnedFusion(path.read_bytes()) if path.exists() else FixedFusion()


@cache
def shipped_sessions() -> SessionFile | None:
    """The sessions, read once; None in a package without them."""
    path = FOLDER / SESSIONS
    return read_sessions(path) if path.exists() else None
