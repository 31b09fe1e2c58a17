"""How well requests are read: what our rules find in them, against what people marked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from linernotes.evaluate.data import data_file
from linernotes.evaluate.descriptors import (
    OWN_TYPES,
    TYPES,
    Descriptor,
    Pairing,
    ParsedRequest,
    gazetteer_of,
    pairing,
    read_by_rules,
    read_by_words,
    read_parsed,
    unwanted,
)
from linernotes.evaluate.search.cpcd import TRACKS
from linernotes.evaluate.values import Measured, SuiteResult, Table
from linernotes.learn.corpora.rows import read_rows, text_in, texts_in
from linernotes.request import Gazetteer
from linernotes.request.languages import LANGUAGES

INTENT: Final = Path("music_reco_intent/requests.jsonl.gz")
_NEEDED = f"{INTENT} (MusicRecoIntent, Deezer Research, 2026) and {TRACKS} (CPCD, CC BY 4.0)"
PARSED: Final = ("parsed_general.jsonl", "parsed_exclusions.jsonl")
_HELD_OUT = 10
POOLED: Final = "MusicRecoIntent and own, held out"
_POOLED_GROUPS: Final = frozenset({"MusicRecoIntent", "own: held out"})

Reader = Callable[[str, Gazetteer, bool], list[Descriptor]]
"""What finds descriptors in a request, with a catalogue, in the coarse scheme or in our own."""
READERS: Final[Mapping[str, Reader]] = {
    "rules": lambda query, catalogue, coarse: read_by_rules(query, catalogue, coarse=coarse),
    "words of the lexicon": lambda query, catalogue, coarse: read_by_words(query, catalogue, coarse=coarse),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Requests that are measured together, and the catalogue that their names are linked with."""

    name: str
    requests: Sequence[ParsedRequest]
    catalogue: Gazetteer
    coarse: bool = False


def measure_requests(data_dir: Path, corpus_dir: Path, *, started: float) -> SuiteResult:
    """The figures of our rules and of the baseline on every group; ``started`` is by ``time.monotonic``.

    Raises InputError if the data is not there, with where it comes from.
    """
    groups = read_groups(data_dir, corpus_dir)
    tables = {
        name: {
            **{
                label: measured
                for group in groups
                for label, measured in measure_group(group, reader).items()
            },
            POOLED: _pooled([group for group in groups if group.name in _POOLED_GROUPS], reader),
        }
        for name, reader in READERS.items()
    }
    ours = "rules"
    return SuiteResult(
        suite="requests",
        data=str(data_dir),
        n=sum(len(group.requests) for group in groups),
        metrics={ours: tables[ours]},
        baselines={name: table for name, table in tables.items() if name != ours},
        seconds=time.monotonic() - started,
    )


def read_groups(data_dir: Path, corpus_dir: Path) -> list[Group]:
    """MusicRecoIntent; our own requests, every tenth of them apart; our own in other languages.

    Names of MusicRecoIntent are linked with the catalogue of CPCD alone; our own requests were written for
    libraries that know what they name, so what they name is in the catalogue, too.
    """
    intent = read_parsed(data_file(data_dir / INTENT, _NEEDED))
    own = [request for name in PARSED for request in read_parsed(corpus_dir / name)]
    told = {language: read_parsed(corpus_dir / "languages" / f"{language}.jsonl") for language in LANGUAGES}
    artists, titles = _names_of(data_file(data_dir / TRACKS, _NEEDED))
    asked = [
        one.text
        for request in (*own, *(one for requests in told.values() for one in requests))
        for one in request.gold
        if one.type == "NE"
    ]
    catalogue, wider = gazetteer_of(artists, titles), gazetteer_of([*artists, *asked], titles)
    held_out = own[_HELD_OUT - 1 :: _HELD_OUT]
    return [
        Group(name="MusicRecoIntent", requests=intent, catalogue=catalogue, coarse=True),
        Group(name="own", requests=own, catalogue=wider),
        Group(name="own: held out", requests=held_out, catalogue=wider),
        *(
            Group(name=f"own, {language}", requests=requests, catalogue=wider)
            for language, requests in told.items()
        ),
    ]


def _names_of(path: Path) -> tuple[list[str], list[str]]:
    artists: list[str] = []
    titles: list[str] = []
    for place, row in read_rows(path):
        artists += texts_in(row, "artists", place)
        titles.append(text_in(row, "title", place))
    return artists, titles


def measure_group(group: Group, reader: Reader) -> Table:
    """The figures of one reader on a group, and on each type of it."""
    types = TYPES if group.coarse else OWN_TYPES
    found = [reader(request.query, group.catalogue, group.coarse) for request in group.requests]
    gold = [[one for one in request.gold if one.type in types] for request in group.requests]
    relaxed = [pairing(one, other, strict=False) for one, other in zip(found, gold, strict=True)]
    strict = [pairing(one, other, strict=True) for one, other in zip(found, gold, strict=True)]
    no = [
        pairing(unwanted(one), unwanted(other), strict=False) for one, other in zip(found, gold, strict=True)
    ]
    whole = Measured(
        figures={
            "n": len(group.requests),
            "relaxed_f1": _f1(relaxed),
            "strict_f1": _f1(strict),
            "polarity": _polarity(relaxed),
            "unwanted_recall": _share(_pairs(no), sum(len(one.gold) for one in no)),
            "unwanted_precision": _share(_pairs(no), sum(len(one.found) for one in no)),
        }
    )
    return {group.name: whole, **_by_type(group, types, relaxed, strict)}


def _pooled(groups: Sequence[Group], reader: Reader) -> Measured:
    """What is not wanted, over all requests of several groups."""
    pairings = [
        pairing(
            unwanted(reader(request.query, group.catalogue, group.coarse)),
            unwanted(request.gold),
            strict=False,
        )
        for group in groups
        for request in group.requests
    ]
    return Measured(
        figures={
            "n": len(pairings),
            "unwanted_recall": _share(_pairs(pairings), sum(len(one.gold) for one in pairings)),
            "unwanted_precision": _share(_pairs(pairings), sum(len(one.found) for one in pairings)),
        }
    )


def _by_type(
    group: Group, types: Sequence[str], relaxed: Sequence[Pairing], strict: Sequence[Pairing]
) -> Table:
    if ":" in group.name or "," in group.name:
        return {}
    return {
        f"{group.name}: {type_}": Measured(
            figures={
                "n": sum(one.type == type_ for pairs in relaxed for one in pairs.gold),
                "relaxed_f1": _f1([_of_type(one, type_) for one in relaxed]),
                "strict_f1": _f1([_of_type(one, type_) for one in strict]),
                "polarity": _polarity([_of_type(one, type_) for one in relaxed]),
            }
        )
        for type_ in types
    }


def _of_type(one: Pairing, type_: str) -> Pairing:
    return Pairing(
        found=[found for found in one.found if found.type == type_],
        gold=[gold for gold in one.gold if gold.type == type_],
        pairs=tuple(pair for pair in one.pairs if pair[0].type == type_),
    )


def _f1(pairings: Sequence[Pairing]) -> float | None:
    """Micro F1 over all requests; None where nothing was to be found and nothing was found."""
    return _share(2 * _pairs(pairings), sum(len(one.found) + len(one.gold) for one in pairings))


def _polarity(pairings: Sequence[Pairing]) -> float | None:
    """Of the pairs, the share that agree in what is thought of it."""
    agreeing = sum(found.polarity == gold.polarity for one in pairings for found, gold in one.pairs)
    return _share(agreeing, _pairs(pairings))


def _pairs(pairings: Sequence[Pairing]) -> int:
    return sum(len(one.pairs) for one in pairings)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
