"""The OpenAPI document, said as an address can say it."""

from __future__ import annotations

import copy
from typing import Any

_NULL = {"type": "null"}


def without_null(document: dict[str, Any]) -> dict[str, Any]:
    """The document with parameters that may be left out, but not null: an address has no word for null."""
    told = copy.deepcopy(document)
    for item in told["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                parameter["schema"] = _not_null(parameter["schema"])
    return told


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    ways = [one for one in schema.get("anyOf", []) if one != _NULL]
    if len(ways) == len(schema.get("anyOf", [])):
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**rest, **ways[0]} if len(ways) == 1 else {**rest, "anyOf": ways}
