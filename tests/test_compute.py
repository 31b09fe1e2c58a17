"""The pool of child processes: one item's disaster is one item's error."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from linernotes.compute import Limits, Outcome, cpu_count, run_isolated
from linernotes.errors import AudioError, IsolationError

LIMITS = Limits(memory_bytes=2 << 30, cpu_s=20, wall_s=30)


class Panic(BaseException):
    """As libraries written in Rust raise it."""


def square(number: int) -> int:
    return number * number


def misbehave(word: str) -> str:
    if word == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "abort":
        os.abort()
    if word == "hang":
        signal.pause()
    if word == "spin":
        while True:
            pass
    if word == "hog":
        return str(len(bytearray(8 << 30)))
    if word == "panic":
        raise Panic("a library gave up")
    if word == "refuse":
        raise AudioError("no sound in it")
    if word == "exit":
        sys.exit(3)
    return word.upper()


def talk(word: str) -> str:
    os.write(1, b"noise on standard output\n")
    os.write(2, b"noise on standard error\n")
    return word


def environment(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def unpicklable(_: str) -> object:
    return lambda: None


def process_id(_: int) -> int:
    return os.getpid()


def refuse_to_start() -> None:
    raise ValueError("not a number")


def set_variable(name: str, value: str) -> None:
    os.environ[name] = value


def by_item(outcomes: list[Outcome[str, str]]) -> dict[str, Outcome[str, str]]:
    return {outcome.item: outcome for outcome in outcomes}


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_dead(pids: list[int]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if not any(is_alive(pid) for pid in pids):
            return True
        os.sched_yield()
    return False


def test_no_items_give_no_outcomes_and_start_nothing() -> None:
    assert list(run_isolated(square, [], jobs=2, limits=LIMITS)) == []


def test_two_hundred_fast_items_all_come_back_once() -> None:
    outcomes = list(run_isolated(square, range(200), jobs=2, limits=LIMITS))
    assert sorted(outcome.item for outcome in outcomes) == list(range(200))
    assert all(outcome.value == outcome.item**2 and outcome.error is None for outcome in outcomes)


def test_jobs_below_one_mean_as_many_as_there_are_cpus() -> None:
    assert cpu_count() >= 1
    assert [outcome.value for outcome in run_isolated(square, [7], jobs=0, limits=LIMITS)] == [49]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("crash", "SIGSEGV"),
        ("abort", "SIGABRT"),
        ("hog", "memory"),
        ("panic", "Panic: a library gave up"),
        ("refuse", "no sound in it"),
        ("exit", "SystemExit: 3"),
    ],
)
def test_a_disaster_costs_its_own_item_only(word: str, reason: str) -> None:
    outcomes = by_item(list(run_isolated(misbehave, ["a", word, "b", "c"], jobs=1, limits=LIMITS)))
    assert reason in (outcomes[word].error or "")
    assert {item: outcome.value for item, outcome in outcomes.items()} == {
        "a": "A",
        word: None,
        "b": "B",
        "c": "C",
    }


def test_an_item_that_hangs_is_stopped_at_its_wall_time() -> None:
    limits = Limits(memory_bytes=2 << 30, cpu_s=20, wall_s=0.3)
    outcomes = by_item(list(run_isolated(misbehave, ["hang", "a", "b"], jobs=2, limits=limits)))
    assert outcomes["hang"].error == "it took longer than 0.3 s and was stopped"
    assert (outcomes["a"].value, outcomes["b"].value) == ("A", "B")


def test_an_item_that_spins_is_stopped_at_its_cpu_time() -> None:
    limits = Limits(memory_bytes=2 << 30, cpu_s=0.5, wall_s=60)
    outcomes = by_item(list(run_isolated(misbehave, ["a", "spin", "b"], jobs=1, limits=limits)))
    assert outcomes["spin"].error == "it used more than 0.5 s of CPU and was stopped"
    assert outcomes["b"].value == "B"


def test_every_item_may_crash_and_the_run_still_ends() -> None:
    outcomes = list(run_isolated(misbehave, ["crash"] * 4, jobs=2, limits=LIMITS))
    assert len(outcomes) == 4
    assert all("SIGSEGV" in (outcome.error or "") for outcome in outcomes)


def test_a_value_that_cannot_be_pickled_is_an_error_of_that_item() -> None:
    (outcome,) = run_isolated(unpicklable, ["x"], jobs=1, limits=LIMITS)
    assert outcome.error is not None
    assert "pickle" in outcome.error


def test_children_are_silent(capfd: pytest.CaptureFixture[str]) -> None:
    assert [outcome.value for outcome in run_isolated(talk, ["x"], jobs=1, limits=LIMITS)] == ["x"]
    assert capfd.readouterr() == ("", "")


def test_children_use_one_thread_each() -> None:
    (outcome,) = run_isolated(environment, ["OMP_NUM_THREADS"], jobs=1, limits=LIMITS)
    assert outcome.value == "1"


def test_a_partial_and_an_initializer_are_carried_over() -> None:
    initializer = partial(set_variable, "LINERNOTES_TEST", "set")
    function = partial(environment, default="unset")
    names = ["LINERNOTES_TEST", "LINERNOTES_TEST_2"]
    outcomes = by_item(list(run_isolated(function, names, jobs=1, limits=LIMITS, initializer=initializer)))
    assert [outcomes[name].value for name in names] == ["set", "unset"]


def test_a_failing_initializer_is_told_once_and_not_blamed_on_the_items() -> None:
    with pytest.raises(IsolationError, match=r"cannot start: ValueError.*not a number"):
        list(run_isolated(square, [1, 2], jobs=1, limits=LIMITS, initializer=refuse_to_start))


def test_children_that_die_while_they_start_end_the_run() -> None:
    with pytest.raises(IsolationError, match="cannot start"):
        list(run_isolated(square, [1, 2, 3], jobs=2, limits=LIMITS, initializer=os.abort))


def test_items_are_not_read_far_ahead() -> None:
    read: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(100):
            read.append(number)
            yield number

    outcomes = run_isolated(square, numbers(), jobs=2, limits=LIMITS)
    next(outcomes)
    assert len(read) <= 4
    outcomes.close()  # type: ignore[attr-defined]


def test_closing_early_ends_the_children() -> None:
    outcomes = run_isolated(process_id, range(100), jobs=2, limits=LIMITS)
    pids = [next(outcomes).value for _ in range(4)]
    outcomes.close()  # type: ignore[attr-defined]
    assert not any(is_alive(pid) for pid in pids if pid is not None)


def test_children_die_when_the_parent_is_killed(tmp_path: Path) -> None:
    # The script has no `if __name__ == "__main__"` guard: the children do not import it.
    script = tmp_path / "parent.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from linernotes.compute import Limits, run_isolated\n"
        "import test_compute\n"
        "limits = Limits(memory_bytes=2 << 30, cpu_s=60, wall_s=600)\n"
        "for outcome in run_isolated(test_compute.tell_and_hang, sys.argv[1:], jobs=2, limits=limits):\n"
        "    pass\n"
    )
    pids_told = tmp_path / "pids"
    os.mkfifo(pids_told)
    parent = subprocess.Popen([sys.executable, str(script), str(pids_told), str(pids_told)])
    with os.fdopen(os.open(pids_told, os.O_RDWR), "r+b", buffering=0) as stream:
        pids = [read_pid(stream), read_pid(stream)]
    assert all(is_alive(pid) for pid in pids)
    parent.kill()
    parent.wait()
    assert wait_until_dead(pids)


def tell_and_hang(fifo: str) -> None:
    Path(fifo).write_text(f"{os.getpid():>9}\n")
    signal.pause()


def read_pid(stream: io.FileIO) -> int:
    assert select.select([stream], [], [], 60)[0], "the child never started"
    return int(stream.read(10) or b"")
