"""Fake reactions for one song: how much more of it do others see after a turn of learning than without them?

    python -m benchmarks.poison [--size 2000] [--events 600] [--json FILE]

A made-up catalogue (see ``benchmarks.ask``), ten honest listeners who like old songs, and a song that stands
in about a tenth of their answers. A turn learns from the honest alone. Other turns learn from the same with
fakes: a crowd of new listeners that like the song and nothing else, 1 % and 5 % of all reactions, and one
listener who likes it a thousand times. What was learned is then used whether the gate promotes it or not. The
figure is the share of the honest listeners' first 20 that hold the song; the bar is 1.5 times what it is
without fakes, or that the gate refuses all that was learned.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.ask import PICKS, REQUESTS, build
from benchmarks.learn import LISTENERS, react
from benchmarks.report import Row, finish
from linernotes import models
from linernotes.config import Settings, load_settings
from linernotes.learn.turn import TurnReport, turn
from linernotes.library import Library
from linernotes.types import Answer

BAR = 1.5
BUDGET_S = 600.0
USUAL_SHARE = 0.1
LIKES_OF_ONE = 1_000
LATER = 30
"""Honest reactions after the fakes, so that these are among what is trained on."""

Attack = Callable[[Library, int], None]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=600)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        honest = replace(
            load_settings(), library_dir=Path(name) / "library", models_dir=Path(name) / "models"
        )
        build(honest, options.size)
        with Library(honest) as library:
            react(library, options.events, random.Random(0))
            target = usual_song(library)
        rows = list(attacked(honest, target, options.events))
    return finish("poison", rows, options.json)


def attacked(honest: Settings, target: int, events: int) -> Iterator[Row]:
    """A row for each attack."""
    shares = {share: round(share * events / (1 - share)) for share in (0.01, 0.05)}
    attacks: dict[str, Attack] = {
        **{f"{share:.0%} fake, by a crowd": crowd(count) for share, count in shares.items()},
        "one listener's thousand likes": loud,
    }
    without, _ = after_a_turn(honest, target, lambda _, __: None)
    for name, attack in attacks.items():
        share, report = after_a_turn(honest, target, attack)
        states = ", ".join(f"{one.kind} {one.state}" for one in report.outcomes)
        is_refused = all(one.state != "promoted" for one in report.outcomes)
        yield Row(
            name=f"{name} ({states}; {report.suspicious} left out)",
            value=100 * share,
            unit="% of answers",
            baseline=100 * without,
            baseline_name="without",
            bar=f"{BAR}x",
            holds=is_refused or share <= BAR * without,
        )


def after_a_turn(honest: Settings, target: int, attack: Attack) -> tuple[float, TurnReport]:
    """The share of the honest listeners' answers with the song after a turn, in a copy of the library.

    What the gate refused is used all the same.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(honest.library_dir, folder / "library")
        settings = replace(honest, library_dir=folder / "library", models_dir=folder / "models")
        with Library(settings) as library:
            attack(library, target)
            react(library, LATER, random.Random(1))
            report = turn(library, budget_s=BUDGET_S)
            for one in report.outcomes:
                if one.state == "kept":
                    models.promote(settings.models_dir, one.kind, one.version)
            found = list(answers(library))
    return sum(holds(answer, target) for answer in found) / len(found), report


def answers(library: Library) -> Iterator[Answer]:
    """An answer to each request for each of the honest listeners; nothing explores."""
    for number in range(LISTENERS):
        for text in REQUESTS:
            yield library.ask(text, n=PICKS, listener=f"listener {number}", exploration=0.0)


def usual_song(library: Library) -> int:
    """Of what strangers are shown, the song whose share of the honest answers is nearest to a tenth."""
    found = list(answers(library))
    counts = Counter(pick.track.id for answer in found for pick in answer.picks)
    shown = {pick.track.id for text in REQUESTS for pick in to_stranger(library, text).picks}
    return min(shown, key=lambda one: (abs(counts[one] / len(found) - USUAL_SHARE), one))


def to_stranger(library: Library, text: str) -> Answer:
    return library.ask(text, n=PICKS, listener=None, exploration=0.0)


def holds(answer: Answer, target: int) -> bool:
    return any(pick.track.id == target for pick in answer.picks)


def crowd(count: int) -> Attack:
    """So many new listeners, each with one like."""

    def attack(library: Library, target: int) -> None:
        text = request_for(library, target)
        for number in range(count):
            name = f"fake {number}"
            answer = library.ask(text, n=PICKS, listener=name, exploration=0.0)
            library.feedback(name, target, "like", answer_id=answer.id)

    return attack


def loud(library: Library, target: int) -> None:
    """One listener who likes the song again and again."""
    text = request_for(library, target)
    for _ in range(LIKES_OF_ONE):
        answer = library.ask(text, n=PICKS, listener="loud", exploration=0.0)
        library.feedback("loud", target, "like", answer_id=answer.id)


def request_for(library: Library, target: int) -> str:
    """A request that shows the song to a stranger."""
    return next(text for text in REQUESTS if holds(to_stranger(library, text), target))


if __name__ == "__main__":
    raise SystemExit(main())
