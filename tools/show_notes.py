"""Writes ``docs/notes.md``: thirty notes beside their facts and beside what the untaught model made of them.

    python tools/show_notes.py --library FOLDER [--out FILE]

FOLDER is a library that the demo made. Ten songs, ten artists and ten genres, half of each well known and
half hardly, are drawn by a hash of their names, whatever their notes are like; nothing is edited.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from linernotes import models
from linernotes.config import load_settings
from linernotes.describe import clean_text, fill, instructed_prompt, told_facts
from linernotes.describe.bounds import bounds_of
from linernotes.describe.writer import MAX_TOKENS, TEMPERATURES
from linernotes.facts import sheet_of
from linernotes.ingest.shelves import noted
from linernotes.llm import LocalGenerator
from linernotes.store import Store
from linernotes.store.collections import CollectionKind
from linernotes.types import Sheet

HALF = 5
FEWEST_FACTS = 3
HEAD = """# Thirty notes

Ten songs, ten artists and ten genres of the demo's library, half of each well known and half hardly. They
were drawn by a hash of their names and are unedited: `python tools/show_notes.py --library FOLDER` draws
them again. *Base* is what the same model made of the same facts before we taught it, asked to retell them,
with the same words and numbers barred; its text stands here before any check. Where the note is a plain
sentence, two tries of the writer had failed.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One entry: ``fame`` is the popularity of a song, the mean over the tracks of others."""

    name: str
    note: str
    is_written: bool
    sheet: Sheet
    fill: Callable[[str], str]
    fame: float


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description="Writes the page of thirty notes.")
    parser.add_argument("--library", type=Path, required=True, help="a library that the demo made")
    parser.add_argument("--out", type=Path, default=Path("docs/notes.md"))
    arguments = parser.parse_args()
    settings = load_settings(library_dir=arguments.library)
    store = Store.open(settings.library_dir / "library.db")
    with (
        closing(store),
        closing(LocalGenerator(models.smollm2_gguf(settings.models_dir))) as base,
    ):
        shelves = {
            "Songs": list(_songs(store)),
            "Artists": list(_collections(store, "artist")),
            "Genres": list(_collections(store, "genre")),
        }
        parts = [HEAD, *(_section(title, _drawn(shown), base) for title, shown in shelves.items())]
    arguments.out.write_text("\n".join(parts), encoding="utf-8")


def _songs(store: Store) -> Iterator[Shown]:
    ids = store.catalogue.revisions().ids.tolist()
    notes, facts = store.notes.current("song", ids), store.catalogue.facts(ids)
    for track in store.catalogue.tracks(ids).values():
        if track.id in notes and track.popularity is not None:
            filled = partial(fill, title=track.title, artists=track.artists, album=track.album)
            yield Shown(
                name=f"{', '.join(track.artists)}: {track.title}",
                note=filled(notes[track.id].template),
                is_written=notes[track.id].status == "written",
                sheet=sheet_of(facts[track.id]),
                fill=filled,
                fame=track.popularity,
            )


def _collections(store: Store, kind: CollectionKind) -> Iterator[Shown]:
    for one in noted(store, kind):
        name = one.subject.name
        fames = [track.popularity or 0.0 for track in store.catalogue.tracks(one.sheets).values()]
        filled = partial(fill, artists=(name,), genre=name)
        yield Shown(
            name=name,
            note=filled(one.note.template),
            is_written=one.note.status == "written",
            sheet=one.sheet,
            fill=filled,
            fame=sum(fames) / len(fames) if kind == "artist" else float(len(fames)),
        )


def _drawn(shown: Sequence[Shown]) -> list[Shown]:
    """Half of them from the best known quarter, half from the least known."""
    known = sorted(
        (one for one in shown if len(told_facts(one.sheet)) >= FEWEST_FACTS), key=lambda one: one.fame
    )
    quarter = max(HALF, len(known) // 4)
    return [*_first_by_hash(known[-quarter:]), *_first_by_hash(known[:quarter])]


def _first_by_hash(shown: Sequence[Shown]) -> list[Shown]:
    return sorted(shown, key=lambda one: hashlib.sha256(one.name.encode()).digest())[:HALF]


def _section(title: str, shown: Sequence[Shown], base: LocalGenerator) -> str:
    generations = base.generate(
        [replace(instructed_prompt(one.sheet), bounds=partial(bounds_of, one.sheet)) for one in shown],
        max_tokens=MAX_TOKENS,
        temperature=TEMPERATURES[0],
        seed=1,
    )
    lines = [f"## {title}", ""]
    for one, generation in zip(shown, generations, strict=True):
        facts = "; ".join(f"{fact.label}: {', '.join(fact.values)}" for fact in told_facts(one.sheet))
        ours = one.note if one.is_written else f"{one.note} *(plain sentences)*"
        lines += [f"### {one.name}", "", f"*Facts*: {facts}", "", f"**Note**: {ours}", ""]
        lines += [f"*Base*: {one.fill(clean_text(generation.text))}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
