"""The model weights in a terminal: fetched with progress, listed with their state."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from linernotes import models
from linernotes.config import Settings
from linernotes.serve.layout import columns

BAR_COLUMNS = 16


def fetch_with_progress(settings: Settings, console: Console) -> None:
    """Fetches what is missing. Raises ModelError with the cure when it cannot."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=BAR_COLUMNS),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def show(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = bars.add_task(name, total=total)
        bars.update(tasks[name], completed=done, total=total)

    with bars:
        models.fetch(settings.models_dir, on_progress=show)


def weights_view(settings: Settings) -> RenderableType:
    """A table of the weights."""
    rows = [
        (
            artefact.name,
            artefact.state,
            f"{artefact.size_bytes / 1e6:.1f} MB" if artefact.size_bytes else "",
            artefact.licence or "",
        )
        for artefact in models.listing(settings.models_dir)
    ]
    return Group(*columns(("model", "state", "size", "licence"), rows, right={"size"}))
