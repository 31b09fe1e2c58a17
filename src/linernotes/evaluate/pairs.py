"""Pairs of texts on the same facts, to be read without knowing who wrote which."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from linernotes.describe import fill
from linernotes.errors import InputError
from linernotes.evaluate.descriptions import STORED, facts_lines
from linernotes.evaluate.naming import without_names
from linernotes.evaluate.parts import TEMPLATE, Part

VERDICTS = "verdicts.csv"
GPT = "GPT-3.5 caption_writing"
RIVALS = {"template": ("corpus", TEMPLATE), "gpt": ("captions", GPT)}
"""Against whom ours is read, by the name of the comparison: the part of the suite, and the system in it."""

Side = Literal["A", "B"]
_TITLES = ("Paper Lanterns", "North Window", "The Long Way Down", "Salt and Iron", "Blue Hour", "Two Rivers")
_ARTISTS = ("Mara Lind", "The Anvils", "Otto Vale", "Juniper Sails", "Karo Benn", "The Low Meadow")
_GUIDE = """\
Each numbered file holds the facts of a song, an artist or a genre, and two notes written from them, A and B.
Which would you rather read beside the music? A note that says what the facts do not hold is the worse one.
Write A, B or tie behind the number in {verdicts}. Several readers: one copy each, {stem}-NAME.csv.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts on one subject; ``ours`` says which of them is ours."""

    id: str
    comparison: str
    subject: str
    facts: tuple[str, ...]
    text_a: str
    text_b: str
    ours: Side


def make_pairs(parts: Sequence[Part], count: int, *, seed: int) -> list[Pair]:
    """At most ``count`` pairs a comparison, shuffled together, sides by lot.

    Raises InputError where no part has both ours and the rival's texts.
    """
    draw = random.Random(seed)
    pairs = [
        pair
        for comparison, (part_name, rival) in RIVALS.items()
        for part in parts
        if part.name == part_name and {STORED, rival} <= set(part.systems)
        for pair in _drawn(part, comparison, rival, count, draw)
    ]
    if not pairs:
        raise InputError("there is nothing to pair: pairs need a model's texts on captions or corpus")
    draw.shuffle(pairs)
    width = len(str(len(pairs)))
    return [replace(pair, id=f"pair-{number:0{width}d}") for number, pair in enumerate(pairs, start=1)]


def check_folder(folder: Path) -> None:
    """Raises InputError for a folder that holds something, verdicts most likely, or whose key is there."""
    if key_path(folder).exists():
        raise InputError(f"{key_path(folder)} is there, the key of other pairs: name another folder")
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InputError(f"{folder} is not an empty folder: verdicts would be lost; name another one")


def write_pairs(pairs: Sequence[Pair], folder: Path) -> Path:
    """One file a pair, a guide and an empty table of verdicts in ``folder``; the key lies beside it.

    Gives the key's path, which is not for readers. Raises InputError for a folder that holds something.
    """
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for pair in pairs:
        (folder / f"{pair.id}.txt").write_text(_page(pair), encoding="utf-8")
    with (folder / VERDICTS).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("pair", "verdict"), *((pair.id, "") for pair in pairs)])
    guide = _GUIDE.format(verdicts=VERDICTS, stem=Path(VERDICTS).stem)
    (folder / "README.txt").write_text(guide, encoding="utf-8")
    key = {
        pair.id: {"comparison": pair.comparison, "subject": pair.subject, "ours": pair.ours} for pair in pairs
    }
    path = key_path(folder)
    path.write_text(json.dumps(key, indent=1) + "\n", encoding="utf-8")
    return path


def _drawn(part: Part, comparison: str, rival: str, count: int, draw: random.Random) -> Iterator[Pair]:
    """Pairs without a number yet; both texts bear the same names, or none where the rival knew of none."""
    both = [
        (at, ours.text, theirs.text)
        for at, (ours, theirs) in enumerate(zip(part.systems[STORED], part.systems[rival], strict=True))
        if ours is not None and theirs is not None
    ]
    for at, our_text, their_text in draw.sample(both, min(count, len(both))):
        ours: Side = draw.choice(("A", "B"))
        names = (draw.choice(_TITLES), draw.choice(_ARTISTS)) if comparison != "gpt" else None
        texts = [_named(our_text, names), _named(their_text, names)]
        text_a, text_b = texts if ours == "A" else reversed(texts)
        yield Pair(
            id="",
            comparison=comparison,
            subject=part.subjects[at].id,
            facts=facts_lines(part, at),
            text_a=text_a,
            text_b=text_b,
            ours=ours,
        )


def _named(text: str, names: tuple[str, str] | None) -> str:
    if names is None or "{genre}" in text:
        return without_names(text)
    return fill(text, title=names[0], artists=(names[1],))


def _page(pair: Pair) -> str:
    facts = "\n".join(f"  {line}" for line in pair.facts)
    return f"{pair.id}\n\nFacts\n{facts}\n\nA\n  {pair.text_a}\n\nB\n  {pair.text_b}\n"


def key_path(folder: Path) -> Path:
    """Where the key of a folder of pairs lies: beside it, so that readers do not come upon it."""
    return folder.resolve().parent / f"{folder.resolve().name}.key.json"
