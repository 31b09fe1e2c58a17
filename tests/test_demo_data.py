from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import re
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from linernotes.serve.demo_catalogue import demo_catalogue_path
from linernotes.types import Family
from linernotes.words import fold, lexicon

Rows = list[dict[str, Any]]
Editors = list[dict[str, str]]

DATA = demo_catalogue_path().parent
SHIPPED_MB = 5
COLUMNS = {
    "id": str,
    "title": str,
    "artists": list,
    "album": str,
    "genres": list,
    "moods": list,
    "instruments": list,
    "vocals": str,
    "country": str,
    "decades": list,
    "fame": int,
    "popularity": float,
}
VOICES = {
    "instrumental",
    "male vocals",
    "female vocals",
    "male and female vocals",
    "choir",
    "rap vocals",
    "spoken word",
}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "tools" / "build_demo_catalogue.py"
    spec = importlib.util.spec_from_file_location("build_demo_catalogue", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    with gzip.open(demo_catalogue_path(), "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def editors() -> list[dict[str, str]]:
    with (DATA / "demo_artists.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the catalogue as it ships ---------------------------------------------------------------------


def test_half_of_the_5000_songs_are_described(rows: Rows) -> None:
    described = [row for row in rows if "genres" in row]
    assert len(rows) == 5000
    assert len(described) == 2500
    assert all(set(row) <= {"id", "title", "artists", "album"} for row in rows if row not in described)


def test_at_least_500_artists_are_described(rows: Rows, editors: Editors) -> None:
    known = {fold(row["artist"]) for row in editors}
    owners = {
        next(key for key in map(fold, row["artists"]) if key in known) for row in rows if "genres" in row
    }
    assert len(owners) >= 500


def test_very_well_known_artists_are_there(rows: Rows) -> None:
    artists = {artist for row in rows for artist in row["artists"]}
    assert {"Radiohead", "The Beatles", "Beyoncé", "Miles Davis", "Madonna", "Nirvana"} <= artists


def test_no_song_is_there_twice(rows: Rows, tool: ModuleType) -> None:
    assert len({row["id"] for row in rows}) == len(rows)
    keys = [(fold(tool._BRACKETED.sub("", row["title"])), fold(row["artists"][0])) for row in rows]
    assert len(set(keys)) == len(keys)


def test_no_artist_has_more_than_eight_songs_of_its_own(rows: Rows) -> None:
    songs_by_artist = Counter(fold(row["artists"][0]) for row in rows)
    assert max(songs_by_artist.values()) <= 8


def test_every_value_has_the_type_of_its_column(rows: Rows) -> None:
    for row in rows:
        assert {name for name in row if not isinstance(row[name], COLUMNS[name])} == set()
        assert row["title"].strip()
        assert row["artists"]


def test_unknown_is_left_out_never_empty(rows: Rows) -> None:
    assert not [row for row in rows for value in row.values() if value in ("", [], None)]


def test_popularity_is_told_only_where_fame_is_known(rows: Rows) -> None:
    assert {(row.get("fame"), row.get("popularity")) for row in rows} == {
        (None, None),
        (1, 0.1),
        (2, 0.3),
        (3, 0.5),
        (4, 0.7),
        (5, 0.9),
    }


def test_a_voice_is_told_only_of_songs_whose_artists_share_it(rows: Rows, editors: Editors) -> None:
    voices = {fold(row["artist"]): row["voice"] for row in editors}
    for row in rows:
        if "vocals" in row:
            assert {voices.get(fold(artist)) for artist in row["artists"]} == {row["vocals"]}


def test_karaoke_and_tributes_are_out(rows: Rows) -> None:
    unwanted = re.compile(r"karaoke|originally performed|tribute|workout mix|sleep music", re.IGNORECASE)
    names = [text for row in rows for text in (row["title"], row.get("album", ""), *row["artists"])]
    assert [name for name in names if unwanted.search(name)] == []


def test_what_ships_stays_small_and_carries_no_date() -> None:
    data = demo_catalogue_path().read_bytes()
    assert len(data) + (DATA / "demo_artists.csv").stat().st_size <= SHIPPED_MB * 1_000_000
    assert data[4:8] == bytes(4)


# --- the editors' table ----------------------------------------------------------------------------


def test_editors_name_every_artist_once_in_order(editors: Editors) -> None:
    keys = [fold(row["artist"]) for row in editors]
    assert keys == sorted(set(keys))


def test_editors_leave_no_list_without_values(editors: Editors) -> None:
    for row in editors:
        for column in ("genres", "moods", "instruments"):
            values = row[column].split(";")
            assert len(values) == len(set(values)) <= 5, row["artist"]
            assert all(value == value.strip() != "" for value in values), row["artist"]


def test_editors_use_known_voices_fames_and_decades(editors: Editors) -> None:
    for row in editors:
        assert row["voice"] in VOICES | {""}, row["artist"]
        assert row["fame"] in {"1", "2", "3", "4", "5"}, row["artist"]
        decades = [int(decade) for decade in row["decades"].split(";") if decade]
        assert decades == sorted(set(decades)), row["artist"]
        assert all(1900 <= decade <= 2020 and decade % 10 == 0 for decade in decades), row["artist"]


def test_editors_spell_every_value_in_one_way(editors: Editors) -> None:
    for column in ("genres", "moods", "instruments", "country"):
        values = {value for row in editors for value in row[column].split(";") if value}
        assert len({fold(value) for value in values}) == len(values), column


def test_editors_spell_what_the_lexicon_knows_as_it_does(editors: Editors) -> None:
    families: dict[str, Family] = {"genres": "genre", "moods": "mood", "instruments": "instrument"}
    for column, family in families.items():
        for value in {value for row in editors for value in row[column].split(";")}:
            known = lexicon().canonical(family, value)
            assert known is None or known == value or fold(known) != fold(value)


# --- the tool --------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_shipped_catalogue_is_what_the_tool_makes(tool: ModuleType, shared_dir: Path) -> None:
    table = tool.read_editors(DATA / "demo_artists.csv")
    songs = tool.read_songs(shared_dir / "cpcd" / "tracks.jsonl.gz", table)
    data = tool.packed(tool.build(songs, table).rows)
    # The text is compared, not its compression: another zlib may pack the same text in other bytes.
    assert gzip.decompress(data) == gzip.decompress(demo_catalogue_path().read_bytes())


def test_packing_twice_gives_the_same_bytes(tool: ModuleType) -> None:
    rows = [{"id": "a", "title": "Ångström"}, {"id": "b", "title": "Song"}]
    assert tool.packed(rows) == tool.packed(rows)
    assert gzip.decompress(tool.packed(rows)).decode() == (
        '{"id":"a","title":"Ångström"}\n{"id":"b","title":"Song"}\n'
    )


def song(tool: ModuleType, **given: Any) -> Any:
    named = {"id": "x", "title": "Song", "artists": ("Band",), "album": "", "cluster": "", "owner": None}
    named["cluster"] = str(given)
    return tool.Song(**(named | given))


EDITORS = {
    "band": {
        "artist": "Band",
        "genres": "rock;punk",
        "decades": "1970;1980",
        "country": "",
        "moods": "angry",
        "instruments": "drums",
        "voice": "male vocals",
        "fame": "5",
    },
    "singer": {
        "artist": "Singer",
        "genres": "soul",
        "decades": "",
        "country": "Ghana",
        "moods": "warm",
        "instruments": "organ",
        "voice": "female vocals",
        "fame": "2",
    },
}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"title": "Creep (Karaoke Version)"}, "karaoke"),
        ({"album": "Song (Originally Performed by Somebody)"}, "karaoke"),
        ({"artists": ("Piano Tribute Players",)}, "tribute"),
        ({"title": "Still Here (Instrumental)"}, "instrumental"),
        ({"title": "Hurt (Cover)"}, "cover"),
        ({"artists": ("Power Workout",)}, "workout"),
        ({"album": "Deep Sleep Waves"}, "sleep and study"),
        ({"title": "Rain Sounds"}, "sounds"),
        ({"title": "I Can't Sleep"}, None),
        ({"title": "Cover Me"}, None),
        ({"album": "WHEN WE ALL FALL ASLEEP, WHERE DO WE GO?"}, None),
        ({"title": "The New Workout Plan"}, None),
        ({"title": "Case Study 01"}, None),
    ],
)
def test_what_is_no_song_of_its_own_artist_is_left_out(
    tool: ModuleType, given: dict[str, Any], reason: str | None
) -> None:
    assert tool.unwanted(song(tool, **given)) == reason


def test_of_two_recordings_the_plain_one_stays(tool: ModuleType) -> None:
    live = song(tool, id="1", title="Song (Live)")
    plain = song(tool, id="2", title="Song")
    assert tool.one_recording_each([live, plain]) == [plain]


def test_recordings_of_one_cluster_are_one_song(tool: ModuleType) -> None:
    first = song(tool, id="1", title="Song", cluster="c")
    other = song(tool, id="2", title="Sòng!", artists=("Somebody",), cluster="c")
    assert len(tool.one_recording_each([first, other])) == 1


def test_the_owner_is_the_first_artist_in_the_table(tool: ModuleType, tmp_path: Path) -> None:
    track = {
        "id": "1",
        "title": "Duet",
        "artists": ["Nobody", "SINGER", "Band"],
        "album": "",
        "cluster_id": "c",
    }
    path = tmp_path / "tracks.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(track).encode()))
    assert [song.owner for song in tool.read_songs(path, EDITORS)] == ["singer"]


def test_famous_artists_are_dealt_two_songs_a_round(tool: ModuleType) -> None:
    songs = [
        song(tool, id=f"{owner}{number}", title=f"{owner} {number}", owner=owner)
        for owner in ("band", "singer")
        for number in range(12)
    ]
    picked = tool.pick_known(songs, {"band": 5, "singer": 2}, 6)
    assert sorted(song.owner for song in picked) == ["band"] * 4 + ["singer"] * 2
    everything = tool.pick_known(songs, {"band": 5, "singer": 2}, 100)
    assert sorted(song.owner for song in everything) == ["band"] * 8 + ["singer"] * 8


def test_the_tail_holds_at_most_four_songs_by_one_artist(tool: ModuleType) -> None:
    songs = [song(tool, id=str(number), title=f"Song {number}") for number in range(9)]
    assert len(tool.pick_tail(songs, 100)) == 4


def test_a_song_carries_the_facts_of_its_owner(tool: ModuleType) -> None:
    (row,) = tool.build([song(tool, id="1", album="Album", owner="band")], EDITORS, half=1).rows
    assert row == {
        "id": "1",
        "title": "Song",
        "artists": ["Band"],
        "album": "Album",
        "genres": ["rock", "punk"],
        "moods": ["angry"],
        "instruments": ["drums"],
        "vocals": "male vocals",
        "decades": [1970, 1980],
        "fame": 5,
        "popularity": 0.9,
    }


def test_the_voice_of_a_song_with_another_singer_is_unknown(tool: ModuleType) -> None:
    duet = song(tool, id="1", artists=("Band", "Singer"), owner="band")
    guest = song(tool, id="2", artists=("Singer", "Nobody"), owner="singer")
    rows = tool.build([duet, guest], EDITORS, half=2).rows
    assert [row.get("vocals") for row in rows] == [None, None]


def test_what_was_left_out_is_counted(tool: ModuleType) -> None:
    songs = [
        song(tool, id="1", owner="band"),
        song(tool, id="2", title="Song (Live)", owner="band"),
        song(tool, id="3", title="Song (Karaoke)"),
    ]
    catalogue = tool.build(songs, EDITORS)
    assert len(catalogue.rows) == 1
    assert dict(catalogue.left_out) == {"karaoke": 1, "another recording of the same song": 1}
