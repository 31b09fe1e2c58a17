"""``linernotes demo``: from nothing to answers on real music, with the time that each step took."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from linernotes.config import Settings
from linernotes.library import AskOptions, Library
from linernotes.llm import KeptGenerator
from linernotes.serve import screen
from linernotes.serve.demo_catalogue import add_demo_catalogue, demo_notes_path
from linernotes.serve.demo_music import DemoMusic, fetch_demo_music
from linernotes.serve.layout import print_lines
from linernotes.serve.web import serve_forever
from linernotes.serve.weights import fetch_with_progress

REQUESTS = (
    "upbeat pop songs with catchy melodies",
    "something similar to Radiohead's experimental rock sound",
    "energetic rock, but no vocals and no metal",
    "calm instrumental music for working late, no drums",
)
PICKS_SHOWN = 5


class _Steps:
    """The steps and how long each took."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.seconds_by_step: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._console.print(Text(f"{name} ..."))
        started = time.monotonic()
        yield
        self.seconds_by_step[name] = time.monotonic() - started
        self._console.print(Text(f"    {self.seconds_by_step[name]:.1f} s", style="dim"))


def run_demo(settings: Settings, *, music: Path | None, offer_page: bool, out: Console, err: Console) -> None:
    """Fetches models and music, adds the demo catalogue, listens, writes, and answers real requests.

    ``music`` is listened to instead of what would be fetched. The page is offered in a terminal only.
    """
    steps = _Steps(err)
    with ThreadPoolExecutor(max_workers=1) as background:
        recordings = None if music else background.submit(fetch_demo_music, settings.library_dir / "music")
        with steps.step("Fetching and verifying the models (144 MB, once)"):
            fetch_with_progress(settings, err)
        with (
            steps.step("Adding 5,000 known and lesser known songs by name, and their notes"),
            Library(replace(settings, notes_for="all")) as library,
            screen.progress_on(err) as bar,
        ):
            add_demo_catalogue(library, writer=KeptGenerator(demo_notes_path()), on_progress=bar)
        with Library(settings) as library:
            with steps.step("Fetching freely licensed recordings through apt (no root needed)"):
                folder = music or _folder_of(recordings.result() if recordings else None, err)
            if folder is not None:
                with (
                    steps.step("Listening to the recordings and writing their notes"),
                    screen.progress_on(err) as bar,
                ):
                    report = library.add(folder, on_progress=bar)
                print_lines(err, screen.report_lines(report))
            _answer(library, steps, out)
            _summary(steps, out)
            if offer_page and _someone_is_there(out):
                _offer_page(library, err)


def _folder_of(fetched: DemoMusic | None, err: Console) -> Path | None:
    if fetched is None:
        return None
    print_lines(err, fetched.messages)
    return fetched.folder if fetched.files else None


def _answer(library: Library, steps: _Steps, out: Console) -> None:
    for request in REQUESTS:
        out.print(Rule(Text(request, style="bold"), align="left"))
        started = time.monotonic()
        out.print(screen.answer_view(library.ask(request, AskOptions(n=PICKS_SHOWN))))
        steps.seconds_by_step[f"Answering “{request}”"] = time.monotonic() - started


def _summary(steps: _Steps, out: Console) -> None:
    out.print(Rule("How long it took", align="left"))
    for name, seconds in steps.seconds_by_step.items():
        out.print(Text(f"{seconds:8.2f} s  {name}"))


def _someone_is_there(out: Console) -> bool:
    return out.is_terminal and sys.stdin.isatty() and not os.environ.get("CI")


def _offer_page(library: Library, err: Console) -> None:
    err.print(Text("Serve the web page now? [Y/n] "), end="")
    try:
        answer = input()
    except EOFError:
        return
    if answer.strip().lower() in {"", "y", "yes"}:
        serve_forever(library, host="127.0.0.1", port=0, err=err)
