"""A turn of learning beside answers: how long it takes, what answers wait meanwhile, the way back, and kills.

    python -m benchmarks.learn [--size 10000] [--events 1000] [--corrections 20] [--kills 20] [--json FILE]

A made-up catalogue (see ``benchmarks.ask``) and ten listeners who like old songs, and write notes better. One
turn for so many events and corrections runs in a process of its own while answers are timed here; the writer
takes part in it where the weights and the extra ``train`` are there. Then turns are killed, one at a random
moment, one while a candidate is put on the shelf, one while it is promoted, and so on: what is in use must be
whole each time, answers must go on, and the last turn must end well.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.ask import PICKS, REQUESTS, build
from benchmarks.corrections import own_models
from benchmarks.report import Row, finish
from linernotes import models
from linernotes.config import Settings, load_settings
from linernotes.describe import PROMPT_VERSION, plain_note, sentences_of
from linernotes.facts import sheet_hash, sheet_of
from linernotes.library import Library
from linernotes.types import Description, FactSheet

LISTENERS = 10
OLD = 1990
NOTED = 200
"""Songs that have notes."""
TURN_BAR_S = 25 * 60.0
SLOWER_BAR = 2.0
BACK_BAR_S = 1.0
LOOK_S = 0.001
SAID = "turn.log"
AT_RANDOM, IN_PUT, IN_PROMOTE = MOMENTS = ("at random", "while putting", "while promoting")
LEARNED = (models.RANKER, models.VOCABULARY, models.EMBEDDER)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=1_000)
    parser.add_argument("--corrections", type=int, default=20)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = replace(load_settings(), library_dir=folder / "library", models_dir=own_models(folder))
        build(settings, options.size)
        rows = timed(settings, options.events, options.corrections)
        rows += killed(settings, options.kills)
    return finish("learn", rows, options.json)


def timed(settings: Settings, events: int, corrections: int) -> list[Row]:
    """The turn, answers meanwhile, and the way back."""
    with Library(settings) as library:
        react(library, events, random.Random(0))
        correct(library, corrections)
        asked(library)
        idle = float(np.percentile([one for _ in range(3) for one in asked(library)], 95))
        started = time.monotonic()
        running = turn(settings)
        meanwhile: list[float] = []
        memory_mb = 0.0
        while running.poll() is None:
            meanwhile += asked(library)
            memory_mb = max(memory_mb, memory_of(running))
        took_s = time.monotonic() - started
        if running.returncode:
            raise RuntimeError(f"the turn ended with {running.returncode}: {said(settings)[-2_000:]}")
        busy = float(np.percentile(meanwhile, 95))
        print(said(settings))
    back_s = way_back(settings)
    return [
        Row(
            name=f"a turn for {events:,} events and {corrections} corrections",
            value=took_s,
            unit="s",
            bar=TURN_BAR_S,
            holds=took_s <= TURN_BAR_S,
        ),
        Row(name="steps of the writer in it", value=steps_of_writer(settings), unit=""),
        Row(
            name="ask p95 while it runs",
            value=busy,
            unit="ms",
            baseline=idle,
            baseline_name="idle",
            bar=SLOWER_BAR,
            holds=busy <= SLOWER_BAR * idle,
        ),
        Row(name="memory that it took at most", value=memory_mb, unit="MB"),
        Row(name="a rollback", value=back_s, unit="s", bar=BACK_BAR_S, holds=back_s <= BACK_BAR_S),
    ]


def react(library: Library, events: int, draw: random.Random) -> None:
    """So many likes and skips: old songs are liked, new ones skipped, with exceptions."""
    told = 0
    while told < events:
        name = f"listener {draw.randrange(LISTENERS)}"
        answer = library.ask(REQUESTS[draw.randrange(len(REQUESTS))], n=PICKS, listener=name)
        for pick in answer.picks:
            if draw.random() < 0.5:
                is_liked = ((pick.track.year or OLD) < OLD) == (draw.random() < 0.8)
                library.feedback(name, pick.track.id, "like" if is_liked else "skip", answer_id=answer.id)
                told += 1


def correct(library: Library, corrections: int) -> None:
    """Notes as some model might have written them, and so many of them with their sentences turned round."""
    store = library.store
    ids = store.catalogue.revisions().ids[:NOTED].tolist()
    sheets = {track_id: sheet_of(facts) for track_id, facts in store.catalogue.facts(ids).items()}
    store.notes.save([_note(track_id, sheet) for track_id, sheet in sheets.items()])
    for number, (track_id, sheet) in enumerate(sheets.items()):
        if number < corrections:
            better = " ".join(sentences_of(plain_note(sheet), sheet)[::-1])
            library.correct(f"listener {number % LISTENERS}", track_id, text=better)


def _note(track_id: int, sheet: FactSheet) -> Description:
    return Description(
        kind="song",
        subject_id=track_id,
        template=plain_note(sheet),
        status="written",
        model="made up",
        adapter=None,
        prompt_version=PROMPT_VERSION,
        facts_hash=sheet_hash(sheet),
    )


def steps_of_writer(settings: Settings) -> float | None:
    """How long the turn taught the writer; None where it could not."""
    made = [one.card for one in models.versions(settings.models_dir, models.WRITER) if one.card]
    return float(made[-1].details["steps"]) if made else None


def asked(library: Library) -> list[float]:
    """Milliseconds of one answer to each request."""
    took: list[float] = []
    for text in REQUESTS:
        started = time.monotonic()
        library.ask(text, n=PICKS)
        took.append((time.monotonic() - started) * 1000)
    return took


def turn(settings: Settings) -> subprocess.Popen[bytes]:
    """A turn in a process of its own."""
    with (settings.library_dir / SAID).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "linernotes", "learn"], env=environment(settings), stdout=log, stderr=log
        )


def memory_of(process: subprocess.Popen[bytes]) -> float:
    """The most memory in MB that a process had at any time; 0 for one that has ended."""
    with suppress(OSError):
        told = re.search(
            r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        )
        return int(told[1]) / 1000 if told else 0.0
    return 0.0


def said(settings: Settings) -> str:
    """What the last turn said."""
    return (settings.library_dir / SAID).read_text(encoding="utf-8", errors="replace")


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "LINERNOTES_LIBRARY_DIR": str(settings.library_dir),
        "LINERNOTES_MODELS_DIR": str(settings.models_dir),
    }


def way_back(settings: Settings) -> float:
    """Seconds to take the newest ranker back, without the start of the interpreter; it stays promoted."""
    newest = models.versions(settings.models_dir, models.RANKER)[-1].card
    assert newest is not None
    models.promote(settings.models_dir, models.RANKER, newest.sha256)  # whatever the gate said
    started = time.monotonic()
    models.take_back(settings.models_dir, models.RANKER)
    took_s = time.monotonic() - started
    models.promote(settings.models_dir, models.RANKER, newest.sha256)
    return took_s


def killed(settings: Settings, kills: int) -> list[Row]:
    """Turns killed at moments of their work, each with something new to learn; the first is timed."""
    draw = random.Random(1)
    whole, at_work = 0, Counter[str]()
    with Library(settings) as library:
        react(library, 20, draw)
        started = time.monotonic()
        turn(settings).wait()
        took_s = time.monotonic() - started
        for number in range(kills):
            react(library, 20, draw)
            moment = MOMENTS[number % len(MOMENTS)]
            if moment == IN_PROMOTE:  # else it would mostly be kept
                models.withdraw(settings.models_dir, models.RANKER)
            running = turn(settings)
            wait_for(moment, running, settings, draw.uniform(0.0, took_s))
            at_work[moment] += running.poll() is None
            running.kill()
            running.wait()
            whole += all_whole(settings, LEARNED) and bool(library.ask("jazz").picks)
        react(library, 20, draw)
        ended_well = turn(settings).wait() == 0
    told = ", ".join(f"{count} {moment}" for moment, count in at_work.items())
    return [
        Row(
            name=f"{kills} kills ({told}): what is in use is whole, and the next turn ends well",
            value=float(whole),
            unit="",
            bar=float(kills),
            holds=whole == kills and ended_well,
        )
    ]


def wait_for(moment: str, running: subprocess.Popen[bytes], settings: Settings, after_s: float) -> None:
    """Waits until the turn is at this moment, or has ended."""
    before = marks(settings, moment)
    until = time.monotonic() + after_s
    while running.poll() is None:
        if moment == AT_RANDOM and time.monotonic() >= until:
            return
        if moment != AT_RANDOM and marks(settings, moment) != before:
            return
        time.sleep(LOOK_S)


def marks(settings: Settings, moment: str) -> list[tuple[str, int]]:
    """What in the folder of models changes as the moment begins."""
    patterns = (".learned-*",) if moment == IN_PUT else ("*/.new-*", "*/pointer.json")
    found: list[Path] = []
    for pattern in patterns:
        with suppress(FileNotFoundError):  # a folder of the turn's that is gone again
            found += settings.models_dir.glob(pattern)
    times: list[tuple[str, int]] = []
    for path in found:
        with suppress(FileNotFoundError):
            times.append((path.name, path.stat().st_mtime_ns))
    return sorted(times)


def all_whole(settings: Settings, names: Sequence[str]) -> bool:
    states = [models.current(settings.models_dir, name, deep=True).state for name in names]
    return all(state in {"ok", "missing"} for state in states)


if __name__ == "__main__":
    raise SystemExit(main())
