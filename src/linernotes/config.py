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
    """Where things are and how much of the machine may be used."""

    library_dir: Path
    """Where the catalogue and the index are kept."""
    models_dir: Path
    """Where model weights are kept."""
    database_url: str = ""
    """Another database for the catalogue, as ``sqlite:///FILE``; empty: a file in ``library_dir``."""
    llm_url: str = ""
    """An OpenAI-compatible server that writes; empty: the local model."""
    llm_model: str = ""
    """The model that this server is asked for."""
    llm_api_key: str = ""
    """The key that this server wants."""
    llm_base: str = ""
    """The GGUF file of another base for the local model; empty: SmolLM2."""
    llm_adapter: str = ""
    """A folder that ``linernotes tune`` made, or ``none``; empty: the writer in use."""
    jobs: int = 0
    """Processes at once; 0 is one for each core."""
    notes_for: NotesFor = "audio"
    """Write notes for tracks with a recording (``audio``), for ``all``, or for ``none``."""
    editors: Switch = "on"
    """Join what our editors' table says of known artists to their songs."""
    clock: Switch = "off"
    """The time of day counts as a situation, where a listener asks and names none."""
    watch_s: int = 30
    """How often, in seconds, ``serve`` looks into the known folders for new files; 0: never."""
    seed: int = 0
    """For everything that is drawn, but for tuning, whose recipe has its own."""
    requests_per_minute: int = 1_200
    """What one listener or address may ask of ``serve``; 0 is no bound."""
    logins_per_minute: int = 10
    """How often one address may try to log in to ``serve``; 0 is no bound."""


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
    if name in {"jobs", "watch_s", "seed", "requests_per_minute", "logins_per_minute"}:
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
