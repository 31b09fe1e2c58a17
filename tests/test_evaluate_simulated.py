"""Simulated listeners: their songs, tastes, words, sentences and reactions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linernotes.errors import InputError
from linernotes.evaluate.simulated.meanings import MOST, MOVABLE, SHIFT, Meaning, draw_meaning, fit
from linernotes.evaluate.simulated.reactions import favourites, react
from linernotes.evaluate.simulated.sentences import sentence
from linernotes.evaluate.simulated.songs import COLUMNS, TABLE, name_of, read_songs, songs_of
from linernotes.evaluate.simulated.tastes import (
    KIN,
    SIDES,
    STRANGE,
    SUBGENRES,
    Taste,
    draw_pair,
    opposite_of,
    pleasure,
)


def song(title: str, subgenre: str = "trap", genre: str = "rap", **numbers: float | None) -> dict[str, Any]:
    """A row of the table with what tastes look at."""
    return {
        "title": title,
        "artists": [f"The {title}s"],
        "playlist_genres": [genre],
        "playlist_subgenres": [subgenre],
        **dict.fromkeys(COLUMNS, 0.5),
        **numbers,
    }


def dice(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# --- songs


def test_nothing_that_is_to_be_measured_is_imported() -> None:
    rooms = "meanings, reactions, sentences, songs, tastes"
    code = f"import sys; from linernotes.evaluate.simulated import {rooms}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in run.stdout.split() if name.startswith("linernotes.")}
    own = {name for name in loaded if not name.startswith("linernotes.evaluate.simulated")}
    assert own == {f"linernotes.{name}" for name in ("errors", "types", "evaluate", "evaluate.data")}


def test_numbers_are_told_in_standard_deviations() -> None:
    songs = songs_of([song("A", energy=0.2), song("B", energy=0.4), song("C", energy=0.9)])
    assert songs.standard["energy"].mean() == pytest.approx(0.0)
    assert songs.standard["energy"].std() == pytest.approx(1.0)
    assert np.argsort(songs.standard["energy"]).tolist() == [0, 1, 2]


def test_what_is_unknown_or_always_the_same_is_the_mean() -> None:
    songs = songs_of([song("A", tempo=0.0, valence=None), song("B", tempo=100.0), song("C", tempo=140.0)])
    assert songs.standard["tempo"].tolist() == [0.0, -1.0, 1.0]
    assert songs.standard["valence"].tolist() == [0.0, 0.0, 0.0]


def test_a_song_is_of_its_genre_and_its_subgenre() -> None:
    songs = songs_of([song("A", "trap", "rap"), song("B", "hard rock", "rock")])
    assert songs.of_genre("rap").tolist() == songs.of_genre("trap").tolist() == [True, False]
    assert songs.artist(1) == "The Bs"
    assert len(songs) == 2


def test_the_sample_is_the_same_for_a_seed_and_holds_no_song_twice(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [song(name) for name in ("A", "B", "C", "D")]
    rows += [song("a "), {**song("E"), "title": None}, {**song("F"), "artists": []}]
    rows[4]["artists"] = ["The As"]
    path = tmp_path / TABLE
    path.parent.mkdir()
    parquet.write_table(pa.Table.from_pylist(rows), path)
    every = read_songs(tmp_path, seed=1)
    assert [row["title"] for row in every.rows] == ["A", "B", "C", "D"]
    drawn = [read_songs(tmp_path, count=2, seed=seed).rows for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 2


def test_data_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="TidyTuesday"):
        read_songs(tmp_path, seed=0)


def test_names_are_the_same_whatever_case_and_blanks() -> None:
    assert name_of(" Low  Tide", ["MIRA Vale"]) == name_of("low tide", ["Mira Vale"])
    assert name_of("Low Tide", ["Mira"]) != name_of("Low Tide", ["Vale"])


# --- tastes


def test_the_own_subgenre_pleases_most_then_its_kin() -> None:
    songs = songs_of([song("A", "trap"), song("B", "gangster rap"), song("C", "hard rock", "rock")])
    found = pleasure(Taste(subgenre="trap", side="calm"), songs)
    assert found.tolist() == pytest.approx([0.5, 0.5 * KIN, 0.5 * STRANGE])


def test_the_side_that_a_taste_leans_to_pleases_more() -> None:
    songs = songs_of(
        [song("A", energy=0.1, acousticness=0.9), song("B"), song("C", energy=0.9, acousticness=0.1)]
    )
    calm, energetic = (
        pleasure(taste, songs)
        for taste in (Taste(subgenre="trap", side="calm"), Taste(subgenre="trap", side="energetic"))
    )
    assert calm[0] > calm[1] > calm[2]
    assert energetic.tolist() == pytest.approx(calm[::-1].tolist())


def test_every_side_is_the_opposite_of_its_opposite() -> None:
    for side in SIDES.values():
        opposite = SIDES[side.opposite]
        assert opposite.opposite == side.name
        assert {name: -sign for name, sign in opposite.directions.items()} == dict(side.directions)


def test_a_pair_has_two_genres_and_opposite_sounds() -> None:
    for seed in range(30):
        pair = draw_pair(dice(seed), ("energetic", "happy"))
        assert pair.one.genre != pair.other.genre
        assert pair.one.side in ("energetic", "happy")
        assert SIDES[pair.one.side].opposite == pair.other.side
        assert pair.one.subgenre in SUBGENRES[pair.one.genre]


def test_the_opposite_keeps_the_genre() -> None:
    assert opposite_of(Taste(subgenre="trap", side="sad")) == Taste(subgenre="trap", side="happy")


# --- words


def test_a_song_in_the_middle_of_a_word_fits_it_best() -> None:
    songs = songs_of([song("A", tempo=80.0), song("B", tempo=100.0), song("C", tempo=120.0)])
    assert fit({"tempo": 0.0}, songs).tolist()[1] == 1.0
    fast = fit({"tempo": 1.0}, songs)
    assert fast[2] > fast[1] > fast[0]


def test_a_planted_meaning_moves_one_column_alone() -> None:
    meaning = Meaning(word="chill", column="tempo", shift=SHIFT)
    assert meaning.middle == {"energy": MOST["chill"]["energy"], "tempo": MOST["chill"]["tempo"] + SHIFT}
    assert Meaning(word="sad", column="tempo", shift=-SHIFT).middle == {"valence": -1.0, "tempo": -SHIFT}


def test_meanings_are_drawn_in_both_directions_among_what_may_move() -> None:
    drawn = [draw_meaning(dice(seed)) for seed in range(60)]
    assert {one.shift for one in drawn} == {SHIFT, -SHIFT}
    assert {one.word for one in drawn} == set(MOST)
    assert all(one.column in MOVABLE[one.word] for one in drawn)


def test_a_sentence_names_the_genre_and_the_sound_and_shuns_another() -> None:
    side = SIDES["sad"]
    for seed in range(20):
        words = sentence(Taste(subgenre="trap", side="sad"), dice(seed))
        assert "trap" in words
        assert any(one in words for one in side.words)
        assert any(words.removesuffix(" please").endswith(one) for one in side.shunned)


# --- reactions


def test_what_pleases_is_liked_and_the_rest_is_skipped_early() -> None:
    pleasures = np.array([0.0, 1.0, 0.0, 1.0, 0.9, 0.05])
    found = react([5, 1, 0, 3, 2, 4], pleasures, dice())
    assert [one.row for one in found] == [5, 1, 0, 3, 2, 4]
    assert [one.kind for one in found] == ["skip", "like", "skip", "like", "skip", "like"]
    assert all(one.value == 1.0 if one.kind == "like" else one.value < 0.5 for one in found)


def test_where_nothing_pleases_the_better_third_is_liked() -> None:
    found = react(range(6), np.array([0.0, 0.01, 0.02, 0.03, 0.04, 0.05]), dice())
    assert sum(one.kind == "like" for one in found) == 2


def test_reactions_to_nothing_are_none_and_dice_decide() -> None:
    assert react([], np.array([0.5]), dice()) == []
    pleasures = np.linspace(0.0, 0.2, 30)
    courses = [react(range(30), pleasures, dice(seed)) for seed in (1, 1, 2)]
    assert courses[0] == courses[1] != courses[2]


def test_favourites_are_among_what_pleases_most() -> None:
    pleasures = np.concatenate([np.zeros(50), np.ones(10)])
    found = favourites(pleasures, 5, dice(), among=10)
    assert len(set(found)) == 5
    assert min(found) >= 50
