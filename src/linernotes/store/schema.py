"""The tables of the truth. A change here needs a migration beside it, and a new SCHEMA_VERSION."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from linernotes.store.columns import CleanText, Id, Json, Moment

SCHEMA_VERSION = "0007"
"""The newest migration, so that opening an up-to-date store does not load Alembic."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", CleanText, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("location", CleanText, nullable=False, unique=True),
)

tracks = Table(
    "tracks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey(sources.c.id), nullable=False),
    Column("key", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("title_key", CleanText, nullable=False),
    Column("album", CleanText),
    Column("album_key", CleanText),
    Column("year", Integer),
    Column("duration_s", Double),
    Column("popularity", Double),
    Column("audio_path", CleanText),
    Column("signature", CleanText),
    Column("size_bytes", Id),
    Column("modified_ns", Id),
    Column("missing", Boolean, nullable=False),
    Column("unplayable", Boolean, nullable=False),
    Column("revision", Id, nullable=False),
    Column("added_at", Moment, nullable=False),
    UniqueConstraint("source_id", "key"),
    sqlite_autoincrement=True,
)

artists = Table(
    "artists",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", CleanText, nullable=False),
    Column("key", CleanText, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

track_artists = Table(
    "track_artists",
    metadata,
    Column("track_id", Id, ForeignKey(tracks.c.id), primary_key=True, autoincrement=False),
    Column("artist_id", Id, ForeignKey(artists.c.id), primary_key=True, autoincrement=False, index=True),
    Column("position", Integer, nullable=False),
)

genres = Table(
    "genres",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", CleanText, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

track_genres = Table(
    "track_genres",
    metadata,
    Column("track_id", Id, ForeignKey(tracks.c.id), primary_key=True, autoincrement=False),
    Column("genre_id", Id, ForeignKey(genres.c.id), primary_key=True, autoincrement=False, index=True),
    Column("confidence", Double, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("track_id", Id, ForeignKey(tracks.c.id), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("value", Json, nullable=False),
    Column("unit", Text),
    Column("source", CleanText, nullable=False),
    Column("confidence", Double, nullable=False),
)

audio_embeddings = Table(
    "audio_embeddings",
    metadata,
    Column("track_id", Id, ForeignKey(tracks.c.id), primary_key=True, autoincrement=False),
    Column("model", CleanText, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

descriptions = Table(
    "descriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("template", CleanText, nullable=False),
    Column("status", Text, nullable=False),
    Column("model", CleanText, nullable=False),
    Column("adapter", CleanText),
    Column("prompt_version", CleanText, nullable=False),
    Column("facts_hash", CleanText, nullable=False),
    Column("problems", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
)
Index(
    "uq_descriptions_current",
    descriptions.c.kind,
    descriptions.c.subject_id,
    unique=True,
    sqlite_where=text("current"),
    postgresql_where=text("current"),
)

collections = Table(
    "collections",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject_id", Id, primary_key=True, autoincrement=False),
    Column("version", CleanText, nullable=False),
    Column("signature", CleanText, nullable=False),
    Column("indexed", Boolean, nullable=False),
    Column("examined_at", Moment, nullable=False),
)

listeners = Table(
    "listeners",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", CleanText, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("revision", Id, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("parent_id", Id, ForeignKey("answers.id")),
    Column("listener_id", Id, ForeignKey(listeners.c.id), index=True),
    Column("request", Json, nullable=False),
    Column("context", Json, nullable=False),
    Column("messages", Json, nullable=False),
    Column("versions", Json, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

picks = Table(
    "picks",
    metadata,
    Column("answer_id", Id, ForeignKey(answers.c.id), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("track_id", Id, ForeignKey(tracks.c.id), nullable=False, index=True),
    Column("score", Double, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("unverified", Json, nullable=False),
    Column("reasons", Json, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("listener_id", Id, ForeignKey(listeners.c.id), nullable=False),
    Column("track_id", Id, ForeignKey(tracks.c.id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("value", Double),
    Column("reason", CleanText),
    Column("answer_id", Id, ForeignKey(answers.c.id)),
    Column("undone_by", Id, ForeignKey("events.id")),
    UniqueConstraint("listener_id", "track_id", "kind", "at"),
    Index(None, "listener_id", "at"),
    Index(None, "answer_id"),
    sqlite_autoincrement=True,
)

sayings = Table(
    "sayings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("listener_id", Id, ForeignKey(listeners.c.id), nullable=False, index=True),
    Column("text", CleanText, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("listener_id", Id, ForeignKey(listeners.c.id), nullable=False, index=True),
    Column("track_id", Id, ForeignKey(tracks.c.id), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("facts", Json, nullable=False),
    Column("wrong", CleanText),
    Column("text", CleanText),
    Column("verdict", Text),
    Column("note", CleanText, nullable=False),
    Column("note_id", Id),
    Column("new_note_id", Id),
    sqlite_autoincrement=True,
)

mixes = Table(
    "mixes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("listener_id", Id, ForeignKey(listeners.c.id), nullable=False, index=True),
    Column("name", CleanText, nullable=False),
    Column("request", CleanText, nullable=False),
    Column("options", Json, nullable=False),
    Column("fresh", Boolean, nullable=False),
    Column("answer_id", Id, ForeignKey(answers.c.id), index=True),
    Column("state", CleanText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("asked_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("track_id", Id, ForeignKey(tracks.c.id), primary_key=True, autoincrement=False),
    Column("stage", Text, primary_key=True),
    Column("version", CleanText, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", CleanText),
    Column("attempts", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

failures = Table(
    "failures",
    metadata,
    Column("source_id", Id, ForeignKey(sources.c.id), primary_key=True, autoincrement=False),
    Column("key", CleanText, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("reason", CleanText, nullable=False),
    Column("at", Moment, nullable=False),
)
