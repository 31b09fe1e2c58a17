"""Sets of texts by the names of their formats, the rows of their files, and our own corpus as it lies."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from linernotes.errors import InputError
from linernotes.learn.corpora import FORMATS, load
from linernotes.learn.corpora.rows import read_rows, texts_in, truth_in

CORPUS = Path(__file__).resolve().parents[1] / "corpora"
OURS = {"source": "ours", "licence": "CC-BY-4.0"}


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown format 'poems'.*notes, musiccaps, song_describer, tags"):
        load("poems", tmp_path, **OURS)


def test_every_format_loads_by_its_name_and_marks_source_and_licence(tmp_path: Path) -> None:
    caption = "A jazz song with a saxophone melody played over piano and double bass."
    aspects = ["jazz", "saxophone melody", "piano", "double bass"]
    rows: dict[str, dict[str, object]] = {
        "notes": {"id": "a", "kind": "song", "facts": {"genres": ["jazz"]}, "text": "Jazz."},
        "musiccaps": {"ytid": "x", "caption": caption, "aspects": aspects, "is_eval": False},
        "tags": {"id": "t", "tags": aspects, "caption": caption},
        "song_describer": {
            "caption_id": "1",
            "track_id": "2",
            "caption": caption,
            "is_valid_subset": True,
        },
    }
    for name, row in rows.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_text(json.dumps(row), encoding="utf-8")
        lessons = load(name, path, source="a set", licence="CC0-1.0")
        assert [(lesson.source, lesson.licence) for lesson in lessons] == [("a set", "CC0-1.0")], name
    assert set(rows) | {"corrections"} == set(FORMATS)  # these lie in a library, not in a file of texts


def test_a_set_without_a_lesson_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tags.jsonl"
    path.write_text('{"tags": ["rock"], "caption": "Nice one!"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"no text in .*tags.jsonl makes a lesson"):
        load("tags", path, **OURS)


# --- rows ------------------------------------------------------------------------------------------


def test_rows_come_with_their_places_from_every_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"x": "1"}\n\n{"x": "2"}\n', encoding="utf-8")
    (tmp_path / "a.csv").write_text("x,y\n1,0\n2,0\n", encoding="utf-8")
    (tmp_path / "a.tsv").write_text("x\ty\n1\t0\n2\t0\n", encoding="utf-8-sig")  # as spreadsheets write it
    with gzip.open(tmp_path / "a.csv.gz", "wt", encoding="utf-8") as file:
        file.write("x\n1\n2\n")
    for name, places in {
        "a.jsonl": ["line 1", "line 3"],
        "a.csv": ["row 1", "row 2"],
        "a.tsv": ["row 1", "row 2"],
        "a.csv.gz": ["row 1", "row 2"],
    }.items():
        rows = list(read_rows(tmp_path / name))
        assert [row["x"] for _, row in rows] == ["1", "2"], name
        assert [place.rpartition(", ")[2] for place, _ in rows] == places, name


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.jsonl", b'{"x": 1', "line 1 is no JSON"),
        ("a.jsonl", b"[1]", "line 1 is no object"),
        ("a.jsonl", b"\xff\xfe", "cannot read"),
        ("a.jsonl.gz", b"no gzip", "cannot read"),
        ("a.jsonl.gz", gzip.compress(b"{}", mtime=0)[:10] + b"\xff" * 9, "cannot read"),
        ("a.parquet", b"", "cannot tell what"),
    ],
)
def test_what_is_no_row_is_refused_with_its_place(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=problem):
        list(read_rows(tmp_path / name))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read .*nowhere.csv"):
        list(read_rows(tmp_path / "nowhere.csv"))


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        (["rock", " sad "], ("rock", "sad")),
        ("['rock', \"it's loud\"]", ("rock", "it's loud")),
        ("rock, sad;  live | slow", ("rock", "sad", "live", "slow")),
        ("", ()),
        (None, ()),
    ],
)
def test_lists_are_read_as_json_and_csv_write_them(cell: object, texts: tuple[str, ...]) -> None:
    assert texts_in({"tags": cell}, "tags", "row 1") == texts


@pytest.mark.parametrize("cell", [[1, 2], "[1, 2]", "['rock'", 7])
def test_a_list_of_anything_else_is_refused(cell: object) -> None:
    with pytest.raises(InputError, match=r"row 1: 'tags' is .*expected a list of texts"):
        texts_in({"tags": cell}, "tags", "row 1")


def test_yes_and_no_are_read_as_json_and_csv_write_them() -> None:
    cells = [True, "True", "1", 1, False, "False", "0", 0]
    read = [truth_in({"is_eval": cell}, "is_eval", "row 1") for cell in cells]
    assert read == [True] * 4 + [False] * 4
    with pytest.raises(InputError, match="'is_eval' is 'maybe', expected true or false"):
        truth_in({"is_eval": "maybe"}, "is_eval", "row 1")


# --- our own corpus --------------------------------------------------------------------------------


def test_our_corpus_loads_with_ids_of_its_own_for_every_note() -> None:
    lessons = load("notes", CORPUS / "liner_notes", **OURS)
    assert len({lesson.id for lesson in lessons}) == len(lessons)
    assert all(lesson.text.strip() for lesson in lessons)


def test_the_readme_counts_the_notes_as_they_are() -> None:
    lessons = load("notes", CORPUS / "liner_notes", **OURS)
    readme = (CORPUS / "liner_notes" / "README.md").read_text(encoding="utf-8")
    kinds = Counter(lesson.sheet.kind for lesson in lessons)
    held_out = sum(lesson.is_held_out for lesson in lessons)
    told = f"{len(lessons):,} notes in all: {kinds['song']} of songs, {kinds['artist']} of artists"
    assert f"{told}, {kinds['genre']} of genres" in readme
    assert f"{held_out} are held\nout" in readme or f"{held_out} are held out" in readme
    assert f"{len(lessons):,} notes of our own" in (CORPUS / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_field_and_every_file() -> None:
    readme = (CORPUS / "liner_notes" / "README.md").read_text(encoding="utf-8")
    for path in (CORPUS / "liner_notes").rglob("*.jsonl"):
        assert f"`{path.stem}`" in readme or f"`_{path.stem.rpartition('_')[2]}`" in readme, path.stem
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            assert all(f"`{name}`" in readme for name in (*row, *row["facts"])), row["id"]


@pytest.mark.shared
@pytest.mark.slow
def test_musiccaps_becomes_clean_lessons_that_are_told_in_full(shared_dir: Path) -> None:
    from linernotes.learn.corpora.agreement import facts_of, is_told, passes
    from linernotes.learn.corpora.captions import opening_of

    path = shared_dir / "musiccaps" / "captions.jsonl.gz"
    evaluated = {row["ytid"] for _, row in read_rows(path) if row["is_eval"]}
    lessons = load("musiccaps", path, source="MusicCaps", licence="CC-BY-SA-4.0")
    assert 400 <= len(lessons) <= 1500
    assert not [lesson.id for lesson in lessons if lesson.id.split("-", 1)[1].rpartition("-")[0] in evaluated]
    assert all(passes(lesson) for lesson in lessons)
    facts = [(fact, lesson) for lesson in lessons for fact in facts_of(lesson.sheet)]
    assert all(is_told(fact, lesson.text, lesson.sheet) for fact, lesson in facts)
    commonest = Counter(opening_of(lesson.text) for lesson in lessons).most_common(1)[0][1]
    assert commonest <= 0.01 * len(lessons) + 1


def test_a_csv_with_a_list_in_a_cell_keeps_its_commas(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["tags"], ["['slow, sad song', 'piano']"]])
    (_, row), *rest = read_rows(path)
    assert texts_in(row, "tags", "row 1") == ("slow, sad song", "piano")
    assert rest == []
