"""200 generated requests with planted exclusions or limits: does any answer break one?

    python -m benchmarks.promises [--library DIR] [--count 200] [--json FILE]

The requests are those of ``linernotes evaluate promises`` that are about each pick: each pick is held
against the facts of the library by rules of the suite's own; our parse of the request is not consulted.
Without ``--library`` the demo's is used. Answers are kept in a copy of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.report import Row, finish
from linernotes.config import Settings, load_settings
from linernotes.evaluate.promises.known import common_values, copied, read_known
from linernotes.evaluate.promises.planted import plant_requests
from linernotes.evaluate.promises.suite import DEPTH, Outcome, fault, figures_of, outcome
from linernotes.library import AskOptions, Library


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--library", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    settings = load_settings(library_dir=options.library or load_settings().library_dir.parent / "demo")
    outcomes = ask_all(settings, options.count, options.seed)
    for line in [fault(one.text, broken) for one in outcomes for broken in one.broken][:20]:
        print(line)
    return finish("promises", rows(outcomes), options.json)


def ask_all(settings: Settings, count: int, seed: int) -> list[Outcome]:
    with copied(settings.library_dir) as folder:
        known = read_known(folder)
        planted = plant_requests(common_values(known.values()), count, seed=seed, whole=False)
        with Library(replace(settings, library_dir=folder, database_url="")) as library:
            return [outcome(asked, library.ask(asked.text, AskOptions(n=DEPTH)), known) for asked in planted]


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    found = {name: int(value or 0) for name, value in figures_of(outcomes).items()}
    barred = {
        "known violations": ("violations", "picks"),
        "unverified picks without a mark": ("unmarked", "picks"),
        "answers with unverified before verified": ("disordered", "answers"),
    }
    return [
        *(
            Row(name=name, value=found[measure], unit=unit, bar=0, holds=not found[measure])
            for name, (measure, unit) in barred.items()
        ),
        Row(name="picks", value=found["picks"], unit="picks"),
        Row(name="unverified picks, marked", value=found["unverified"], unit="picks"),
        Row(name="answers without a pick", value=found["empty"], unit="answers"),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
