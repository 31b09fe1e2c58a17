import json
from pathlib import Path

import pytest

from linernotes.errors import InputError
from linernotes.serve.playlists import save_playlist
from linernotes.sources import storable_path
from linernotes.types import Track


def track(number: int, path: Path | None, title: str = "Song") -> Track:
    return Track(
        id=number,
        title=title,
        artists=("Ann", "Ben"),
        artist_ids=(1, 2),
        duration_s=61.6,
        audio_path=str(path) if path else None,
    )


def test_paths_are_relative_to_the_playlist(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    count = save_playlist([track(1, tmp_path / "music" / "a b.ogg")], tmp_path / "lists" / "mix.m3u8")
    text = (tmp_path / "lists" / "mix.m3u8").read_text(encoding="utf-8")
    assert count == 1
    assert text == "#EXTM3U\n#PLAYLIST:mix\n#EXTINF:62,Ann, Ben - Song\n../music/a b.ogg\n"


def test_tracks_without_a_file_are_left_out(tmp_path: Path) -> None:
    tracks = [track(1, None), track(2, tmp_path / "b.ogg")]
    assert save_playlist(tracks, tmp_path / "mix.m3u8") == 1


def test_a_title_with_a_line_break_stays_on_its_line(tmp_path: Path) -> None:
    save_playlist([track(1, tmp_path / "a.ogg", title="One\n#EXTINF:1,Two")], tmp_path / "mix.m3u8")
    assert len((tmp_path / "mix.m3u8").read_text(encoding="utf-8").splitlines()) == 4


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="m3u8"):
        save_playlist([track(1, tmp_path / "a.ogg")], tmp_path / "mix.doc")


def test_nothing_to_play_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to play"):
        save_playlist([track(1, None)], tmp_path / "mix.m3u8")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a folder"):
        save_playlist([track(1, tmp_path / "a.ogg")], tmp_path / "none" / "mix.m3u8")


def test_names_never_command_the_terminal(tmp_path: Path) -> None:
    save_playlist([track(1, tmp_path / "a.ogg", title="Red\x1b[31m\u202eAlert")], tmp_path / "mix.m3u8")
    assert "Ann, Ben - Red[31mAlert" in (tmp_path / "mix.m3u8").read_text(encoding="utf-8")


def test_a_path_that_begins_like_a_comment_is_still_a_path(tmp_path: Path) -> None:
    save_playlist([track(1, tmp_path / "#1 Hits" / "a.ogg")], tmp_path / "mix.m3u8")
    assert (tmp_path / "mix.m3u8").read_text(encoding="utf-8").splitlines()[-1] == "./#1 Hits/a.ogg"


def test_a_path_with_a_line_break_is_left_out(tmp_path: Path) -> None:
    tracks = [track(1, tmp_path / "a\nb.ogg"), track(2, tmp_path / "c.ogg")]
    assert save_playlist(tracks, tmp_path / "mix.m3u8") == 1


def test_a_file_name_that_is_no_utf_8_is_written_as_its_bytes(tmp_path: Path) -> None:
    stored = Path(storable_path(tmp_path / "Caf\udce9.ogg"))
    save_playlist([track(1, stored)], tmp_path / "mix.m3u8")
    assert (tmp_path / "mix.m3u8").read_bytes().splitlines()[-1] == b"Caf\xe9.ogg"


def test_jspf_and_xspf_tell_every_track_by_name_and_the_file_by_its_address(tmp_path: Path) -> None:
    tracks = [track(1, None, title="One & <two>"), track(2, tmp_path / "a b.ogg")]
    assert save_playlist(tracks, tmp_path / "mix.jspf") == 2
    assert save_playlist(tracks, tmp_path / "mix.xspf") == 2
    first, second = json.loads((tmp_path / "mix.jspf").read_text(encoding="utf-8"))["playlist"]["track"]
    assert first == {"title": "One & <two>", "creator": "Ann, Ben", "duration": 61600}
    assert second["location"] == [(tmp_path / "a b.ogg").as_uri()]
    text = (tmp_path / "mix.xspf").read_text(encoding="utf-8")
    assert "<title>One &amp; &lt;two&gt;</title>" in text
    assert f"<location>{(tmp_path / 'a b.ogg').as_uri()}</location>" in text
