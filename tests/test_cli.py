"""The command line: what it prints, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from linernotes import __version__
from linernotes.config import Settings
from linernotes.library import Library
from linernotes.serve.cli import app
from table_library import make_library

COMMANDS = (
    "demo",
    "add",
    "status",
    "ask",
    "similar",
    "show",
    "feedback",
    "correct",
    "forget",
    "history",
    "serve",
    "doctor",
    "models",
)
UNSAFE = "\x1b\x07\x9b\u202e"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_library(tmp_path_factory.mktemp("cli"))


@pytest.fixture(scope="module")
def env(settings: Settings) -> dict[str, str]:
    return {
        "LINERNOTES_LIBRARY_DIR": str(settings.library_dir),
        "LINERNOTES_MODELS_DIR": str(settings.models_dir),
        "LINERNOTES_CONFIG": str(settings.library_dir / "no config"),
        "COLUMNS": "80",
    }


def run(env: Mapping[str, str], *args: str) -> Result:
    return CliRunner().invoke(app, list(args), env=dict(env))


def run_json(env: Mapping[str, str], *args: str) -> Any:
    result = run(env, *args, "--json")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    return json.loads(result.stdout)


@pytest.fixture
def started(env: Mapping[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that a test starts; none outlives it."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def start(env: Mapping[str, str], *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "linernotes", *args],
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# --- help and usage


def test_version_is_printed(env: Mapping[str, str]) -> None:
    result = run(env, "--version")
    assert (result.exit_code, result.stdout) == (0, f"linernotes {__version__}\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(env: Mapping[str, str], command: str) -> None:
    assert run(env, command, "--help").stdout == run(env, command, "-h").stdout != ""
    assert command in run(env, "--help").stdout


def test_without_arguments_the_help_is_shown(env: Mapping[str, str]) -> None:
    result = run(env)
    assert "Usage: linernotes" in result.output or "Usage: root" in result.output
    assert result.exit_code == 2


@pytest.mark.parametrize(
    "args",
    [
        ("nonsense",),
        ("ask",),
        ("ask", "pop", "--bogus"),
        ("ask", "pop", "-n", "0"),
        ("ask", "pop", "-n", "many"),
        ("ask", "pop", "--popularity", "2"),
        ("show", "planet", "Mars"),
        ("feedback", "hate", "Sugar Run"),
        ("feedback", "rate", "Sugar Run", "--stars", "6"),
        ("serve", "--port", "99999"),
        ("add", "x", "--jobs", "-1"),
    ],
)
def test_wrong_usage_ends_with_2_and_nothing_on_standard_output(
    env: Mapping[str, str], args: tuple[str, ...]
) -> None:
    result = run(env, *args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("ask", "  "), "empty"),
        (("ask", "pop", "--context", "weather=rain"), "mood="),
        (("ask", "pop", "--save", "mix.doc"), "m3u8"),
        (("ask", "pop", "--save", "/no/such/folder/mix.m3u8"), "not a folder"),
        (("ask", "pop", "--as", "a\nb"), "control character"),
        (("show", "song", "Sugar Rush Now"), "Sugar Run"),
        (("show", "genre", "ambionts"), "did you mean"),
        (("show", "song", "999999"), "no song number 999999"),
        (("similar", "Nobody At All"), "no song"),
        (("feedback", "like", "Sugar Rush Now"), "Sugar Run"),
        (("feedback", "rate", "Sugar Run"), "--stars"),
        (("feedback", "rate", "Sugar Run", "--stars", "3", "--value", "0.5"), "either"),
        (("feedback", "like", "Sugar Run", "--stars", "3"), "belong to rate"),
        (("feedback", "skip", "Sugar Run", "--share", "0.5"), "play"),
        (("add", "/no/such/folder"), "neither a folder nor a table"),
        (("serve", "--host", "0.0.0.0"), "linernotes account add"),
        (("serve", "--host", "example.org"), "linernotes account add"),
        (("serve", "--allowed-host", "example.org"), "linernotes account add"),
        (("serve", "--require-login"), "linernotes account add"),
        (("serve", "--learn-at", "25:00"), "as 03:00"),
    ],
)
def test_bad_input_ends_with_2_and_one_line(env: Mapping[str, str], args: tuple[str, ...], said: str) -> None:
    result = run(env, *args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("linernotes: ")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


# --- answers


def test_ask_prints_picks_with_reasons_and_no_blanks_at_the_ends(env: Mapping[str, str]) -> None:
    result = run(env, "ask", "catchy", "happy", "pop", "-n", "1")
    assert result.exit_code == 0
    first, *others = result.stdout.splitlines()
    assert first.startswith("  1. Tilly Ray - Sugar Run (Candy, 2015)")
    assert any(line.startswith("     Why: ") for line in others)
    assert all(line == line.rstrip() for line in others)


def test_ask_prints_the_documented_json(env: Mapping[str, str]) -> None:
    answer = run_json(env, "ask", "calm music like Mara Lind, no drums", "-n", "2")
    assert set(answer) == {"answer_id", "parent_id", "request", "picks", "messages", "seconds"}
    assert {"text", "seeds", "wants", "avoids", "context", "limits"} <= set(answer["request"])
    assert [pick["rank"] for pick in answer["picks"]] == [1, 2]
    for pick in answer["picks"]:
        assert {"rank", "track", "score", "reasons", "description", "verified"} <= set(pick)
        assert {"id", "title", "artists", "album", "year"} <= set(pick["track"])
        assert all(set(reason) == {"text", "evidence"} for reason in pick["reasons"])


@pytest.mark.parametrize(
    ("args", "key"),
    [
        (("status",), "stages"),
        (("similar", "Night Desk"), "picks"),
        (("show", "song", "Night Desk"), "facts"),
        (("show", "artist", "Otto Vale"), "tracks"),
        (("show", "genre", "ambient"), "note"),
    ],
)
def test_json_is_one_line_on_standard_output(env: Mapping[str, str], args: tuple[str, ...], key: str) -> None:
    assert key in run_json(env, *args)


def test_the_context_is_part_of_the_request(env: Mapping[str, str]) -> None:
    answer = run_json(env, "ask", "pop", "--context", "activity=running", "--context", "mood=happy")
    assert answer["request"]["context"] == {
        "mood": "happy",
        "activity": "running",
        "company": None,
        "time": None,
    }


def test_bytes_that_are_no_text_are_asked_as_replacement_signs(env: Mapping[str, str]) -> None:
    assert run_json(env, "ask", "pop \udcff")["request"]["text"] == "pop \ufffd"


def test_a_song_page_tells_who_claims_each_fact(env: Mapping[str, str]) -> None:
    lines = run(env, "show", "song", "Iron Parade").stdout.splitlines()
    assert lines[0].startswith("The Anvils - Iron Parade (Forge, 1984)")
    assert any(line.split()[:2] == ["tempo_bpm", "table"] and "168" in line for line in lines)


@pytest.mark.parametrize(
    "args",
    [
        ("ask", "polka"),
        ("ask", "polka", "--json"),
        ("similar", "8"),
        ("show", "song", "7"),
        ("show", "song", "7", "--json"),
        ("show", "genre", "polka"),
    ],
)
def test_names_never_command_the_terminal(env: Mapping[str, str], args: tuple[str, ...]) -> None:
    result = run(env, *args)
    assert result.exit_code == 0
    assert "Alert" in result.stdout
    assert not any(sign in result.output for sign in UNSAFE)


def test_errors_that_repeat_a_name_never_command_the_terminal(env: Mapping[str, str]) -> None:
    result = run(env, "show", "song", "x\x1b[31m\u202e")
    assert result.exit_code == 2
    assert not any(sign in result.output for sign in UNSAFE)


# --- feedback


@pytest.mark.parametrize(
    ("args", "value"),
    [
        (("like",), None),
        (("save",), None),
        (("play",), None),
        (("play", "--share", "0.25"), 0.25),
        (("rate", "--stars", "1"), 0.0),
        (("rate", "--stars", "4"), 0.75),
        (("rate", "--value", "0.9"), 0.9),
    ],
)
def test_feedback_is_kept_with_its_value(
    env: Mapping[str, str], settings: Settings, args: tuple[str, ...], value: float | None
) -> None:
    kind, *options = args
    result = run(
        env, "feedback", kind, "Night", "Desk", "--as", "zoe", "--because", "too-mainstream", *options
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "noted: zoe " + kind + " #3\n"
    with Library(settings) as library:
        event = library._store.listeners.events("zoe")[0]
    assert (event.kind, event.value, event.reason, event.track_id) == (kind, value, "too-mainstream", 3)


def test_what_a_listener_dislikes_stays_away_until_undone(env: Mapping[str, str]) -> None:
    def titles() -> list[str]:
        answer = run_json(env, "ask", "happy pop", "--as", "ann")
        return [pick["track"]["title"] for pick in answer["picks"]]

    assert "Sugar Run" in titles()
    run(env, "feedback", "dislike", "Sugar Run", "--as", "ann")
    assert "Sugar Run" not in titles()
    run(env, "feedback", "undo", "Sugar Run", "--as", "ann")
    assert "Sugar Run" in titles()


def test_a_reason_of_bytes_that_are_no_text_is_kept_readable(
    env: Mapping[str, str], settings: Settings
) -> None:
    assert run(env, "feedback", "like", "5", "--as", "kim", "--because", "a\udcff").exit_code == 0
    with Library(settings) as library:
        assert library._store.listeners.events("kim")[0].reason == "a\ufffd"


# --- adding


def test_add_reports_on_standard_error_and_leaves_standard_output_empty(
    env: Mapping[str, str], tmp_path: Path
) -> None:
    table = tmp_path / "songs.csv"
    table.write_text("id,title,artists\n1,One,Ann\n2,Two,Ben\n")
    result = run(env, "add", str(table), "--library", str(tmp_path / "library"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 tracks found: 2 new" in result.stderr


def test_add_ends_with_3_when_some_failed_and_status_says_why(env: Mapping[str, str], tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    table.write_text("id,title,artists\n1,One,Ann\n2,,\n")
    library = str(tmp_path / "library")
    result = run(env, "add", str(table), "--library", library)
    assert result.exit_code == 3
    assert "1 failed: `linernotes status` says why" in result.stderr
    failures = run_json(env, "status", "--library", library)["failures"]
    assert [failure["key"] for failure in failures] == ["2"]


# --- what can go wrong with the library


def test_a_broken_catalogue_ends_with_1_and_one_line(env: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"no database at all " * 100)
    result = run(env, "status", "--library", str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("linernotes: ")
    assert "is this the right file" in result.stderr


@pytest.mark.parametrize("place", ["a file", "a file/below", "/proc/linernotes"])
def test_a_library_that_can_be_no_folder_ends_with_1_and_one_line(
    env: Mapping[str, str], tmp_path: Path, place: str
) -> None:
    (tmp_path / "a file").write_text("mine")
    result = run(env, "ask", "pop", "--library", str(tmp_path / place))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "cannot be the library's folder" in result.stderr


def test_a_system_error_is_told_in_one_line(env: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "mix.m3u8").mkdir()
    (tmp_path / "one.ogg").write_bytes(b"sound")
    (tmp_path / "one.csv").write_text("id,title,artists,path\n1,One,Ann,one.ogg\n")
    library = str(tmp_path / "library")
    run(env, "add", str(tmp_path / "one.csv"), "--library", library)
    saved = str(tmp_path / "mix.m3u8")
    result = run(env, "ask", "one", "--save", saved, "--library", library)
    assert result.exit_code == 1
    assert result.stderr == f"linernotes: {saved}: Is a directory\n"


def test_an_interruption_is_told_and_ends_with_130(
    env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Library, "ask", interrupted)
    result = run(env, "ask", "pop")
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "stopped; run the same command again to go on\n"


@pytest.mark.parametrize("args", [("ask", "pop"), ("ask", "pop", "--json")])
def test_a_reader_that_leaves_is_no_error(
    env: Mapping[str, str], started: list[subprocess.Popen[str]], args: tuple[str, ...]
) -> None:
    process = start(env, *args)
    started.append(process)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_no_error(env: Mapping[str, str], closed: str) -> None:
    command = f'exec "$0" -m linernotes status {closed}'
    ended = subprocess.run(
        ["sh", "-c", command, sys.executable], env={**os.environ, **env}, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_terminal_that_knows_few_characters_gets_question_marks_and_json_in_utf_8(
    env: Mapping[str, str],
) -> None:
    plain, as_json = (
        subprocess.run(
            [sys.executable, "-m", "linernotes", "show", "song", "8", *option],
            env={**os.environ, **env, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=True,
        ).stdout
        for option in ([], ["--json"])
    )
    assert plain.startswith(b"????? - ??? (Night Station)")
    assert json.loads(as_json)["track"]["title"] == "夜の駅 (Night Station)"


# --- serving


def test_serve_names_the_real_port_answers_and_ends_cleanly(
    env: Mapping[str, str], started: list[subprocess.Popen[str]]
) -> None:
    process = start(env, "serve", "--port", "0")
    started.append(process)
    assert process.stderr is not None
    line = process.stderr.readline()
    address = line.split(" at ")[1].split()[0]
    with urllib.request.urlopen(f"{address}healthz", timeout=60) as response:
        assert response.read() == b"ok"
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == "stopped\n"


def test_a_port_in_use_ends_with_1_and_one_line(env: Mapping[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(env, "serve", "--port", str(port))
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert f"port {port} (address already in use)" in result.stderr


# --- completion


@pytest.mark.parametrize(
    ("typed", "completed"), [("linernotes as", ["ask"]), ("linernotes show ge", ["genre"])]
)
def test_bash_completes_commands_and_choices(
    env: Mapping[str, str], typed: str, completed: list[str]
) -> None:
    asked = {
        "_LINERNOTES_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(typed.count(" ")),
    }
    result = CliRunner().invoke(app, [], prog_name="linernotes", env={**env, **asked})
    assert result.stdout.split() == completed


# --- profiles


def test_a_profile_is_said_and_shown(env: Mapping[str, str]) -> None:
    said = run(env, "profile", "say", "I", "like", "calm", "ambient,", "no", "metal", "--as", "ida")
    assert said.exit_code == 0
    assert "calm ambient" in said.stdout
    shown = run(env, "profile", "show", "--as", "ida", "--no-notes")
    assert "You want no metal." in shown.stdout
    assert "ida: 0 events" in shown.stdout
    page = run_json(env, "profile", "show", "--as", "ida")
    assert page["avoids"] == ["metal"]
    assert page["sayings"] == ["I like calm ambient, no metal"]


def test_a_profile_shows_tastes_with_their_songs(env: Mapping[str, str]) -> None:
    for title in ("Night Desk", "Slow Harbour"):
        run(env, "feedback", "like", title, "--as", "ole")
    shown = run(env, "profile", "show", "--as", "ole", "--no-notes")
    assert "100% 2 songs, as" in shown.stdout
    assert "Otto Vale - Night Desk" in shown.stdout


def test_an_answer_for_several_names_who_likes_what(env: Mapping[str, str]) -> None:
    run(env, "feedback", "like", "Night Desk", "--as", "ole")
    run(env, "feedback", "like", "Sugar Run", "--as", "pia")
    answer = run_json(env, "ask", "music", "--as", "ole", "--with", "pia")
    told = {reason["text"] for pick in answer["picks"] for reason in pick["reasons"]}
    assert any("which ole likes" in text or "which pia likes" in text for text in told)


def test_nothing_said_is_refused(env: Mapping[str, str]) -> None:
    assert run(env, "profile", "say", " ").exit_code != 0
