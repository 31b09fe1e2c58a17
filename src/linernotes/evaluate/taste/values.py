"""What passes through the suites of taste: who plays what, what of it is hidden, and what is scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

from linernotes.types import Ids, Vector

if TYPE_CHECKING:
    import numpy as np

Played = Any
"""A ``scipy.sparse.csr_matrix`` of float32, a row for each listener, a column for each artist: 1 where the
listener plays the artist. How often was tried and told no signal more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Who plays what; ``taggings (n, 3) int64`` says which listener gave which artist which tag.

    Listeners and artists are the rows and columns of ``played``, tags are counted from 0.
    """

    played: Played
    taggings: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What is ``known``, and the artists that should be found: ``right``, a matrix of the same shape.

    ``known`` has the same listeners, without what should be found: neither do they play it nor tag it.
    """

    known: Listening
    right: Played


class Signal(Protocol):
    """Something that was fitted on who plays what, and scores artists for any listener."""

    def scores(self, played: Played) -> Vector:
        """``(listeners, artists) float32``, larger is better, for listeners who play this."""


Fit = Callable[[Listening], Signal]
"""Makes a signal of what is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """For each listener the artists that come into question, and what each signal says of them.

    ``listeners (n,) int64``, ``artists (n, c) int64``, ``signals`` by name ``(n, c) float32``, ``right (n, c)
    bool``; ``right_in_all (n,) int64`` counts those that are not in the list, too.
    """

    listeners: Ids
    artists: Ids
    signals: Mapping[str, Vector]
    right: NDArray[np.bool_]
    right_in_all: Ids


class Ranker(Protocol):
    """Puts shortlists in order."""

    def scores(self, shortlist: Shortlist) -> Vector:
        """``(n, c) float32``, larger is better."""
