"""How answers, pages and progress look in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from linernotes.ingest import AddReport, OnProgress
from linernotes.ingest import Progress as Step
from linernotes.library import CollectionPage, SongPage, Status
from linernotes.serve.layout import Hanging, columns, styled
from linernotes.types import Answer, Fact, Pick, Track
from linernotes.words import word_for

STAGE_WORDS = {
    "names": "Reading names and tags",
    "join": "Joining tables",
    "audio": "Listening",
    "notes": "Writing notes",
    "artists and genres": "Writing on artists, genres",
    "embed": "Reading notes for meaning",
    "history": "Reading listens",
}
NOTHING_FOUND = "nothing here fits this request"
INDENT = 5
"""Where the text of a pick begins, below its number."""
BAR_COLUMNS = 20


def count(number: int, noun: str, nouns: str = "") -> str:
    """The number with its noun, in the plural where it must be."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {nouns or noun + 's'}"


def track_line(track: Track, *, lead: Text | None = None) -> RenderableType:
    """One line for a track, as ``show song`` takes it: artists, title, album and year where known, number."""
    where = ", ".join(str(part) for part in (track.album, track.year) if part)
    return Hanging(
        styled(
            f"{', '.join(track.artists)} - " if track.artists else "",
            (track.title, "bold"),
            f" ({where})" if where else "",
            (f"  #{track.id}", "dim"),
        ),
        lead=lead,
    )


def answer_view(answer: Answer) -> RenderableType:
    """The picks with their notes and reasons, and what had to be said about them."""
    parts: list[RenderableType] = []
    for pick in answer.picks:
        parts += [*_pick_lines(pick), Text()]
    messages = answer.messages or (() if answer.picks else (NOTHING_FOUND,))
    parts += [Hanging(styled((message, "yellow"))) for message in messages]
    found = count(len(answer.picks), "song")
    parts.append(styled((f"Answer {answer.id}: {found} in {answer.seconds:.2f} s", "dim")))
    return Group(*parts)


def _pick_lines(pick: Pick) -> Iterator[RenderableType]:
    yield track_line(pick.track, lead=styled((f"{pick.rank:3d}. ", "dim")))
    if pick.description:
        yield Hanging(styled(pick.description), indent=INDENT)
    if pick.reasons:
        reasons = " · ".join(reason.text for reason in pick.reasons)
        yield Hanging(styled((f"Why: {reasons}", "cyan")), indent=INDENT)
    if not pick.verified:
        unknown = "; ".join(pick.unverified)
        yield Hanging(styled((f"Not verified: {unknown}", "yellow")), indent=INDENT)


def song_view(page: SongPage) -> RenderableType:
    """A song's note and its facts with who claims them."""
    rows = [(fact.name, fact.source, f"{fact.confidence:.2f}", fact_value(fact)) for fact in page.facts]
    return Group(
        track_line(page.track),
        Text(),
        *note_view(page),
        Text(),
        *columns(("fact", "source", "confidence", "value"), rows, right={"confidence"}),
    )


def note_view(page: SongPage) -> list[RenderableType]:
    """The note, and who wrote it."""
    return [Hanging(styled(page.note)), _provenance(page)]


def note_origin(page: SongPage | CollectionPage) -> str:
    """Who wrote the note."""
    model = f"{page.model}".removeprefix("listener:")
    writer = f"{page.model} with {page.adapter}" if page.adapter else model
    return {
        "written": f"written by {writer}",
        "fallback": "a plain sentence: the model's own text did not hold against the facts",
        "bare": "a plain sentence: too little is known for more",
        "plain": "a plain sentence: not written yet",
    }[page.origin]


def _provenance(page: SongPage | CollectionPage) -> RenderableType:
    return Hanging(styled((f"Note: {note_origin(page)}", "dim")))


def fact_value(fact: Fact) -> str:
    """The value with its unit and its word."""
    value = f"{fact.value:.4g}" if isinstance(fact.value, float) else str(fact.value)
    if isinstance(fact.value, bool):
        value = "yes" if fact.value else "no"
    unit = f" {fact.unit}" if fact.unit else ""
    words = _in_words(fact)
    return f"{value}{unit}, {words}" if words else f"{value}{unit}"


def _in_words(fact: Fact) -> str:
    number = fact.value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return ""
    return word_for(fact.name, float(number)) or ""


def collection_view(page: CollectionPage) -> RenderableType:
    """An artist or a genre with its note and some of its songs."""
    head = styled((page.name, "bold"))
    parts: list[RenderableType] = [head, Text(), Hanging(styled(page.note)), _provenance(page), Text()]
    parts += [track_line(track) for track in page.tracks]
    if page.track_count > len(page.tracks):
        parts.append(styled((f"and {page.track_count - len(page.tracks):,} more", "dim")))
    return Group(*parts)


def status_view(status: Status) -> RenderableType:
    """How far each stage is, and the failures with their reasons."""
    rows = [
        (STAGE_WORDS.get(stage.stage, stage.stage), *map(str, (stage.done, stage.pending, stage.failed)))
        for stage in status.stages
    ]
    head = f"{count(status.tracks, 'track')} in {status.library_dir}"
    if status.missing:
        head += f", {status.missing:,} missing"
    notes = ", ".join(f"{number} {name}" for name, number in sorted(status.notes.items())) or "none yet"
    return Group(
        Hanging(styled((head, "bold"))),
        *columns(("stage", "done", "to do", "failed"), rows, right={"done", "to do", "failed"}),
        styled(f"Notes: {notes}"),
        *(
            Hanging(styled((f"{failure.key}  [{failure.stage}]  {failure.reason}", "yellow")))
            for failure in status.failures
        ),
    )


def page_view(page: SongPage | CollectionPage) -> RenderableType:
    """Whatever page it is."""
    return song_view(page) if isinstance(page, SongPage) else collection_view(page)


def report_lines(report: AddReport) -> list[str]:
    """What an ``add`` did, in a few lines."""
    counts = {
        "new": report.new,
        "changed": report.changed,
        "moved": report.moved,
        "missing": report.missing,
    }
    names = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number) or "nothing new"
    lines = [f"{count(report.found, 'track')} found: {names}"]
    if report.joined:
        lines.append(f"{report.joined:,} told more of by joined tables")
    if report.analysed:
        lines.append(f"{report.analysed:,} listened to")
    if report.written or report.fallback:
        lines.append(f"{count(report.written, 'note')} written, {report.fallback:,} left as plain sentences")
    if report.failed:
        lines.append(f"{report.failed:,} failed: `linernotes status` says why")
    return [*lines, *report.messages, f"done in {report.seconds:.1f} s"]


class _RateColumn(ProgressColumn):
    """Items a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.1f}/s" if speed else "")


@contextmanager
def progress_on(console: Console) -> Iterator[OnProgress]:
    """Bars with rate and time left for every stage; nothing at all when nobody watches."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=BAR_COLUMNS),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", style="yellow"),
        console=console,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def show(step: Step) -> None:
        if step.stage not in tasks:
            words = STAGE_WORDS.get(step.stage, step.stage)
            tasks[step.stage] = bars.add_task(words, total=step.total, note="")
        task = bars.tasks[tasks[step.stage]]
        note = f"{step.failed} failed" if step.failed else ""
        bars.update(task.id, completed=step.done, total=step.total, note=note)

    with bars:
        yield show
