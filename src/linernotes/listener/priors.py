"""What words mean to most listeners of a library: where the own meaning of a word begins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from linernotes.errors import ModelError
from linernotes.listener.likeness import NUMBERS
from linernotes.listener.opinions import Word
from linernotes.types import Vector

NONE_LEARNED: Final = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """Mean slopes of the liking along each number, ``(len(NUMBERS),)``, by word; ``name`` is the version."""

    name: str = NONE_LEARNED
    slopes: Mapping[Word, Vector] = field(default_factory=dict)

    def change(self, word: Word, numbers: Vector) -> Vector:
        """How much better each track fits the word for most, ``(n,)``; 0 where nothing was learned."""
        if word not in self.slopes:
            return np.zeros(len(numbers), dtype=np.float32)
        return np.asarray(np.nan_to_num(numbers) @ self.slopes[word], dtype=np.float32)


NO_PRIORS: Final = Priors()


def write_priors(slopes: Mapping[Word, Vector]) -> bytes:
    """The slopes as the JSON that ``read_priors`` reads; equal ones are equal byte for byte."""
    words = [
        {"family": word[0], "name": word[1], "slopes": [round(float(one), 6) for one in slopes[word]]}
        for word in sorted(slopes)
    ]
    return json.dumps({"numbers": NUMBERS, "words": words}, indent=1).encode()


def read_priors(data: bytes, name: str) -> Priors:
    """What ``write_priors`` wrote. Raises ModelError for anything else, or for other numbers than ours."""
    try:
        told = json.loads(data)
        numbers = tuple(told["numbers"])
        slopes = {
            (str(one["family"]), str(one["name"])): np.array(one["slopes"], dtype=np.float32)
            for one in told["words"]
        }
    except (ValueError, KeyError, TypeError) as err:
        raise ModelError(f"these are no meanings of words: {err}") from err
    if numbers != NUMBERS or any(one.shape != (len(NUMBERS),) for one in slopes.values()):
        raise ModelError(f"these meanings of words are along other numbers than ours: {numbers}")
    return Priors(name=name, slopes=slopes)
