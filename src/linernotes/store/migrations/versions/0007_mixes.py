"""The mixes that listeners saved: a request with its options, and the answer that it had last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mixes",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("listener_id", _ID, sa.ForeignKey("listeners.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("answer_id", _ID, sa.ForeignKey("answers.id")),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mixes_listener_id", "mixes", ["listener_id"])
    op.create_index("ix_mixes_answer_id", "mixes", ["answer_id"])
