"""The container and the units: what they say exists."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from command_lines import unknown_in
from conftest import REPOSITORY
from linernotes.config import Settings, load_settings

SERVICES = ("linernotes.service", "linernotes-learn.service")
UNITS = (*SERVICES, "linernotes-learn.timer")
PROGRAM = "/opt/linernotes/bin/linernotes"


def unit(name: str) -> dict[str, list[str]]:
    lines = (REPOSITORY / "deploy" / name).read_text("utf-8").splitlines()
    values: dict[str, list[str]] = {}
    for line in lines:
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            values.setdefault(key, []).append(value)
    return values


def dockerfile(instruction: str) -> str:
    text = (REPOSITORY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.startswith(f"{instruction} ")][-1].partition(" ")[2]


def compose() -> dict[str, dict[str, object]]:
    services: dict[str, dict[str, object]] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())[
        "services"
    ]
    return services


def test_an_option_that_is_not_there_is_found_out() -> None:
    assert unknown_in(["serve", "--hots", "0.0.0.0"]) == ["--hots"]
    assert unknown_in(["models", "fetsch"]) == ["fetsch"]
    assert unknown_in(["models", "fetch"]) == []


def test_the_container_runs_a_command_that_exists() -> None:
    assert unknown_in(json.loads(dockerfile("CMD"))) == []
    command = compose()["linernotes"]["command"]
    assert isinstance(command, list)
    assert unknown_in(command) == []


def test_the_container_names_settings_that_exist() -> None:
    named = set(re.findall(r"LINERNOTES_(\w+)=", dockerfile("ENV"))) - {"CONFIG"}
    assert named
    assert named <= {setting.name.upper() for setting in fields(Settings)}


def test_the_container_is_not_root_and_leaves_music_as_it_is() -> None:
    assert dockerfile("USER") == "linernotes"
    service = compose()["linernotes"]
    assert service["cap_drop"] == ["ALL"]
    volumes = service["volumes"]
    assert isinstance(volumes, list)
    assert [volume.endswith(":ro") for volume in volumes if "/music" in volume] == [True]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_a_command_that_exists(name: str) -> None:
    (line,) = unit(name)["ExecStart"]
    program, *words = line.split()
    assert program == PROGRAM
    assert unknown_in(words) == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_held_to_its_folder(name: str) -> None:
    values = unit(name)
    assert values["User"] == ["linernotes"]
    assert values["ProtectSystem"] == ["strict"]
    assert values["NoNewPrivileges"] == ["yes"]
    assert values["StateDirectory"] == ["linernotes"]


def test_the_services_read_settings_that_are_valid() -> None:
    settings = load_settings(environ={"LINERNOTES_CONFIG": str(REPOSITORY / "deploy" / "linernotes.toml")})
    assert settings.library_dir == Path("/var/lib/linernotes/library")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_to_say_against_the_units(tmp_path: Path) -> None:
    for name in UNITS:
        text = (REPOSITORY / "deploy" / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace(PROGRAM, shutil.which("true") or ""))
    run = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)],
        env={**os.environ, "SYSTEMD_LOG_COLOR": "0"},
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stderr) == (0, "")
