"""One turn of continuous learning: gather, train, gate, promote or keep.

Nothing of it can leave a library in a state between two: a candidate is written whole before anything points
at it, the pointer moves at once, and what was gathered is marked as such at the very end. A turn that is
killed is done again by the next one.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from linernotes.errors import LinernotesError
from linernotes.learn.adjusting import RankerLearner
from linernotes.learn.experience import Experience
from linernotes.learn.gate import Decision, decide
from linernotes.learn.learner import Candidate, Learner, News
from linernotes.learn.mapping import EmbedderLearner
from linernotes.learn.meanings import VocabularyLearner
from linernotes.learn.writing import WriterLearner
from linernotes.library import Library
from linernotes.models import current, listener_mark, promote, promoting, prune, put
from linernotes.models.seen import LISTENERS

State = Literal["nothing new", "too little", "left out", "same", "kept", "promoted"]
_SHA = 12
_UNFINISHED: Final = ".learned-"
OnStep = Callable[[str], None]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one kind; ``version`` names the candidate, "" without one."""

    kind: str
    state: State
    news: str = ""
    version: str = ""
    reasons: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnReport:
    """What came of a turn; of a dry run, what would have come of it."""

    outcomes: tuple[Outcome, ...]
    suspicious: int
    suspicious_songs: tuple[int, ...]
    dry_run: bool
    seconds: float


def turn(
    library: Library,
    *,
    budget_s: float,
    dry_run: bool = False,
    on_step: OnStep = lambda _: None,
) -> TurnReport:
    """Runs a turn in about this time. Raises LinernotesError while another one runs."""
    started = time.monotonic()
    models_dir = library.settings.models_dir
    with _only_one(models_dir):
        for left in models_dir.glob(f"{_UNFINISHED}*"):  # by a turn that was killed
            shutil.rmtree(left)
        known = _known(library)
        experience = Experience(library)
        learners = _learners(experience, on_step)
        outcomes: list[Outcome] = []
        for place, learner in enumerate(learners):
            left_s = budget_s - (time.monotonic() - started)
            share_s = max(left_s, 0.0) / (len(learners) - place)
            outcomes.append(_learned(library, learner, share_s, known, dry_run=dry_run, on_step=on_step))
        is_news = any(one.state != "nothing new" for one in outcomes)
        return TurnReport(
            outcomes=tuple(outcomes),
            suspicious=experience.cleaned.dropped if is_news else 0,
            suspicious_songs=experience.cleaned.songs if is_news else (),
            dry_run=dry_run,
            seconds=time.monotonic() - started,
        )


def _learners(experience: Experience, on_step: OnStep) -> tuple[Learner, ...]:
    """Each measured with what those before it have promoted."""
    return (
        RankerLearner(experience),
        VocabularyLearner(experience),
        EmbedderLearner(experience),
        WriterLearner(experience, on_step),
    )


def _known(library: Library) -> frozenset[str]:
    """What stands on cards for all listeners who are there."""
    return frozenset(map(listener_mark, library.listeners()))


def _learned(
    library: Library,
    learner: Learner,
    budget_s: float,
    known: frozenset[str],
    *,
    dry_run: bool,
    on_step: OnStep,
) -> Outcome:
    started = time.monotonic()
    mark = f"learned.{learner.kind}"
    news = learner.gather(library.store.get_meta(mark))
    if news is None:
        return Outcome(kind=learner.kind, state="nothing new")
    on_step(f"{learner.kind}: {news.told}")
    try:
        outcome = _tried(library, learner, news, budget_s, known, dry_run=dry_run, on_step=on_step)
    except LinernotesError as err:  # as without the weights or the packages for it: the others go on
        _LOG.warning("%s is left out of this turn: %s", learner.kind, err)
        outcome = Outcome(kind=learner.kind, state="left out", news=news.told, reasons=(str(err),))
    if not dry_run and outcome.state != "left out":
        library.store.set_meta(mark, news.mark)
    return replace(outcome, seconds=time.monotonic() - started)


def _tried(
    library: Library,
    learner: Learner,
    news: News,
    budget_s: float,
    known: frozenset[str],
    *,
    dry_run: bool,
    on_step: OnStep,
) -> Outcome:
    told, models_dir = news.told, library.settings.models_dir
    candidate = learner.train(budget_s)
    if candidate is None:
        return Outcome(kind=learner.kind, state="too little", news=told)
    sha256 = hashlib.sha256(candidate.data).hexdigest()
    version = sha256[:_SHA]
    used = current(models_dir, learner.kind).card
    if used is not None and used.sha256 == sha256:
        return Outcome(kind=learner.kind, state="same", news=told, version=version)
    on_step(f"{learner.kind}: measuring {version}")
    decision = decide(learner.measure(candidate))
    if not dry_run:
        with promoting(models_dir):
            _check_nobody_was_forgotten(candidate, known - _known(library))
            _put(models_dir, learner.kind, candidate, decision)
            if decision.promote:
                promote(models_dir, learner.kind, sha256)
            prune(models_dir, learner.kind)
    return Outcome(
        kind=learner.kind,
        state="promoted" if decision.promote else "kept",
        news=told,
        version=version,
        reasons=decision.reasons,
        figures=decision.lines,
    )


def _check_nobody_was_forgotten(candidate: Candidate, gone: frozenset[str]) -> None:
    """Raises LinernotesError where the candidate has seen somebody who is no more among the listeners."""
    if gone & set(candidate.details.get(LISTENERS, ())):
        raise LinernotesError("somebody was forgotten meanwhile who had been learned from")


def _put(models_dir: Path, kind: str, candidate: Candidate, decision: Decision) -> None:
    """Puts the candidate on the shelf, with what it was measured at and what was decided on its card."""
    models_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=models_dir) as folder:
        file = Path(folder) / candidate.file
        file.write_bytes(candidate.data)
        put(
            models_dir,
            file,
            name=kind,
            source="linernotes learn",
            version=hashlib.sha256(candidate.data).hexdigest()[:_SHA],
            licence=candidate.licence,
            details={
                **candidate.details,
                "decision": "promoted" if decision.promote else "kept",
                "reasons": list(decision.reasons),
                "figures": list(decision.lines),
            },
        )


@contextmanager
def _only_one(models_dir: Path) -> Iterator[None]:
    """Holds the place of the only turn; it goes with the process."""
    models_dir.mkdir(parents=True, exist_ok=True)
    with (models_dir / ".learning").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise LinernotesError("another turn of learning runs: let it end, or stop it") from err
        yield
