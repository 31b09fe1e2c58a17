"""What tables say of artists and songs reaches the tracks that bear their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.facts import sheet_of
from linernotes.ingest.joining import OF_ARTIST, OF_SONG, joined_tables, keep_table
from linernotes.library import Library
from linernotes.types import Fact

CATALOGUE = """id,title,artists,genres
1,Glass Rain,Mara Lind,
2,Iron Parade,The Anvils,polka
3,Night Desk,Otto Vale;Mara Lind,
4,Unheard Of,Nobody Much,
"""
ARTISTS = """artist,genres,moods,vocals,decades,fame,country
Mara Lind,dream pop,dreamy,female vocals,1990,4,Sweden
The Anvils,heavy metal,aggressive,male vocals,1980,3,
"""
SONGS = """artist,title,moods,tempo
mara lind,GLASS RAIN,sad,84
Nobody Else,Glass Rain,happy,120
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(library_dir=tmp_path / "library", models_dir=tmp_path / "no models", editors="off")


@pytest.fixture
def library(tmp_path: Path, settings: Settings) -> Iterator[Library]:
    with Library(settings) as opened:
        opened.add(written(tmp_path, "catalogue.csv", CATALOGUE))
        yield opened


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def joined(library: Library, title: str) -> dict[tuple[str, object], float]:
    facts = library.show_song(title).facts
    return {(fact.name, fact.value): fact.confidence for fact in facts if fact.source.startswith("joined:")}


def test_a_table_of_artists_speaks_of_all_their_songs(library: Library, tmp_path: Path) -> None:
    library.add(written(tmp_path, "artists.csv", ARTISTS), joined=True)
    assert joined(library, "Glass Rain") == {
        ("genre", "dream pop"): OF_ARTIST,
        ("mood", "dreamy"): OF_ARTIST,
        ("vocals", "female vocals"): OF_ARTIST,
        ("decade", 1990): OF_ARTIST,
        ("fame", 4): OF_ARTIST,
        ("country", "Sweden"): OF_ARTIST,
    }
    assert joined(library, "Unheard Of") == {}
    assert library.track_count() == 4


def test_who_sings_is_not_taken_from_an_artist_who_has_company(library: Library, tmp_path: Path) -> None:
    library.add(written(tmp_path, "artists.csv", ARTISTS), joined=True)
    assert ("genre", "dream pop") in joined(library, "Night Desk")
    assert not any(name == "vocals" for name, _ in joined(library, "Night Desk"))


def test_what_is_said_of_the_song_goes_before_what_is_said_of_the_artist(
    library: Library, tmp_path: Path
) -> None:
    library.add(written(tmp_path, "artists.csv", ARTISTS), joined=True)
    library.add(written(tmp_path, "songs.csv", SONGS), joined=True)
    told = joined(library, "Glass Rain")
    assert told["mood", "sad"] == OF_SONG
    assert told["tempo_bpm", 84.0] == OF_SONG
    assert ("mood", "dreamy") not in told
    assert told["genre", "dream pop"] == OF_ARTIST


def test_joined_facts_are_found_by_and_tell_how_well_known_a_song_is(
    library: Library, tmp_path: Path
) -> None:
    library.add(written(tmp_path, "artists.csv", ARTISTS), joined=True)
    [found] = library.ask("dreamy dream pop", n=1).picks
    assert found.track.title in {"Glass Rain", "Night Desk"}
    assert any("dream pop" in reason.text for reason in found.reasons)
    hits = library.ask("play anything", popularity=1.0).picks
    assert hits[0].track.title in {"Glass Rain", "Night Desk"}


def test_the_songs_own_tags_go_before_what_is_said_of_the_artist(library: Library, tmp_path: Path) -> None:
    library.add(written(tmp_path, "artists.csv", ARTISTS), joined=True)
    sheet = sheet_of(library.show_song("Iron Parade").facts)
    assert (sheet.genres, sheet.moods) == (("polka",), ("aggressive",))


def test_what_was_heard_does_not_silence_what_is_said_of_the_artist() -> None:
    facts = [
        Fact(name="genre", value="rock", source="audio:musicnn", confidence=0.4),
        Fact(name="genre", value="dream pop", source="joined:artists", confidence=OF_ARTIST),
    ]
    assert sheet_of(facts).genres == ("dream pop",)


def test_a_table_that_changes_is_joined_anew_and_tracks_that_come_later_as_well(
    library: Library, tmp_path: Path
) -> None:
    library.add(written(tmp_path, "artists.csv", ARTISTS), joined=True)
    library.add(written(tmp_path, "artists.csv", ARTISTS.replace("dream pop", "shoegaze")), joined=True)
    assert ("genre", "shoegaze") in joined(library, "Glass Rain")
    assert ("genre", "dream pop") not in joined(library, "Glass Rain")
    library.add(written(tmp_path, "catalogue.csv", f"{CATALOGUE}5,Silver Line,Mara Lind,\n"))
    assert ("genre", "shoegaze") in joined(library, "Silver Line")


def test_a_track_under_another_name_is_joined_with_what_is_said_of_that(
    library: Library, tmp_path: Path
) -> None:
    library.add(written(tmp_path, "artists.csv", ARTISTS), joined=True)
    renamed = CATALOGUE.replace("4,Unheard Of,Nobody Much", "4,Unheard Of,The Anvils")
    library.add(written(tmp_path, "catalogue.csv", renamed))
    assert ("genre", "heavy metal") in joined(library, "Unheard Of")


def test_nothing_changes_nothing(library: Library, tmp_path: Path) -> None:
    table = written(tmp_path, "artists.csv", ARTISTS)
    library.add(table, joined=True)
    before = library._store.catalogue.revisions().revisions.tolist()
    library.add(table, joined=True)
    assert library._store.catalogue.revisions().revisions.tolist() == before


def test_the_editors_table_knows_famous_artists_unless_it_is_switched_off(
    tmp_path: Path, settings: Settings
) -> None:
    table = written(tmp_path, "catalogue.csv", "title,artist\nCreep,Radiohead\n")
    with Library(replace(settings, editors="on")) as library:
        library.add(table)
        assert any(name == "genre" for name, _ in joined(library, "Creep"))
    with Library(settings) as library:
        library.add(table)
        assert joined(library, "Creep") == {}


def test_a_users_table_goes_before_the_editors(tmp_path: Path, settings: Settings) -> None:
    own = keep_table(written(tmp_path, "mine.csv", "artist,genres\nRadiohead,polka\n"), settings)
    tables = joined_tables(replace(settings, editors="on"))
    assert [table.name for table in tables] == ["mine.csv", "editors"]
    assert tables[0].path == own


def test_a_table_without_artists_or_titles_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column with titles"):
        library.add(written(tmp_path, "odd.csv", "colour,weight\nred,3\n"), joined=True)
    with pytest.raises(InputError, match="nowhere"):
        library.add(tmp_path / "nowhere.csv", joined=True)


def test_a_song_whose_title_is_its_rows_id_is_no_row_of_its_artist(library: Library, tmp_path: Path) -> None:
    table = written(tmp_path, "songs.csv", "id,title,artist,genres\n1999,1999,Mara Lind,christmas\n")
    library.add(table, joined=True)
    assert joined(library, "Glass Rain") == {}


def test_a_kept_table_can_be_joined_again_and_odd_files_stop_nothing(
    library: Library, settings: Settings, tmp_path: Path
) -> None:
    kept = keep_table(written(tmp_path, "artists.csv", ARTISTS), settings)
    (kept.parent / ".DS_Store").write_bytes(b"odd")
    (kept.parent / "broken.parquet").write_bytes(b"odd")
    library.add(kept, joined=True)
    assert ("genre", "dream pop") in joined(library, "Glass Rain")


def test_what_is_wrong_with_a_joined_table_stands_in_the_status(library: Library, tmp_path: Path) -> None:
    bad = "artist,title,tempo\nMara Lind,Glass Rain,quick\n,,90\n"
    report = library.add(written(tmp_path, "bad.csv", bad), joined=True)
    failures = library.status().failures
    assert report.failed == len(failures) == 2
    assert any("tempo" in failure.reason for failure in failures)
    library.add(written(tmp_path, "bad.csv", SONGS), joined=True)
    assert library.status().failures == ()


def test_the_status_tells_for_how_many_tracks_tables_are_joined(library: Library, tmp_path: Path) -> None:
    report = library.add(written(tmp_path, "artists.csv", ARTISTS), joined=True)
    stage = next(one for one in library.status().stages if one.stage == "join")
    assert (report.joined, stage.done, stage.pending) == (3, 4, 0)
