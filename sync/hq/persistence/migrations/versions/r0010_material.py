"""Personal data of the form (R14), scans of registration material (R9), and who may see them."""

from alembic import op
from sqlalchemy import JSON, Column, DateTime, ForeignKey, Integer, String, Text

revision = "r0010_material"
down_revision = "r0009_look_alikes"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "personal_data",
        Column("sitting_id", String(64), ForeignKey("sittings.id"), primary_key=True),
        Column("candidate_id", String(64), ForeignKey("candidates.id"), primary_key=True),
        Column("given", JSON, nullable=False),
    )
    op.create_table(
        "scans",
        Column("id", String(64), primary_key=True),
        Column("sitting_id", String(64), ForeignKey("sittings.id"), nullable=False),
        Column("candidate_id", String(64), ForeignKey("candidates.id"), nullable=False),
        Column("material", String(64), nullable=False),
        Column("part", String(16), nullable=False),
        Column("file_name", Text, nullable=False),
        Column("kind", String(8), nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("size", Integer, nullable=False),
        Column("object", String(64)),
        Column("uploaded_at", AT, nullable=False),
        Column("uploaded_by", String(100), nullable=False),
        Column("state", String(16), nullable=False),
        Column("decided_at", AT),
        Column("decided_by", String(100)),
        Column("reason", Text, nullable=False),
        Column("replaced_at", AT),
        Column("deleted_at", AT),
    )
    op.create_index("scans_of_application", "scans", ["sitting_id", "candidate_id"])
    op.create_table(
        "scan_viewers",
        Column("username", String(64), ForeignKey("accounts.username"), primary_key=True),
        Column("granted_by", String(100), nullable=False),
        Column("granted_at", AT, nullable=False),
    )
