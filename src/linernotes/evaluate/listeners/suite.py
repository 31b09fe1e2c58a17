"""The suite ``listeners``: what is planted in simulated listeners, and whether the library finds it again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from linernotes.config import Settings
from linernotes.evaluate.bars import baselines_of, metrics_of
from linernotes.evaluate.listeners.asking import LibraryAsking
from linernotes.evaluate.listeners.catalogue import library_of, rows_by_track
from linernotes.evaluate.listeners.contexts import measure_contexts
from linernotes.evaluate.listeners.drift import measure_drift
from linernotes.evaluate.listeners.mainstream import measure_mainstream
from linernotes.evaluate.listeners.own_words import measure_own_words
from linernotes.evaluate.listeners.said import measure_said
from linernotes.evaluate.listeners.two_tastes import measure_two_tastes
from linernotes.evaluate.listeners.verdicts import measure_verdicts
from linernotes.evaluate.listeners.world import PEOPLE, World
from linernotes.evaluate.promises.known import copied
from linernotes.evaluate.simulated.songs import SAMPLE, Songs, read_songs, songs_of
from linernotes.evaluate.values import Bar, SuiteResult
from linernotes.ingest import OnProgress, Progress, silent
from linernotes.library import Library

MEASURES: Final[Mapping[str, Callable[[World], list[Bar]]]] = {
    "two tastes": measure_two_tastes,
    "said": measure_said,
    "own words": measure_own_words,
    "contexts": measure_contexts,
    "drift": measure_drift,
    "verdicts": measure_verdicts,
    "mainstream": measure_mainstream,
}


def prepare_listeners(
    settings: Settings, data_dir: Path, cache: Path, *, count: int = SAMPLE, on_progress: OnProgress = silent
) -> Path:
    """Makes the library that listeners ask, which is kept; gives its folder."""
    return library_of(_songs(settings, data_dir, count), settings, cache, on_progress=on_progress)


def measure_listeners(
    settings: Settings,
    data_dir: Path,
    cache: Path,
    *,
    started: float,
    count: int = SAMPLE,
    people: int = PEOPLE,
    measures: Mapping[str, Callable[[World], list[Bar]]] = MEASURES,
    on_progress: OnProgress = silent,
) -> SuiteResult:
    """All bars; ``started`` is by ``time.monotonic``. A copy of the library is asked.

    Raises InputError if the data is not there.
    """
    songs = _songs(settings, data_dir, count)
    kept = library_of(songs, settings, cache, on_progress=on_progress)
    with copied(kept) as folder:
        own = replace(settings, library_dir=folder, database_url="")
        with Library(own) as library:
            world = _world(library, songs, seed=settings.seed, people=people, on_progress=on_progress)
            bars = [bar for measure in measures.values() for bar in measure(world)]
    return SuiteResult(
        suite="listeners",
        data=str(data_dir),
        n=people * len(measures),
        metrics={"library": metrics_of(bars)},
        baselines=baselines_of(bars),
        seconds=time.monotonic() - started,
        bars=tuple(bars),
    )


def _songs(settings: Settings, data_dir: Path, count: int) -> Songs:
    return read_songs(data_dir, count=count, seed=settings.seed)


def _world(library: Library, songs: Songs, *, seed: int, people: int, on_progress: OnProgress) -> World:
    """The library with the songs that it holds: what it could not read, nobody knows."""
    row_by_track = rows_by_track(songs, library)
    held = sorted(set(row_by_track.values()))
    place = {row: at for at, row in enumerate(held)}
    return World(
        songs=songs_of([songs.rows[row] for row in held]),
        asking=LibraryAsking(library, {track: place[row] for track, row in row_by_track.items()}),
        seed=seed,
        people=people,
        on_person=lambda measure, done, total: on_progress(Progress(stage=measure, done=done, total=total)),
    )
