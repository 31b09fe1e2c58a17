"""Tables as a source: formats, columns, values, mistakes."""

from __future__ import annotations

import csv
import gzip
import json
import logging
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from linernotes.errors import InputError
from linernotes.sources import fs_path, read_table
from linernotes.sources.columns import COLUMN_NAMES, meaning_of
from linernotes.types import Fact, Failure, SourceItem

DOCS = Path(__file__).resolve().parents[1] / "docs" / "tables.md"


def csv_table(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def rows_table(folder: Path, *rows: dict[str, Any], name: str = "t.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def parquet_table(folder: Path, columns: dict[str, Sequence[Any]], name: str = "t.parquet") -> Path:
    import pyarrow
    import pyarrow.parquet

    path = folder / name
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def items(path: Path, **options: Any) -> list[SourceItem]:
    return [item for item in read_table(path, **options).items() if isinstance(item, SourceItem)]


def failures(path: Path) -> list[Failure]:
    return [item for item in read_table(path).items() if isinstance(item, Failure)]


def reasons(path: Path) -> list[str]:
    return [failure.reason for failure in failures(path)]


def told(item: SourceItem) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for fact in item.facts:
        found.setdefault(fact.name, []).append(fact.value)
    return found


def row_told(folder: Path, **cells: Any) -> dict[str, list[Any]]:
    """What a row with a title and these cells says, without the title."""
    (item,) = items(rows_table(folder, {"title": "Low Tide", **cells}))
    return {name: values for name, values in told(item).items() if name != "title"}


LOW_TIDE = {
    "title": ["Low Tide"],
    "artist": ["Mira Vale", "The Harbour"],
    "year": [1997],
    "genre": ["folk", "ambient"],
    "tempo_bpm": [92.5],
    "key": ["A minor"],
}


# --- formats ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["t.csv", "t.CSV", "t.csv.gz"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read(tmp_path: Path, name: str, mark: str) -> None:
    header = "title,artists,year,genres,tempo,key,mode"
    cells = 'Low Tide,Mira Vale;The Harbour,1997,"folk, ambient",92.5,9,0'
    raw = f"{mark}{header}\r\n{cells}\r\n".encode()
    (tmp_path / name).write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw)
    (item,) = items(tmp_path / name)
    assert item.key == "row-1"
    assert told(item) == LOW_TIDE


@pytest.mark.parametrize(("name", "delimiter"), [("t.tsv", "\t"), ("t.csv", "\t"), ("t.csv", ";")])
def test_tabs_and_semicolons_may_divide(tmp_path: Path, name: str, delimiter: str) -> None:
    header = ["title", "artists", "year", "genres", "tempo", "key"]
    cells = ["Low Tide", '"[""Mira Vale"", ""The Harbour""]"', "1997", "folk/ambient", "92.5", "Am"]
    path = csv_table(tmp_path, f"{delimiter.join(header)}\n{delimiter.join(cells)}\n", name)
    assert told(items(path)[0]) == LOW_TIDE


@pytest.mark.parametrize("name", ["t.jsonl", "t.jsonl.gz"])
def test_json_lines_are_read(tmp_path: Path, name: str) -> None:
    row = {
        "title": "Low Tide",
        "artists": ["Mira Vale", "The Harbour"],
        "year": 1997,
        "genres": ["folk", "ambient"],
        "tempo": 92.5,
        "key": "A minor",
    }
    raw = (json.dumps(row) + "\n\n").encode()
    (tmp_path / name).write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw)
    assert [told(item) for item in items(tmp_path / name)] == [LOW_TIDE]


def test_parquet_is_read(tmp_path: Path) -> None:
    path = parquet_table(
        tmp_path,
        {
            "title": ["Low Tide", None],
            "artists": [["Mira Vale", "The Harbour"], ["Ora"]],
            "release_date": [date(1997, 5, 21), None],
            "genres": [["folk", "ambient"], []],
            "tempo": [92.5, float("nan")],
            "key": [9, 2],
            "mode": [0, None],
        },
    )
    first, second = items(path)
    assert told(first) == LOW_TIDE
    assert told(second) == {"title": ["row-2"], "artist": ["Ora"]}
    assert read_table(path).row_count == 2


def test_a_table_can_be_read_again(tmp_path: Path) -> None:
    table = read_table(csv_table(tmp_path, "title\na\nb\n"))
    assert list(table.items()) == list(table.items())
    assert len(list(table.items())) == 2


def test_a_table_without_rows_has_no_items(tmp_path: Path) -> None:
    assert items(csv_table(tmp_path, "title,artist\n")) == []
    assert items(parquet_table(tmp_path, {"title": []})) == []


def test_parquet_without_its_package_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = parquet_table(tmp_path, {"title": ["a"]})
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(InputError, match=r"pip install '\.\[tables\]'"):
        read_table(path)


# --- tables that cannot be used --------------------------------------------------------------------


def test_a_table_without_titles_lists_what_it_has_and_what_is_understood(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_table(csv_table(tmp_path, "song nr,performer\n1,Mira Vale\n"))
    message = str(caught.value)
    assert "Columns found: song nr, performer" in message
    assert "track_name" in message
    assert "tempo_bpm" in message


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.csv", b"", "is empty"),
        ("t.csv", "title\n".encode("utf-16"), "save it as UTF-8"),
        ("t.csv.gz", b"no gzip", "cannot be read"),
        ("t.jsonl.gz", gzip.compress(b"", mtime=0)[:8], "cannot be read"),
        ("t.parquet", b"PAR1 no parquet PAR1", "not a Parquet file"),
        ("t.xlsx", b"PK", "not a table we read"),
        ("t.jsonl", b"[1, 2]\n", "no column with titles"),
        ("t.csv", b"\n\n", "no column with titles"),
    ],
)
def test_files_that_are_no_tables_are_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_table(tmp_path / name)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    for path in (tmp_path / "t.csv", tmp_path / "gone.csv", Path("a\0.csv")):
        with pytest.raises(InputError):
            read_table(path)


# --- columns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["Track Name", "track-name", " TRACK.NAME ", "track_name"])
def test_the_spelling_of_column_names_is_free(tmp_path: Path, column: str) -> None:
    assert told(items(csv_table(tmp_path, f"{column}\nLow Tide\n"))[0]) == {"title": ["Low Tide"]}


def test_no_column_name_means_two_things() -> None:
    names = [name for names in COLUMN_NAMES.values() for name in names]
    assert len(names) == len(set(names))
    assert all(meaning_of(name) for name in names)


def test_the_docs_list_exactly_the_columns_understood() -> None:
    rows = [
        line.split(" | ") for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    documented = [name for row in rows[1:] for name in re.findall(r"`([a-z_]+)`", row[1])]
    assert sorted(documented) == sorted(name for names in COLUMN_NAMES.values() for name in names)


def test_the_examples_of_the_docs_are_read_as_they_stand(tmp_path: Path) -> None:
    blocks = dict(re.findall(r"```(csv|json)\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL))
    first, second = items(csv_table(tmp_path, blocks["csv"]))
    assert told(first) == {
        "title": ["Low Tide"],
        "artist": ["Mira Vale"],
        "album": ["Salt"],
        "year": [2014],
        "genre": ["folk", "ambient"],
        "tempo_bpm": [82.0],
        "key": ["A minor"],
        "popularity": [0.37],
    }
    assert told(second)["artist"] == ["Mira Vale", "The Harbour"]
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio/low tide.flac").touch()
    (third,) = items(csv_table(tmp_path, blocks["json"], "t.jsonl"))
    assert third.audio_path == str(tmp_path / "audio/low tide.flac")


def test_of_several_columns_the_first_with_a_value_counts(tmp_path: Path) -> None:
    path = rows_table(
        tmp_path,
        {"name": "other", "title": "Low Tide", "artist": "Ora", "artists": ["Mira Vale"]},
        {"name": "Ebb", "title": None, "artist": "Ora", "artists": []},
    )
    assert [told(item) for item in items(path)] == [
        {"title": ["Low Tide"], "artist": ["Mira Vale"]},
        {"title": ["Ebb"], "artist": ["Ora"]},
    ]


def test_ignored_columns_are_named_and_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = csv_table(tmp_path, "title,loudness,mood ring\na,-7,x\nb,-8,y\n")
    with caplog.at_level(logging.INFO, logger="linernotes.sources"):
        table = read_table(path)
        assert len(list(table.items())) == 2
    assert table.columns.ignored == ("loudness", "mood ring")
    assert [record.getMessage() for record in caplog.records] == [
        "t.csv: columns not used: loudness, mood ring"
    ]


def test_facts_carry_source_and_confidence(tmp_path: Path) -> None:
    path = rows_table(tmp_path, {"title": "Low Tide", "tempo": 92})
    (item,) = items(path, source="listing", confidence=0.7)
    assert item.facts == (
        Fact(name="title", value="Low Tide", source="listing", confidence=0.7),
        Fact(name="tempo_bpm", value=92.0, source="listing", confidence=0.7, unit="bpm"),
    )
    assert {(fact.source, fact.confidence) for fact in items(path)[0].facts} == {("table", 0.8)}


def test_editorial_columns_carry_the_editors_as_source(tmp_path: Path) -> None:
    editorial = {
        "genres": ["folk"],
        "moods": ["calm"],
        "instruments": ["harp"],
        "vocals": "choir",
        "country": "Mali",
        "decades": [1990],
        "fame": 2,
    }
    path = rows_table(tmp_path, {"title": "Low Tide", "artist": "Ora", "popularity": 0.4, **editorial})
    (item,) = items(path, editors=True)
    by_editors = {fact.name for fact in item.facts if (fact.source, fact.confidence) == ("editors", 0.6)}
    assert by_editors == {"genre", "mood", "instrument", "vocals", "country", "decade", "fame"}
    others = {fact.name for fact in item.facts if (fact.source, fact.confidence) == ("table", 0.8)}
    assert others == {"title", "artist", "popularity"}


# --- values ----------------------------------------------------------------------------------------


def test_every_column_becomes_its_fact(tmp_path: Path) -> None:
    recording, artist, release = (f"5b11f4ce-a62d-471e-81fc-a69a8278c7d{digit}" for digit in "abc")
    cells = {
        "artists": "Mira Vale feat. Ora",
        "album": "Salt",
        "album_artist": "Mira Vale",
        "track_number": 3,
        "disc_number": "2",
        "release_date": "1997-05",
        "genre": "folk;ambient",
        "mood": "calm, wistful",
        "instruments": '["harp", "voice"]',
        "vocals": "Female",
        "country": "se",
        "language": "sv",
        "decade": "90s",
        "live": "yes",
        "bpm": "92",
        "key": "F#m",
        "energy": 0.25,
        "valence": "0.5",
        "danceability": 0,
        "acousticness": 1,
        "loudness_lufs": -14.2,
        "duration": "3:45",
        "popularity": 0.4,
        "fame": 2.0,
        "isrc": "SE-A01-97-00001",
        "recording_mbid": recording.upper(),
        "artist_mbids": f"{artist};{recording}",
        "release_mbid": release,
    }
    assert row_told(tmp_path, **cells) == {
        "artist": ["Mira Vale", "Ora"],
        "album": ["Salt"],
        "album_artist": ["Mira Vale"],
        "track_number": [3],
        "disc_number": [2],
        "year": [1997],
        "genre": ["folk", "ambient"],
        "mood": ["calm", "wistful"],
        "instrument": ["harp", "voice"],
        "vocals": ["female vocals"],
        "country": ["Sweden"],
        "language": ["Swedish"],
        "decade": [1990],
        "live": [True],
        "tempo_bpm": [92.0],
        "key": ["F# minor"],
        "energy": [0.25],
        "valence": [0.5],
        "danceability": [0.0],
        "acousticness": [1.0],
        "loudness_lufs": [-14.2],
        "duration_s": [225.0],
        "popularity": [0.4],
        "fame": [2],
        "isrc": ["SEA019700001"],
        "musicbrainz_recording_id": [recording],
        "musicbrainz_artist_id": [artist, recording],
        "musicbrainz_release_id": [release],
    }


def test_numbers_carry_their_units(tmp_path: Path) -> None:
    (item,) = items(
        rows_table(tmp_path, {"title": "a", "tempo": 92, "lufs": -9, "duration_ms": 1500, "fame": 3})
    )
    units = {fact.name: fact.unit for fact in item.facts}
    assert units == {
        "title": None,
        "tempo_bpm": "bpm",
        "loudness_lufs": "LUFS",
        "duration_s": "s",
        "fame": None,
    }


@pytest.mark.parametrize(
    ("cell", "genres"),
    [
        (["folk, world"], ["folk, world"]),
        ("['folk', 'ambient']", ["folk", "ambient"]),
        ('["folk"]', ["folk"]),
        ("""["d'n'b", 'rock \\'n\\' roll']""", ["d'n'b", "rock 'n' roll"]),
        ("[folk", ["[folk"]),
        ("[" * 5000, None),
        (["folk", None, "", "Folk", "unknown"], ["folk"]),
        ([f"g{number}" for number in range(50)], [f"g{number}" for number in range(20)]),
        ("", None),
        ([], None),
        ({"name": "folk"}, ["{'name': 'folk'}"]),
        ("x" * 600, ["x" * 500]),
        ("\u202efolk\x00", ["folk"]),
    ],
)
def test_lists_may_be_spelt_in_many_ways(tmp_path: Path, cell: Any, genres: list[str] | None) -> None:
    assert row_told(tmp_path, genres=cell).get("genre") == genres


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"key": 9, "mode": 0}, "A minor"),
        ({"key": "10", "mode": "1"}, "Bb major"),
        ({"key": 10.0, "mode": 1.0}, "Bb major"),
        ({"key": 6, "mode": "Minor"}, "F# minor"),
        ({"key": "C", "mode": "minor"}, "C minor"),
        ({"key": "8A"}, "A minor"),
        ({"key": "Eb major", "mode": 0}, "Eb major"),
        ({"key": 9}, None),
        ({"key": "C"}, None),
        ({"key": -1, "mode": 1}, None),
        ({"mode": 1}, None),
    ],
)
def test_a_key_needs_a_mode(tmp_path: Path, cells: dict[str, Any], key: str | None) -> None:
    assert row_told(tmp_path, **cells) == ({"key": [key]} if key else {})
    assert reasons(tmp_path / "t.jsonl") == []


@pytest.mark.parametrize(
    ("share", "vocals"), [(0.5, ["instrumental"]), (0.97, ["instrumental"]), (0.49, None)]
)
def test_instrumentalness_from_a_half_on_means_instrumental(
    tmp_path: Path, share: float, vocals: list[str] | None
) -> None:
    assert row_told(tmp_path, instrumentalness=share).get("vocals") == vocals


def test_what_is_estimated_is_less_sure_and_gives_way_to_what_is_known(tmp_path: Path) -> None:
    estimated = {"title": "a", "instrumentalness": 0.9, "playlist_genres": ["rock"]}
    path = rows_table(tmp_path, estimated, {**estimated, "vocals": "choir", "genres": ["folk"]})
    first, second = items(path)
    assert [(fact.name, fact.value, fact.confidence) for fact in first.facts[1:]] == [
        ("genre", "rock", 0.5),
        ("vocals", "instrumental", 0.6),
    ]
    assert [(fact.name, fact.value, fact.confidence) for fact in second.facts[1:]] == [
        ("genre", "folk", 0.8),
        ("vocals", "choir", 0.8),
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [([0.2, 1.0, 0], [0.2, 1.0, 0.0]), ([20, 100, 1, 0], [0.2, 1.0, 0.01, 0.0]), (["37", "1"], [0.37, 0.01])],
)
def test_popularity_is_out_of_100_if_anything_is_above_one(
    tmp_path: Path, cells: list[Any], expected: list[float]
) -> None:
    path = rows_table(tmp_path, *({"title": f"t{at}", "popularity": cell} for at, cell in enumerate(cells)))
    assert [told(item)["popularity"] for item in items(path)] == [[value] for value in expected]


@pytest.mark.parametrize(
    "cells",
    [
        {"tempo": 0},
        {"tempo": ""},
        {"tempo": "NaN"},
        {"duration": 0, "duration_ms": "0"},
        {"year": 0},
        {"year": "0000"},
        {"release_date": "0000-00-00"},
        {"energy": None, "popularity": "n/a", "fame": "", "live": ""},
        {"artist": "Unknown Artist"},
        {"genres": ["unknown"]},
        {"decades": []},
        {"isrc": "", "mbid": None},
        {"language": "und", "country": "zz"},
    ],
)
def test_unknown_is_neither_zero_nor_a_mistake(tmp_path: Path, cells: dict[str, Any]) -> None:
    assert row_told(tmp_path, **cells) == {}
    assert reasons(tmp_path / "t.jsonl") == []


def test_dates_and_times_of_parquet_give_years(tmp_path: Path) -> None:
    path = parquet_table(tmp_path, {"title": ["a"], "date": [datetime(1997, 5, 21, 12, 30)]})
    assert told(items(path)[0])["year"] == [1997]


def test_a_time_that_python_cannot_hold_costs_its_row_alone(tmp_path: Path) -> None:
    import pyarrow

    times = pyarrow.array([0, 10**15, 86400], pyarrow.timestamp("s"))
    path = parquet_table(tmp_path, {"title": ["a", "b", "c"], "date": times})
    assert [told(item)["title"] for item in items(path)] == [["a"], ["c"]]
    assert [failure.key for failure in failures(path)] == ["row-2"]


@pytest.mark.parametrize(
    ("cell", "decades"),
    [
        ([1990, 2000], [1990, 2000]),
        ("1990s;2000s", [1990, 2000]),
        ("90s, 00s", [1990, 2000]),
        (1994, [1990]),
        (1990.0, [1990]),
        ([1990, 1991], [1990]),
    ],
)
def test_decades_are_their_first_years(tmp_path: Path, cell: Any, decades: list[int]) -> None:
    assert row_told(tmp_path, decades=cell) == {"decade": decades}


# --- rows ------------------------------------------------------------------------------------------


def test_the_id_is_the_key(tmp_path: Path) -> None:
    path = rows_table(
        tmp_path,
        {"id": "a1", "title": "a"},
        {"id": 7, "title": "b"},
        {"id": 8.0, "title": "c"},
        {"id": None, "title": "d"},
    )
    assert [item.key for item in items(path)] == ["a1", "7", "8", "row-4"]


def test_a_row_with_an_artist_alone_is_shown_under_its_id(tmp_path: Path) -> None:
    (item,) = items(rows_table(tmp_path, {"id": "a1", "title": "", "artist": "Mira Vale"}))
    assert item.facts[0] == Fact(name="title", value="a1", source="table", confidence=0.1)


def test_a_row_without_title_and_artist_is_reported(tmp_path: Path) -> None:
    path = rows_table(tmp_path, {"title": "a"}, {"id": "x", "title": None, "artist": "", "tempo": 90})
    assert len(items(path)) == 1
    assert failures(path) == [Failure(key="x", stage="table", reason="row 2 has neither title nor artist")]


def test_of_rows_with_one_id_all_come_and_the_later_are_reported(tmp_path: Path) -> None:
    path = rows_table(
        tmp_path, {"id": "x", "title": "a"}, {"id": "y", "title": "b"}, {"id": "x", "title": "c"}
    )
    assert [(item.key, item.facts[0].value) for item in items(path)] == [("x", "a"), ("y", "b"), ("x", "c")]
    (failure,) = failures(path)
    assert failure.key == "x"
    assert "the later row counts" in failure.reason


# --- mistakes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"tempo": 12000}, "tempo 12000 bpm in row 1: are these milliseconds?"),
        ({"tempo": -3}, "tempo -3 bpm in row 1: 20 to 400 is expected"),
        ({"tempo": "fast"}, "tempo 'fast' in row 1: a number is expected"),
        ({"tempo": "inf"}, "tempo 'inf' in row 1: a number is expected"),
        ({"energy": 73}, "energy 73 in row 1: is it out of 100?"),
        ({"energy": -0.1}, "energy -0.1 in row 1: 0 to 1 is expected"),
        (
            {"duration": 235440},
            "duration 235440 s in row 1: are these milliseconds? Then name the column duration_ms",
        ),
        ({"duration_ms": 235}, "duration_ms 235 ms in row 1: 1000 to 3.6e+07 is expected"),
        ({"popularity": 250}, "popularity 250 in row 1: 0 to 100 is expected"),
        ({"fame": 9}, "fame 9 in row 1: 1 to 5 is expected"),
        ({"fame": 2.5}, "fame 2.5 in row 1: a whole number is expected"),
        ({"year": 3021}, "year '3021' in row 1: a year from 1860 to"),
        ({"year": "soon"}, "year 'soon' in row 1: a year from 1860 to"),
        ({"key": 14, "mode": 1}, "key '14' in row 1: 0 (C) to 11 (B) is expected"),
        ({"key": "H dur"}, "key 'H dur' in row 1: a key is expected"),
        ({"decades": ["90s", "yore"]}, "decades 'yore' in row 1: a decade is expected"),
        ({"live": "maybe"}, "live 'maybe' in row 1: true or false is expected"),
        ({"isrc": "none?"}, "isrc 'none?' in row 1: this is no ISRC"),
        ({"mbid": "abc"}, "mbid 'abc' in row 1: this is no MusicBrainz identifier"),
        ({"path": "gone.flac"}, "path 'gone.flac' in row 1: there is no such file"),
        ({"path": "."}, "path '.' in row 1: this is no regular file"),
        ({"path": "a\0b"}, "path 'a\\x00b' in row 1: there is no such file"),
    ],
)
def test_an_unfit_value_is_left_out_and_reported(tmp_path: Path, cells: dict[str, Any], reason: str) -> None:
    path = rows_table(tmp_path, {"id": "x", "title": "Low Tide", "artist": "Ora", **cells})
    (item,) = items(path)
    assert told(item) == {"title": ["Low Tide"], "artist": ["Ora"]}
    assert item.audio_path is None
    (failure,) = failures(path)
    assert (failure.key, failure.stage) == ("x", "table")
    assert failure.reason.startswith(reason)


def test_twenty_mistakes_of_a_column_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    rows = [{"title": f"t{at}", "tempo": 9999, "energy": 5 if at < 3 else 0.5} for at in range(50)]
    path = rows_table(tmp_path, *rows)
    found = reasons(path)
    assert sum(reason.startswith("tempo 9999 bpm") for reason in found) == 20
    assert sum(reason.startswith("energy 5") for reason in found) == 3
    assert found[-1] == "30 more values of tempo could not be used"
    assert len(items(path)) == 50


def test_bad_lines_of_json_are_reported_and_passed_over(tmp_path: Path) -> None:
    lines = ['{"title": "a"}', "{not json", '["list"]', "[" * 100_000, "1" * 5000, '{"title": "b"}']
    path = csv_table(tmp_path, "\n".join(lines) + '\n{"title": "cut', "t.jsonl")
    assert [told(item)["title"] for item in items(path)] == [["a"], ["b"]]
    assert [failure.key for failure in failures(path)] == ["row-2", "row-3", "row-4", "row-5", "row-7"]


def test_a_row_with_too_many_cells_is_reported(tmp_path: Path) -> None:
    path = csv_table(tmp_path, "title,artist\nLow Tide,Mira Vale\nHey, You,Ora\nEbb,Ora,,\n\nFlow\n")
    assert [told(item)["title"] for item in items(path)] == [["Low Tide"], ["Ebb"], ["Flow"]]
    assert reasons(path) == [
        "row 2 has 3 cells, the header 2: does a text hold the delimiter without quotes around it?"
    ]


def test_a_quote_that_is_never_closed_costs_rows_but_not_the_table(tmp_path: Path) -> None:
    rows = "".join(f"title {number},x\n" for number in range(30_000))
    path = csv_table(tmp_path, f'title,artist\nfirst,Ora\n"second,Ora\n{rows}')
    found = items(path)
    assert found[0].facts[0].value == "first"
    assert found[-1].facts[0].value == "title 29999"
    assert any("not CSV" in reason for reason in reasons(path))


def test_the_limit_on_the_size_of_a_cell_is_left_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    path = csv_table(tmp_path, "title,artist\n" + "x" * (before + 1) + ",Ora\nb,Ora\n")
    assert [told(item)["title"] for item in items(path)] == [["b"]]
    assert csv.field_size_limit() == before


def test_a_line_without_end_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linernotes.sources.rows.MAX_LINE_CHARS", 50)
    path = csv_table(tmp_path, '{"title": "a"}\n{"title": "' + "x" * 500 + '"}\n{"title": "b"}\n', "t.jsonl")
    assert [told(item)["title"] for item in items(path)] == [["a"], ["b"]]
    assert [failure.key for failure in failures(path)] == ["row-2"]


def test_bytes_that_are_not_utf8_cost_one_character(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"title,artist\nCaf\xe9 Noir,Mira Vale\n\xff\xfe,Ora\n")
    assert [told(item)["title"] for item in items(path)] == [["Caf\ufffd Noir"], ["row-2"]]


def test_a_gzip_file_that_breaks_off_is_used_up_to_there(tmp_path: Path) -> None:
    text = "".join(
        json.dumps({"title": f"title {number * 7919 % 100003}"}) + "\n" for number in range(20_000)
    )
    path = tmp_path / "t.jsonl.gz"
    path.write_bytes(gzip.compress(text.encode())[:-5000])
    assert 1000 < len(items(path)) < 20_000
    assert any("the rest of the file cannot be read" in reason for reason in reasons(path))


def test_lone_surrogates_and_zero_bytes_can_be_stored(tmp_path: Path) -> None:
    path = csv_table(tmp_path, '{"id": "a\\u0000\\ud800b", "title": "Low\\ud83d Tide\\u0000"}\n', "t.jsonl")
    (item,) = items(path)
    assert (item.key, item.facts[0].value) == ("a b", "Low Tide")


# --- recordings ------------------------------------------------------------------------------------


def test_a_recording_is_found_from_the_folder_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio/low tide.flac").write_bytes(b"fLaC...")
    rows_table(tmp_path, {"title": "Low Tide", "path": "audio/low tide.flac"})
    monkeypatch.chdir(tmp_path)
    (item,) = items(Path("t.jsonl"))
    assert item.audio_path == str(tmp_path / "audio/low tide.flac")
    assert fs_path(item.audio_path).read_bytes() == b"fLaC..."
    assert item.size_bytes == 7
    assert item.modified_ns == (tmp_path / "audio/low tide.flac").stat().st_mtime_ns


# --- the development data --------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "spotify_songs/tracks.parquet",
            {"artist", "album", "year", "genre", "tempo_bpm", "key", "popularity"},
        ),
        ("mtg_jamendo/tracks.jsonl.gz", {"artist", "genre", "instrument", "mood", "duration_s"}),
        ("cpcd/tracks.jsonl.gz", {"artist", "album"}),
    ],
)
def test_the_development_catalogues_are_read_without_options(
    shared_dir: Path, name: str, facts: set[str]
) -> None:
    found = list(islice(read_table(shared_dir / name).items(), 3000))
    tracks = [item for item in found if isinstance(item, SourceItem)]
    unfit = [item.reason for item in found if isinstance(item, Failure) and "neither" not in item.reason]
    assert len(tracks) > 2900
    assert unfit == []
    assert facts <= {fact.name for item in tracks for fact in item.facts}


@pytest.mark.shared
def test_a_track_of_spotify_is_read_rightly(shared_dir: Path) -> None:
    table = read_table(shared_dir / "spotify_songs" / "tracks.parquet")
    first = next(item for item in table.items() if isinstance(item, SourceItem))
    assert first.key == "0017A6SJgTbfQVU2EtsPNo"
    assert told(first) == {
        "title": ["Pangarap"],
        "artist": ["Barbie's Cradle"],
        "album": ["Trip"],
        "year": [2001],
        "genre": ["rock"],
        "tempo_bpm": [97.091003],
        "energy": [0.401],
        "valence": [0.566],
        "danceability": [0.682],
        "acousticness": [0.279],
        "duration_s": [235.44],
        "key": ["D major"],
        "popularity": [0.41],
    }


def test_a_quote_that_is_never_closed_is_told(tmp_path: Path) -> None:
    table = tmp_path / "q.csv"
    table.write_text('title,artists\n"never closed,Ann\nRain,Ben\nSnow,Cy\n')
    outcomes = list(read_table(table).items())
    assert [type(outcome) for outcome in outcomes] == [Failure]


def test_a_quote_that_is_never_closed_in_the_header_is_told(tmp_path: Path) -> None:
    table = tmp_path / "q.csv"
    table.write_text('title,"artists\nRain,Ben\n')
    (outcome,) = read_table(table).items()
    assert isinstance(outcome, Failure)
    assert outcome.reason.startswith("the header cannot be read")
