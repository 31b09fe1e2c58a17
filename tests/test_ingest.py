"""Adding folders and tables: what changes, what stays, what fails."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import FakeGenerator
from linernotes import ingest
from linernotes.config import NotesFor, Settings
from linernotes.errors import InputError
from linernotes.ingest import AddReport, Progress
from linernotes.library import Library, knowing
from linernotes.llm import Generation
from linernotes.types import Track
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
    write_sound(folder / "Ann" / "Blue" / "01 - Rain.wav", pitch_hz=220)
    write_sound(folder / "Ann" / "Blue" / "02 - Snow.wav", pitch_hz=260)
    write_sound(folder / "Ben" / "Red" / "01 - Fire.wav", pitch_hz=300)
    return folder


def by_title(library: Library) -> dict[str, Track]:
    return {track.title: track for track in library.tracks()}


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.moved, report.missing


def test_a_folder_is_searchable_without_any_model(library: Library, music: Path) -> None:
    report = library.add(music)
    assert counts(report) == (3, 0, 0, 0)
    assert [pick.track.title for pick in library.ask("songs by Ben").picks] == ["Fire"]
    assert any("not listened to" in message for message in report.messages)


def test_names_guessed_from_the_path_say_so(library: Library, music: Path) -> None:
    library.add(music)
    facts = {fact.name: fact for fact in library.show_song("Fire").facts}
    assert (facts["artist"].value, facts["artist"].source) == ("Ben", "path")
    assert facts["artist"].confidence <= 0.3


def test_adding_again_changes_nothing(library: Library, music: Path) -> None:
    library.add(music)
    before = by_title(library)
    assert counts(library.add(music)) == (0, 0, 0, 0)
    assert by_title(library) == before


def test_a_moved_file_keeps_its_identity(library: Library, music: Path) -> None:
    library.add(music)
    before = by_title(library)["Fire"].id
    (music / "Ben" / "Red" / "01 - Fire.wav").rename(music / "Ben" / "Blaze.wav")
    assert counts(library.add(music)) == (0, 0, 1, 0)
    assert by_title(library)["Blaze"].id == before


def test_a_copy_is_a_track_of_its_own(library: Library, music: Path) -> None:
    library.add(music)
    shutil.copyfile(music / "Ben" / "Red" / "01 - Fire.wav", music / "Copy.wav")
    assert counts(library.add(music)) == (1, 0, 0, 0)
    assert library.track_count() == 4


def test_a_deleted_file_is_missing_and_comes_back_as_itself(
    library: Library, music: Path, tmp_path: Path
) -> None:
    library.add(music)
    before = by_title(library)["Fire"].id
    (music / "Ben").rename(tmp_path / "elsewhere")
    assert counts(library.add(music)) == (0, 0, 0, 1)
    assert "Fire" not in by_title(library)
    assert library.status().missing == 1
    (tmp_path / "elsewhere").rename(music / "Ben")
    library.add(music)
    assert by_title(library)["Fire"].id == before


def test_an_unmounted_drive_marks_nothing_missing(library: Library, music: Path) -> None:
    library.add(music)
    shutil.rmtree(music)
    music.mkdir()
    with pytest.raises(InputError, match="mounted"):
        library.add(music)
    assert library.track_count() == 3


def test_an_unreadable_folder_marks_nothing_missing(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    library.add(music)
    real = os.scandir

    def refuse(path: object = ".") -> object:
        if str(path).endswith("Ben"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    report = library.add(music)
    assert report.missing == 0
    assert "Fire" in by_title(library)
    assert report.failed == 1


def test_bad_files_fail_with_a_reason_and_stop_nobody(library: Library, music: Path) -> None:
    (music / "empty.mp3").write_bytes(b"")
    (music / "picture.mp3").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    (music / "folder.mp3").mkdir()
    report = library.add(music)
    assert report.new == 3
    reasons = {failure.key: failure.reason for failure in library.status().failures}
    assert set(reasons) == {"empty.mp3", "picture.mp3", "folder.mp3"}
    assert all(reason and "\n" not in reason for reason in reasons.values())


def test_files_are_never_written_to(library: Library, music: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in music.rglob("*.wav")}
    library.add(music)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before


def test_a_table_brings_facts_of_its_own(library: Library, tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    table.write_text("id,title,artists,genres,tempo\na,Rain,Ann,rock,128\nb,Snow,Ben,jazz,70\n")
    assert library.add(table).new == 2
    assert [pick.track.title for pick in library.ask("fast rock").picks][:1] == ["Rain"]


def test_a_table_again_brings_only_changed_rows(library: Library, tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    table.write_text("id,title,artists\na,Rain,Ann\nb,Snow,Ben\n")
    library.add(table)
    table.write_text("id,title,artists\na,Rain,Ann\nb,Sleet,Ben\n")
    assert counts(library.add(table)) == (0, 1, 0, 0)
    table.write_text("id,title,artists\na,Rain,Ann\n")
    assert counts(library.add(table)) == (0, 0, 0, 1)


def test_a_renamed_artist_is_asked_for_by_the_new_name(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowing, "_QUICK_S", 0.0)  # as where reading the names takes very long
    monkeypatch.setattr(knowing, "_REREAD_SHARE", 1e9)
    table = tmp_path / "songs.csv"
    table.write_text("id,title,artists\na,Rain,Ann Oldname\nb,Snow,Ben Steady\n")
    library.add(table)
    assert library.ask("songs by Ann Oldname").picks
    table.write_text("id,title,artists\na,Rain,Zoe Newname\nb,Snow,Ben Steady\n")
    library.add(table)
    assert [pick.track.title for pick in library.ask("songs by Zoe Newname").picks] == ["Rain"]


def test_what_is_missing_is_told_once(library: Library, music: Path) -> None:
    library.add(music)
    (music / "Ben" / "Red" / "01 - Fire.wav").unlink()
    assert library.add(music).missing == 1
    assert library.add(music).missing == 0


def test_what_is_neither_folder_nor_table_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="neither a folder nor a table"):
        library.add(tmp_path / "nothing")


def test_two_adds_at_once_do_not_mix(library: Library, music: Path) -> None:
    import fcntl

    library.settings.library_dir.mkdir(exist_ok=True)
    with (library.settings.library_dir / "add.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="another add"):
            library.add(music)


def test_progress_counts_up_to_the_total(library: Library, music: Path) -> None:
    steps: list[Progress] = []
    library.add(music, on_progress=steps.append)
    names = [step for step in steps if step.stage == "names"]
    assert names[-1].done == names[-1].total == 3


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> FakeGenerator:
    """What writes notes from now on: it echoes the plain sentences that it is to rewrite."""
    generator = FakeGenerator(default=lambda prompt: prompt.user)
    monkeypatch.setattr(ingest, "open_generator", lambda _settings: generator)
    monkeypatch.setattr(generator, "close", lambda: None)
    return generator


SONGS = "id,title,artists,genres\na,Rain,Ann,rock\nb,Snow,Ann,rock\nc,Fire,Ben,jazz\n"


def test_songs_artists_and_genres_get_notes_and_are_counted(
    library: Library, writer: FakeGenerator, tmp_path: Path
) -> None:
    table = tmp_path / "songs.csv"
    table.write_text(SONGS)
    with Library(replace(library.settings, notes_for="all")) as whole:
        steps: list[Progress] = []
        report = whole.add(table, on_progress=steps.append)
        assert report.written + report.fallback == 2  # Ann and rock; the songs have too little to tell
        assert [(step.done, step.total) for step in steps if step.stage == "artists and genres"] == [(2, 2)]
        status = whole.status()
        assert {stage.stage: (stage.done, stage.pending) for stage in status.stages} == {
            "join": (3, 0),
            "audio": (0, 0),
            "notes": (3, 0),
            "artists and genres": (2, 0),
        }
        assert sum(status.notes.values()) == 5
        asked = len(writer.history)
        again = whole.add(table)
        assert (again.written, again.fallback, len(writer.history)) == (0, 0, asked)


@pytest.mark.parametrize(("notes_for", "written"), [("audio", 0), ("none", 0), ("all", 2)])
def test_a_setting_says_who_gets_notes(
    library: Library, writer: FakeGenerator, tmp_path: Path, notes_for: NotesFor, written: int
) -> None:
    table = tmp_path / "songs.csv"
    table.write_text(SONGS)
    with Library(replace(library.settings, notes_for=notes_for)) as some:
        report = some.add(table)
        assert report.written + report.fallback == written


def test_a_model_that_fails_on_some_is_told_and_asked_again(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failed = Generation(text="", finish_reason="error", error="no answer in time")
    answers = [failed]
    generator = FakeGenerator(default=lambda prompt: answers[0] if answers else prompt.user)
    monkeypatch.setattr(generator, "close", lambda: None)
    monkeypatch.setattr(ingest, "open_generator", lambda _settings: generator)
    table = tmp_path / "songs.csv"
    table.write_text("id,title,artists,genres,moods\na,Rain,Ann,rock,calm\nb,Snow,Ann,rock,calm\n")
    with Library(replace(library.settings, notes_for="all")) as whole:
        report = whole.add(table)
        assert (report.written, report.fallback) == (0, 4)
        assert "some notes are plain until the next add: no answer in time" in report.messages
        answers.clear()
        assert whole.add(table).written > 0


@pytest.mark.models
@pytest.mark.slow
def test_the_whole_way_with_the_real_models(models_dir: Path, music: Path, tmp_path: Path) -> None:
    write_sound(music / "Ben" / "Red" / "01 - Fire.wav", pitch_hz=300, seconds=12.0)
    settings = Settings(library_dir=tmp_path / "library", models_dir=models_dir)
    with Library(settings) as library:
        report = library.add(music)
        assert (report.analysed, report.failed) == (3, 0)
        assert report.written + report.fallback == sum(library.status().notes.values()) >= 5  # and Ann, Ben
        page = library.show_song("Fire")
        heard = {fact.name for fact in page.facts if fact.source.startswith("audio:")}
        assert {"tempo_bpm", "loudness_lufs", "duration_s"} <= heard
        assert page.origin in {"written", "fallback"}
        assert "Fire" in page.note or "Ben" in page.note
        again = library.add(music)
        assert (again.analysed, again.written + again.fallback) == (0, 0)
    with Library(replace(settings, notes_for="none")) as library:
        assert library.ask("something with a steady pulse").picks
