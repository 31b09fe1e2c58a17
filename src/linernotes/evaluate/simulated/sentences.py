"""What people say of their tastes, in words of the simulator's own tables."""

from __future__ import annotations

from typing import Final

import numpy as np

from linernotes.evaluate.simulated.tastes import SIDES, Taste

_LOVING: Final = (
    "I love {words} {genre} songs, nothing {shunned}",
    "I like {words} {genre}, and nothing {shunned}",
    "mostly {words} {genre} music for me, nothing {shunned} please",
    "I enjoy {words} {genre} tracks, but nothing too {shunned}",
)


def sentence(taste: Taste, rng: np.random.Generator) -> str:
    """A taste in one sentence."""
    side = SIDES[taste.side]
    return str(rng.choice(_LOVING)).format(
        words=rng.choice(side.words), genre=taste.subgenre, shunned=rng.choice(side.shunned)
    )
