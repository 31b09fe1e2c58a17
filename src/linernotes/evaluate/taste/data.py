"""Reads HetRec 2011 Last.fm-2k: what its listeners play most, and how they tagged artists."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from linernotes.errors import InputError
from linernotes.evaluate.data import data_file
from linernotes.evaluate.extra import needs_extra
from linernotes.evaluate.taste.values import Listening
from linernotes.types import Ids

FOLDER: Final = "hetrec_lastfm2k"
_NEEDED: Final = f"{FOLDER} (HetRec 2011 Last.fm-2k as CSV: artists, user_artists, tag_events)"


def read_listening(data_dir: Path) -> Listening:
    """All listeners who play something, and all artists. Raises InputError where the data is missing."""
    with needs_extra("scipy", extra="cf"):
        from scipy.sparse import csr_matrix
    folder = data_dir / FOLDER
    artists = read_rows(folder / "artists.csv.gz", ("artist_id",))[:, 0]
    plays = read_rows(folder / "user_artists.csv.gz", ("user_id", "artist_id"))
    events = read_rows(folder / "tag_events.csv.gz", ("user_id", "artist_id", "tag_id"))
    listeners = np.unique(plays[:, 0])
    artists = np.unique(artists)
    plays, events = (_known(rows, listeners, artists) for rows in (plays, events))
    plays = np.unique(plays, axis=0)
    ones = np.ones(len(plays), dtype=np.float32)
    events[:, 2] = np.unique(events[:, 2], return_inverse=True)[1]
    return Listening(
        played=csr_matrix((ones, (plays[:, 0], plays[:, 1])), shape=(len(listeners), len(artists))),
        taggings=np.unique(events, axis=0),
    )


def _known(rows: Ids, listeners: Ids, artists: Ids) -> Ids:
    """The rows whose listener and artist are among these, by their places."""
    kept = rows[np.isin(rows[:, 0], listeners) & np.isin(rows[:, 1], artists)]
    kept[:, 0] = np.searchsorted(listeners, kept[:, 0])
    kept[:, 1] = np.searchsorted(artists, kept[:, 1])
    return kept


def read_rows(path: Path, names: Sequence[str]) -> Ids:
    """The named columns of a table, ``(n, names) int64``. Raises InputError where it is malformed."""
    return np.array(list(_rows(path, names)), dtype=np.int64).reshape(-1, len(names))


def _rows(path: Path, names: Sequence[str]) -> Iterator[list[int]]:
    with gzip.open(data_file(path, _NEEDED), "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                yield [int(row[name]) for name in names]
            except (KeyError, ValueError, TypeError) as err:
                raise InputError(
                    f"{path}, line {number}: {', '.join(names)} should be whole numbers"
                ) from err
