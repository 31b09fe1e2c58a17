"""Fixtures that many tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linernotes import models
from linernotes.config import load_settings

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder of fetched model weights; skips without it, fails where CI demands it."""
    folder = load_settings().models_dir
    if all(artefact.state == "ok" for artefact in models.listing(folder)):
        return folder
    if os.environ.get("LINERNOTES_REQUIRE_MODELS") == "1":
        pytest.fail(f"no model weights in {folder}: run `linernotes models fetch`")
    pytest.skip("needs the model weights: make models")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The development data beside the checkout; skips where there is none."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the development data beside the checkout")
    return folder
