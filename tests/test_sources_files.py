"""Finding the audio files of a folder, and file names as text."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from linernotes.errors import InputError
from linernotes.sources import fs_path, is_beneath, scan_folder, storable_path
from linernotes.types import Failure


def put(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * len(name))


def keys(root: Path) -> list[str]:
    return [found.key for found in scan_folder(root).files]


def refuse_to_list(monkeypatch: pytest.MonkeyPatch, refused: Path) -> None:
    """Lets one folder behave as one that the user may not read; the tests may run as root."""
    really = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path) == refused:
            raise PermissionError(13, "Permission denied", str(path))
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)


# --- what is found ---------------------------------------------------------------------------------


def test_audio_files_are_found_in_the_order_of_their_keys(tmp_path: Path) -> None:
    put(tmp_path, "b/2.ogg", "b/1.flac", "a.mp3", "c/d/e/deep.opus", "Z.wav")
    assert keys(tmp_path) == ["Z.wav", "a.mp3", "b/1.flac", "b/2.ogg", "c/d/e/deep.opus"]


@pytest.mark.parametrize(
    "name", ["x.flac", "x.ogg", "x.oga", "x.opus", "x.MP3", "x.wav", "x.aiff", "x.m4a", "x.mp4", "x.aac"]
)
def test_every_audio_extension_is_known_in_any_case(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert keys(tmp_path) == [name]


def test_other_files_and_hidden_names_are_passed_over_silently(tmp_path: Path) -> None:
    put(tmp_path, "cover.jpg", "mp3", "x.mp3.part", "._x.mp3", ".hidden/y.mp3", "z.mp3")
    scan = scan_folder(tmp_path)
    assert [found.key for found in scan.files] == ["z.mp3"]
    assert scan.failures == ()


def test_a_found_file_carries_its_size_and_time(tmp_path: Path) -> None:
    put(tmp_path, "a/b.mp3")
    os.utime(tmp_path / "a/b.mp3", ns=(1, 1_500_000_000_123_456_789))
    (found,) = scan_folder(tmp_path).files
    assert (found.size_bytes, found.modified_ns) == (7, 1_500_000_000_123_456_789)
    assert found.path == tmp_path / "a/b.mp3"


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    scan = scan_folder(tmp_path)
    assert (scan.files, scan.failures, scan.unreadable) == ((), (), ())


def test_a_relative_root_gives_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "music/a.mp3")
    monkeypatch.chdir(tmp_path)
    (found,) = scan_folder(Path("music")).files
    assert found.path == tmp_path / "music/a.mp3"


# --- what is not a file ----------------------------------------------------------------------------


def test_a_folder_named_like_a_song_is_reported(tmp_path: Path) -> None:
    (tmp_path / "x.mp3").mkdir()
    scan = scan_folder(tmp_path)
    assert [failure.key for failure in scan.failures] == ["x.mp3"]
    assert "folder" in scan.failures[0].reason


def test_an_album_folder_that_ends_like_a_file_is_read(tmp_path: Path) -> None:
    put(tmp_path, "Artist - Album.FLAC/1.flac")
    scan = scan_folder(tmp_path)
    assert [found.key for found in scan.files] == ["Artist - Album.FLAC/1.flac"]
    assert scan.failures == ()


def test_a_pipe_and_a_socket_are_reported_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    monkeypatch.chdir(tmp_path)  # the name of a socket may have 108 bytes only
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.ogg")
        scan = scan_folder(tmp_path)
    assert scan.files == ()
    assert [(failure.key, failure.reason) for failure in scan.failures] == [
        ("pipe.mp3", "not a regular file"),
        ("socket.ogg", "not a regular file"),
    ]


# --- links -----------------------------------------------------------------------------------------


def test_loops_of_links_end(tmp_path: Path) -> None:
    put(tmp_path, "a/1.mp3")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "a/self").symlink_to(tmp_path / "a")
    assert keys(tmp_path) == ["a/1.mp3"]


def test_a_link_to_itself_is_reported(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert [failure.key for failure in scan_folder(tmp_path).failures] == ["round"]


def test_a_link_to_a_folder_above_the_root_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "outside.mp3", "root/1.mp3")
    (tmp_path / "root/up").symlink_to(tmp_path)
    assert keys(tmp_path / "root") == ["1.mp3"]


def test_linked_folders_and_files_are_followed(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/2.mp3", "elsewhere/sub/3.mp3", "root/1.mp3", "other.ogg")
    (tmp_path / "root/linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "root/song.ogg").symlink_to(tmp_path / "other.ogg")
    assert keys(tmp_path / "root") == ["1.mp3", "linked/2.mp3", "linked/sub/3.mp3", "song.ogg"]


def test_a_real_folder_keeps_its_key_beside_a_link_to_it(tmp_path: Path) -> None:
    put(tmp_path, "z/1.mp3")
    (tmp_path / "a").symlink_to(tmp_path / "z")
    assert keys(tmp_path) == ["z/1.mp3"]


def test_two_links_to_one_folder_give_its_files_once(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/1.mp3")
    (tmp_path / "root").mkdir()
    (tmp_path / "root/b").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "root/a").symlink_to(tmp_path / "elsewhere")
    assert keys(tmp_path / "root") == ["a/1.mp3"]


def test_a_broken_link_is_reported(tmp_path: Path) -> None:
    (tmp_path / "gone.mp3").symlink_to(tmp_path / "nowhere.mp3")
    scan = scan_folder(tmp_path)
    (failure,) = scan.failures
    assert failure.key == "gone.mp3"
    assert "leads nowhere" in failure.reason
    assert scan.unreadable == ()


def test_what_lay_behind_a_broken_folder_link_is_not_missing(tmp_path: Path) -> None:
    (tmp_path / "drive").symlink_to(tmp_path / "not mounted")
    scan = scan_folder(tmp_path)
    assert is_beneath("drive/album/1.mp3", scan.unreadable)


def test_the_root_may_be_a_link(tmp_path: Path) -> None:
    put(tmp_path, "real/1.mp3")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert keys(tmp_path / "link") == ["1.mp3"]


# --- what cannot be read ---------------------------------------------------------------------------


def test_an_unreadable_folder_protects_its_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a/locked/1.mp3", "a/2.mp3", "b/3.mp3")
    refuse_to_list(monkeypatch, tmp_path / "a/locked")
    scan = scan_folder(tmp_path)
    assert [found.key for found in scan.files] == ["a/2.mp3", "b/3.mp3"]
    assert scan.unreadable == ("a/locked",)
    (failure,) = scan.failures
    assert failure == Failure(
        key="a/locked", stage="scan", reason="the folder cannot be read: Permission denied"
    )


def test_a_file_that_cannot_be_looked_at_is_protected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "bad.mp3", "good.mp3")
    really = Path.stat

    def stat(path: Path, **options: Any) -> os.stat_result:
        if path.name == "bad.mp3":
            raise OSError(5, "Input/output error")
        return really(path, **options)

    monkeypatch.setattr(Path, "stat", stat)
    scan = scan_folder(tmp_path)
    assert [found.key for found in scan.files] == ["good.mp3"]
    assert scan.unreadable == ("bad.mp3",)


def test_a_root_that_cannot_be_listed_is_an_input_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_to_list(monkeypatch, tmp_path)
    with pytest.raises(InputError, match="Permission denied"):
        scan_folder(tmp_path)


def test_a_root_that_is_missing_or_no_folder_is_an_input_error(tmp_path: Path) -> None:
    put(tmp_path, "song.mp3")
    with pytest.raises(InputError, match="No such file"):
        scan_folder(tmp_path / "nowhere")
    with pytest.raises(InputError, match="Not a directory"):
        scan_folder(tmp_path / "song.mp3")
    with pytest.raises(InputError, match="cannot be read"):
        scan_folder(Path("a\0b"))


def test_beneath_means_whole_parts_of_the_path() -> None:
    assert is_beneath("a/b/1.mp3", ["a/b"])
    assert is_beneath("a/b", ["a/b"])
    assert not is_beneath("a/bc/1.mp3", ["a/b"])
    assert not is_beneath("a/1.mp3", [])


# --- names as text ---------------------------------------------------------------------------------


@pytest.fixture
def folder_with_latin1_names(tmp_path: Path) -> Path:
    folder = os.fsencode(tmp_path) + b"/Caf\xe9 100%"
    try:
        os.mkdir(folder)  # noqa: PTH102  (bytes)
    except OSError:
        pytest.skip("this file system takes UTF-8 names alone")
    for name in (b"na\xefve.mp3", b"plain.mp3"):
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(name)
    return tmp_path


def test_a_name_that_is_not_utf8_can_be_stored_and_opened(folder_with_latin1_names: Path) -> None:
    found = scan_folder(folder_with_latin1_names).files
    assert [file.key for file in found] == [
        "%:Caf%E9 100%25/%:na%EFve.mp3",
        "%:Caf%E9 100%25/plain.mp3",
    ]
    for file in found:
        file.key.encode("utf-8")
        assert fs_path(storable_path(file.path)) == file.path
        assert fs_path(str(folder_with_latin1_names / file.key)).read_bytes() == os.fsencode(file.path.name)


def test_an_encoded_folder_is_a_prefix_of_what_lies_in_it(folder_with_latin1_names: Path) -> None:
    for file in scan_folder(folder_with_latin1_names).files:
        assert is_beneath(file.key, ["%:Caf%E9 100%25"])


@pytest.mark.parametrize(
    "name", ["a/100% b.mp3", "%41.mp3", "%:x.mp3", "a/%:%41.mp3", "Ünïcödé.mp3", "\n.mp3"]
)
def test_every_name_comes_back_from_its_text(name: str) -> None:
    assert str(fs_path(storable_path(name))) == name


def test_ordinary_names_are_their_own_text() -> None:
    assert storable_path("Sigur Rós/100 %.mp3") == "Sigur Rós/100 %.mp3"


def test_different_names_have_different_texts() -> None:
    names = ["\udce9.mp3", "%E9.mp3", "%:%E9.mp3", "é.mp3", "\udcc3\udca9.mp3"]
    assert len({storable_path(name) for name in names}) == len(names)
