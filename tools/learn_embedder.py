"""Learns what ``src/linernotes/data/embedder`` ships: a MiniLM that knows what requests for music mean.

    python tools/learn_embedder.py --data FOLDER [--out FOLDER]

It learns from four fifths of our own requests for our own notes (corpora/requests, corpora/liner_notes).
FOLDER holds ``cpcd``, ``musiccaps``, ``lp_musiccaps_llm`` and ``mtg_jamendo`` as ``linernotes evaluate``
wants them: on these, of which nothing is learned, and on the last fifth, dense search alone is held against
that of the model as it was fetched. Nothing is written if any measure of the last fifth falls.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from linernotes import models
from linernotes.config import load_settings
from linernotes.embed import Embedder, MiniLmEmbedder
from linernotes.evaluate.metrics import gain_interval
from linernotes.evaluate.search.captions import caption_subjects, caption_tasks, hidden_tag_task
from linernotes.evaluate.search.cpcd import read_cpcd
from linernotes.evaluate.search.figures import by_dialogue, values_of
from linernotes.evaluate.search.notes import own_pairs, own_tasks
from linernotes.evaluate.search.values import Task
from linernotes.facts import meaning_of
from linernotes.learn.embedder import Course, teach

MEASURES = ("hit_at_10", "mrr")
FILE = "model.onnx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A measure on a suite: the base's mean, ours, and the paired 95 % interval of what ours gains."""

    suite: str
    requests: int
    measure: str
    base: float
    ours: float
    low: float
    high: float


def compared(tasks: Mapping[str, Task], base: Embedder, ours: Embedder) -> list[Line]:
    """All measures on all tasks, by the meaning of the documents alone."""
    lines: list[Line] = []
    for name, task in tasks.items():
        before, after = (values_of(task, task.queries, rankings(task, embedder)) for embedder in (base, ours))
        for measure in MEASURES:
            gains = np.subtract(after[measure], before[measure]).tolist()
            gain = gain_interval(by_dialogue(task.queries, gains))
            lines.append(
                Line(
                    suite=name,
                    requests=len(task.queries),
                    measure=measure,
                    base=round(float(np.mean(by_dialogue(task.queries, before[measure]))), 4),
                    ours=round(float(np.mean(by_dialogue(task.queries, after[measure]))), 4),
                    low=round(gain.low, 4),
                    high=round(gain.high, 4),
                )
            )
    return lines


def rankings(task: Task, embedder: Embedder) -> list[Sequence[int]]:
    """The rows of a task by how near their tags and note, or else their names, are to each request."""
    meanings = [meaning_of(item.tags, item.note) or item.names for item in task.items]
    texts = list(dict.fromkeys(meanings))
    place = {text: row for row, text in enumerate(texts)}
    scores = embedder.embed([query.text for query in task.queries]) @ embedder.embed(texts).T
    rows = [place[text] for text in meanings]
    return [np.argsort(-one[rows], kind="stable").tolist() for one in scores]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--corpora", type=Path, default=Path("corpora"))
    parser.add_argument("--out", type=Path, default=models.SHIPPED_EMBEDDER)
    options = parser.parse_args()
    models_dir = load_settings().models_dir
    stock, tokenizer = models.minilm_onnx(models_dir), models.minilm_tokenizer(models_dir)
    base = MiniLmEmbedder(stock, tokenizer, threads=2)
    pairs = own_pairs(options.corpora / "liner_notes", options.corpora / "requests")
    *_, both = own_tasks(options.corpora / "liner_notes", options.corpora / "requests")
    options.out.mkdir(parents=True, exist_ok=True)
    candidate = options.out / f"{FILE}.new"
    course = Course()
    lessons = teach(stock, tokenizer, pairs, base, candidate, course=course, on_batch=tell)
    tasks = {
        "our requests, by tags and note": both,
        "captions, by tags": caption_tasks(options.data, caption_subjects(options.data), {})[0],
        "a tag hidden (MTG-Jamendo)": hidden_tag_task(options.data),
        "conversations, by names": read_cpcd(options.data),
    }
    lines = compared(tasks, base, MiniLmEmbedder(candidate, tokenizer, threads=2))
    for line in lines:
        print(
            f"{line.suite:<28} {line.measure:<10} {line.base:.3f} {line.ours:.3f}"
            f" [{line.low:+.3f}, {line.high:+.3f}]"
        )
    if any(line.ours < line.base for line in lines[: len(MEASURES)]):
        candidate.unlink()
        sys.exit("not shipped: worse than what it learned from")
    candidate.replace(options.out / FILE)
    shutil.copyfile(tokenizer, options.out / "tokenizer.json")
    card = {
        "name": "minilm-l6-v2-music",
        "what": "all-MiniLM-L6-v2 (Apache-2.0), taught on requests for music, in int8",
        "licence": "CC-BY-4.0",
        "data": [
            {
                "source": "corpora/requests and corpora/liner_notes, CC BY 4.0, our own",
                "pairs": len(pairs),
                "rounds": course.rounds,
            }
        ],
        "rate": course.rate,
        "batches": lessons.batches,
        "seconds": round(lessons.seconds),
        "figures": {
            "note": "dense search alone, beside the model that it was taught from; of the first suite, "
            "requests that were not learned from, of the others nothing",
            "lines": [asdict(line) for line in lines],
        },
        "limits": "English. It learned from 700 requests for 500 songs: what they never ask for it "
        "knows as its base does.",
        "recipe": "python tools/learn_embedder.py --data FOLDER",
    }
    (options.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def tell(done: int, total: int, loss: float) -> None:
    if done % 5 == 0 or done == total:
        print(f"batch {done} of {total}: loss {loss:.3f}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
