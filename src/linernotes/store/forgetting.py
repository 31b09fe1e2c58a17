"""Forgetting a listener: what they did, asked, said and wrote leaves the database."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import Connection, Text, cast, delete, func, select, type_coerce, update

from linernotes.store import schema
from linernotes.store.administering import check_others_administer
from linernotes.store.facts import LISTENER, corrected_years, refresh_years, replace_facts
from linernotes.store.jobs import forget_stage
from linernotes.store.records import Forgotten
from linernotes.store.sql import bump_revisions, chunks

FORGOTTEN: Final = f"{LISTENER}forgotten"
"""The source of facts whose listener was forgotten."""

_listeners = schema.listeners
_events = schema.events
_answers = schema.answers
_picks = schema.picks
_sayings = schema.sayings
_corrections = schema.corrections
_mixes = schema.mixes
_facts = schema.facts
_accounts = schema.accounts
_secrets = schema.secrets
_notes = schema.descriptions


def forget_listener(connection: Connection, name: str, *, with_facts: bool) -> Forgotten | None:
    """Takes everything of this listener out; None for one who is not known. See ``Listeners.forget``."""
    who = connection.execute(select(_listeners.c.id).where(_listeners.c.name == name)).scalar()
    if who is None:
        return None
    check_others_administer(connection, name)
    if connection.dialect.name == "sqlite":  # rows are overwritten with zeros, not only let go
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    corrected = _forget_corrections(connection, who)
    notes = _forget_notes(connection, f"{LISTENER}{name}")
    facts = _forget_facts(connection, f"{LISTENER}{name}", with_facts=with_facts)
    mixes = _forget_mixes(connection, who, name)
    answers = _forget_answers(connection, who)
    events = _count(connection, delete(_events).where(_events.c.listener_id == who))
    sayings = _count(connection, delete(_sayings).where(_sayings.c.listener_id == who))
    connection.execute(delete(_secrets).where(_secrets.c.listener_id == who))
    connection.execute(delete(_accounts).where(_accounts.c.listener_id == who))
    connection.execute(delete(_listeners).where(_listeners.c.id == who))
    _forget_mentions(connection, name)
    return Forgotten(
        events=events,
        answers=answers,
        sayings=sayings,
        corrections=corrected,
        mixes=mixes,
        notes=len(notes),
        facts=facts,
        facts_went=with_facts,
    )


def _count(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).rowcount)


def _forget_corrections(connection: Connection, who: int) -> int:
    return _count(connection, delete(_corrections).where(_corrections.c.listener_id == who))


def _forget_notes(connection: Connection, source: str) -> list[int]:
    """The notes that they wrote; the songs that they stood on, which get another one at the next add."""
    own = _notes.c.model == source
    texts = select(_notes.c.template).where(own)
    on_theirs = _corrections.c.note.in_(texts)
    connection.execute(update(_corrections).where(on_theirs).values(note="", note_id=None))
    songs = list(connection.execute(select(_notes.c.subject_id).where(own, _notes.c.current)).scalars())
    connection.execute(delete(_notes).where(own))
    forget_stage(connection, "describe", songs)
    bump_revisions(connection, songs)
    return songs


def _forget_facts(connection: Connection, source: str, *, with_facts: bool) -> int:
    """Their facts, which tell of songs, stay under nobody's name, or go with them."""
    theirs = _facts.c.source == source
    ids = list(connection.execute(select(_facts.c.track_id).where(theirs).distinct()).scalars())
    count = connection.execute(select(func.count()).select_from(_facts).where(theirs)).scalar_one()
    if with_facts:
        dated = corrected_years(connection, ids)
        for some in chunks(ids):
            replace_facts(connection, dict.fromkeys(some, ()), theirs)
        refresh_years(connection, dated)
    else:
        connection.execute(update(_facts).where(theirs).values(source=FORGOTTEN))
    bump_revisions(connection, ids)
    return int(count)


def _forget_mixes(connection: Connection, who: int, name: str) -> int:
    """Their mixes; those of others forget that they listened along, and what was asked after them."""
    mixes = _count(connection, delete(_mixes).where(_mixes.c.listener_id == who))
    theirs = select(_answers.c.id).where(_answers.c.listener_id == who)
    gone = frozenset(connection.execute(theirs).scalars())
    connection.execute(update(_mixes).where(_mixes.c.answer_id.in_(theirs)).values(answer_id=None))
    for mix_id, options in connection.execute(select(_mixes.c.id, _mixes.c.options)).all():
        after = None if options.get("after") in gone else options.get("after")
        company = [one for one in options.get("company", ()) if one.strip() != name]
        kept = {**options, "after": after, "company": company}
        connection.execute(update(_mixes).where(_mixes.c.id == mix_id).values(options=kept))
    return mixes


def _forget_answers(connection: Connection, who: int) -> int:
    """Their answers; what others did with the picks or asked after them stays, without the link."""
    theirs = select(_answers.c.id).where(_answers.c.listener_id == who)
    connection.execute(update(_events).where(_events.c.answer_id.in_(theirs)).values(answer_id=None))
    connection.execute(update(_answers).where(_answers.c.parent_id.in_(theirs)).values(parent_id=None))
    connection.execute(delete(_picks).where(_picks.c.answer_id.in_(theirs)))
    return _count(connection, delete(_answers).where(_answers.c.listener_id == who))


def _forget_mentions(connection: Connection, name: str) -> None:
    """Reasons in answers to others that told what this listener likes."""
    said = json.dumps(f", which {name} likes", ensure_ascii=False)[1:-1]
    reasons = type_coerce(_picks.c.reasons, Text)
    rows = connection.execute(
        select(_picks.c.answer_id, _picks.c.position, _picks.c.reasons).where(
            cast(reasons, Text).contains(said, autoescape=True)
        )
    ).all()
    for answer_id, position, told in rows:
        kept = [one for one in told if f", which {name} likes" not in one["text"]]
        here = (_picks.c.answer_id == answer_id) & (_picks.c.position == position)
        connection.execute(update(_picks).where(here).values(reasons=kept))
