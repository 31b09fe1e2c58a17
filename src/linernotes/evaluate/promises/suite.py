"""The suite ``promises``: how often answers break what was excluded or limited, as far as facts tell."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from linernotes.config import Settings
from linernotes.evaluate.promises.known import common_values, copied, read_known
from linernotes.evaluate.promises.planted import plant_requests
from linernotes.evaluate.promises.real import read_real
from linernotes.evaluate.promises.understood import understood
from linernotes.evaluate.promises.values import Asked, Group, Known, Promise
from linernotes.evaluate.values import Figures, Measured, SuiteResult, Table
from linernotes.index import Index, open_embedded
from linernotes.ingest import OnProgress, Progress, silent
from linernotes.library import AskOptions, Library
from linernotes.types import Answer
from linernotes.words import fold

GENERATED: Final = 1000
DEPTH: Final = 20
"""Picks of an answer that are looked at."""
_FAULTS: Final = 20
"""Broken promises of a group that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A promise, and the picks that are known to break it."""

    promise: Promise
    picks: tuple[Known, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a request. Picks are ``unmarked`` if they are unverified and do not say of what."""

    text: str
    promises: tuple[Promise, ...]
    broken: tuple[Broken, ...]
    picks: int
    unverified: int
    unmarked: int
    disordered: bool

    @property
    def violations(self) -> int:
        """How often a pick is known to break a promise."""
        return sum(len(one.picks) for one in self.broken)


def measure_promises(
    settings: Settings,
    data_dir: Path,
    corpus_dir: Path,
    *,
    started: float,
    count: int = GENERATED,
    on_progress: OnProgress = silent,
) -> SuiteResult:
    """The figures on so many generated requests and on all real ones; ``started`` is by ``time.monotonic``.

    A copy of the library is asked. Raises InputError if there is none, or no data.
    """
    with copied(settings.library_dir) as folder:
        known = read_known(folder)
        artists = {fold(name) for one in known.values() for name in one.track.artists}
        real = read_real(data_dir, corpus_dir, artists)
        planted = plant_requests(common_values(known.values()), count, seed=settings.seed)
        groups = [Group(name="generated", requests=planted), *real]
        own = replace(settings, library_dir=folder, database_url="")
        outcomes = _asked(groups, own, known, on_progress)
        by_words = _searched(outcomes, folder / "index", known)
    return SuiteResult(
        suite="promises",
        data=str(data_dir),
        n=sum(len(own) for own in outcomes.values()),
        metrics={"library": {name: Measured(figures=figures_of(own)) for name, own in outcomes.items()}},
        baselines={"BM25, no promises": by_words},
        seconds=time.monotonic() - started,
        faults={name: faults for name, own in outcomes.items() if (faults := tuple(_faults(own)))},
    )


def _asked(
    groups: Sequence[Group], settings: Settings, known: Mapping[int, Known], on_progress: OnProgress
) -> dict[str, list[Outcome]]:
    """What came of each group's requests."""
    found: dict[str, list[Outcome]] = {}
    with Library(settings) as library:
        for group in groups:
            found[group.name] = []
            for done, asked in enumerate(group.requests):
                on_progress(Progress(stage=group.name, done=done, total=len(group.requests)))
                answer = library.ask(asked.text, AskOptions(n=DEPTH))
                found[group.name].append(outcome(asked, answer, known))
    return found


def _searched(
    outcomes: Mapping[str, Sequence[Outcome]], index_dir: Path, known: Mapping[int, Known]
) -> Table:
    """What the same requests find by their words alone, those of exclusions and limits among them."""
    with closing(open_embedded(index_dir)) as index:
        return {name: Measured(figures=_by_words(own, index, known)) for name, own in outcomes.items()}


def outcome(asked: Asked, answer: Answer, known: Mapping[int, Known]) -> Outcome:
    """What an answer keeps of a request. Picks are held against ``known``, by the number of the track."""
    promises = understood(answer.request) if asked.promises is None else asked.promises
    verified = [pick.verified for pick in answer.picks]
    return Outcome(
        text=asked.text,
        promises=promises,
        broken=broken(promises, [known[pick.track.id] for pick in answer.picks]),
        picks=len(answer.picks),
        unverified=verified.count(False),
        unmarked=sum(not pick.verified and not pick.unverified for pick in answer.picks),
        disordered=verified != sorted(verified, reverse=True),
    )


def broken(promises: Sequence[Promise], picks: Sequence[Known]) -> tuple[Broken, ...]:
    """The promises that picks are known to break."""
    found = (Broken(promise=promise, picks=tuple(promise.broken_by(picks))) for promise in promises)
    return tuple(one for one in found if one.picks)


def figures_of(outcomes: Sequence[Outcome]) -> Figures:
    """Requests, promises and picks, and how many of them are not as they should be."""
    return {
        "n": len(outcomes),
        "promises": sum(len(one.promises) for one in outcomes),
        "picks": sum(one.picks for one in outcomes),
        "violations": sum(one.violations for one in outcomes),
        "unverified": sum(one.unverified for one in outcomes),
        "unmarked": sum(one.unmarked for one in outcomes),
        "disordered": sum(one.disordered for one in outcomes),
        "empty": sum(not one.picks for one in outcomes),
    }


def fault(text: str, one: Broken) -> str:
    """A broken promise on one line, with the first pick that breaks it."""
    first, *others = one.picks
    artists, title = ", ".join(first.track.artists), first.track.title
    more = f", and {len(others)} more" if others else ""
    return f"“{text}”: “{one.promise.words}” ({one.promise.kind}) is broken by {artists} - {title}{more}"


def _faults(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The first promises that were broken, a line each."""
    lines = (fault(one.text, broken) for one in outcomes for broken in one.broken)
    return islice(lines, _FAULTS)


def _by_words(outcomes: Sequence[Outcome], index: Index, known: Mapping[int, Known]) -> Figures:
    rankings = [map(int, index.search_text(one.text, DEPTH).ids) for one in outcomes]
    found = [[known[track] for track in ranking if track in known] for ranking in rankings]
    kept = [broken(one.promises, picks) for one, picks in zip(outcomes, found, strict=True)]
    return {
        "n": len(outcomes),
        "promises": sum(len(one.promises) for one in outcomes),
        "picks": sum(map(len, found)),
        "violations": sum(len(one.picks) for every in kept for one in every),
        "empty": sum(not picks for picks in found),
    }
