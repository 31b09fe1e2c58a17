"""What listeners said of themselves, in their own words, and how often anything of a listener changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sayings",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("listener_id", _ID, sa.ForeignKey("listeners.id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.add_column("listeners", sa.Column("revision", _ID, nullable=False, server_default="0"))
    op.create_index("ix_sayings_listener_id", "sayings", ["listener_id"])
