"""The facts of tracks, kept by who claims them, and the genres that follow from them."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Text,
    and_,
    cast,
    delete,
    insert,
    select,
    type_coerce,
    update,
)

from linernotes.store import schema
from linernotes.store.columns import clean_text
from linernotes.store.sql import chunks, ensure_ids
from linernotes.types import DENIAL, Fact

log = logging.getLogger(__name__)

AUDIO = "audio:"
LISTENER = "listener:"
JOINED = "joined:"

_facts = schema.facts
FROM_AUDIO: ColumnElement[bool] = _facts.c.source.startswith(AUDIO, autoescape=True)
FROM_JOINED: ColumnElement[bool] = _facts.c.source.startswith(JOINED, autoescape=True)
FROM_SOURCE: ColumnElement[bool] = and_(
    ~FROM_AUDIO, ~FROM_JOINED, ~_facts.c.source.startswith(LISTENER, autoescape=True)
)


def replace_facts(
    connection: Connection, facts_by_track: Mapping[int, Sequence[Fact]], which: ColumnElement[bool]
) -> None:
    """Puts the new facts of each track in the place of those that ``which`` selects.

    Genres follow, and the note, which tells the facts, is due again.
    """
    for ids in chunks(facts_by_track):
        connection.execute(delete(_facts).where(_facts.c.track_id.in_(ids), which))
    rows = [_row(track_id, fact) for track_id, facts in facts_by_track.items() for fact in facts]
    rows = [row for row in rows if _is_known(row)]
    if rows:
        connection.execute(insert(_facts), rows)
    for ids in chunks(facts_by_track):
        _refresh_genres(connection, ids)
        jobs = schema.jobs
        connection.execute(delete(jobs).where(jobs.c.stage == "describe", jobs.c.track_id.in_(ids)))


def load_facts(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[Fact, ...]]:
    """The facts of each of these tracks, in the order in which they came; none for an unknown track."""
    found: dict[int, list[Fact]] = {track_id: [] for track_id in ids}
    columns = (_facts.c.name, type_coerce(_facts.c.value, Text), _facts.c.source, _facts.c.confidence)
    for chunk in chunks(found):
        rows = connection.execute(
            select(_facts.c.track_id, *columns, _facts.c.unit)
            .where(_facts.c.track_id.in_(chunk))
            .order_by(_facts.c.track_id, _facts.c.id)
        )
        for track_id, name, value, source, confidence, unit in rows:
            found[track_id].append(
                Fact(name=name, value=json.loads(value), source=source, confidence=confidence, unit=unit)
            )
    return {track_id: tuple(facts) for track_id, facts in found.items()}


def load_numbers(connection: Connection, ids: Iterable[int], name: str) -> dict[int, float]:
    """One number of each of these tracks, by who is surest; those without are left out."""
    found: dict[int, float] = {}
    for chunk in chunks(ids):
        rows = connection.execute(
            select(_facts.c.track_id, _facts.c.value)
            .where(_facts.c.track_id.in_(chunk), _facts.c.name == name)
            .order_by(_facts.c.confidence, _facts.c.id)
        )
        found |= {track_id: float(value) for track_id, value in rows if isinstance(value, int | float)}
    return found


def fill_durations(connection: Connection, ids: Iterable[int]) -> None:
    """Gives tracks of unknown length the one that was heard, where there is one."""
    heard = (
        select(cast(type_coerce(_facts.c.value, Text), Double))
        .where(_facts.c.track_id == schema.tracks.c.id, _facts.c.name == "duration_s", FROM_AUDIO)
        .order_by(_facts.c.id)
        .limit(1)
    )
    for chunk in chunks(ids):
        unknown = schema.tracks.c.id.in_(chunk) & schema.tracks.c.duration_s.is_(None)
        connection.execute(update(schema.tracks).where(unknown).values(duration_s=heard.scalar_subquery()))


def genre_name(value: object) -> str:
    """The name under which a genre is kept: lower case, single blanks."""
    return " ".join(clean_text(str(value)).casefold().split())


def _row(track_id: int, fact: Fact) -> dict[str, object]:
    return {
        "track_id": track_id,
        "name": fact.name,
        "value": fact.value,
        "unit": fact.unit,
        "source": fact.source,
        "confidence": fact.confidence,
    }


def _is_known(row: Mapping[str, object]) -> bool:
    """Not-a-number and infinity are no measurements: what is unknown is left out."""
    numbers = (row["value"], row["confidence"])
    if all(math.isfinite(number) for number in numbers if isinstance(number, float)):
        return True
    log.warning("track %s: %s %r is no number, left out", row["track_id"], row["name"], row["value"])
    return False


def _refresh_genres(connection: Connection, track_ids: Sequence[int]) -> None:
    rows = connection.execute(
        select(_facts.c.track_id, _facts.c.value, _facts.c.confidence).where(
            _facts.c.track_id.in_(track_ids), _facts.c.name == "genre"
        )
    )
    denied = _denied_genres(connection, track_ids)
    confidences: dict[tuple[int, str], float] = {}
    for track_id, value, confidence in rows:
        place = (track_id, genre_name(value))
        if place[1] and place not in denied:
            confidences[place] = max(confidence, confidences.get(place, 0.0))
    id_by_name = ensure_ids(
        connection, schema.genres.c.name, {name: {"name": name} for _, name in confidences}
    )
    table = schema.track_genres
    connection.execute(delete(table).where(table.c.track_id.in_(track_ids)))
    links = [
        {"track_id": track_id, "genre_id": id_by_name[name], "confidence": confidence}
        for (track_id, name), confidence in confidences.items()
    ]
    if links:
        connection.execute(insert(table), links)


def _denied_genres(connection: Connection, track_ids: Sequence[int]) -> set[tuple[int, str]]:
    """Tracks with the genres that somebody denies them, and nobody gave them after."""
    denied: set[tuple[int, str]] = set()
    for track_id, name, value in _said_by_listeners(connection, track_ids, "genre"):
        change = denied.discard if name == "genre" else denied.add
        change((track_id, genre_name(value)))
    return denied


def refresh_years(connection: Connection, track_ids: Iterable[int]) -> None:
    """Shows tracks with the year that a listener said, else with the one that their source is surest of.

    Of several listeners the last one counts; a year that somebody denies is not shown.
    """
    for ids in chunks(track_ids):
        years: dict[int, int | None] = dict.fromkeys(ids)
        years |= _years_of_sources(connection, ids)
        for track_id, name, value in _said_by_listeners(connection, ids, "year"):
            if name == "year":
                years[track_id] = int(value)
            elif years[track_id] == value:
                years[track_id] = None
        table = schema.tracks
        for track_id, year in years.items():
            connection.execute(update(table).where(table.c.id == track_id).values(year=year))


def corrected_years(connection: Connection, track_ids: Iterable[int]) -> list[int]:
    """Those of the tracks of whose year a listener said something."""
    return [
        one
        for ids in chunks(track_ids)
        for one in {row[0]: None for row in _said_by_listeners(connection, ids, "year")}
    ]


def _years_of_sources(connection: Connection, track_ids: Sequence[int]) -> dict[int, int]:
    """The surest year of each track; of several as sure the first."""
    rows = connection.execute(
        select(_facts.c.track_id, _facts.c.value)
        .where(_facts.c.track_id.in_(track_ids), _facts.c.name == "year", FROM_SOURCE)
        .order_by(_facts.c.confidence, _facts.c.id.desc())
    )
    return {track_id: int(value) for track_id, value in rows if not isinstance(value, str)}


def _said_by_listeners(
    connection: Connection, track_ids: Sequence[int], fact: str
) -> list[tuple[int, str, Any]]:
    """What listeners gave and denied of one fact, the latest last: (track, name, value)."""
    rows = connection.execute(
        select(_facts.c.track_id, _facts.c.name, _facts.c.value)
        .where(
            _facts.c.track_id.in_(track_ids),
            _facts.c.source.startswith(LISTENER, autoescape=True),
            _facts.c.name.in_([fact, DENIAL + fact]),
        )
        .order_by(_facts.c.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
