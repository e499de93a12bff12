"""Sittings that are moved, cancelled and repeated.

A sitting of 0.2.0 takes place, and its admission tickets were issued once.
"""

from alembic import op
from sqlalchemy import Column, DateTime, Integer, String, Text

revision = "r0007_sitting_changes"
down_revision = "r0006_centre_directions"


def upgrade() -> None:
    """Add the columns."""
    for column in (
        Column("cancelled_at", DateTime(timezone=True)),
        Column("cancelled_reason", Text, nullable=False, server_default=""),
        Column("ticket_issue", Integer, nullable=False, server_default="1"),
        Column("repeats", String(64)),
    ):
        op.add_column("sittings", column)
