"""Notes a minute: by the writer and by the untaught base, and against xllamacpp called directly.

    python -m benchmarks.describe [--count 64] [--json FILE]

Of each model both get the same prompts (bare facts for a taught writer, instructed for the base), and write
the same number of tokens at most, with the same number of slots and threads; the first is our generator in
its own processes, held to the bounds of each sheet as when it writes notes, the second bare server objects
without bounds, as one of so many threads and as so many of one thread. They take turns, and of each the
fastest turn counts. Then each writes finished notes, with check, second try and fallback.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.ask import made_up
from benchmarks.report import Row, finish
from linernotes.config import Settings, load_settings
from linernotes.describe import bare_prompt, instructed_prompt, write_notes
from linernotes.describe.bounds import bounds_of
from linernotes.facts import sheet_of
from linernotes.ingest import open_generator
from linernotes.ingest.workshop import NO_ADAPTER
from linernotes.llm import LocalGenerator, Prompt
from linernotes.types import FactSheet

MAX_TOKENS = 96
BAR = 0.9
FASTER = 1.4
FEWEST_NOTES = 80
TURNS = 2

DIRECT = """
import json, sys, threading, time
import xllamacpp
job = json.loads(sys.stdin.readline())
params = xllamacpp.CommonParams()
params.model.path = job["model"]
params.n_parallel = job["slots"]
params.n_ctx = job["context"] * job["slots"]
params.cpuparams.n_threads = job["threads"]
params.cpuparams_batch.n_threads = job["threads"]
params.n_gpu_layers = 0
params.verbosity = -1
params.warmup = False
params.use_jinja = True
server = xllamacpp.Server(params)
def write(prompts):
    for prompt in prompts:
        body = {"max_tokens": job["max_tokens"], "temperature": 0.3, "seed": 1}
        if prompt["system"] is None:
            server.handle_completions({**body, "prompt": prompt["user"]})
            continue
        messages = [{"role": role, "content": prompt[role]} for role in ("system", "user")]
        server.handle_chat_completions({**body, "messages": messages})
write(job["prompts"][:1])
print("ready", flush=True)
sys.stdin.readline()
started = time.perf_counter()
queue, lock = iter(job["prompts"]), threading.Lock()
def dealt():
    while True:
        with lock:
            prompt = next(queue, None)
        if prompt is None:
            return
        yield prompt
threads = [threading.Thread(target=write, args=(dealt(),)) for _ in range(job["slots"])]
[one.start() for one in threads]
[one.join() for one in threads]
print(time.perf_counter() - started, flush=True)
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sheets = [sheet_of(made_up(number).facts) for number in range(options.count)]
    settings = load_settings()
    untaught = replace(settings, llm_adapter=NO_ADAPTER)
    base_rows, base_notes = measure("base", untaught, sheets)
    rows, notes = measure("writer", settings, sheets)
    faster = Row(
        name="writer, finished notes a minute",
        value=notes,
        unit="notes/min",
        baseline=base_notes,
        baseline_name="base",
        bar=f"{FEWEST_NOTES} and {FASTER}x",
        holds=notes >= FEWEST_NOTES and notes >= FASTER * base_notes,
    )
    return finish("describe", [*base_rows, *rows, faster], options.json)


def measure(name: str, settings: Settings, sheets: list[FactSheet]) -> tuple[list[Row], float]:
    """The rows of one model, and its finished notes a minute."""
    generator = open_generator(settings)
    assert isinstance(generator, LocalGenerator), "this measures the local model: unset llm_url"
    tuned = generator.adapter is not None
    model = generator.path
    with closing(generator):
        plain = [
            bare_prompt(sheet, seed=number) if tuned else instructed_prompt(sheet)
            for number, sheet in enumerate(sheets)
        ]
        prompts = [  # with bounds, which the bare server does without
            replace(prompt, bounds=partial(bounds_of, sheet))
            for prompt, sheet in zip(plain, sheets, strict=True)
        ]
        cores = generator.most_workers
        generator.generate(prompts[:1], max_tokens=8, temperature=0.0, seed=1)
        ours_s = direct_s = math.inf
        for _ in range(TURNS):
            started = time.perf_counter()
            generator.generate(prompts, max_tokens=MAX_TOKENS, temperature=0.3, seed=1)
            ours_s = min(ours_s, time.perf_counter() - started)
            for threads, workers in ((cores, 1), (1, cores)):
                direct_s = min(direct_s, direct(model, prompts, generator.slots, threads, workers))
        started = time.perf_counter()
        drafts = write_notes(sheets, generator, seed=1, tuned=tuned)
        finished_s = time.perf_counter() - started
    per_minute = 60 * len(sheets)
    rows = [
        Row(
            name=f"{name}, texts a minute",
            value=per_minute / ours_s,
            unit="texts/min",
            baseline=per_minute / direct_s,
            baseline_name="xllamacpp",
            bar=f"{BAR}x",
            holds=per_minute / ours_s >= BAR * per_minute / direct_s,
        ),
        Row(
            name=f"{name}, notes that passed the check",
            value=100 * sum(draft.status == "written" for draft in drafts) / len(drafts),
            unit="%",
        ),
        Row(
            name=f"{name}, passed at the first try",
            value=100 * sum(draft.tries == 1 and draft.status == "written" for draft in drafts) / len(drafts),
            unit="%",
        ),
    ]
    return rows, per_minute / finished_s


def direct(model: Path, prompts: list[Prompt], slots: int, threads: int, workers: int) -> float:
    """Seconds that ``workers`` bare servers need for all prompts, from when all are loaded."""
    children = []
    for number in range(workers):
        job = {
            "model": str(model),
            "slots": slots,
            "threads": threads,
            "context": 768,
            "max_tokens": MAX_TOKENS,
            "prompts": [{"user": one.user, "system": one.system} for one in prompts[number::workers]],
        }
        child = subprocess.Popen(
            [sys.executable, "-c", DIRECT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert child.stdin is not None
        child.stdin.write(json.dumps(job) + "\n")
        child.stdin.flush()
        children.append(child)
    for child in children:
        assert child.stdout is not None
        while child.stdout.readline().strip() != "ready":
            assert child.poll() is None, "a bare server did not start"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.close()
    seconds = []
    for child in children:
        assert child.stdout is not None
        seconds.append(float([line for line in child.stdout if line.strip()][-1]))
        child.wait()
    return max(seconds)


if __name__ == "__main__":
    raise SystemExit(main())
