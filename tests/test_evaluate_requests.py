"""The suite ``requests``: descriptors, how they are paired, and what is counted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linernotes.errors import InputError
from linernotes.evaluate.descriptors import (
    Descriptor,
    ParsedRequest,
    gazetteer_of,
    pairing,
    read_by_rules,
    read_by_words,
    read_parsed,
    unwanted,
)
from linernotes.evaluate.requests import READERS, Group, measure_group
from linernotes.serve.cli import app

CATALOGUE = gazetteer_of(["Glass Rivers", "Mara Lind"], ["Slow Harbour"], ["Slow Harbour"])
CORPUS = Path(__file__).parents[1] / "corpora" / "requests"


def told(found: Sequence[Descriptor]) -> list[tuple[str, str, str]]:
    return [(one.text, one.type, one.polarity) for one in found]


def descriptor(text: str, type: str = "Genre", polarity: str = "+", start: int = 0) -> Descriptor:
    return Descriptor(start=start, end=start + len(text), text=text, type=type, polarity=polarity)


def test_rules_find_what_is_wanted_not_wanted_and_resembled() -> None:
    found = read_by_rules("calm pop like glass rivers, no piano, from the 90s, under 4 minutes", CATALOGUE)
    assert told(found) == [
        ("calm", "Mood", "+"),
        ("pop", "Genre", "+"),
        ("glass rivers", "NE", "~"),
        ("piano", "Instrument", "-"),
        ("90s", "Decade", "+"),
        ("under 4 minutes", "Limit", "+"),
    ]
    assert [one.start for one in found] == [0, 5, 14, 31, 47, 52]


def test_the_coarse_scheme_has_fewer_types() -> None:
    query = "slow songs with female vocals in french since 1990, 20 tracks"
    assert [one[1] for one in told(read_by_rules(query, CATALOGUE, coarse=True))] == [
        "Mood",
        "Instrument",
        "country",
        "Decade",
    ]


def test_a_request_in_another_language_is_told_in_its_own_words() -> None:
    query = "ruhiges Klavier ohne Gesang, so wie Mara Lind"
    assert told(read_by_rules(query, CATALOGUE)) == [
        ("ruhiges", "Mood", "+"),
        ("Klavier", "Instrument", "+"),
        ("Gesang", "Vocals", "-"),
        ("Mara Lind", "NE", "~"),
    ]


def test_the_baseline_wants_every_word_that_it_knows() -> None:
    found = told(read_by_words("no calm piano like mara lind", CATALOGUE))
    assert found == [("calm", "Mood", "+"), ("piano", "Instrument", "+"), ("mara lind", "NE", "+")]


def test_what_meets_has_one_type_and_a_part_or_all_of_the_text() -> None:
    indie, indie_rock = descriptor("indie"), descriptor("indie rock")
    assert indie.meets(indie_rock, strict=False)
    assert not indie.meets(indie_rock, strict=True)
    assert not indie.meets(descriptor("indie", "Mood"), strict=False)
    assert not indie.meets(descriptor("indie", start=20), strict=False)
    assert descriptor("Indie Rock", polarity="-").meets(indie_rock, strict=True)


def test_each_descriptor_is_in_one_pair_at_most() -> None:
    gold = [descriptor("indie rock")]
    paired = pairing([descriptor("indie"), descriptor("rock", start=6)], gold, strict=False)
    assert [found.text for found, _ in paired.pairs] == ["indie"]


def test_what_is_not_wanted_is_compared_without_its_type() -> None:
    assert told(unwanted([descriptor("rap", polarity="-"), descriptor("pop")])) == [("rap", "any", "-")]


def test_figures_of_a_group_and_of_its_types() -> None:
    request = ParsedRequest(
        id="1",
        query="calm pop without rap and with banjo",
        gold=(
            descriptor("calm", "Mood"),
            descriptor("pop", "Genre", start=5),
            descriptor("rap", "Genre", "-", start=17),
            descriptor("with banjo", "Instrument", start=25),
        ),
    )
    table = measure_group(Group(name="x", requests=[request], catalogue=CATALOGUE), READERS["rules"])
    whole = table["x"].figures
    assert (whole["n"], whole["relaxed_f1"], whole["strict_f1"]) == (1, 1.0, 0.75)
    assert (whole["polarity"], whole["unwanted_recall"], whole["unwanted_precision"]) == (1.0, 1.0, 1.0)
    assert table["x: Instrument"].figures["strict_f1"] == 0.0
    assert table["x: Decade"].figures["relaxed_f1"] is None


def test_no_requests_have_no_figures() -> None:
    table = measure_group(Group(name="x", requests=[], catalogue=CATALOGUE), READERS["rules"])
    assert table["x"].figures["relaxed_f1"] is None


def written(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"query": "pop", "descriptors": None}, "expected a list"),
        ({"query": "pop", "descriptors": [{"text": "rock", "type": "Genre", "polarity": "+"}]}, "stand in"),
        ({"query": "pop", "descriptors": [{"text": "pop"}]}, "lacks"),
        ({"descriptors": []}, "query"),
    ],
)
def test_a_malformed_request_is_named(tmp_path: Path, row: object, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read_parsed(written(tmp_path / "requests.jsonl", row))


def test_the_command_measures_every_group(tmp_path: Path) -> None:
    query = {"query": "calm songs", "descriptors": [{"text": "calm", "type": "Mood", "polarity": "+"}]}
    written(tmp_path / "music_reco_intent" / "requests.jsonl.gz", query)
    written(tmp_path / "cpcd" / "tracks.jsonl.gz", {"title": "Slow Harbour", "artists": ["Otto Vale"]})
    told = CliRunner().invoke(
        app, ["evaluate", "requests", "--data", str(tmp_path), "--requests", str(CORPUS), "--json"]
    )
    assert told.exit_code == 0, told.output
    result = json.loads(told.stdout)
    assert result["metrics"]["rules"]["MusicRecoIntent"]["strict_f1"] == 1.0
    assert set(result["metrics"]["rules"]) >= {"own", "own: held out", "own, de", "own, pt"}
    assert list(result["baselines"]) == ["words of the lexicon"]


def test_missing_data_says_where_it_comes_from(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["evaluate", "requests", "--data", str(tmp_path)])
    assert told.exit_code != 0
    assert "MusicRecoIntent, Deezer Research" in told.output


def test_the_coarse_scheme_marks_the_thing_itself_once_and_no_versions() -> None:
    found = read_by_rules("some pop songs, the saddest pop music, live", CATALOGUE, coarse=True)
    assert [one[:2] for one in told(found)] == [("pop", "Genre"), ("saddest", "Mood")]


def test_the_coarse_scheme_marks_neither_beats_nor_lyrics_unless_they_are_refused() -> None:
    found = read_by_rules("acoustic songs with a beat and lyrics, some rappers", CATALOGUE, coarse=True)
    assert told(found) == [("acoustic", "Instrument", "+"), ("rappers", "Genre", "+")]
    assert told(read_by_rules("no lyrics", CATALOGUE, coarse=True)) == [("lyrics", "Instrument", "-")]


def test_the_coarse_scheme_marks_no_soundtrack_that_belongs_to_a_name() -> None:
    found = read_by_rules("music like the mara lind soundtrack", CATALOGUE, coarse=True)
    assert told(found) == [("mara lind", "NE", "~")]
    assert told(read_by_rules("a soundtrack", CATALOGUE, coarse=True)) == [("soundtrack", "Genre", "+")]
