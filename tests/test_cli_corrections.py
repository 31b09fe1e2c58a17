"""The commands ``correct`` and ``forget``: what they print, and how they end."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from linernotes.serve.cli import app
from table_library import make_library

OWN = "Glass Rain by Mara Lind: dreamy, calm dream pop from 1994, a woman over a synthesizer at 84 bpm."


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    settings = make_library(tmp_path)
    return {
        "LINERNOTES_LIBRARY_DIR": str(settings.library_dir),
        "LINERNOTES_MODELS_DIR": str(settings.models_dir),
        "LINERNOTES_CONFIG": str(settings.library_dir / "no config"),
        "COLUMNS": "80",
    }


def run(env: Mapping[str, str], *args: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, list(args), env=dict(env), input=typed)


def test_a_correction_shows_what_it_changed_and_the_note_after_it(env: Mapping[str, str]) -> None:
    result = run(env, "correct", "Glass Rain", "--wrong", "calm", "--fact", "tempo=92", "--as", "Ann")
    assert result.exit_code == 0
    assert "mood is not calm" in result.stdout
    assert "tempo_bpm is 92 bpm, unhurried" in result.stdout
    assert "92 bpm" in run(env, "show", "song", "Glass Rain").stdout
    assert "listener:Ann" in run(env, "show", "song", "Glass Rain").stdout


def test_corrections_are_taken_back(env: Mapping[str, str]) -> None:
    before = run(env, "show", "song", "Glass Rain").stdout
    result = run(env, "correct", "Glass Rain", "--wrong", "calm")
    assert "mood is not calm" in result.stdout
    assert "calm" not in run(env, "show", "song", "Glass Rain").stdout.partition("fact")[0]
    result = run(env, "correct", "Glass Rain", "--undo")
    assert "taken back: mood is not calm" in result.stdout
    assert run(env, "show", "song", "Glass Rain").stdout == before


def test_json_holds_facts_note_and_messages(env: Mapping[str, str]) -> None:
    result = run(env, "correct", "1", "--write", OWN, "--fact", "style=blorp", "--json")
    assert result.exit_code == 2
    result = run(env, "correct", "1", "--write", OWN, "--json")
    assert result.stdout.count("\n") == 1
    told = json.loads(result.stdout)
    assert told["note"] == OWN
    assert (told["model"], told["origin"], told["track"]["id"]) == ("listener:me", "written", 1)
    assert (told["facts"], told["removed"], told["messages"]) == ([], [], [])
    assert "Note: written by me" in run(env, "show", "song", "1").stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("Glass Rain",), "nothing to correct"),
        (("Glass Rain", "--helpful", "--not-for-me"), "which is it"),
        (("Glass Rain", "--undo", "--helpful"), "goes alone"),
        (("Glass Rain", "--undo"), "corrected nothing"),
        (("No Such Song", "--helpful"), "no song"),
        (("Glass Rain", "--fact", "tempo=9000"), "20 to 400 bpm"),
        (("Glass Rain", "--fact", "colour=\x1b[31mred"), "no fact 'colour'"),
        (("Glass Rain", "--wrong", "polka\u202e"), "says nothing like 'polka'"),
        (("Glass Rain", "--write", "Loud polka."), "names the genre 'polka'"),
    ],
)
def test_what_cannot_be_corrected_ends_with_2_and_one_line(
    env: Mapping[str, str], args: tuple[str, ...], said: str
) -> None:
    result = run(env, "correct", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr
    assert "\x1b" not in result.stderr


def test_a_listener_is_forgotten_after_a_yes(env: Mapping[str, str]) -> None:
    run(env, "feedback", "like", "Glass Rain", "--as", "Ann")
    run(env, "correct", "Glass Rain", "--fact", "tempo=92", "--as", "Ann")
    refused = run(env, "forget", "Ann", typed="n\n")
    assert (refused.exit_code, "forgotten" in refused.stdout) == (1, False)
    result = run(env, "forget", "Ann", typed="y\n")
    assert result.exit_code == 0
    assert (
        "forgotten: Ann, with 1 event, 0 answers, 0 sayings, 1 correction, 0 mixes, 0 notes" in result.stdout
    )
    assert "of songs they gave 1 fact, kept as nobody's" in result.stdout
    again = run(env, "forget", "Ann", "--yes")
    assert again.exit_code == 2
    assert "there is no listener 'Ann'" in again.stderr


def test_forgetting_prints_json(env: Mapping[str, str]) -> None:
    run(env, "feedback", "like", "Glass Rain", "--as", "Ann")
    told = json.loads(run(env, "forget", "Ann", "--yes", "--json").stdout)
    assert (told["listener"], told["what"]["events"], told["models"]) == ("Ann", 1, [])
