"""What was heard in tracks, and what listeners say of them against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from linernotes.errors import InputError
from linernotes.store import schema
from linernotes.store.facts import (
    AUDIO,
    FROM_AUDIO,
    FROM_JOINED,
    JOINED,
    LISTENER,
    fill_durations,
    load_facts,
    replace_facts,
)
from linernotes.store.jobs import mark
from linernotes.store.records import AudioResult
from linernotes.store.sql import bump_revisions, chunks
from linernotes.types import Fact, Vector

_tracks = schema.tracks
_embeddings = schema.audio_embeddings


def record_audio(connection: Connection, results: Mapping[int, AudioResult]) -> None:
    """Keeps the results by track; see ``Catalogue.record_audio``."""
    _check_sources(AUDIO, (fact for result in results.values() for fact in result.facts))
    replace_facts(connection, {one: result.facts for one, result in results.items()}, FROM_AUDIO)
    _replace_embeddings(connection, results)
    fill_durations(connection, results)
    for ids in chunks(results):
        connection.execute(update(_tracks).where(_tracks.c.id.in_(ids)).values(unplayable=False))
    bump_revisions(connection, results)
    mark(connection, "audio", {one: result.version for one, result in results.items()}, "done")


def record_joined(connection: Connection, facts_by_track: Mapping[int, Sequence[Fact]], version: str) -> None:
    """Keeps what tables say of the artist or the song; see ``Catalogue.record_joined``."""
    _check_sources(JOINED, (fact for facts in facts_by_track.values() for fact in facts))
    known = load_facts(connection, facts_by_track)
    changed = {
        track_id: facts
        for track_id, facts in facts_by_track.items()
        if [fact for fact in known[track_id] if fact.source.startswith(JOINED)] != list(facts)
    }
    replace_facts(connection, changed, FROM_JOINED)
    bump_revisions(connection, changed)
    mark(connection, "join", dict.fromkeys(facts_by_track, version), "done")


def correct(connection: Connection, track_id: int, facts: Sequence[Fact]) -> None:
    """Keeps what listeners say of a track; see ``Catalogue.correct``."""
    _check_sources(LISTENER, facts)
    if connection.execute(select(_tracks.c.id).where(_tracks.c.id == track_id)).first() is None:
        raise InputError(f"there is no track {track_id}: is this the library it belongs to?")
    said: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        said.setdefault((fact.source, fact.name), []).append(fact)
    columns = schema.facts.c
    for (source, name), values in said.items():
        replace_facts(connection, {track_id: values}, (columns.source == source) & (columns.name == name))
    bump_revisions(connection, [track_id])


def load_embeddings(connection: Connection, ids: Iterable[int]) -> dict[int, Vector]:
    """The audio embeddings of these tracks; those without one are left out."""
    found: dict[int, Vector] = {}
    for chunk in chunks(ids):
        rows = connection.execute(
            select(_embeddings.c.track_id, _embeddings.c.vector).where(_embeddings.c.track_id.in_(chunk))
        )
        found.update({track_id: np.frombuffer(blob, dtype="<f4") for track_id, blob in rows})
    return found


def _replace_embeddings(connection: Connection, results: Mapping[int, AudioResult]) -> None:
    for ids in chunks(results):
        connection.execute(delete(_embeddings).where(_embeddings.c.track_id.in_(ids)))
    rows = [
        {
            "track_id": one,
            "model": result.model,
            "vector": np.asarray(result.embedding, dtype="<f4").tobytes(),
        }
        for one, result in results.items()
        if result.embedding is not None
    ]
    if rows:
        connection.execute(insert(_embeddings), rows)


def _check_sources(prefix: str, facts: Iterable[Fact]) -> None:
    for fact in facts:
        if not fact.source.startswith(prefix):
            raise ValueError(f"{fact.name} comes from {fact.source!r}; here only {prefix}* may speak")
