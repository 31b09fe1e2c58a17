"""What each way of finding is worth: the learned fusion without it, learned anew, on other folds.

    python tools/ablate_search.py --data FOLDER --cache FOLDER

FOLDER holds ``cpcd``, ``musiccaps`` and ``lp_musiccaps_llm`` as ``linernotes evaluate`` wants them. Prints
Markdown tables: conversations, on a library of their catalogue, and of them once more the requests that name
nothing but a mood or a situation; people's captions, on clips with tags and notes (written once, then kept
in the cache). "joined tables" is a library without our editors'
table, "notes" documents without what was written, "what the embedder learned" the model that ours was taught
from.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from linernotes.config import load_settings
from linernotes.evaluate.metrics import gain_interval
from linernotes.evaluate.search.captions import caption_subjects, caption_tasks
from linernotes.evaluate.search.cpcd import SITUATION_ALONE, read_cpcd
from linernotes.evaluate.search.figures import hit_and_rank
from linernotes.evaluate.search.indexed import IndexSearch
from linernotes.evaluate.search.ours import LibrarySearch, Taught
from linernotes.evaluate.search.remember import RememberingEmbedder
from linernotes.evaluate.search.values import FOLDS
from linernotes.evaluate.shelf import kept_notes
from linernotes.evaluate.values import Subject
from linernotes.ingest import Progress, open_embedder, open_generator, open_stock_embedder
from linernotes.learn.ranker import learn_from
from linernotes.library.answering import DEPTH
from linernotes.rank import LearnedFusion
from linernotes.types import Candidates

GROUPS = {
    "words": ("lexical", "history"),
    "meaning": ("dense", "seed_text"),
    "facts": ("facts", "seed_facts"),
    "implied facts": ("implied",),
    "names": ("by", "echoes"),
    "liked artists": ("liked_artists",),
    "sessions by meaning": ("sessions", "session_artists"),
    "sessions by what was liked": ("together", "together_artists"),
}
Values = list[tuple[float, float]]
"""Hit@10 and the reciprocal rank of each request."""


def tell(progress: Progress) -> None:
    if progress.done % 200 == 0:
        print(f"{progress.stage}: {progress.done} of {progress.total}", file=sys.stderr)


def without(candidates: Candidates, channels: Sequence[str]) -> Candidates:
    """What the other channels found, and what they say of it."""
    columns = [at for at, name in enumerate(candidates.channels) if name not in channels]
    ranks = candidates.ranks[:, columns]
    rows = (np.nan_to_num(ranks, nan=np.inf) <= DEPTH).any(axis=1)
    return replace(
        candidates,
        ids=candidates.ids[rows],
        channels=tuple(candidates.channels[at] for at in columns),
        scores=candidates.scores[:, columns][rows],
        ranks=ranks[rows],
        verified=candidates.verified[rows],
        traits={name: values[rows] for name, values in candidates.traits.items()},
    )


def measured(taught: Taught, change: Callable[[Candidates], Candidates]) -> Values:
    """In the order of the requests, each by what was learned on other folds."""
    found = [replace(one, candidates=change(one.candidates)) for one in taught.found]
    values: dict[int, tuple[float, float]] = {}
    for fold in range(FOLDS):
        fusion = LearnedFusion(
            learn_from([one for one, part in zip(found, taught.folds, strict=True) if part != fold])
        )
        values |= {
            at: hit_and_rank(found[at], fusion) for at, part in enumerate(taught.folds) if part == fold
        }
    return [values[at] for at in range(len(found))]


def row(name: str, values: Values, whole: Values) -> str:
    """A line of the table: the figures, and how much the whole is above them."""
    hits, ranks = (np.array(column) for column in zip(*values, strict=True))
    gains = [
        gain_interval([full - less for full, less in zip(column, others, strict=True)])
        for column, others in zip(zip(*whole, strict=True), (hits, ranks), strict=True)
    ]
    told = " | ".join(f"{one.mean:+.3f} ({one.low:+.3f} to {one.high:+.3f})" for one in gains)
    return f"| {name} | {hits.mean():.3f} | {ranks.mean():.3f} | {told} |"


def ablated(taught: Taught, others: dict[str, Taught]) -> dict[str, Values]:
    """The values by what is left out; nothing first."""
    values = {"nothing": measured(taught, lambda candidates: candidates)}
    present = {channel for one in taught.found for channel in one.candidates.channels}
    for name, channels in GROUPS.items():
        if present & set(channels):
            values[name] = measured(taught, lambda candidates, left=channels: without(candidates, left))  # type: ignore[misc]
    return values | {name: measured(other, lambda candidates: candidates) for name, other in others.items()}


def print_table(title: str, values_by_name: dict[str, Values], rows: Sequence[int] | None = None) -> None:
    """Of all requests, or of those in ``rows``."""
    wanted = range(len(values_by_name["nothing"])) if rows is None else rows
    shown = {name: [values[at] for at in wanted] for name, values in values_by_name.items()}
    print(f"\n{title}: {len(wanted)} requests\n")
    print("| without | Hit@10 | MRR | Hit@10 lost | MRR lost |\n|---|---:|---:|---:|---:|")
    for name, values in shown.items():
        print(row(name, values, shown["nothing"]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds cpcd")
    parser.add_argument("--cache", type=Path, required=True, help="where its library is kept")
    options = parser.parse_args()
    settings = load_settings()
    embedder = RememberingEmbedder(open_embedder(threads=2))
    library = LibrarySearch(settings=settings, folder=options.cache, embedder=embedder, on_progress=tell)
    bare = replace(library, settings=replace(settings, editors="off"), folder=options.cache / "bare")
    task = read_cpcd(options.data)
    unheard = library.teach(task, with_sessions=False)
    values = ablated(
        library.teach(task), {"joined tables": bare.teach(task), "all that others asked for": unheard}
    )
    print_table("Conversations (CPCD)", values)
    alone = [at for at, query in enumerate(task.queries) if SITUATION_ALONE in query.groups]
    print_table(f"Of them {SITUATION_ALONE}", values, alone)
    index = IndexSearch(embedder=embedder, on_progress=tell)
    stock = IndexSearch(
        embedder=RememberingEmbedder(open_stock_embedder(settings, threads=2)), on_progress=tell
    )
    tags, notes, both = caption_tasks(options.data, *noted_clips(options))
    others = {
        "notes": index.teach(tags),
        "tags and facts": index.teach(notes),
        "what the embedder learned": stock.teach(both),
    }
    print_table("Captions of clips (MusicCaps)", ablated(index.teach(both), others))


def noted_clips(options: argparse.Namespace) -> tuple[list[Subject], dict[str, str]]:
    """The clips with their facts, and what the writer made of them, by id."""
    subjects, settings = caption_subjects(options.data), load_settings()
    with closing(open_generator(settings)) as writer:
        notes = kept_notes(
            subjects, writer, options.cache, seed=settings.seed, tuned=True, on_done=lambda _: None
        )
    return subjects, notes


if __name__ == "__main__":
    main()
