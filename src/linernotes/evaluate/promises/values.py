"""What passes through the suite: what is known of a track, promises, and the requests that make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from linernotes.types import FactValue, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A track with the values of each of its facts that are believed."""

    track: Track
    values: Mapping[str, tuple[FactValue, ...]]

    def words(self, fact: str) -> list[str]:
        """The values of a fact that are words."""
        return [value for value in self.values.get(fact, ()) if isinstance(value, str)]

    def numbers(self, fact: str) -> list[float]:
        """The values of a fact that are numbers."""
        return [float(value) for value in self.values.get(fact, ()) if not isinstance(value, str)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What an answer must keep, in the words that ask for it, and which of its picks are known to break it.

    ``broken_by`` takes the picks in their order.
    """

    kind: str
    words: str
    broken_by: Callable[[Sequence[Known]], list[Known]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request and what its answer must keep; None where nobody marked it, so that our own parse says it."""

    text: str
    promises: tuple[Promise, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Requests that are measured together."""

    name: str
    requests: tuple[Asked, ...]
