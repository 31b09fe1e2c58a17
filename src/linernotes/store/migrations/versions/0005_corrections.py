"""What listeners found wrong in notes and facts, what they put in its place, and which notes helped them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("listener_id", _ID, sa.ForeignKey("listeners.id"), nullable=False),
        sa.Column("track_id", _ID, sa.ForeignKey("tracks.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("wrong", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("verdict", sa.Text()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_id", _ID),
        sa.Column("new_note_id", _ID),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_corrections_listener_id", "corrections", ["listener_id"])
    op.create_index("ix_corrections_track_id", "corrections", ["track_id"])
