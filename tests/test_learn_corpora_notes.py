"""Hand-written notes, bios and overviews, and the library's own notes as people corrected them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from linernotes.errors import InputError
from linernotes.learn.corpora import Lesson, lessons_from_corrections, read_notes
from linernotes.learn.corpora.notes import sheet_from, without_name
from linernotes.types import CollectionSheet, FactSheet

BIO = {
    "kind": "artist",
    "name": "The Quiet Lamps",
    "facts": {"genres": ["slowcore"], "tracks": 9, "years": [1994, 2001], "tempo_range_bpm": [54, 71]},
    "text": "Nine slowcore tracks from 1994 to 2001: The Quiet Lamps go from 54 to 71 BPM.",
}


def written(folder: Path, *rows: object, name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def read(path: Path) -> list[Lesson]:
    return read_notes(path, source="s", licence="l")


def test_a_bio_becomes_a_lesson_without_its_name(tmp_path: Path) -> None:
    (lesson,) = read(written(tmp_path, BIO))
    assert lesson.text == "Nine slowcore tracks from 1994 to 2001: {artist} go from 54 to 71 BPM."
    assert lesson.sheet == CollectionSheet(
        kind="artist",
        genres=("slowcore",),
        tracks=9,
        first_year=1994,
        last_year=2001,
        tempo_low_bpm=54,
        tempo_high_bpm=71,
    )
    assert (lesson.source, lesson.licence) == ("s", "l")


def test_what_a_note_corrects_comes_with_it(tmp_path: Path) -> None:
    name = str(BIO["name"])
    corrected, plain = read(written(tmp_path, BIO | {"rejected": f"{name} is slowcore."}, BIO))
    assert corrected.rejected == "{artist} is slowcore."
    assert plain.rejected is None


def test_a_folder_is_read_with_those_below_it_in_the_order_of_their_names(tmp_path: Path) -> None:
    written(tmp_path, BIO | {"id": "late"}, name="b.jsonl")
    (tmp_path / "a").mkdir()
    written(tmp_path, BIO | {"id": "early"}, name="a/c.jsonl")
    assert [lesson.id for lesson in read(tmp_path)] == ["early", "late"]


def test_ids_that_are_left_out_come_from_the_text(tmp_path: Path) -> None:
    other = BIO | {"text": "Nine tracks."}
    first, second = read(written(tmp_path, BIO, other))
    again, _ = read(written(tmp_path, BIO, other, name="b.jsonl"))
    assert first.id != second.id
    assert first.id == again.id


def test_a_song_and_a_genre_have_placeholders_of_their_own() -> None:
    song = FactSheet(genres=("folk",))
    assert without_name("Lamps Out is folk, and Lamps Out is short.", "Lamps Out", song) == (
        "{title} is folk, and {title} is short."
    )
    genre = CollectionSheet(kind="genre", relatives=("surf rock", "rock and roll"), decades=(1960, 1970))
    assert without_name("Rock is a relative of surf rock and of rock and roll.", "rock", genre) == (
        "{genre} is a relative of surf rock and of rock and roll."
    )


def test_a_name_inside_a_word_or_a_placeholder_stays() -> None:
    air = CollectionSheet(kind="artist")
    assert without_name("Air flies its airship and Airy things.", "Air", air) == (
        "{artist} flies its airship and Airy things."
    )
    surf = CollectionSheet(kind="genre", relatives=("surf rock",))
    assert without_name("Surf rock is near rock.", "rock ", surf) == "Surf rock is near {genre}."
    named_artist = CollectionSheet(kind="artist")
    assert without_name("{artist} is an artist.", "artist", named_artist) == "{artist} is an {artist}."
    assert without_name("Nothing happens.", " ", air) == "Nothing happens."


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "album"}, "line 1 is no note.*album.*song, artist, genre"),
        ({"facts": {"colour": "blue"}}, "unknown fact 'colour' of an artist"),
        ({"facts": ["rock"]}, "line 1 is no note"),
        ({"facts": {"years": [1994]}}, "line 1 is no note"),
        ({"text": None}, "'text' is None, expected a text"),
        ({"name": 7}, "'name' is 7, expected a text"),
    ],
)
def test_a_row_that_is_no_note_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        read(written(tmp_path, BIO | change))


def test_a_row_without_facts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 1 is no note: KeyError\('facts'\)"):
        read(written(tmp_path, {"kind": "song", "text": "Rock."}))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"expected \*.jsonl"):
        read(tmp_path)


def test_a_song_has_no_ranges() -> None:
    with pytest.raises(ValueError, match="unknown fact 'years' of a song"):
        sheet_from("song", {"years": [1994, 2001]})


# --- corrections -----------------------------------------------------------------------------------

ROCK = FactSheet(genres=("rock",), tempo_bpm=92.0)


def test_a_corrected_note_becomes_a_lesson() -> None:
    (lesson,) = lessons_from_corrections([(ROCK, "Rock at 92 bpm,\nunhurried.")], source="me", licence="own")
    assert (lesson.sheet, lesson.text) == (ROCK, "Rock at 92 bpm, unhurried.")
    assert (lesson.source, lesson.licence) == ("me", "own")


def test_a_correction_that_knows_more_than_its_sheet_is_left_out() -> None:
    pairs = [(ROCK, "Rock at 92 bpm, with a banjo."), (ROCK, "Rock at 140 bpm, very fast.")]
    assert lessons_from_corrections(pairs, source="me", licence="own") == []


def test_the_same_correction_twice_is_one_lesson_and_ids_are_the_same_in_every_run() -> None:
    pair = (ROCK, "Rock, unhurried at 92 bpm.")
    (first,) = lessons_from_corrections([pair, pair], source="me", licence="own")
    (again,) = lessons_from_corrections([pair], source="me", licence="own")
    assert first == again


def test_no_corrections_are_no_lessons() -> None:
    assert lessons_from_corrections([], source="me", licence="own") == []
