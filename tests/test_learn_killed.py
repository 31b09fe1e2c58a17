"""A turn that ends between any two of its writes: what is in use is whole, the next turn does it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from linernotes import models
from linernotes.config import Settings
from linernotes.learn import turn as module
from linernotes.learn.gate import Figures, Measure
from linernotes.learn.learner import Candidate, News
from linernotes.learn.turn import TurnReport, turn
from linernotes.library import Library
from linernotes.models import shelf
from linernotes.serve import learning
from linernotes.serve.cli import app
from linernotes.store import Store

KINDS = ("first", "second")


class Killed(BaseException):
    """Nothing catches it."""


@dataclass(slots=True)
class Tiny:
    """A learner of which every candidate is better."""

    kind: str

    def gather(self, mark: str | None) -> News | None:
        return News(count=1, what="reactions", mark="1") if mark != "1" else None

    def train(self, budget_s: float) -> Candidate | None:
        return Candidate(file="tiny.json", data=f"{self.kind} was taught".encode())

    def measure(self, candidate: Candidate) -> Figures:
        return Figures(
            target=Measure(name="nDCG", candidate=(1.0,) * 10, current=(0.5,) * 10, shipped=(0.5,) * 10)
        )


WRITES = (
    (shelf, "_copy_atomically"),
    (shelf, "_write_json"),
    (module, "put"),
    (module, "promote"),
    (Store, "set_meta"),
)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setattr(module, "_learners", lambda *_: tuple(map(Tiny, KINDS)))
    settings = Settings(library_dir=tmp_path / "library", models_dir=tmp_path / "models")
    with Library(settings) as opened:
        yield opened


def killed_at(moment: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Ends everything at the moment that is counted from 0; each write has one before it and one after it."""
    passed = iter(range(10**6))

    def tick() -> None:
        if next(passed) == moment:
            raise Killed

    def wrapped(write: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(write)
        def run(*args: Any, **keywords: Any) -> Any:
            tick()
            result = write(*args, **keywords)
            tick()
            return result

        return run

    return wrapped


def turn_killed_at(library: Library, moment: int) -> TurnReport | None:
    """The report of a turn that came to its end before that moment."""
    with pytest.MonkeyPatch.context() as patch:
        wrapped = killed_at(moment)
        for owner, name in WRITES:
            patch.setattr(owner, name, wrapped(getattr(owner, name)))
        try:
            return turn(library, budget_s=1)
        except Killed:
            return None


def in_use(library: Library) -> list[str]:
    """Each kind's content in use; "" for none. A damaged one fails."""
    found = [models.current(library.settings.models_dir, kind, deep=True) for kind in KINDS]
    assert all(one.state in {"ok", "missing"} for one in found)
    return [one.path.read_text() if one.state == "ok" else "" for one in found]


def test_between_any_two_writes_a_turn_may_end(tmp_path: Path, library: Library) -> None:
    moments = 0
    while turn_killed_at(library, moments) is None:
        assert all(
            one in {"", f"{kind} was taught"} for kind, one in zip(KINDS, in_use(library), strict=True)
        )
        report = turn(library, budget_s=1)
        assert {one.state for one in report.outcomes} <= {"promoted", "same", "nothing new"}
        assert in_use(library) == [f"{kind} was taught" for kind in KINDS]
        assert not list(library.settings.models_dir.glob(".learned-*"))
        for kind in KINDS:
            models.withdraw(library.settings.models_dir, kind)
            library.store.set_meta(f"learned.{kind}", "0")
        moments += 1
    assert moments > 2 * len(WRITES) * len(KINDS)


def test_what_a_killed_turn_left_is_swept_by_the_next(library: Library) -> None:
    left = library.settings.models_dir / ".learned-abc"
    left.mkdir(parents=True)
    (left / "ranker.json").write_text("half")
    turn(library, budget_s=1)
    assert not left.exists()


# --- memory


def learned(
    library: Library, monkeypatch: pytest.MonkeyPatch, error: Exception, *options: str
) -> tuple[int, str]:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(Tiny, "measure", fails)
    monkeypatch.setattr("resource.setrlimit", lambda *_: None)
    monkeypatch.setattr(learning, "_step_back", lambda _: None)
    result = CliRunner().invoke(
        app,
        ["learn", "--library", str(library.settings.library_dir), *options],
        env={"LINERNOTES_MODELS_DIR": str(library.settings.models_dir), "LINERNOTES_CONFIG": "none"},
    )
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("std::bad_alloc"), RuntimeError("can't start new thread")]
)
def test_a_turn_that_runs_out_of_memory_says_so_with_the_cure(
    library: Library, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    code, said = learned(library, monkeypatch, error, "--memory", "500")
    assert code == 1
    assert "needs more than 500 MB: raise --memory" in said
    assert in_use(library) == ["", ""]
    assert library.store.get_meta("learned.first") is None


def test_another_error_is_told_as_what_it_is(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    result, said = learned(library, monkeypatch, RuntimeError("a surprise"), "--memory", "500")
    assert result == 1
    assert "--memory" not in said
