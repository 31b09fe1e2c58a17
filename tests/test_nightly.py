"""Learning every day beside the server: a clock and a process that are made up, then a real one."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from linernotes.errors import InputError
from linernotes.serve import nightly
from linernotes.serve.nightly import LOOK_S, Nightly, learning, next_at, time_of_day

THREE = time(3, 0)


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone()

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **spans: float) -> None:
        self.now += timedelta(**spans)


class FakeTurn:
    def __init__(self, *, obeys: bool = True) -> None:
        self.code: int | None = None
        self.obeys = obeys
        self.told: list[str] = []

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.told.append("terminate")
        self.code = -15 if self.obeys else None

    def kill(self) -> None:
        self.told.append("kill")
        self.code = -9

    def wait(self, timeout: float | None = None) -> int:
        if self.code is None:
            raise subprocess.TimeoutExpired("learn", timeout or 0)
        return self.code


@pytest.fixture
def turns() -> list[FakeTurn]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 23, 2, 58, 30))


@pytest.fixture
def nights(clock: Clock, turns: list[FakeTurn]) -> Nightly:
    def begin() -> FakeTurn:
        turns.append(FakeTurn())
        return turns[-1]

    return Nightly(THREE, begin, clock)


@pytest.mark.parametrize("text", ["", "3", "25:00", "03:60", "03:00:00", "3 am", "-1:00", "noon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="as 03:00"):
        time_of_day(text)


def test_a_time_of_day_is_read() -> None:
    assert time_of_day("03:00") == THREE
    assert time_of_day("23:59") == time(23, 59)


def test_a_turn_that_cannot_be_begun_is_begun_the_next_night(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[FakeTurn] = []

    def begin() -> FakeTurn:
        if not caplog.records:
            raise OSError("Cannot allocate memory")
        begun.append(FakeTurn())
        return begun[-1]

    nights = Nightly(THREE, begin, clock)
    clock.pass_by(minutes=2)
    nights.look()
    assert "Cannot allocate memory" in caplog.text
    assert not begun
    clock.pass_by(days=1)
    nights.look()
    assert len(begun) == 1


def test_the_next_time_is_today_or_tomorrow() -> None:
    before, at, after = (datetime(2026, 12, 31, *hour).astimezone() for hour in ((2, 59), (3, 0), (3, 1)))
    assert next_at(THREE, before) == at
    assert next_at(THREE, at) == next_at(THREE, after) == at + timedelta(days=1)
    assert next_at(THREE, datetime(2026, 12, 31, 2, 59, tzinfo=UTC)).tzinfo is not None


def test_a_turn_begins_once_when_it_is_due(nights: Nightly, clock: Clock, turns: list[FakeTurn]) -> None:
    assert nights.look() == LOOK_S
    assert turns == []
    clock.pass_by(seconds=60)
    assert nights.look() == 30
    clock.pass_by(seconds=30)
    assert nights.look() == LOOK_S
    clock.pass_by(seconds=60)
    nights.look()
    assert len(turns) == 1


def test_every_day_has_its_turn_unless_the_one_before_still_runs(
    nights: Nightly, clock: Clock, turns: list[FakeTurn]
) -> None:
    for ended, count in ((True, 1), (False, 2), (True, 2), (True, 3)):
        clock.pass_by(days=1)
        nights.look()
        assert len(turns) == count
        turns[-1].code = 0 if ended else None


def test_a_machine_that_slept_learns_when_it_wakes(
    nights: Nightly, clock: Clock, turns: list[FakeTurn]
) -> None:
    clock.pass_by(hours=40)
    nights.look()
    nights.look()
    assert len(turns) == 1


def test_a_turn_that_runs_ends_with_the_server(nights: Nightly, clock: Clock, turns: list[FakeTurn]) -> None:
    nights.end()
    clock.pass_by(minutes=2)
    nights.look()
    nights.end()
    nights.end()
    assert turns[0].told == ["terminate"]


def test_one_that_does_not_hear_is_killed(clock: Clock) -> None:
    deaf = FakeTurn(obeys=False)
    nights = Nightly(THREE, lambda: deaf, clock)
    clock.pass_by(minutes=2)
    nights.look()
    nights.end()
    assert deaf.told == ["terminate", "kill"]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Real turns that are due at once."""
    real, begun = nightly._turn, []

    def begin(library_dir: Path) -> subprocess.Popen[bytes]:
        begun.append(real(library_dir))
        return begun[-1]

    due = datetime.now().astimezone()
    monkeypatch.setattr(nightly, "_turn", begin)
    monkeypatch.setattr(nightly, "next_at", lambda at, now: due if not begun else now + timedelta(days=1))
    yield begun
    for one in begun:
        one.kill()
        one.wait()


def test_a_real_turn_is_begun_and_ended(
    begun: list[subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINERNOTES_MODELS_DIR", str(tmp_path / "models"))
    with learning(THREE, tmp_path / "library"):
        pass
    (turn,) = begun
    assert turn.poll() is not None
    with learning(None, tmp_path / "library"):
        pass
    assert len(begun) == 1


def test_a_server_that_is_terminated_ends_its_turn(
    begun: list[subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINERNOTES_MODELS_DIR", str(tmp_path / "models"))
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit, match="143"), learning(THREE, tmp_path / "library"):
        signal.raise_signal(signal.SIGTERM)
    assert all(turn.poll() is not None for turn in begun)
    assert signal.getsignal(signal.SIGTERM) == before
