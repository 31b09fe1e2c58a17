"""The command line: thin commands over ``Library``."""

from __future__ import annotations

import io
import logging
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from linernotes import __version__
from linernotes.config import load_settings
from linernotes.errors import InputError
from linernotes.library import AskOptions, CollectionPage, SongPage
from linernotes.listener import REASONS
from linernotes.serve import screen
from linernotes.serve.accounts import account_app, token_app
from linernotes.serve.as_json import answer_json
from linernotes.serve.correcting import correct
from linernotes.serve.doctor import Finding, examine
from linernotes.serve.evaluating import evaluate
from linernotes.serve.exits import DONE, FAILED, SOME_FAILED, Commands
from linernotes.serve.forgetting import forget
from linernotes.serve.history import history_app
from linernotes.serve.layout import Hanging, Screen, print_lines, styled
from linernotes.serve.learning import learn
from linernotes.serve.models import models_app
from linernotes.serve.options import AsJson, LibraryDir, Listener, opened, print_json
from linernotes.serve.playlists import check_playlist_path, save_playlist
from linernotes.serve.profile import profile_app
from linernotes.types import Answer, Context

RATING_STARS = 5

app = typer.Typer(
    cls=Commands,
    help="Written notes for a music library, and recommendations from them in plain words.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(account_app, name="account")
app.add_typer(history_app, name="history")
app.add_typer(models_app, name="models")
app.add_typer(profile_app, name="profile")
app.add_typer(token_app, name="token")

Count = Annotated[int, typer.Option("--number", "-n", min=1, max=500, metavar="N", help="How many songs.")]
Share = Annotated[float | None, typer.Option(min=0, max=1, metavar="SHARE", help="play: how much was heard.")]
Stars = Annotated[
    int | None, typer.Option(min=1, max=RATING_STARS, metavar="STARS", help="rate: so many stars.")
]
Rating = Annotated[float | None, typer.Option(min=0, max=1, metavar="VALUE", help="rate: worst to best.")]


class Feedback(StrEnum):
    """What a listener may do with a track."""

    like = "like"
    dislike = "dislike"
    skip = "skip"
    play = "play"
    save = "save"
    rate = "rate"
    undo = "undo"


class Kind(StrEnum):
    """What ``show`` can show."""

    song = "song"
    artist = "artist"
    genre = "genre"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"linernotes {__version__}")
        raise typer.Exit(DONE)


@app.callback()
def root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", metavar="", help="Say more on standard error.")
    ] = False,
) -> None:
    """Written notes for a music library, and recommendations from them in plain words."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


@app.command()
def demo(
    music: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Listen to this folder instead of fetching music.")
    ] = None,
    library: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Another folder than the demo's own.")
    ] = None,
    page: Annotated[
        bool, typer.Option(metavar="", help="Offer the web page at the end, in a terminal.")
    ] = True,
) -> None:
    """A first answer on real music, nothing to prepare."""
    from linernotes.serve.demo import run_demo

    settings = load_settings(library_dir=library or load_settings().library_dir.parent / "demo")
    run_demo(settings, music=music, offer_page=page, out=Screen(), err=Screen(stderr=True))


@app.command()
def add(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder of music, or a table (.parquet, .csv, .jsonl).")
    ],
    library: LibraryDir = None,
    jobs: Annotated[
        int, typer.Option(min=0, metavar="N", help="Processes at once; 0: one for each core.")
    ] = 0,
    notes: Annotated[bool, typer.Option(metavar="", help="Let the model write notes.")] = True,
    join: Annotated[
        bool, typer.Option("--join", metavar="", help="Join a table's facts to tracks by artist and title.")
    ] = False,
) -> None:
    """Scan, listen, write and index; resumable; a second time only what changed."""
    with opened(library) as open_library, screen.progress_on(Screen(stderr=True)) as on_progress:
        report = open_library.add(path, jobs=jobs, notes=notes, joined=join, on_progress=on_progress)
    print_lines(Screen(stderr=True), screen.report_lines(report))
    raise typer.Exit(SOME_FAILED if report.failed else DONE)


@app.command()
def status(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """How far each stage is, what failed and why."""
    with opened(library) as open_library:
        report = open_library.status()
    if as_json:
        print_json(report)
    else:
        Screen().print(screen.status_view(report))


@app.command()
def ask(
    text: Annotated[list[str], typer.Argument(metavar="REQUEST", help="What you would like to hear.")],
    n: Count = 20,
    listener: Listener = "me",
    company: Annotated[
        list[str] | None, typer.Option("--with", metavar="NAME", help="Who listens, too; once for each.")
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=WORD", help="mood, activity, company or time, as activity=running."),
    ] = None,
    popularity: Annotated[
        float | None, typer.Option(min=-1, max=1, metavar="DIAL", help="-1 deep cuts … 1 hits.")
    ] = None,
    diversity: Annotated[
        float, typer.Option(min=0, max=1, metavar="DIAL", help="How far the songs differ.")
    ] = 0.3,
    exploration: Annotated[
        float, typer.Option(min=0, max=1, metavar="SHARE", help="Share of songs that find out what you like.")
    ] = 0.05,
    minutes: Annotated[
        float | None, typer.Option(min=1, metavar="MINUTES", help="How long together.")
    ] = None,
    after: Annotated[
        int | None, typer.Option(metavar="ANSWER", help="The answer that this goes on from, by its number.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save as a playlist: mix.m3u8, .jspf, .xspf.")
    ] = None,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Songs for a request in plain words, with reasons."""
    if save is not None:
        check_playlist_path(save)
    options = AskOptions(
        n=n,
        listener=listener,
        company=tuple(company or ()),
        context=_context(context or []),
        popularity=popularity,
        diversity=diversity,
        exploration=exploration,
        minutes=minutes,
        after=after,
    )
    with opened(library) as open_library:
        _show_answer(open_library.ask(_typed(text), options), as_json=as_json, save=save)


@app.command()
def similar(
    name: Annotated[list[str], typer.Argument(metavar="ARTIST|SONG|ID", help="What it shall be like.")],
    n: Count = 20,
    listener: Listener = "me",
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save as a playlist: mix.m3u8, .jspf, .xspf.")
    ] = None,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Songs like an artist or a song of the library."""
    if save is not None:
        check_playlist_path(save)
    with opened(library) as open_library:
        answer = open_library.similar(_typed(name), AskOptions(n=n, listener=listener))
        _show_answer(answer, as_json=as_json, save=save)


@app.command()
def show(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="What to show.")],
    name: Annotated[list[str], typer.Argument(metavar="NAME", help="A name, or a song's number.")],
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """The note and the facts of a song, an artist or a genre."""
    with opened(library) as open_library:
        wanted = _typed(name)
        page: SongPage | CollectionPage
        match kind:
            case Kind.song:
                page = open_library.show_song(wanted)
            case Kind.artist:
                page = open_library.show_collection("artist", wanted)
            case Kind.genre:
                page = open_library.show_collection("genre", wanted)
    if as_json:
        print_json(page)
    else:
        Screen().print(screen.page_view(page))


@app.command()
def feedback(
    kind: Annotated[Feedback, typer.Argument(metavar="KIND", help="What you did or think.")],
    track: Annotated[list[str], typer.Argument(metavar="TRACK", help="A song's number or name.")],
    listener: Listener = "me",
    because: Annotated[str | None, typer.Option(metavar="WORD", help=f"{', '.join(REASONS)}.")] = None,
    answer: Annotated[
        int | None, typer.Option(metavar="ANSWER", help="The answer in which it stood, by its number.")
    ] = None,
    stars: Stars = None,
    value: Rating = None,
    share: Share = None,
    library: LibraryDir = None,
) -> None:
    """Tell what you think of a song; the next answer knows."""
    worth = _worth(kind, stars=stars, value=value, share=share)
    reason = _typed([because]) if because else None
    with opened(library) as open_library:
        event = open_library.feedback(
            listener, _typed(track), kind.value, value=worth, reason=reason, answer_id=answer
        )
    print_lines(Screen(stderr=True), [f"noted: {listener} {event.kind} #{event.track_id}"])


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; others come in by `account`.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", help="0: any free one.")] = 8321,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name that it is reached by; once for each. Needs a login."),
    ] = None,
    require_login: Annotated[
        bool, typer.Option("--require-login", metavar="", help="Let nobody in without, from here neither.")
    ] = False,
    learn_at: Annotated[
        str | None, typer.Option(metavar="HH:MM", help="Learn every day at this time, beside answers.")
    ] = None,
    library: LibraryDir = None,
) -> None:
    """The web page, and the JSON of ask."""
    from linernotes.serve.nightly import learning, time_of_day
    from linernotes.serve.web import serve_forever

    at = time_of_day(learn_at) if learn_at is not None else None
    with opened(library) as open_library, learning(at, open_library.settings.library_dir):
        serve_forever(
            open_library,
            host=host,
            port=port,
            err=Screen(stderr=True),
            hosts=allowed_host or (),
            require_login=require_login,
        )


@app.command()
def tune(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE.toml", help="What to learn from, and how.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where it goes; the recipe's name by default.")
    ] = None,
    threads: Annotated[int, typer.Option(min=0, metavar="N", help="Threads; 0: one for each core.")] = 0,
    use: Annotated[bool, typer.Option("--use", metavar="", help="Let it write from now on.")] = False,
) -> None:
    """Fine-tune the writer; an interrupted run goes on where it was."""
    from linernotes.serve.tuning import run_recipe

    err = Screen(stderr=True)
    folder = run_recipe(load_settings(), recipe, out=out, threads=threads, use=use, err=err)
    print_lines(err, [f"done: {folder} has the adapter and its card"])


app.command()(correct)
app.command()(learn)
app.command()(evaluate)
app.command()(forget)


@app.command()
def doctor(library: LibraryDir = None) -> None:
    """Whether everything is in place, and what to do if not."""
    findings = examine(load_settings(library_dir=library))
    for finding in findings:
        mark, style = _mark(finding)
        line = styled(f"{finding.what}: {finding.detail}")
        Screen().print(Hanging(line, lead=styled((f"{mark:<6}", style))))
    raise typer.Exit(DONE if all(finding.ok or not finding.needed for finding in findings) else FAILED)


def _typed(words: list[str]) -> str:
    """What was typed, as text: bytes that are no UTF-8 become replacement signs."""
    return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _context(pairs: list[str]) -> Context:
    values: dict[str, str] = {}
    for pair in pairs:
        name, _, word = pair.partition("=")
        if name not in {"mood", "activity", "company", "time"} or not word.strip():
            raise InputError(f"--context {pair!r}: write mood=…, activity=…, company=… or time=…")
        values[name] = word.strip()
    return Context(**values)


def _worth(kind: Feedback, *, stars: int | None, value: float | None, share: float | None) -> float | None:
    """The event's value, 0 to 1. Raises InputError for a rating without one and for what does not belong."""
    if share is not None and kind is not Feedback.play:
        raise InputError(f"--share tells how much of a play was heard; {kind} has none")
    if (stars is not None or value is not None) and kind is not Feedback.rate:
        raise InputError(f"--stars and --value belong to rate, not to {kind}")
    if kind is not Feedback.rate:
        return share
    if stars is not None and value is None:
        return (stars - 1) / (RATING_STARS - 1)
    if value is None or stars is not None:
        raise InputError("rate needs either --stars 1..5 or --value 0..1")
    return value


def _mark(finding: Finding) -> tuple[str, str]:
    if finding.ok:
        return "ok", "green"
    return ("FAIL", "bold red") if finding.needed else ("note", "yellow")


def _show_answer(answer: Answer, *, as_json: bool, save: Path | None) -> None:
    if as_json:
        print_json(answer_json(answer))
    else:
        Screen().print(screen.answer_view(answer))
    if save is not None:
        tracks = [pick.track for pick in answer.picks]
        count = save_playlist(tracks, save)
        left_out = f", {len(tracks) - count} without a file left out" if count < len(tracks) else ""
        print_lines(Screen(stderr=True), [f"saved {count} songs to {save}{left_out}"])


def main() -> None:
    """Runs the command line, also where a stream is closed or knows few characters."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - no path, a sink
        sys.stdout = sys.stdout or nowhere
        sys.stderr = sys.stderr or nowhere
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        app(prog_name="linernotes")
