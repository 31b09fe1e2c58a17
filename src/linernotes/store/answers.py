"""The answers that were given, so that feedback, a further question and learning can come back to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, Text, cast, func, insert, select

from linernotes.errors import NotFoundError
from linernotes.store import schema
from linernotes.store.columns import now
from linernotes.store.database import Database
from linernotes.store.listeners import ensure_listener
from linernotes.store.records import StoredAnswer, StoredPick
from linernotes.store.sql import LARGEST_ID, chunks, look_up
from linernotes.types import Pick, Reason

_answers = schema.answers
_picks = schema.picks
EXPLORED = "explored"
"""The evidence of a pick that was made to find out whether it pleases."""


class Answers:
    """Every answer with its request, its picks and the versions of the models behind it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self,
        *,
        request: Mapping[str, object],
        picks: Sequence[Pick],
        messages: Sequence[str] = (),
        versions: Mapping[str, str] | None = None,
        seconds: float,
        context: Mapping[str, object] | None = None,
        parent_id: int | None = None,
        listener: str | None = None,
    ) -> int:
        """Keeps an answer, in one transaction, and gives its id. A new listener is added.

        ``request`` and ``context`` are objects of JSON. Raises NotFoundError for an unknown parent.
        """
        with self._database.write() as connection:
            if parent_id is not None and connection.execute(_one(parent_id)).first() is None:
                raise _unknown(parent_id)
            values = {
                "parent_id": parent_id,
                "listener_id": None if listener is None else ensure_listener(connection, listener),
                "request": request,
                "context": context or {},
                "messages": messages,
                "versions": versions or {},
                "seconds": seconds,
                "created_at": now(),
            }
            answer_id = connection.execute(insert(_answers).returning(_answers.c.id), values).scalar_one()
            if picks:
                connection.execute(insert(_picks), [_pick_row(answer_id, pick) for pick in picks])
        return int(answer_id)

    def load(self, answer_id: int) -> StoredAnswer:
        """The answer with this id, its picks best first. Raises NotFoundError when there is none."""
        with self._database.read() as connection:
            row = connection.execute(_one(answer_id)).first()
            if row is None:
                raise _unknown(answer_id)
            picks = connection.execute(
                select(_picks).where(_picks.c.answer_id == answer_id).order_by(_picks.c.position)
            ).all()
        return StoredAnswer(
            id=row.id,
            parent_id=row.parent_id,
            listener=row.listener,
            request=row.request,
            context=row.context,
            messages=tuple(row.messages),
            versions=row.versions,
            seconds=row.seconds,
            created_at=row.created_at,
            picks=tuple(_stored_pick(pick) for pick in picks),
        )

    def count(self) -> int:
        """How many answers there are."""
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(_answers)).scalar_one()

    def requests(self, answer_ids: Iterable[int]) -> dict[int, Mapping[str, Any]]:
        """The request of each of these answers, as an object of JSON; unknown ones are left out."""
        with self._database.read() as connection:
            return look_up(connection, _answers.c.id, _answers.c.request, answer_ids)

    def explored(self, answer_ids: Iterable[int]) -> dict[int, frozenset[int]]:
        """The tracks of these answers that were picked to find out whether they please."""
        found: dict[int, set[int]] = defaultdict(set)
        told = cast(_picks.c.reasons, Text).contains(f'"{EXPLORED}"')
        with self._database.read() as connection:
            for chunk in chunks(set(answer_ids)):
                statement = select(_picks.c.answer_id, _picks.c.track_id).where(
                    _picks.c.answer_id.in_(chunk), told
                )
                for answer_id, track_id in connection.execute(statement):
                    found[answer_id].add(track_id)
        return {answer_id: frozenset(ids) for answer_id, ids in found.items()}


def _one(answer_id: int) -> Select[Any]:
    within = answer_id if 0 < answer_id <= LARGEST_ID else 0  # no row has id 0
    return (
        select(_answers, schema.listeners.c.name.label("listener"))
        .outerjoin(schema.listeners, schema.listeners.c.id == _answers.c.listener_id)
        .where(_answers.c.id == within)
    )


def _unknown(answer_id: int) -> NotFoundError:
    return NotFoundError(f"there is no answer {answer_id}: is this the library that gave it?")


def _pick_row(answer_id: int, pick: Pick) -> dict[str, object]:
    return {
        "answer_id": answer_id,
        "position": pick.rank,
        "track_id": pick.track.id,
        "score": pick.score,
        "verified": pick.verified,
        "unverified": pick.unverified,
        "reasons": [{"text": reason.text, "evidence": reason.evidence} for reason in pick.reasons],
    }


def _stored_pick(row: Row[Any]) -> StoredPick:
    return StoredPick(
        position=row.position,
        track_id=row.track_id,
        score=row.score,
        verified=row.verified,
        unverified=tuple(row.unverified),
        reasons=tuple(Reason(text=one["text"], evidence=one["evidence"]) for one in row.reasons),
    )
