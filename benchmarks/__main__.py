"""Every benchmark in turn, each in a process of its own: ``python -m benchmarks [NAME …]``.

Rows go to ``results/NAME.json``. The status is 1 if a bar is missed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ALL = (
    "audio",
    "ask",
    "lexical",
    "describe",
    "first_answer",
    "mutations",
    "promises",
    "kills",
    "listeners",
    "learn",
    "serve",
    "corrections",
)


def main() -> int:
    names = sys.argv[1:] or ALL
    missed = 0
    for name in names:
        print(f"--- {name}", flush=True)
        command = [
            sys.executable,
            "-m",
            f"benchmarks.{name}",
            "--json",
            str(Path("results") / f"{name}.json"),
        ]
        missed |= subprocess.run(command, check=False).returncode
    return int(missed != 0)


if __name__ == "__main__":
    raise SystemExit(main())
