"""The command ``history``: what was listened to elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from linernotes.ingest import HistoryReport
from linernotes.serve import screen
from linernotes.serve.exits import DONE, SOME_FAILED
from linernotes.serve.layout import Hanging, Screen, columns, styled
from linernotes.serve.options import AsJson, LibraryDir, Listener, opened, print_json

SHOWN_SONGS = 20
_WAYS = {
    "musicbrainz": "MusicBrainz identifier",
    "isrc": "ISRC",
    "name": "artist and title",
    "bare_name": "artist and title without its version",
}

history_app = typer.Typer(help="What was listened to elsewhere: import.", no_args_is_help=True)


@history_app.command("import")
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="An export of ListenBrainz, Last.fm or Spotify.")
    ],
    listener: Listener = "me",
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Keep what you heard elsewhere, as far as the songs are here; doing it twice does no harm."""
    with opened(library) as open_library, screen.progress_on(Screen(stderr=True)) as on_progress:
        report = open_library.import_history(path, listener, on_progress=on_progress)
    if as_json:
        print_json(report)
    else:
        Screen().print(history_view(report))
    raise typer.Exit(SOME_FAILED if report.failed else DONE)


def history_view(report: HistoryReport) -> RenderableType:
    """What was read, matched and new, and the songs and rows that could not be used."""
    return Group(*_matched(report), *_unmatched(report), *_failed(report))


def _matched(report: HistoryReport) -> Iterator[RenderableType]:
    listens, skips = screen.count(report.listens, "listen"), screen.count(report.skips, "skip")
    matched = sum(way.listens for way in report.matched)
    yield Hanging(
        styled((f"{listens} read, with {skips}; {matched:,} matched, {report.new:,} of them new", "bold"))
    )
    rows = [(f"{way.listens:,}", f"{way.confidence:.2f}", _WAYS[way.by]) for way in report.matched]
    yield from columns(("listens", "confidence", "matched by"), rows, right={"listens", "confidence"})


def _unmatched(report: HistoryReport) -> Iterator[RenderableType]:
    if not report.unmatched:
        return
    yield Text()
    yield styled(f"{report.unmatched:,} not matched; of songs that are not here the most listened to are")
    songs = report.unmatched_songs[:SHOWN_SONGS]
    rows = [(f"{song.listens:,}", f"{song.artist} - {song.title}") for song in songs]
    yield from columns(("listens", "song"), rows, right={"listens"})


def _failed(report: HistoryReport) -> Iterator[RenderableType]:
    if not report.failed:
        return
    yield Text()
    yield styled((f"{screen.count(report.failed, 'row')} could not be used", "yellow"))
    for failure in report.failures:
        yield Hanging(styled((f"{failure.key}: {failure.reason}", "yellow")))
    if report.failed > len(report.failures):
        yield styled((f"and {report.failed - len(report.failures):,} more", "yellow"))
