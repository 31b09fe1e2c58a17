"""What every search index offers. It holds nothing that cannot be rebuilt from the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from linernotes.types import Condition, FactSheet, Hits, Ids, IndexDocument, Selection, Vector

Space = Literal["text", "audio"]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """The words that the index holds of a track; see IndexDocument."""

    names: str
    tags: str
    prose: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedTrack:
    """What ranking needs of a track; see IndexDocument."""

    sheet: FactSheet
    artist_ids: tuple[int, ...]
    song_key: str
    album_key: str
    popularity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorRows:
    """Vectors of tracks: ids ``(n,) int64``, vectors ``(n, d) float32`` of L2 norm 1, row for row."""

    ids: Ids
    vectors: Vector


class Index(Protocol):
    """A search index over tracks. All ids are int64; ``allowed`` is sorted, None means every track."""

    def upsert(self, documents: Sequence[IndexDocument]) -> None:
        """Adds documents or replaces those of the same tracks, all or none; searchable when it returns.

        A document without a text vector keeps the one that the track has.
        """

    def delete(self, track_ids: Iterable[int]) -> None:
        """Takes these tracks out; unknown ones are passed over."""

    def set_text_vectors(self, track_ids: Ids, vectors: Vector, hashes: Sequence[str], model: str) -> None:
        """Keeps what these documents mean, ``(n, d) float32``, and the hashes of the texts it was made of."""

    def text_hashes(self, model: str) -> dict[int, str]:
        """The hash of the text of each vector that this model made, by track."""

    def revisions(self) -> tuple[Ids, Ids]:
        """The ids of all tracks, rising, and the revision at which each is held."""

    def count(self) -> int:
        """How many tracks it holds."""

    def search_text(self, query: str, k: int, allowed: Ids | None = None) -> Hits:
        """Up to ``k`` tracks with any of the words, by BM25; none for a query without a word."""

    def search_vector(self, space: Space, vector: Vector, k: int, allowed: Ids | None = None) -> Hits:
        """Up to ``k`` tracks by cosine with ``vector (d,) float32``."""

    def vectors(self, space: Space, track_ids: Iterable[int]) -> VectorRows:
        """The vectors of those of the tracks that have one."""

    def select(self, conditions: Sequence[Condition]) -> Selection:
        """Which tracks keep every condition, and which may, for all that is known."""

    def find(self, field: str, values: Iterable[str | int]) -> Mapping[str | int, Ids]:
        """The tracks that hold each of the values in this field, rising; empty for an unknown value."""

    def number_between(self, field: str, low: float | None, high: float | None) -> Ids:
        """The tracks whose number is known and lies in the range, both ends included, rising."""

    def numbers(self, field: str) -> Numbers:
        """The number of every track in the order of ``ids``, NaN where it is unknown: ``(n,) float64``.

        ``field`` is a number of FactSheet, or ``popularity``.
        """

    def values(self, field: str) -> tuple[str | int, ...]:
        """All values that some track holds in this field, in no order."""

    def ids(self) -> Ids:
        """All tracks, rising."""

    def tracks(self, track_ids: Iterable[int]) -> dict[int, IndexedTrack]:
        """What ranking needs of these tracks; unknown ones are left out."""

    def document_text(self, track_ids: Iterable[int]) -> dict[int, DocumentText]:
        """The words of these tracks; unknown ones are left out."""

    def generation(self) -> int:
        """A number that rises with every change that searches see."""

    def close(self) -> None:
        """Gives the files back; closing twice is fine."""
