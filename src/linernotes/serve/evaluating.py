"""The command ``evaluate``: a suite's figures on public data, beside their baselines."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import typer
from rich.console import Group, RenderableType
from rich.text import Text

from linernotes.config import Settings, load_settings
from linernotes.errors import InputError
from linernotes.ingest import Progress as Step
from linernotes.serve import screen
from linernotes.serve.as_json import to_json
from linernotes.serve.layout import Hanging, Screen, columns, print_lines, styled

if TYPE_CHECKING:
    from linernotes.embed import Embedder
    from linernotes.evaluate.descriptions import Options, Writers
    from linernotes.evaluate.parts import Part
    from linernotes.evaluate.search.ours import Learned
    from linernotes.evaluate.search.values import System, Task
    from linernotes.evaluate.values import Subject, SuiteResult
    from linernotes.evaluate.verdicts import Preference
    from linernotes.ingest import OnProgress


class SuiteName(StrEnum):
    """What can be evaluated."""

    descriptions = "descriptions"
    cpcd = "cpcd"
    tot = "tot"
    captions = "captions"
    requests = "requests"
    promises = "promises"
    listeners = "listeners"
    taste = "taste"
    exposure = "exposure"
    coldstart = "coldstart"
    loop = "loop"


class ProtocolName(StrEnum):
    """What a search that learns has learned from."""

    out_of_fold = "out-of-fold"
    shipped = "shipped"


class PartName(StrEnum):
    """The parts of the suite ``descriptions``."""

    captions = "captions"
    corpus = "corpus"
    library = "library"


def evaluate(
    suite: Annotated[
        SuiteName,
        typer.Argument(
            metavar="SUITE",
            help=f"One of {', '.join(SuiteName)}.",
        ),
    ],
    data: Annotated[Path, typer.Option(metavar="DIR", help="Where the public data lies.")] = Path(
        "../shared/data"
    ),
    corpus: Annotated[Path, typer.Option(metavar="DIR", help="Our corpus of notes.")] = Path(
        "corpora/liner_notes"
    ),
    requests: Annotated[Path, typer.Option(metavar="DIR", help="Our parsed requests.")] = Path(
        "corpora/requests"
    ),
    library: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="A library. descriptions: its songs, too; promises: asked, not the demo's."
        ),
    ] = None,
    part: Annotated[
        list[PartName] | None, typer.Option(metavar="NAME", help="Only this: captions, corpus or library.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", metavar="", help="All, not the sample of 300.")] = False,
    models: Annotated[bool, typer.Option(metavar="", help="Let models write; else baselines alone.")] = True,
    protocol: Annotated[
        ProtocolName,
        typer.Option(
            metavar="NAME", help="What was learned: out-of-fold from the data itself, or as shipped."
        ),
    ] = ProtocolName.out_of_fold,
    cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where texts and catalogues are kept.")
    ] = None,
    prepare: Annotated[
        bool, typer.Option("--prepare", metavar="", help="Only make what the suite keeps in --cache.")
    ] = False,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a Markdown report.")] = None,
    pairs: Annotated[
        tuple[int, Path] | None,
        typer.Option(metavar="N DIR", help="Write N blind pairs a rival for readers."),
    ] = None,
    verdicts: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Only read what readers wrote into such a folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="Print one JSON object.")] = False,
) -> None:
    """Measure on public data, beside baselines.

    ``descriptions``: how good the notes are, beside templates, the untuned model, GPT-3.5 and people.
    ``cpcd``: whether the turns of conversations find the songs of their playlists. ``tot``: whether a song
    is found by what somebody remembers of it. ``captions``: whether people's descriptions find what they
    describe. ``requests``: whether requests are read as people read them. ``promises``: whether answers
    keep what requests exclude or limit. ``taste``: whether a listener's artists are found again from the
    others they play. ``exposure``: whether the obscure get their share. ``coldstart``: what is found for
    strangers of whom one, three or five artists are known. ``loop``: months of history replayed, with models
    that learn each month beside frozen and retrained ones. ``listeners``: whether what is planted
    in simulated listeners is found again.
    """
    folders = _Folders(data=data, corpus=corpus, requests=requests)
    if prepare:
        _prepare(suite, folders, load_settings(), cache)
        return
    if suite is SuiteName.requests:
        from linernotes.evaluate.requests import measure_requests

        result = measure_requests(data, requests, started=time.monotonic())
        _show(result, report, as_json=as_json)
        return
    if suite is SuiteName.promises:
        _show(_promises(data, requests, library), report, as_json=as_json)
        return
    if suite is SuiteName.listeners:
        _show(_listeners(data, load_settings(), cache), report, as_json=as_json)
        return
    if suite in {SuiteName.taste, SuiteName.exposure, SuiteName.coldstart, SuiteName.loop}:
        _show(_tastes(suite, data), report, as_json=as_json)
        return
    if suite is not SuiteName.descriptions:
        result = _search(
            suite,
            folders,
            "shipped" if protocol is ProtocolName.shipped else "out-of-fold",
            load_settings() if models else None,
            cache,
        )
        _show(result, report, as_json=as_json)
        return
    if verdicts is not None:
        _show_preferences(verdicts, as_json=as_json)
        return
    from linernotes.evaluate.descriptions import PARTS, Options

    _check_targets(report, pairs, models=models)
    settings = load_settings(library_dir=library)
    options = Options(
        data_dir=data,
        corpus_dir=corpus,
        database=(settings.database_url or library / "library.db") if library is not None else None,
        parts=tuple(one.value for one in part) if part else PARTS,
        full=full,
        seed=settings.seed,
    )
    if "library" in options.parts and part and library is None:
        raise InputError("--part library needs --library DIR")
    result, parts = _run(options, settings if models else None, cache)
    _show(result, report, as_json=as_json)
    if pairs is not None:
        _write_pairs(parts, count=pairs[0], folder=pairs[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folders:
    """Where public data lies, and our own notes and requests."""

    data: Path
    corpus: Path
    requests: Path


def _promises(data: Path, requests: Path, library: Path | None) -> SuiteResult:
    from linernotes.evaluate.promises.suite import GENERATED, measure_promises

    started = time.monotonic()
    settings = load_settings(library_dir=library or load_settings().library_dir.parent / "demo")
    with screen.progress_on(Screen(stderr=True)) as on_progress:
        return measure_promises(
            settings, data, requests, started=started, count=GENERATED, on_progress=on_progress
        )


def _listeners(data: Path, settings: Settings, cache: Path | None) -> SuiteResult:
    from linernotes.evaluate.listeners.suite import measure_listeners

    started = time.monotonic()
    with screen.progress_on(Screen(stderr=True)) as on_progress:
        return measure_listeners(
            settings, data, cache or _default_cache(), started=started, on_progress=on_progress
        )


def _tastes(suite: SuiteName, data: Path) -> SuiteResult:
    """Ours and the baselines on who plays what; nothing that is fitted there is kept."""
    from linernotes.evaluate.loop.suite import measure_loop
    from linernotes.evaluate.taste.coldstart import measure_coldstart
    from linernotes.evaluate.taste.suite import measure_exposure, measure_taste

    measure = {
        SuiteName.taste: measure_taste,
        SuiteName.exposure: measure_exposure,
        SuiteName.coldstart: measure_coldstart,
        SuiteName.loop: measure_loop,
    }[suite]
    started, seed = time.monotonic(), load_settings().seed
    with screen.progress_on(Screen(stderr=True)) as on_progress:
        return measure(data, seed=seed, started=started, on_progress=on_progress)


def _search(
    suite: SuiteName, folders: _Folders, protocol: Learned, settings: Settings | None, cache: Path | None
) -> SuiteResult:
    """All systems on the suite; the baselines that need no model alone where there are no settings."""
    from linernotes.evaluate.search.baselines import baselines
    from linernotes.evaluate.search.remember import RememberingEmbedder
    from linernotes.evaluate.search.suite import run_suite
    from linernotes.ingest import open_embedder, open_stock_embedder

    started = time.monotonic()
    with screen.progress_on(Screen(stderr=True)) as on_progress:
        tasks = _tasks(suite, folders, settings, cache, on_progress)
        if settings is None:
            return run_suite(suite.value, tasks, {}, baselines(None), started=started)
        embedder = RememberingEmbedder(open_embedder(threads=2))
        ours = _searches(suite, protocol, settings, cache, embedder, on_progress)
        stock = RememberingEmbedder(open_stock_embedder(settings, threads=2))
        return run_suite(suite.value, tasks, ours, baselines(stock), started=started, on_progress=on_progress)


def _prepare(suite: SuiteName, folders: _Folders, settings: Settings, cache: Path | None) -> None:
    """Writes the notes and makes the library that a suite needs; a run that was stopped goes on."""
    from linernotes.evaluate.listeners.suite import prepare_listeners
    from linernotes.evaluate.search.ours import LibrarySearch
    from linernotes.ingest import open_embedder

    with screen.progress_on(Screen(stderr=True)) as on_progress:
        if suite is SuiteName.listeners:
            prepare_listeners(settings, folders.data, cache or _default_cache(), on_progress=on_progress)
        elif suite is SuiteName.captions:
            _tasks(suite, folders, settings, cache, on_progress)
        elif suite in {SuiteName.cpcd, SuiteName.tot}:
            (task,) = _tasks(suite, folders, settings, cache, on_progress)
            LibrarySearch(
                settings=settings,
                folder=cache or _default_cache(),
                embedder=open_embedder(threads=2),
                on_progress=on_progress,
            ).prepare(task)
        else:
            raise InputError(f"{suite.value} needs nothing prepared: run it without --prepare")


def _searches(
    suite: SuiteName,
    protocol: Learned,
    settings: Settings,
    cache: Path | None,
    embedder: Embedder,
    on_progress: OnProgress,
) -> dict[str, System]:
    """Our own search with what was learned, and without."""
    from linernotes.evaluate.search.indexed import IndexSearch
    from linernotes.evaluate.search.ours import LibrarySearch

    if suite is SuiteName.captions:
        indexed = IndexSearch(embedder=embedder, learned=protocol, on_progress=on_progress)
        return {"library": indexed, "unlearned": replace(indexed, learned="nothing")}
    ours = LibrarySearch(
        settings=settings,
        folder=cache or _default_cache(),
        embedder=embedder,
        learned=protocol,
        on_progress=on_progress,
    )
    return {"library": ours, "unlearned": replace(ours, learned="nothing")}


def _tasks(
    suite: SuiteName,
    folders: _Folders,
    settings: Settings | None,
    cache: Path | None,
    on_progress: OnProgress,
) -> list[Task]:
    from linernotes.evaluate.search import captions, cpcd, tot
    from linernotes.evaluate.search import notes as own_notes

    if suite is SuiteName.cpcd:
        return [cpcd.read_cpcd(folders.data)]
    if suite is SuiteName.tot:
        return [tot.read_tot(folders.data)]
    hidden = captions.hidden_tag_task(folders.data)
    subjects = captions.caption_subjects(folders.data)
    notes = _notes_on(subjects, settings, cache, on_progress)
    return [
        *captions.caption_tasks(folders.data, subjects, notes),
        *own_notes.own_tasks(folders.corpus, folders.requests),
        hidden,
    ]


def _notes_on(
    subjects: Sequence[Subject], settings: Settings | None, cache: Path | None, on_progress: OnProgress
) -> dict[str, str]:
    """What the writer makes of the subjects, by id; nothing without a writer."""
    from linernotes.evaluate.shelf import kept_notes

    with _writers(settings, cache) as writers:
        if writers is None:
            return {}
        return kept_notes(
            subjects,
            writers.ours,
            cache or _default_cache(),
            seed=settings.seed if settings else 0,
            tuned=writers.ours.adapter is not None,
            on_done=lambda done: on_progress(Step(stage="notes on clips", done=done, total=len(subjects))),
        )


def _default_cache() -> Path:
    return Path(platformdirs.user_cache_dir("linernotes")) / "evaluate"


def _check_targets(report: Path | None, pairs: tuple[int, Path] | None, *, models: bool) -> None:
    """Before hours of writing: whether there is room for what comes of it."""
    from linernotes.evaluate.pairs import check_folder

    if report is not None and not report.parent.is_dir():
        raise InputError(f"--report {report}: there is no folder {report.parent}")
    if pairs is not None:
        if pairs[0] < 1 or not models:
            raise InputError("--pairs needs at least 1 pair, and models that write")
        check_folder(pairs[1])


def _run(options: Options, settings: Settings | None, cache: Path | None) -> tuple[SuiteResult, list[Part]]:
    from linernotes.evaluate.descriptions import collect, measure_all

    started = time.monotonic()
    with _writers(settings, cache) as writers, screen.progress_on(Screen(stderr=True)) as on_progress:
        parts = collect(options, writers, on_progress)
    return measure_all(options, parts, started=started), parts


@contextmanager
def _writers(settings: Settings | None, cache: Path | None) -> Iterator[Writers | None]:
    """The models, remembering what they wrote; None without settings."""
    if settings is None:
        yield None
        return
    from linernotes import models
    from linernotes.evaluate.cache import CachedGenerator
    from linernotes.evaluate.descriptions import Writers
    from linernotes.ingest import open_generator
    from linernotes.llm import LocalGenerator

    folder = cache or _default_cache()
    ours = CachedGenerator(open_generator(settings), folder)
    base = CachedGenerator(LocalGenerator(models.smollm2_gguf(settings.models_dir)), folder)
    try:
        same = (ours.model, ours.adapter) == (base.model, base.adapter)
        yield Writers(ours=ours, base=ours if same else base)
    finally:
        ours.close()
        base.close()


def _show(result: SuiteResult, report: Path | None, *, as_json: bool) -> None:
    from linernotes.evaluate.report import as_json as json_of
    from linernotes.evaluate.report import as_markdown

    if as_json:
        sys.stdout.write(f"{to_json(json_of(result))}\n")
    else:
        Screen().print(result_view(result))
    if report is not None:
        report.write_text(as_markdown(result, command=f"linernotes {shlex.join(sys.argv[1:])}"), "utf-8")
        print_lines(Screen(stderr=True), [f"the report is in {report}"])


def result_view(result: SuiteResult) -> RenderableType:
    """A table for each group of subjects, ours first."""
    from linernotes.evaluate.bars import HEADS, bar_rows
    from linernotes.evaluate.report import COLUMNS, columns_with_values, legend, rows

    parts: list[RenderableType] = []
    if result.bars:
        parts += [
            *columns(HEADS, bar_rows(result), right=frozenset({"n", "value"})),
            Text(),
        ]
    all_rows = rows(result)
    for group in dict.fromkeys(row.group for row in all_rows):
        own = [row for row in all_rows if row.group == group]
        kept = columns_with_values(own)
        heads = [list(COLUMNS.values())[at] for at in kept]
        cells = [(row.system, *(row.cells[at] for at in kept)) for row in own]
        parts += [
            styled((group, "bold")),
            *columns(("system", *heads), cells, right=frozenset(heads)),
            Text(),
        ]
    for group, faults in result.faults.items():
        parts += [styled((f"wrong: {group}", "bold")), *(Hanging(styled(line)) for line in faults), Text()]
    parts.append(Hanging(styled((legend(result), "dim"))))
    parts.append(styled((f"{result.n:,} subjects in {result.seconds:.0f} s; shares in percent", "dim")))
    return Group(*parts)


def _write_pairs(parts: Sequence[Part], *, count: int, folder: Path) -> None:
    from linernotes.evaluate.pairs import VERDICTS, make_pairs, write_pairs

    pairs = make_pairs(parts, count, seed=0)
    key = write_pairs(pairs, folder)
    lines = [
        f"{len(pairs)} pairs in {folder}: give it to readers, who fill in {VERDICTS}",
        f"the key is {key}: keep it from them; `--verdicts {folder}` reads what they wrote",
    ]
    print_lines(Screen(stderr=True), lines)


def _show_preferences(folder: Path, *, as_json: bool) -> None:
    from linernotes.evaluate.verdicts import preferences_json, read_preferences

    preferences = read_preferences(folder)
    if as_json:
        sys.stdout.write(f"{to_json(preferences_json(preferences, folder))}\n")
        return
    print_lines(Screen(), [_preference_line(preference) for preference in preferences])


def _preference_line(one: Preference) -> str:
    share, ends = one.preferred.mean, f"{one.preferred.low:.0%} to {one.preferred.high:.0%}"
    outcomes = f"{one.wins} won, {one.ties} tied, {one.losses} lost, on {screen.count(one.pairs, 'pair')}"
    return f"against {one.rival}: ours preferred in {share:.0%} (95 % interval {ends}; {outcomes})"
