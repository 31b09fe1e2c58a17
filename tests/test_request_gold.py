"""How well our own parsed requests are read; every tenth was held out while the rules were tuned."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import pytest

from linernotes.evaluate.descriptors import ParsedRequest, gazetteer_of, read_parsed
from linernotes.evaluate.requests import PARSED, READERS, Group, measure_group
from linernotes.evaluate.values import Figures
from linernotes.request import Gazetteer
from linernotes.request.languages import LANGUAGES

CORPUS = Path(__file__).parents[1] / "corpora" / "requests"


@pytest.fixture(scope="module")
def own() -> list[ParsedRequest]:
    return [request for name in PARSED for request in read_parsed(CORPUS / name)]


def catalogue_of(requests: Sequence[ParsedRequest]) -> Gazetteer:
    """The names of a real catalogue, and all that the requests ask for."""
    path = resources.files("linernotes").joinpath("data/demo_catalogue.jsonl.gz")
    with path.open("rb") as file, gzip.open(file, "rt", encoding="utf-8") as lines:
        tracks = [json.loads(line) for line in lines]
    asked = [one.text for request in requests for one in request.gold if one.type == "NE"]
    artists = [artist for track in tracks for artist in track["artists"]]
    return gazetteer_of([*artists, *asked], [track["title"] for track in tracks])


def figures(requests: Sequence[ParsedRequest], catalogue: Gazetteer) -> Figures:
    group = Group(name="own", requests=requests, catalogue=catalogue)
    return measure_group(group, READERS["rules"])["own"].figures


def at_least(measured: Figures, **bounds: float) -> bool:
    return all((measured[name] or 0.0) >= bound for name, bound in bounds.items())


@pytest.mark.parametrize(
    ("held_out", "relaxed", "strict", "recall", "precision", "polarity"),
    [(False, 0.90, 0.85, 0.95, 0.95, 0.95), (True, 0.80, 0.75, 0.80, 0.80, 0.90)],
)
def test_our_own_requests_are_read_as_people_read_them(
    own: list[ParsedRequest],
    held_out: bool,
    relaxed: float,
    strict: float,
    recall: float,
    precision: float,
    polarity: float,
) -> None:
    part = [request for at, request in enumerate(own, 1) if (at % 10 == 0) is held_out]
    measured = figures(part, catalogue_of(own))
    assert at_least(
        measured,
        relaxed_f1=relaxed,
        strict_f1=strict,
        unwanted_recall=recall,
        unwanted_precision=precision,
        polarity=polarity,
    ), measured


@pytest.mark.parametrize("language", LANGUAGES)
def test_requests_in_other_languages_are_read(language: str) -> None:
    requests = read_parsed(CORPUS / "languages" / f"{language}.jsonl")
    measured = figures(requests, catalogue_of(requests))
    assert at_least(measured, relaxed_f1=0.8, strict_f1=0.7, polarity=0.9), measured
