"""Pictures that were brought sealed, possible matches of bans, acts about guests."""

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Text

revision = "r0025_leftovers"
down_revision = "r0024_release_counts"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "handed_pictures",
        Column("centre_code", String(32), primary_key=True),
        Column("attempt_id", String(64), primary_key=True),
        Column("sha256", String(64), primary_key=True),
        Column("object", String(64), nullable=False),
        Column("ground", String(16), nullable=False),
        Column("reference", String(200), nullable=False),
        Column("cause", String(500), nullable=False),
        Column("carrier", String(100), nullable=False),
        Column("written_at", AT, nullable=False),
        Column("received_by", String(100), nullable=False),
        Column("received_at", AT, nullable=False),
    )
    op.create_index("ix_handed_pictures_received_at", "handed_pictures", ["received_at"])
    op.create_table(
        "ban_verdicts",
        Column("ban_id", String(64), ForeignKey("bans.id"), primary_key=True),
        Column("candidate_id", String(64), ForeignKey("candidates.id"), primary_key=True),
        Column("verdict", String(16), nullable=False),
        Column("reason", Text, nullable=False),
        Column("by", String(100), nullable=False),
        Column("at", AT, nullable=False),
    )
    op.create_index("ix_ban_verdicts_candidate_id", "ban_verdicts", ["candidate_id"])
    op.create_table(
        "guest_acts",
        Column("centre_code", String(32), primary_key=True),
        Column("attempt_id", String(64), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("candidate_id", String(64), nullable=False),
        Column("reason", Text, nullable=False),
        Column("by", String(100), nullable=False),
        Column("at", AT, nullable=False),
        Column("second", String(100), nullable=False),
        Column("decided_at", AT),
        Column("outcome", String(16), nullable=False),
    )
    op.create_index("ix_guest_acts_candidate_id", "guest_acts", ["candidate_id"])
