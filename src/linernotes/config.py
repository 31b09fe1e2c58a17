"""The settings, read once: defaults, then a TOML file, then the environment."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

import platformdirs

from linernotes.errors import InputError

NotesFor = Literal["audio", "all", "none"]
Switch = Literal["on", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and how much of the machine may be used.

    ``library_dir`` holds the truth and the index; ``models_dir`` holds model weights.
    ``database_url`` empty means SQLite inside ``library_dir``. ``llm_url`` empty means the local model:
    the GGUF file ``llm_base`` (empty: SmolLM2) with the adapter ``llm_adapter`` (empty: the one in use for
    SmolLM2; ``none``; or a folder that ``linernotes tune`` made).
    ``notes_for``: ``audio`` writes notes for tracks with a recording, ``all`` for every track. ``editors``:
    whether what our editors' table says of known artists is joined to their tracks, ``on`` or ``off``.
    ``clock``: whether the time of day counts as a situation where a listener asks and names none.
    ``watch_s``: how often ``serve`` looks into the known folders for new files; 0: never.
    """

    library_dir: Path
    models_dir: Path
    database_url: str = ""
    llm_url: str = ""
    llm_model: str = ""
    llm_api_key: str = ""
    llm_base: str = ""
    llm_adapter: str = ""
    jobs: int = 0
    notes_for: NotesFor = "audio"
    editors: Switch = "on"
    clock: Switch = "off"
    watch_s: int = 30
    seed: int = 0


def load_settings(library_dir: Path | None = None, environ: dict[str, str] | None = None) -> Settings:
    """The settings in force: options over ``LINERNOTES_*`` over ``config.toml`` over defaults.

    Raises InputError for an unknown key or a value of the wrong kind.
    """
    env = dict(os.environ) if environ is None else environ
    config_file = Path(
        env.get("LINERNOTES_CONFIG") or Path(platformdirs.user_config_dir("linernotes")) / "config.toml"
    )
    values: dict[str, object] = {
        "library_dir": Path(platformdirs.user_data_dir("linernotes")) / "library",
        "models_dir": Path(platformdirs.user_data_dir("linernotes")) / "models",
    }
    values.update(_from_file(config_file))
    values.update(_from_environment(env))
    if library_dir is not None:
        values["library_dir"] = library_dir
    checked: dict[str, Any] = {name: _checked(name, value) for name, value in values.items()}
    return Settings(**checked)


def _names() -> frozenset[str]:
    return frozenset(setting.name for setting in fields(Settings))


def _from_file(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise InputError(f"{path} is not valid TOML: {err}") from err
    unknown = sorted(set(table) - _names())
    if unknown:
        known = ", ".join(sorted(_names()))
        raise InputError(f"{path}: unknown setting {unknown[0]!r}; known are {known}")
    return table


def _from_environment(env: dict[str, str]) -> dict[str, object]:
    named = {name: env.get(f"LINERNOTES_{name.upper()}") for name in _names()}
    return {name: value for name, value in named.items() if value}


def _checked(name: str, value: object) -> object:
    if name.endswith("_dir"):
        return Path(str(value)).expanduser()
    if name in {"jobs", "seed", "watch_s"}:
        return _whole(name, value)
    if name == "notes_for" and value not in get_args(NotesFor):
        raise InputError(f"setting notes_for = {value!r}: one of {', '.join(get_args(NotesFor))} is needed")
    if name in {"editors", "clock"} and value not in get_args(Switch):
        raise InputError(f"setting {name} = {value!r}: on or off is needed")
    return str(value)


def _whole(name: str, value: object) -> int:
    try:
        number = int(str(value))
    except ValueError as err:
        raise InputError(f"setting {name} = {value!r}: a whole number is needed") from err
    if number < 0:
        raise InputError(f"setting {name} = {value!r}: 0 or more is needed")
    return number
