"""How well our own parsed requests are read; every tenth was held out while the rules were tuned."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from linernotes.request import Gazetteer
from linernotes.request.reading import read
from linernotes.request.text import LimitSpan, NameSpan, OrderSpan, PopularitySpan, QualitySpan, Span
from linernotes.types import NameEntry
from linernotes.words import fold

pytestmark = pytest.mark.shared

TYPE_OF_FAMILY = {
    "genre": "Genre",
    "style": "Genre",
    "mood": "Mood",
    "energy": "Mood",
    "tempo": "Tempo",
    "vocals": "Vocals",
    "instrument": "Instrument",
    "country": "country",
    "language": "Language",
    "activity": "ListeningContext",
    "company": "ListeningContext",
    "time": "ListeningContext",
}


@dataclass(frozen=True)
class Descriptor:
    start: int
    end: int
    text: str
    type: str
    polarity: str

    def meets(self, other: Descriptor, *, strict: bool) -> bool:
        same = (self.type, self.polarity) == (other.type, other.polarity)
        if strict:
            return same and self.text == other.text
        return same and self.start < other.end and other.start < self.end


def _type_of(span: Span) -> str:
    if isinstance(span, QualitySpan):
        return "ListeningContext" if span.name == "christmas" else TYPE_OF_FAMILY[span.family]
    if isinstance(span, LimitSpan):
        return "Decade" if span.era else "Limit"
    names = {NameSpan: "NE", PopularitySpan: "Popularity", OrderSpan: "Order"}
    return names[type(span)]


def read_descriptors(query: str, catalogue: Gazetteer) -> list[Descriptor]:
    reading = read(query, catalogue, this_year=2026)
    found = []
    for span in reading.spans:
        if span in reading.exclusions.indifferent:
            continue
        polarity = "~" if isinstance(span, NameSpan) and span.relation == "like" else "+"
        if span in reading.exclusions.spans:
            polarity = "-"
        start = query.find(span.text, max(reading.text.tokens[span.first].start - 2, 0))
        found.append(Descriptor(start, start + len(span.text), span.text, _type_of(span), polarity))
    return found


def gold_descriptors(row: dict[str, Any]) -> list[Descriptor]:
    return [
        Descriptor(start, start + len(item["text"]), item["text"], item["type"], item["polarity"])
        for item in row["descriptors"]
        for start in [row["query"].find(item["text"])]
    ]


def hits(found: Sequence[Descriptor], gold: Sequence[Descriptor], *, strict: bool) -> int:
    left = list(gold)
    for one in found:
        partner = next((other for other in left if one.meets(other, strict=strict)), None)
        if partner:
            left.remove(partner)
    return len(gold) - len(left)


def f1(found: Sequence[Sequence[Descriptor]], gold: Sequence[Sequence[Descriptor]], *, strict: bool) -> float:
    true = sum(hits(one, other, strict=strict) for one, other in zip(found, gold, strict=True))
    return 2 * true / (sum(map(len, found)) + sum(map(len, gold)))


def negatives(descriptors: Sequence[Descriptor]) -> list[Descriptor]:
    return [Descriptor(d.start, d.end, d.text, "any", "-") for d in descriptors if d.polarity == "-"]


@pytest.fixture(scope="module")
def rows(shared_dir: Path) -> list[dict[str, Any]]:
    lines = []
    for name in ("parsed_general", "parsed_exclusions"):
        lines += (shared_dir / "requests" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def catalogue(shared_dir: Path, rows: list[dict[str, Any]]) -> Gazetteer:
    """The names of a real catalogue, and all that the requests ask for."""
    names: dict[tuple[str, str], int] = {}
    with gzip.open(shared_dir / "cpcd" / "tracks.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            track = json.loads(line)
            names.update({("artist", artist): len(names) for artist in track["artists"]})
            names["track", track["title"]] = names["album", track["album"]] = len(names)
    asked = {d["text"] for row in rows for d in row["descriptors"] if d["type"] == "NE"}
    known = {fold(name) for kind, name in names if kind == "artist"}
    names.update({("artist", name): len(names) for name in sorted(asked) if fold(name) not in known})
    return Gazetteer(
        NameEntry(kind=kind, name=name, key=fold(name), ids=(id_,))  # type: ignore[arg-type]
        for (kind, name), id_ in names.items()
        if name
    )


@pytest.mark.parametrize(("held_out", "relaxed", "strict"), [(False, 0.90, 0.85), (True, 0.80, 0.75)])
def test_descriptors_are_found(
    rows: list[dict[str, Any]], catalogue: Gazetteer, held_out: bool, relaxed: float, strict: float
) -> None:
    part = [row for at, row in enumerate(rows, 1) if (at % 10 == 0) is held_out]
    found = [read_descriptors(row["query"], catalogue) for row in part]
    gold = [gold_descriptors(row) for row in part]
    assert f1(found, gold, strict=False) >= relaxed
    assert f1(found, gold, strict=True) >= strict


@pytest.mark.parametrize(("held_out", "recall", "precision"), [(False, 0.95, 0.95), (True, 0.80, 0.80)])
def test_exclusions_are_found(
    rows: list[dict[str, Any]], catalogue: Gazetteer, held_out: bool, recall: float, precision: float
) -> None:
    part = [row for at, row in enumerate(rows, 1) if (at % 10 == 0) is held_out]
    found = [negatives(read_descriptors(row["query"], catalogue)) for row in part]
    gold = [negatives(gold_descriptors(row)) for row in part]
    true = sum(hits(one, other, strict=False) for one, other in zip(found, gold, strict=True))
    assert true >= recall * sum(map(len, gold))
    assert true >= precision * sum(map(len, found))
