"""Sessions as they are kept, by names, and linked to the tracks of this library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from linernotes.errors import ModelError
from linernotes.index import Index
from linernotes.retrieve import Session, Sessions
from linernotes.types import NameEntry, Vector

_SCALE: Final = 127.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSession:
    """A session that is of no library: vectors ``(t, d) float32`` of what was said, and what was liked.

    ``songs`` are song keys (see ``ingest.sync.song_key``), ``artists`` folded names.
    """

    key: str
    vectors: Vector
    songs: tuple[str, ...]
    artists: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFile:
    """Sessions, and the embedder that made their vectors."""

    model: str
    sessions: tuple[NamedSession, ...]


def pack_sessions(file: SessionFile) -> bytes:
    """The sessions as a NumPy archive; vectors are rounded to a byte a number."""
    sessions = file.sessions
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        model=np.array(file.model),
        keys=np.array([one.key for one in sessions]),
        vectors=np.round(np.concatenate([one.vectors for one in sessions]) * _SCALE).astype(np.int8),
        said=np.array([len(one.vectors) for one in sessions]),
        songs=np.array([song for one in sessions for song in one.songs]),
        liked=np.array([len(one.songs) for one in sessions]),
        artists=np.array([artist for one in sessions for artist in one.artists]),
        by=np.array([len(one.artists) for one in sessions]),
    )
    return buffer.getvalue()


def read_sessions(path: Path) -> SessionFile:
    """What ``pack_sessions`` packed. Raises ModelError for anything else."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as packed:
            vectors = packed["vectors"].astype(np.float32)
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
            parts = zip(
                packed["keys"].tolist(),
                _parted(vectors, packed["said"]),
                _parted(packed["songs"], packed["liked"]),
                _parted(packed["artists"], packed["by"]),
                strict=True,
            )
            sessions = tuple(
                NamedSession(
                    key=key, vectors=said, songs=tuple(songs.tolist()), artists=tuple(artists.tolist())
                )
                for key, said, songs, artists in parts
            )
            return SessionFile(model=str(packed["model"]), sessions=sessions)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as err:
        raise ModelError(f"{path} holds no sessions: {err}") from err


def _parted(values: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
    return np.split(values, np.cumsum(lengths)[:-1])


def linked(sessions: Sequence[NamedSession], index: Index, artists: Iterable[NameEntry]) -> Sessions:
    """The sessions with the tracks and artists that this library has of them, in all recordings."""
    tracks = index.find("song_key", {song for one in sessions for song in one.songs})
    ids: Mapping[str, tuple[int, ...]] = {entry.key: entry.ids for entry in artists}
    nothing = np.zeros(0, dtype=np.int64)
    return Sessions(
        [
            Session(
                key=one.key,
                vectors=one.vectors,
                tracks=np.unique(np.concatenate([nothing, *(tracks[song] for song in one.songs)])),
                artists=np.unique(
                    np.array([id_ for artist in one.artists for id_ in ids.get(artist, ())], dtype=np.int64)
                ),
            )
            for one in sessions
        ]
    )
