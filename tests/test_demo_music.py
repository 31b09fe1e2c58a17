"""A fake apt in a folder of its own: shell scripts that hand out what the test lays into ``archive``."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from linernotes.serve import demo_music
from linernotes.serve.demo_music import PACKAGES, RESERVES, DemoMusic, fetch_demo_music

SOUND = b"OggS, as far as this test cares: "
CONTENTS: dict[str, tuple[str, ...]] = {
    "fretsonfire-songs-muldjord": (
        "usr/share/games/fretsonfire/data/songs/muldjord/chaos_god/song.ogg",
        "usr/share/games/fretsonfire/data/songs/muldjord/chaos_god/guitar.ogg",
    ),
    "singularity-music": (
        "usr/share/games/singularity/music/Nebula.ogg",
        "usr/share/games/singularity/music/Through Space.ogg",
        "usr/share/games/singularity/music/win/Apex Aleph.ogg",
        "usr/share/games/singularity/music/lose/Chimes They Fade.ogg",
    ),
    "lincity-ng-data": (
        "usr/share/games/lincity-ng/music/default/02 - Robert van Herk - City Blues.ogg",
        "usr/share/games/lincity-ng/sounds/Fire3.wav",
    ),
    "lordsawar-data": (
        "usr/share/games/lordsawar/music/back1.ogg",
        "usr/share/games/lordsawar/music/battle.ogg",
    ),
}
WESNOTH: dict[str, tuple[str, ...]] = {
    "wesnoth-1.18-music": ("usr/share/games/wesnoth/1.18/data/core/music/love_theme.ogg",)
}

SCRIPTS = {
    # Knows a package while there are lists and the archive holds it.
    "apt-cache": """
for name; do :; done
[ -e "$APT/lists" ] && [ -d "$APT/archive/$name" ] || { echo "E: No packages found" >&2; exit 100; }
printf 'Package: %s\\nSize: 1234567\\n' "$name"
""",
    "apt-get": """
for name; do :; done
echo "$*" >>"$APT/calls"
if [ "$name" = update ]; then
    [ -e "$APT/no-network" ] && { echo "E: no network" >&2; exit 100; }
    exec touch "$APT/lists"
fi
[ -e "$APT/broken-$name" ] && { echo "E: Failed to fetch $name" >&2; exit 100; }
echo "$name" >"${name}_1_all.deb"
""",
    "dpkg": """
mkdir -p "$3" && cp -R "$APT/archive/$(cat "$2")/." "$3"
""",
}


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the fake apt, with an archive and package lists."""
    home = tmp_path / "apt"
    programs = home / "bin"
    programs.mkdir(parents=True)
    for name, script in SCRIPTS.items():
        program = programs / name
        program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\nAPT='{home}'\n{script.strip()}\n")
        program.chmod(0o755)
    (home / "lists").touch()
    offer(home, CONTENTS)
    monkeypatch.setenv("PATH", str(programs))
    return home


def offer(home: Path, contents: dict[str, tuple[str, ...]]) -> None:
    for package, names in contents.items():
        for name in (*names, f"usr/share/doc/{package}/copyright"):
            file = home / "archive" / package / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(SOUND + name.encode())


def calls(home: Path) -> list[str]:
    log = home / "calls"
    return log.read_text().splitlines() if log.exists() else []


def names(music: DemoMusic) -> list[str]:
    return [file.relative_to(music.folder).as_posix() for file in music.files]


def everything_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_recordings_are_named_by_artist_and_title(apt: Path, tmp_path: Path) -> None:
    music = fetch_demo_music(tmp_path / "music")
    assert names(music) == [
        "LordsAWar/Background.ogg",
        "Maxstack/Apex Aleph.ogg",
        "Maxstack/Nebula.ogg",
        "Maxstack/Through Space.ogg",
        "Muldjord/Chaos god.ogg",
        "Robert van Herk/City Blues.ogg",
    ]
    assert music.messages == ()
    assert music.packages == (
        "fretsonfire-songs-muldjord",
        "singularity-music",
        "lincity-ng-data",
        "lordsawar-data",
    )


def test_stems_jingles_and_sound_effects_are_left_out(apt: Path, tmp_path: Path) -> None:
    left = " ".join(names(fetch_demo_music(tmp_path / "music")))
    assert "guitar" not in left.lower()
    assert "Chimes" not in left
    assert "Battle" not in left
    assert "Fire3" not in left


def test_the_sound_comes_through_unchanged(apt: Path, tmp_path: Path) -> None:
    music = fetch_demo_music(tmp_path / "music")
    nebula = music.folder / "Maxstack" / "Nebula.ogg"
    assert nebula.read_bytes() == SOUND + b"usr/share/games/singularity/music/Nebula.ogg"


def test_every_package_leaves_its_licence_and_nothing_else(apt: Path, tmp_path: Path) -> None:
    music = fetch_demo_music(tmp_path / "music")
    licences = {f"licences/{package}.txt" for package in CONTENTS}
    assert everything_in(music.folder) == {*names(music), *licences, ".demo-music.json"}
    assert not (music.folder / ".packages").exists()


def test_a_second_call_fetches_nothing(apt: Path, tmp_path: Path) -> None:
    first = fetch_demo_music(tmp_path / "music")
    before = calls(apt)
    assert fetch_demo_music(tmp_path / "music") == first
    assert calls(apt) == before


def test_a_lost_recording_is_fetched_again(apt: Path, tmp_path: Path) -> None:
    first = fetch_demo_music(tmp_path / "music")
    first.files[0].unlink()
    assert fetch_demo_music(tmp_path / "music") == first
    assert first.files[0].is_file()


def test_a_broken_marker_counts_as_none(apt: Path, tmp_path: Path) -> None:
    first = fetch_demo_music(tmp_path / "music")
    (first.folder / ".demo-music.json").write_text("[not json")
    assert fetch_demo_music(tmp_path / "music") == first


def test_the_limit_is_spread_over_the_packages(apt: Path, tmp_path: Path) -> None:
    music = fetch_demo_music(tmp_path / "music", limit=4)
    assert [name.split("/")[0] for name in names(music)] == [
        "LordsAWar",
        "Maxstack",
        "Muldjord",
        "Robert van Herk",
    ]


def test_a_lower_limit_takes_away_what_an_earlier_call_brought(apt: Path, tmp_path: Path) -> None:
    more = fetch_demo_music(tmp_path / "music")
    fewer = fetch_demo_music(tmp_path / "music", limit=2)
    assert len(fewer.files) == 2
    assert set(more.folder.rglob("*.ogg")) == set(fewer.files)


def test_a_package_that_fails_is_named_and_tried_again(apt: Path, tmp_path: Path) -> None:
    (apt / "broken-singularity-music").touch()
    first = fetch_demo_music(tmp_path / "music")
    assert len(first.files) == 3
    assert first.messages == ("singularity-music could not be fetched: E: Failed to fetch singularity-music",)
    (apt / "broken-singularity-music").unlink()
    second = fetch_demo_music(tmp_path / "music")
    assert len(second.files) == 6
    assert second.messages == ()


def test_a_package_without_the_expected_files_is_named(apt: Path, tmp_path: Path) -> None:
    for file in (apt / "archive/lordsawar-data/usr/share/games").rglob("*.ogg"):
        file.unlink()
    music = fetch_demo_music(tmp_path / "music")
    assert music.messages == ("lordsawar-data holds no recordings where they were expected",)
    assert "lordsawar-data" not in music.packages


def test_links_in_a_package_are_not_followed(apt: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ogg"
    secret.write_bytes(b"of the user")
    (apt / "archive/lordsawar-data/usr/share/games/lordsawar/music/sneaky.ogg").symlink_to(secret)
    assert "LordsAWar/Sneaky.ogg" not in names(fetch_demo_music(tmp_path / "music"))


def test_unknown_packages_are_done_without_and_a_reserve_steps_in(apt: Path, tmp_path: Path) -> None:
    offer(apt, WESNOTH)
    music = fetch_demo_music(tmp_path / "music")
    assert "The Battle for Wesnoth/Love theme.ogg" in names(music)
    assert "wesnoth-1.18-music" in music.packages


def test_without_apt_the_outcome_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing-here"))
    music = fetch_demo_music(tmp_path / "music")
    assert music.files == ()
    assert "apt-get" in music.messages[0]
    assert "dpkg" in music.messages[0]
    assert not (tmp_path / "music").exists()


def test_without_package_lists_a_user_is_told_what_to_run(
    apt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (apt / "lists").unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    music = fetch_demo_music(tmp_path / "music")
    assert music.files == ()
    assert "sudo apt-get update" in music.messages[0]
    assert calls(apt) == []


def test_without_package_lists_root_updates_them_once(
    apt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (apt / "lists").unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert len(fetch_demo_music(tmp_path / "music").files) == 6
    assert calls(apt).count("-q update") == 1


def test_an_update_that_fails_is_told(apt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (apt / "lists").unlink()
    (apt / "no-network").touch()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    music = fetch_demo_music(tmp_path / "music")
    assert music.files == ()
    assert "`apt-get update` failed: E: no network" in music.messages
    assert calls(apt).count("-q update") == 1


def test_a_folder_that_cannot_be_made_is_told(apt: Path, tmp_path: Path) -> None:
    (tmp_path / "music").write_text("a file in the way")
    music = fetch_demo_music(tmp_path / "music")
    assert music.files == ()
    assert str(tmp_path / "music") in music.messages[0]


def test_a_command_that_hangs_is_given_up(tmp_path: Path) -> None:
    ran = demo_music._run(["sleep", "60"], cwd=None, timeout_s=0.05)
    assert ran.problem == "sleep took longer than 0 minutes"


def test_progress_names_every_package(apt: Path, tmp_path: Path) -> None:
    told: list[str] = []
    fetch_demo_music(tmp_path / "music", on_progress=told.append)
    assert all(any(package in line for line in told) for package in CONTENTS)
    assert any("death metal, 1 MB" in line for line in told)


def test_the_listed_packages_hold_more_than_the_demo_takes() -> None:
    assert sum(package.recordings for package in PACKAGES) >= demo_music.DEFAULT_LIMIT >= 40
    assert len({package.kind for package in PACKAGES}) >= 5
    assert not {package.name for package in PACKAGES} & {package.name for package in RESERVES}


def test_the_marker_is_plain_json(apt: Path, tmp_path: Path) -> None:
    music = fetch_demo_music(tmp_path / "music")
    marker = json.loads((music.folder / ".demo-music.json").read_text())
    assert marker["complete"] is True
    assert marker["files"] == names(music)
