"""What was done for each track, what is still to do, and what could not be done and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, delete, func, or_, select

from linernotes.store import schema
from linernotes.store.adding import clear_failures
from linernotes.store.columns import now
from linernotes.store.database import Database
from linernotes.store.records import JobOutcome, JobState, StageSummary
from linernotes.store.sql import as_ids, chunks, upsert
from linernotes.types import Failure, Stage

_jobs = schema.jobs
_tracks = schema.tracks


class Jobs:
    """The work on tracks, by stage. A track without a record for a stage has it still before it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(
        self,
        stage: Stage,
        version: str | None = None,
        *,
        source_ids: Sequence[int] | None = None,
        limit: int | None = None,
        retry: bool = False,
        with_audio: bool | None = None,
    ) -> list[int]:
        """The tracks that need this stage at this version, those that answers named most often first.

        A failure at this version is final unless ``retry``, and for unplayable tracks always. Without
        ``version`` any version counts as done. ``with_audio`` restricts to tracks with a
        recording; by default ``audio`` does so.
        """
        named = _times_named()
        statement = (
            _concerned(stage, with_audio, _tracks.c.id)
            .outerjoin(named, named.c.track_id == _tracks.c.id)
            .where(_is_pending(version, retry=retry))
            .order_by(func.coalesce(named.c.times, 0).desc(), _tracks.c.id)
            .limit(limit)
        )
        if source_ids is not None:
            statement = statement.where(_tracks.c.source_id.in_(list(source_ids)))
        with self._database.read() as connection:
            return list(connection.execute(statement).scalars())

    def done(self, stage: Stage, version_by_track: Mapping[int, str]) -> None:
        """Notes that the stage is done for these tracks, each with its version."""
        with self._database.write() as connection:
            mark(connection, stage, version_by_track, "done")

    def fail(self, track_id: int, stage: Stage, version: str, reason: str) -> None:
        """Notes that the stage could not be done for this track, and why."""
        with self._database.write() as connection:
            mark(connection, stage, {track_id: version}, "failed", reason)

    def forget(self, stage: Stage, track_ids: Iterable[int]) -> None:
        """Makes the stage due again for these tracks."""
        with self._database.write() as connection:
            forget_stage(connection, stage, as_ids(track_ids))

    def states(self, stage: Stage, track_ids: Iterable[int]) -> dict[int, JobState]:
        """How the stage last ended for these tracks; those that it has still before them are left out."""
        found: dict[int, JobState] = {}
        with self._database.read() as connection:
            for ids in chunks(as_ids(track_ids)):
                rows = connection.execute(
                    select(_jobs).where(_jobs.c.stage == stage, _jobs.c.track_id.in_(ids))
                )
                for row in rows:
                    found[row.track_id] = JobState(
                        version=row.version, state=row.state, reason=row.reason, attempts=row.attempts
                    )
        return found

    def summary(
        self, stage: Stage, version: str | None = None, *, with_audio: bool | None = None
    ) -> StageSummary:
        """How far the stage is, over the tracks for which ``pending`` could name it."""
        pending = _is_pending(version, retry=False)
        statement = _concerned(
            stage,
            with_audio,
            func.count().label("concerned"),
            func.coalesce(func.sum(case((pending, 1), else_=0)), 0).label("pending"),
            func.coalesce(func.sum(case((and_(~pending, _jobs.c.state == "failed"), 1), else_=0)), 0).label(
                "failed"
            ),
        )
        with self._database.read() as connection:
            row = connection.execute(statement).one()
        return StageSummary(
            done=row.concerned - row.pending - row.failed, failed=row.failed, pending=row.pending
        )

    def failures(self) -> tuple[Failure, ...]:
        """Everything that could not be done: items that never became tracks, then stages of tracks."""
        items, sources = schema.failures, schema.sources
        never = select(items).join(sources).order_by(items.c.source_id, items.c.key, items.c.stage)
        stages = (
            select(
                func.coalesce(_tracks.c.audio_path, _tracks.c.key).label("key"), _jobs.c.stage, _jobs.c.reason
            )
            .join_from(_jobs, _tracks)
            .where(_jobs.c.state == "failed", ~_tracks.c.missing)
            .order_by(_tracks.c.id, _jobs.c.stage)
        )
        with self._database.read() as connection:
            rows = [*connection.execute(never), *connection.execute(stages)]
        return tuple(Failure(key=row.key, stage=row.stage, reason=row.reason or "") for row in rows)

    def record_failures(self, source_id: int, failures: Iterable[Failure]) -> None:
        """Notes items of a source that could not become tracks; a repeated one takes the new reason."""
        at = now()
        rows = [
            {"source_id": source_id, "key": one.key, "stage": one.stage, "reason": one.reason, "at": at}
            for one in failures
        ]
        if not rows:
            return
        with self._database.write() as connection:
            statement = upsert(connection, schema.failures, ["source_id", "key", "stage"], ["reason", "at"])
            connection.execute(statement, rows)

    def clear_failures(self, source_id: int, keys: Iterable[str] | None = None) -> None:
        """Forgets the failures of these items of a source, or of all."""
        table = schema.failures
        with self._database.write() as connection:
            if keys is None:
                connection.execute(delete(table).where(table.c.source_id == source_id))
            else:
                clear_failures(connection, source_id, keys)


def mark(
    connection: Connection,
    stage: Stage,
    version_by_track: Mapping[int, str],
    state: JobOutcome,
    reason: str | None = None,
) -> None:
    """Notes how the stage ended for these tracks."""
    updated_at = now()
    rows = [
        {
            "track_id": track_id,
            "stage": stage,
            "version": version,
            "state": state,
            "reason": reason,
            "attempts": 1,
            "updated_at": updated_at,
        }
        for track_id, version in version_by_track.items()
    ]
    if rows:
        change = ["version", "state", "reason", "updated_at"]
        statement = upsert(connection, _jobs, ["track_id", "stage"], change, attempts=_jobs.c.attempts + 1)
        connection.execute(statement, rows)


def forget_stage(connection: Connection, stage: Stage, track_ids: Iterable[int]) -> None:
    """Makes the stage due again for these tracks."""
    for ids in chunks(track_ids):
        connection.execute(delete(_jobs).where(_jobs.c.stage == stage, _jobs.c.track_id.in_(ids)))


def _concerned(
    stage: Stage, with_audio: bool | None, *columns: ColumnElement[int]
) -> Select[*tuple[Any, ...]]:
    """A selection over the tracks that the stage concerns, joined with its jobs."""
    statement = (
        select(*columns)
        .select_from(_tracks)
        .outerjoin(_jobs, and_(_jobs.c.track_id == _tracks.c.id, _jobs.c.stage == stage))
        .where(~_tracks.c.missing)
    )
    if stage != "audio":
        statement = statement.where(~_tracks.c.unplayable)
    if with_audio is None:
        with_audio = stage == "audio"
    return statement.where(_tracks.c.audio_path.is_not(None)) if with_audio else statement


def _is_pending(version: str | None, *, retry: bool) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [_jobs.c.track_id.is_(None)]
    if version is not None:
        conditions.append(_jobs.c.version != version)
    if retry:
        conditions.append(and_(_jobs.c.state == "failed", ~_tracks.c.unplayable))
    return or_(*conditions)


def _times_named() -> Any:
    table = schema.picks
    return select(table.c.track_id, func.count().label("times")).group_by(table.c.track_id).subquery()
