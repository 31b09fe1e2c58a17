"""The songs that simulated listeners know, as the raw columns of a public table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from linernotes.errors import InputError
from linernotes.evaluate.data import data_file

TABLE: Final = Path("spotify_songs/tracks.parquet")
SAMPLE: Final = 6_000
COLUMNS: Final = ("popularity", "tempo", "energy", "valence", "danceability", "acousticness")
"""The numbers that a taste may lean on."""
_NEEDED: Final = f"{TABLE} (TidyTuesday, 21 January 2020, for evaluation only)"

Numbers = NDArray[np.float64]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Songs:
    """Songs by row: what the table says, the genres of each, and its numbers in standard deviations.

    ``standard`` holds an array ``(n,)`` for each of ``COLUMNS``: 0 is the mean of these songs, and stands
    for what is not known.
    """

    rows: tuple[Row, ...]
    genres: tuple[frozenset[str], ...]
    standard: Mapping[str, Numbers]

    def __len__(self) -> int:
        return len(self.rows)

    def of_genre(self, genre: str) -> NDArray[np.bool_]:
        """Which songs are of a genre or a subgenre, ``(n,)``."""
        return np.array([genre in own for own in self.genres], dtype=np.bool_)

    def artist(self, row: int) -> str:
        """The first artist of a song."""
        return str(self.rows[row]["artists"][0])


def read_songs(data_dir: Path, *, count: int = SAMPLE, seed: int) -> Songs:
    """A sample of the table, the same for a ``seed``: songs with a title and an artist, none twice.

    Raises InputError if the table is not there, with where it comes from.
    """
    path = data_file(data_dir / TABLE, _NEEDED)
    try:
        import pyarrow.parquet
    except ModuleNotFoundError as err:
        raise InputError(f"reading {path} needs pyarrow: pip install '.[tables]' in the clone") from err
    rows = _distinct(pyarrow.parquet.read_table(path).to_pylist())
    drawn = np.random.default_rng(seed).permutation(len(rows))[:count]
    return songs_of([rows[at] for at in sorted(drawn.tolist())])


def songs_of(rows: Sequence[Row]) -> Songs:
    """The songs of these rows of the table."""
    return Songs(
        rows=tuple(rows),
        genres=tuple(frozenset((*row["playlist_genres"], *row["playlist_subgenres"])) for row in rows),
        standard={name: _standardised([row[name] for row in rows], name) for name in COLUMNS},
    )


def name_of(title: str, artists: Iterable[str]) -> tuple[str, ...]:
    """What tells songs apart here, whatever the case and the blanks."""
    return tuple(" ".join(text.casefold().split()) for text in (title, *artists))


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """The first of the rows with one title and artist."""
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        if row["title"] and row["artists"]:
            found.setdefault(name_of(row["title"], row["artists"]), row)
    return list(found.values())


def _standardised(values: Sequence[float | None], name: str) -> Numbers:
    column = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if name == "tempo":
        column[column == 0] = np.nan  # the table says 0 where none was found
    known = column[~np.isnan(column)]
    if not len(known) or known.std() == 0:
        return np.zeros(len(column), dtype=np.float64)
    return np.asarray(np.nan_to_num((column - known.mean()) / known.std()), dtype=np.float64)
