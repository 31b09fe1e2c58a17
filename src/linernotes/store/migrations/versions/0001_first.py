"""The first schema.

Written out, never imported from ``schema.py``: a migration must not change when the schema does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_catalogue()
    _create_facts()
    _create_notes()
    _create_listeners()
    _create_answers()
    _create_jobs()


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, primary_key=True)


def _link(name: str, target: str) -> sa.Column[int]:
    """A part of the primary key that points to another table."""
    return sa.Column(name, ID, sa.ForeignKey(target), primary_key=True, autoincrement=False)


def _create_catalogue() -> None:
    op.create_table(
        "meta",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("value", TEXT, nullable=False),
    )
    op.create_table(
        "sources",
        _id(),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("location", TEXT, nullable=False, unique=True),
    )
    _create_tracks()
    op.create_table(
        "artists",
        _id(),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "track_artists",
        _link("track_id", "tracks.id"),
        _link("artist_id", "artists.id"),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_index("ix_track_artists_artist_id", "track_artists", ["artist_id"])


def _create_tracks() -> None:
    op.create_table(
        "tracks",
        _id(),
        sa.Column("source_id", ID, sa.ForeignKey("sources.id"), nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("title_key", TEXT, nullable=False),
        sa.Column("album", TEXT),
        sa.Column("album_key", TEXT),
        sa.Column("year", sa.Integer()),
        sa.Column("duration_s", sa.Double()),
        sa.Column("popularity", sa.Double()),
        sa.Column("audio_path", TEXT),
        sa.Column("signature", TEXT),
        sa.Column("size_bytes", ID),
        sa.Column("modified_ns", ID),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("unplayable", sa.Boolean(), nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.UniqueConstraint("source_id", "key"),
        sqlite_autoincrement=True,
    )


def _create_facts() -> None:
    op.create_table(
        "facts",
        _id(),
        sa.Column("track_id", ID, sa.ForeignKey("tracks.id"), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("unit", TEXT),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
    )
    op.create_index("ix_facts_track_id", "facts", ["track_id"])
    op.create_table(
        "genres",
        _id(),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "track_genres",
        _link("track_id", "tracks.id"),
        _link("genre_id", "genres.id"),
        sa.Column("confidence", sa.Double(), nullable=False),
    )
    op.create_index("ix_track_genres_genre_id", "track_genres", ["genre_id"])
    op.create_table(
        "audio_embeddings",
        _link("track_id", "tracks.id"),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )


def _create_notes() -> None:
    op.create_table(
        "descriptions",
        _id(),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("template", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("adapter", TEXT),
        sa.Column("prompt_version", TEXT, nullable=False),
        sa.Column("facts_hash", TEXT, nullable=False),
        sa.Column("problems", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index(
        "uq_descriptions_current",
        "descriptions",
        ["kind", "subject_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )


def _create_listeners() -> None:
    op.create_table(
        "listeners",
        _id(),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )


def _create_answers() -> None:
    op.create_table(
        "answers",
        _id(),
        sa.Column("parent_id", ID, sa.ForeignKey("answers.id")),
        sa.Column("listener_id", ID, sa.ForeignKey("listeners.id")),
        sa.Column("request", TEXT, nullable=False),
        sa.Column("context", TEXT, nullable=False),
        sa.Column("messages", TEXT, nullable=False),
        sa.Column("versions", TEXT, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_answers_listener_id", "answers", ["listener_id"])
    op.create_table(
        "picks",
        _link("answer_id", "answers.id"),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("track_id", ID, sa.ForeignKey("tracks.id"), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("unverified", TEXT, nullable=False),
        sa.Column("reasons", TEXT, nullable=False),
    )
    op.create_index("ix_picks_track_id", "picks", ["track_id"])
    _create_events()


def _create_events() -> None:
    op.create_table(
        "events",
        _id(),
        sa.Column("listener_id", ID, sa.ForeignKey("listeners.id"), nullable=False),
        sa.Column("track_id", ID, sa.ForeignKey("tracks.id"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("reason", TEXT),
        sa.Column("answer_id", ID, sa.ForeignKey("answers.id")),
        sa.Column("undone_by", ID, sa.ForeignKey("events.id")),
        sa.UniqueConstraint("listener_id", "track_id", "kind", "at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_listener_id_at", "events", ["listener_id", "at"])


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        _link("track_id", "tracks.id"),
        sa.Column("stage", TEXT, primary_key=True),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("reason", TEXT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_table(
        "failures",
        _link("source_id", "sources.id"),
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("stage", TEXT, primary_key=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
