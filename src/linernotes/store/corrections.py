"""What listeners corrected: facts, notes, and which notes helped them; with the way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from linernotes.errors import InputError
from linernotes.store import schema
from linernotes.store.columns import now
from linernotes.store.database import Database
from linernotes.store.facts import LISTENER, refresh_years, replace_facts
from linernotes.store.jobs import forget_stage
from linernotes.store.listeners import ensure_listener
from linernotes.store.notes import row_of_note
from linernotes.store.records import Correction, NewCorrection
from linernotes.store.sql import as_ids, bump_revisions, chunks
from linernotes.types import DENIAL, Description, Fact, FactValue

_CONFIDENCE: Final = 1.0
"""Above all tags and tables: who corrects has looked at what they say."""
_SEVERAL: Final = frozenset({"genre", "mood", "instrument", "style", "decade"})
"""Facts of which a song may have several; of the others the last that was said counts."""

_table = schema.corrections
_listeners = schema.listeners
_facts = schema.facts
_notes = schema.descriptions


class Corrections:
    """What listeners said against facts and notes. All stays until it is undone or they are forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, new: NewCorrection) -> int:
        """Keeps a correction and what follows from it, in one transaction; gives its id.

        Its facts take the place of what this listener said against them before. A ``new_note`` becomes the
        current one; with ``withdraws_note`` there is none until it is written again. A new listener is
        added. Raises InputError for an unknown track.
        """
        with self._database.write() as connection:
            _check_track(connection, new.track_id)
            listener_id = ensure_listener(connection, new.listener)
            note_id = _current_note(connection, new.track_id)
            values = {
                "listener_id": listener_id,
                "track_id": new.track_id,
                "at": now(),
                "facts": [{"name": one.name, "value": one.value, "unit": one.unit} for one in new.facts],
                "wrong": new.wrong,
                "text": new.text,
                "verdict": new.verdict,
                "note": new.note,
                "note_id": note_id,
                "new_note_id": _put_note(connection, new, note_id),
            }
            key = connection.execute(insert(_table).returning(_table.c.id), values).scalar_one()
            _refresh_facts(connection, listener_id, new.track_id, new.facts)
            if new.withdraws_note:
                forget_stage(connection, "describe", [new.track_id])
            bump_revisions(connection, [new.track_id])
        return int(key)

    def undo(self, listener: str, track_id: int) -> Correction | None:
        """Takes the latest correction of this listener on this track back, and gives it; None without one.

        The note that stood before is back, unless another was written since.
        """
        statement = (
            _corrections()
            .where(_listeners.c.name == listener.strip(), _table.c.track_id == track_id)
            .order_by(_table.c.id.desc())
            .limit(1)
        )
        with self._database.write() as connection:
            row = connection.execute(statement).first()
            if row is None:
                return None
            undone = _correction(row)
            connection.execute(delete(_table).where(_table.c.id == row.id))
            _take_note_back(connection, row)
            _refresh_facts(connection, row.listener_id, track_id, undone.facts)
            bump_revisions(connection, [track_id])
        return undone

    def all(self) -> tuple[Correction, ...]:
        """All corrections, oldest first."""
        with self._database.read() as connection:
            return tuple(map(_correction, connection.execute(_corrections().order_by(_table.c.id))))

    def of_track(self, track_id: int) -> tuple[Correction, ...]:
        """What was corrected on this track, oldest first."""
        statement = _corrections().where(_table.c.track_id == track_id).order_by(_table.c.id)
        with self._database.read() as connection:
            return tuple(map(_correction, connection.execute(statement)))

    def wrong(self, track_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """What was found wrong in notes on these tracks, in words; tracks without any are left out."""
        found: dict[int, list[str]] = {}
        with self._database.read() as connection:
            for ids in chunks(as_ids(track_ids)):
                rows = connection.execute(
                    select(_table.c.track_id, _table.c.wrong)
                    .where(_table.c.track_id.in_(ids), _table.c.wrong.is_not(None))
                    .order_by(_table.c.id)
                )
                for track_id, wrong in rows:
                    found.setdefault(track_id, []).append(wrong)
        return {track_id: tuple(texts) for track_id, texts in found.items()}


def source_of(listener: str) -> str:
    """The source of facts that this listener gives, and the model of notes that they write."""
    return f"{LISTENER}{listener.strip()}"


def _corrections() -> Any:
    return (
        select(_table, _listeners.c.name, _notes.c.status, _notes.c.model)
        .join(_listeners, _listeners.c.id == _table.c.listener_id)
        .outerjoin(_notes, _notes.c.id == _table.c.note_id)
    )


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        id=row.id,
        listener=row.name,
        track_id=row.track_id,
        at=row.at,
        facts=tuple(_fact(one, source_of(row.name)) for one in row.facts),
        wrong=row.wrong,
        text=row.text,
        verdict=row.verdict,
        note=row.note,
        is_on_plain_note=row.status != "written" or row.model.startswith(LISTENER),
    )


def _fact(one: dict[str, Any], source: str) -> Fact:
    return Fact(
        name=one["name"], value=one["value"], unit=one.get("unit"), source=source, confidence=_CONFIDENCE
    )


def _check_track(connection: Connection, track_id: int) -> None:
    known = select(schema.tracks.c.id).where(schema.tracks.c.id == track_id)
    if connection.execute(known).first() is None:
        raise InputError(f"there is no track {track_id}: is this the library it belongs to?")


# --- facts


def _refresh_facts(connection: Connection, listener_id: int, track_id: int, changed: Sequence[Fact]) -> None:
    """Puts what the listener says by now in the place of what they said, under the names that changed."""
    names = {one.name.removeprefix(DENIAL) for one in changed}
    if not names:
        return
    rows = connection.execute(
        _corrections()
        .where(_table.c.listener_id == listener_id, _table.c.track_id == track_id)
        .order_by(_table.c.id)
    ).all()
    name = connection.execute(select(_listeners.c.name).where(_listeners.c.id == listener_id)).scalar_one()
    said = standing(fact for row in rows for fact in _correction(row).facts)
    own = _facts.c.source == source_of(name)
    for one in sorted(names):
        facts = [fact for fact in said if fact.name.removeprefix(DENIAL) == one]
        which = own & _facts.c.name.in_([one, DENIAL + one])
        replace_facts(connection, {track_id: facts}, which)
    if "year" in names:
        refresh_years(connection, [track_id])


def standing(facts: Iterable[Fact]) -> list[Fact]:
    """What is left of facts that one listener gave, oldest first, when a later one goes over an earlier one.

    Of a name with one value the last counts; who denies a value no longer claims it, and the other way.
    """
    left: dict[tuple[str, FactValue], Fact] = {}
    for fact in facts:
        bare = fact.name.removeprefix(DENIAL)
        is_denial = fact.name != bare
        left.pop((bare if is_denial else DENIAL + bare, fact.value), None)
        if not is_denial and bare not in _SEVERAL:
            left = {key: one for key, one in left.items() if key[0] != bare}
        left.pop((fact.name, fact.value), None)
        left[fact.name, fact.value] = fact
    return list(left.values())


# --- notes


def _current_note(connection: Connection, track_id: int) -> int | None:
    statement = select(_notes.c.id).where(_of_song(track_id), _notes.c.current)
    found: int | None = connection.execute(statement).scalar()
    return found


def _of_song(track_id: int) -> Any:
    return (_notes.c.kind == "song") & (_notes.c.subject_id == track_id)


def _put_note(connection: Connection, new: NewCorrection, note_id: int | None) -> int | None:
    """The id of the note that stands after the correction."""
    if new.new_note is None and not new.withdraws_note:
        return note_id
    _retire(connection, new.track_id)
    return None if new.new_note is None else _insert(connection, new.new_note)


def _retire(connection: Connection, track_id: int) -> None:
    connection.execute(update(_notes).where(_of_song(track_id), _notes.c.current).values(current=False))


def _insert(connection: Connection, note: Description) -> int:
    statement = insert(_notes).returning(_notes.c.id)
    return int(connection.execute(statement, row_of_note(note)).scalar_one())


def _take_note_back(connection: Connection, row: Row[Any]) -> None:
    """Makes the note from before the correction the current one again, where nothing came after."""
    if row.note_id == row.new_note_id or _current_note(connection, row.track_id) != row.new_note_id:
        return
    _retire(connection, row.track_id)
    if row.note_id is not None:
        connection.execute(update(_notes).where(_notes.c.id == row.note_id).values(current=True))
