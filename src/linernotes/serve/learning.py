"""The command ``learn``: one turn of continuous learning, by hand or by a clock."""

from __future__ import annotations

import os
import re
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from linernotes.errors import LinernotesError
from linernotes.learn.turn import Outcome, TurnReport, turn
from linernotes.serve.layout import Hanging, Screen, styled
from linernotes.serve.nightly import leave
from linernotes.serve.options import AsJson, LibraryDir, opened, print_json

NICENESS = 10
"""Answers go before learning."""
_MB: Final = 10**6
_REFUSED: Final = re.compile(
    r"alloc|out of memory|cannot allocate|start new thread|could not create a primitive", re.IGNORECASE
)
_STYLES = {"promoted": "green", "kept": "yellow", "left out": "yellow"}


def learn(
    budget: Annotated[
        float, typer.Option(min=0.1, metavar="MINUTES", help="About how long it may take.")
    ] = 25.0,
    threads: Annotated[int, typer.Option(min=0, metavar="N", help="Cores; 0: all that are there.")] = 0,
    memory: Annotated[
        int, typer.Option(min=0, metavar="MB", help="Memory that it may take at most; 0: any.")
    ] = 6000,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help="Show what would happen; change nothing.")
    ] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Learn from reactions and corrections; what does not measure better is not used."""
    _step_back(threads)
    err = Screen(stderr=True)
    with _ended_in_order(), _bounded(memory), opened(library) as open_library:
        report = turn(
            open_library, budget_s=budget * 60, dry_run=dry_run, on_step=lambda step: err.print(styled(step))
        )
    if as_json:
        print_json(report)
    else:
        Screen().print(turn_view(report))


def _step_back(threads: int) -> None:
    """Lets everything else on the machine go first, and leaves it the other cores."""
    os.nice(max(NICENESS - os.nice(0), 0))
    if threads:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Takes what is unfinished out of the way when somebody ends the process."""
    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _bounded(memory_mb: int) -> Iterator[None]:
    """Lets this process take so much memory and no more, 0: as much as there is.

    Raises LinernotesError where that is too little.
    """
    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    if memory_mb:
        resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * _MB, most))
    try:
        yield
    except Exception as err:
        if not memory_mb or not _ran_out(err):
            raise
        raise LinernotesError(
            f"learning needs more than {memory_mb} MB: raise --memory; what is in use stays as it was"
        ) from err
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))


def _ran_out(err: Exception) -> bool:
    """Whether memory was refused; libraries that are not written in Python say so in their own words."""
    return isinstance(err, MemoryError) or _REFUSED.search(str(err)) is not None


def turn_view(report: TurnReport) -> RenderableType:
    """What came of each kind, with the figures that decided."""
    if all(one.state == "nothing new" for one in report.outcomes):
        return styled("nothing new since the last turn")
    return Group(*_lines(report))


def _lines(report: TurnReport) -> Iterator[RenderableType]:
    for one in report.outcomes:
        yield Hanging(_headline(one, dry_run=report.dry_run))
        for reason in one.reasons:
            yield Hanging(styled((reason, "yellow")), indent=2)
        for line in one.figures:
            yield Hanging(styled((line, "dim")), indent=2)
    if report.suspicious:
        songs = ", ".join(f"#{one}" for one in report.suspicious_songs)
        told = f"{report.suspicious} suspicious reactions were left out, to {songs}"
        yield Hanging(styled((told, "yellow")))
    yield styled((f"{report.seconds:.0f} s", "dim"))


def _headline(one: Outcome, *, dry_run: bool) -> Text:
    said = f"would be {one.state}" if dry_run and one.state in _STYLES else one.state
    words = {"too little": "too little is known yet", "same": "what is in use was learned again"}
    told = f"{one.kind}{f' {one.version}' if one.version else ''}: "
    more = f" ({one.news})" if one.news else ""
    return styled((told, "bold"), (words.get(one.state, said), _STYLES.get(one.state, "")), more)
