"""A recipe: everything that decides what a tuning run makes, in one TOML file."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from linernotes.errors import InputError

Part = TypeVar("Part")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A set of texts: its ``format`` (see ``corpora``), where it lies, whose it is.

    ``repeats`` is how often it is read in an epoch; below 1 a share of it, another one in each epoch.
    """

    format: str
    path: Path
    source: str
    licence: str
    repeats: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lora:
    """The size of what is learned: low-rank changes to every linear layer (Hu et al., ICLR 2022).

    ``dropout`` is the share of the ranks that each token goes without while it is learned from.
    """

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How it is learned. ``patience`` counts measurements on the held-out part without a gain.

    ``measure_every`` and ``checkpoint_every`` are in steps, ``max_tokens`` is of facts and text together.
    """

    epochs: float = 3.0
    batch: int = 8
    learning_rate: float = 1e-3
    warmup_steps: int = 20
    weight_decay: float = 0.0
    max_tokens: int = 320
    measure_every: int = 100
    checkpoint_every: int = 50
    patience: int = 4
    augment: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What is learned afterwards from the writer's own texts (see ``preference``); no rounds: nothing.

    In each round it writes ``tries`` texts for each of so many ``sheets``; ``beta`` is how dear it is to
    leave the writer that it was (Rafailov et al., NeurIPS 2023).
    """

    rounds: int = 0
    sheets: int = 400
    tries: int = 4
    temperature: float = 0.8
    beta: float = 0.1
    learning_rate: float = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """``base`` is the name of a fetched model, a GGUF file, a folder of weights, or a name on a model hub."""

    name: str
    base: str
    licence: str
    data: tuple[Data, ...]
    seed: int = 1
    lora: Lora = field(default_factory=Lora)
    training: Training = field(default_factory=Training)
    preference: Preference = field(default_factory=Preference)


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file; paths in it count from its folder.

    Raises InputError, naming the key, for unknown or missing keys, values of the wrong type or out of
    range, and data that is not there.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise InputError(f"cannot read the recipe {path}: {err}") from err
    entries = table.pop("data", [])
    if not isinstance(entries, list) or not entries:
        raise InputError(f"{path}: a recipe needs at least one [[data]]")
    data = tuple(_data(entry, path, place) for place, entry in enumerate(entries, start=1))
    parts: dict[str, Any] = {"data": data}
    for name, kind in (("lora", Lora), ("training", Training), ("preference", Preference)):
        if name in table:
            parts[name] = _part(kind, table.pop(name), f"{path}: [{name}]")
    recipe = _part(Recipe, {**table, **parts}, str(path))
    _hold(recipe, path)
    return recipe


def _data(entry: object, path: Path, place: int) -> Data:
    where = f"{path}: [[data]] number {place}"
    data = _part(Data, entry, where)
    absolute = (path.parent / data.path).resolve()
    if not absolute.exists():
        raise InputError(f"{where}: there is no {data.path}")
    return Data(
        format=data.format, path=absolute, source=data.source, licence=data.licence, repeats=data.repeats
    )


def _part(kind: type[Part], table: object, where: str) -> Part:
    if not isinstance(table, Mapping):
        raise InputError(f"{where} is not a table")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise InputError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(known)}")
    values = {name: _value(str(known[name].type), value, f"{where}: {name}") for name, value in table.items()}
    try:
        return kind(**values)
    except TypeError as err:
        raise InputError(f"{where}: {str(err).rpartition('() ')[2]}") from err


def _value(kind: str, value: object, where: str) -> object:
    if kind == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise InputError(f"{where} is {value!r}, expected a finite number")
        return float(value)
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "str" and isinstance(value, str) and value:
        return value
    if kind == "Path" and isinstance(value, str) and value:
        return Path(value)
    if kind not in {"float", "int", "bool", "str", "Path"}:
        return value
    raise InputError(f"{where} is {value!r}, expected a {kind}")


def _hold(recipe: Recipe, path: Path) -> None:
    training, lora, preference = recipe.training, recipe.lora, recipe.preference
    wrong = [
        name
        for name, holds in {
            "name": _NAME.fullmatch(recipe.name) is not None,
            "lora.rank": 1 <= lora.rank <= 256,
            "lora.alpha": lora.alpha > 0,
            "lora.dropout": 0 <= lora.dropout < 1,
            "training.epochs": training.epochs > 0,
            "training.batch": training.batch >= 1,
            "training.learning_rate": 0 < training.learning_rate < 1,
            "training.warmup_steps": training.warmup_steps >= 0,
            "training.weight_decay": training.weight_decay >= 0,
            "training.max_tokens": training.max_tokens >= 32,
            "training.measure_every": training.measure_every >= 1,
            "training.checkpoint_every": training.checkpoint_every >= 1,
            "training.patience": training.patience >= 1,
            "preference.rounds": preference.rounds >= 0,
            "preference.sheets": preference.sheets >= 1,
            "preference.tries": preference.tries >= 2,
            "preference.temperature": preference.temperature > 0,
            "preference.beta": preference.beta > 0,
            "preference.learning_rate": 0 < preference.learning_rate < 1,
            "data.repeats": all(data.repeats > 0 for data in recipe.data),
        }.items()
        if not holds
    ]
    if wrong:
        raise InputError(f"{path}: {wrong[0]} is out of range")
