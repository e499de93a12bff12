"""What centres report of their sittings of these days."""

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKey, Integer, String

revision = "r0026_day_reports"
down_revision = "r0025_leftovers"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "day_reports",
        Column("sitting_id", String(64), ForeignKey("sittings.id"), primary_key=True),
        Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
        Column("version", Integer, nullable=False),
        Column("state", String(16), nullable=False),
        Column("started_at", AT),
        Column("closed_at", AT),
        Column("present", Integer, nullable=False),
        Column("writing", Integer, nullable=False),
        Column("ended", Integer, nullable=False),
        Column("incidents", Integer, nullable=False),
        Column("reported_at", AT, nullable=False),
    )
