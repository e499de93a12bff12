"""Announcements to centres, and which centre has and has read them."""

from alembic import op
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, String, Text

revision = "r0027_announcements"
down_revision = "r0026_day_reports"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "announcements",
        Column("id", String(32), primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("state", String(16), nullable=False),
        Column("title", String(200), nullable=False),
        Column("text", Text, nullable=False),
        Column("candidate_text", Text, nullable=False),
        Column("urgent", Boolean, nullable=False),
        Column("sitting_id", String(64), ForeignKey("sittings.id")),
        Column("target", String(16), nullable=False),
        Column("branch", String(200), nullable=False),
        Column("reason", Text, nullable=False),
        Column("replaces", String(32)),
        Column("issued_at", AT, nullable=False),
        Column("issued_by", String(100), nullable=False),
        Column("changed_at", AT, nullable=False),
        Column("changed_by", String(100), nullable=False),
    )
    op.create_index("announcements_issued", "announcements", ["issued_at"])
    op.create_table(
        "announcement_centres",
        Column("announcement_id", String(32), ForeignKey("announcements.id"), primary_key=True),
        Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
        Column("held_revision", Integer, nullable=False),
        Column("delivered_at", AT),
        Column("read_by", String(100)),
        Column("read_at", AT),
    )
    op.create_index("announcement_centres_of", "announcement_centres", ["centre_code"])
    op.create_table(
        "announcement_marks",
        Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
        Column("mark", String(64), nullable=False),
    )
