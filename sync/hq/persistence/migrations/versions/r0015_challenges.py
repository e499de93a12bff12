"""Challenges of items."""

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Text

revision = "r0015_challenges"
down_revision = "r0014_release"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "item_challenges",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("programme_id", String(64), nullable=False),
        Column("item_id", String(64), nullable=False),
        Column("sitting_id", String(64), ForeignKey("sittings.id"), nullable=False),
        Column("source", String(16), nullable=False),
        Column("sender", String(200), nullable=False),
        Column("text", Text, nullable=False),
        Column("received_at", AT, nullable=False),
        Column("entered_by", String(100), nullable=False),
        Column("state", String(16), nullable=False),
        Column("answer", Text, nullable=False, server_default=""),
        Column("decided_by", String(100)),
        Column("decided_at", AT),
        Column("ruling_id", String(64)),
    )
    op.create_index("challenges_by_state", "item_challenges", ["state", "id"])
    op.create_index("challenges_of_item", "item_challenges", ["programme_id", "item_id"])
