"""Tracks keep their identity: files that move, swap, break and come back; folders that overlap."""

import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.ingest import AddReport
from linernotes.library import Library
from sounds import write_sound


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library without any model: names and tags are all it can have."""
    settings = Settings(library_dir=tmp_path / "library", models_dir=tmp_path / "no models", jobs=1)
    with Library(settings) as opened:
        yield opened


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    write_sound(folder / "Rain.wav", pitch_hz=220, seconds=0.5)
    write_sound(folder / "Snow.wav", pitch_hz=260, seconds=0.6)
    write_sound(folder / "More" / "Fire.wav", pitch_hz=300, seconds=0.7)
    return folder


def ids(library: Library) -> dict[str, int]:
    return {track.title: track.id for track in library.tracks()}


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.moved, report.missing


def paths(library: Library) -> set[str | None]:
    return {track.audio_path for track in library.tracks()}


# --- files -----------------------------------------------------------------------------------------


def test_swapped_files_swap_their_tracks(library: Library, music: Path) -> None:
    library.add(music)
    before = ids(library)
    (music / "Rain.wav").rename(music / "x")
    (music / "Snow.wav").rename(music / "Rain.wav")
    (music / "x").rename(music / "Snow.wav")
    assert counts(library.add(music)) == (0, 0, 2, 0)
    after = ids(library)
    assert (after["Rain"], after["Snow"]) == (before["Snow"], before["Rain"])
    assert counts(library.add(music)) == (0, 0, 0, 0)


def test_a_chain_of_renamed_files_keeps_every_track(library: Library, music: Path) -> None:
    library.add(music)
    before = ids(library)
    (music / "Snow.wav").rename(music / "Thaw.wav")
    (music / "Rain.wav").rename(music / "Snow.wav")
    write_sound(music / "Rain.wav", pitch_hz=400, seconds=0.8)
    assert counts(library.add(music)) == (1, 0, 2, 0)
    after = ids(library)
    assert (after["Thaw"], after["Snow"]) == (before["Snow"], before["Rain"])
    assert after["Rain"] not in before.values()


def test_a_file_moved_over_another_leaves_that_one_missing(library: Library, music: Path) -> None:
    library.add(music)
    before = ids(library)
    (music / "Rain.wav").replace(music / "Snow.wav")
    library.add(music)
    assert ids(library) == {"Snow": before["Rain"], "Fire": before["Fire"]}
    assert library.status().missing == 1


def test_a_file_with_another_sound_is_changed_not_moved(library: Library, music: Path) -> None:
    library.add(music)
    before = ids(library)
    shutil.copyfile(music / "More" / "Fire.wav", music / "Rain.wav")
    assert counts(library.add(music)) == (0, 1, 0, 0)
    assert ids(library) == before


def test_garbage_over_a_known_file_takes_it_out_of_the_answers(library: Library, music: Path) -> None:
    library.add(music)
    before = ids(library)
    shutil.copy2(music / "Rain.wav", music.parent / "backup.wav")
    (music / "Rain.wav").write_bytes(b"<html></html>" * 100)
    assert library.add(music).failed == 1
    assert "Rain" not in ids(library)
    assert not any(pick.track.title == "Rain" for pick in library.ask("Rain").picks)
    assert [failure.key for failure in library.status().failures] == ["Rain.wav"]
    assert library.add(music).failed == 1
    shutil.copy2(music.parent / "backup.wav", music / "Rain.wav")
    assert library.add(music).failed == 0
    assert ids(library) == before
    assert library.status().failures == ()


def test_a_file_moved_away_from_what_is_garbage_now_keeps_its_track(library: Library, music: Path) -> None:
    library.add(music)
    before = ids(library)
    (music / "Rain.wav").rename(music / "Drops.wav")
    (music / "Rain.wav").write_bytes(b"<html></html>" * 100)
    assert counts(library.add(music)) == (0, 0, 1, 0)
    assert ids(library)["Drops"] == before["Rain"]
    assert library.status().missing == 0


def test_a_file_with_new_tags_keeps_its_track(library: Library, music: Path) -> None:
    library.add(music)
    before = ids(library)
    info = b"INFOINAM" + struct.pack("<I", 8) + b"Drizzle\0"
    data = (music / "Rain.wav").read_bytes() + b"LIST" + struct.pack("<I", len(info)) + info
    (music / "Rain.wav").write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    assert counts(library.add(music)) == (0, 1, 0, 0)
    assert ids(library)["Drizzle"] == before["Rain"]


# --- folders ---------------------------------------------------------------------------------------


def test_a_folder_inside_a_known_one_is_a_part_of_it(library: Library, music: Path) -> None:
    library.add(music)
    before = ids(library)
    (music / "Rain.wav").unlink()
    write_sound(music / "More" / "Wind.wav", pitch_hz=500, seconds=0.4)
    report = library.add(music / "More")
    assert (report.found, *counts(report)) == (2, 1, 0, 0, 0)
    assert ids(library) == before | {"Wind": ids(library)["Wind"]}
    assert counts(library.add(music)) == (0, 0, 0, 1)


def test_only_what_is_beneath_the_added_part_goes_missing(library: Library, music: Path) -> None:
    library.add(music)
    write_sound(music / "More" / "Wind.wav", pitch_hz=500, seconds=0.4)
    library.add(music)
    (music / "Rain.wav").unlink()
    (music / "More" / "Fire.wav").unlink()
    assert library.add(music / "More").missing == 1
    assert set(ids(library)) == {"Rain", "Snow", "Wind"}


def test_a_folder_around_a_known_one_takes_it_in(library: Library, music: Path) -> None:
    library.add(music / "More")
    before = ids(library)
    assert counts(library.add(music)) == (2, 0, 0, 0)
    assert ids(library)["Fire"] == before["Fire"]
    assert counts(library.add(music)) == (0, 0, 0, 0)
    assert counts(library.add(music / "More")) == (0, 0, 0, 0)
    assert library.track_count() == 3


def test_a_folder_around_an_unmounted_one_is_refused(library: Library, music: Path) -> None:
    library.add(music / "More")
    (music / "More" / "Fire.wav").rename(music.parent / "Fire.wav")
    with pytest.raises(InputError, match=r"More holds no music.*mounted"):
        library.add(music)
    assert library.track_count() == 1


def test_a_hidden_folder_inside_a_known_one_is_a_source_of_its_own(library: Library, music: Path) -> None:
    write_sound(music / ".hidden" / "Fog.wav", pitch_hz=600, seconds=0.3)
    library.add(music)
    library.add(music / ".hidden")
    assert library.add(music).missing == 0
    assert library.track_count() == 4


def test_a_renamed_folder_keeps_its_tracks(library: Library, music: Path) -> None:
    library.add(music)
    before = ids(library)
    moved = music.rename(music.parent / "songs")
    assert counts(library.add(moved)) == (0, 0, 0, 0)
    assert ids(library) == before
    assert paths(library) == {str(path) for path in moved.rglob("*.wav")}


def test_a_copied_folder_is_a_source_of_its_own(library: Library, music: Path) -> None:
    library.add(music)
    copied = shutil.copytree(music, music.parent / "copy")
    assert counts(library.add(copied)) == (3, 0, 0, 0)
    assert library.track_count() == 6


# --- tables ----------------------------------------------------------------------------------------


def test_a_table_that_lost_all_rows_is_refused(library: Library, tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    table.write_text("id,title,artists\na,Rain,Ann\n")
    library.add(table)
    table.write_text("id,title,artists\n")
    with pytest.raises(InputError, match="no rows"):
        library.add(table)
    assert library.track_count() == 1


def test_rows_with_recordings_are_compared_by_what_they_say(library: Library, music: Path) -> None:
    table = music / "songs.csv"
    table.write_text("id,title,artists,path\na,Rain,Ann,Rain.wav\nb,Snow,Ben,Snow.wav\n")
    assert counts(library.add(table)) == (2, 0, 0, 0)
    assert counts(library.add(table)) == (0, 0, 0, 0)
    table.write_text("id,title,artists,path\na,Rain,Ann,Rain.wav\nb,Sleet,Ben,Snow.wav\n")
    assert counts(library.add(table)) == (0, 1, 0, 0)
    write_sound(music / "Rain.wav", pitch_hz=900, seconds=1.0)
    assert counts(library.add(table)) == (0, 1, 0, 0)
