"""Certificates: orders of two people, what was issued, and every act on it (R7)."""

from alembic import op
from sqlalchemy import JSON, Column, Date, DateTime, ForeignKey, Integer, String, Text

revision = "r0021_certificates"
down_revision = "r0020_exchange"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _orders()
    _certificates()
    op.create_table(
        "certificate_acts",
        Column("number", String(32), ForeignKey("certificates.number"), primary_key=True),
        Column("act", Integer, primary_key=True, autoincrement=False),
        Column("kind", String(16), nullable=False),
        Column("by", String(100), nullable=False),
        Column("second", String(100), nullable=False),
        Column("at", AT, nullable=False),
        Column("reason", String(32), nullable=False),
        Column("text", Text, nullable=False),
    )


def _orders() -> None:
    op.create_table(
        "certificate_orders",
        Column("id", String(64), primary_key=True),
        Column("kind", String(16), nullable=False),
        Column("sitting_id", String(64), nullable=False),
        Column("programme_id", String(64), nullable=False),
        Column("number", String(32), nullable=False),
        Column("reason", String(32), nullable=False),
        Column("text", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("proposed_by", String(100), nullable=False),
        Column("proposed_at", AT, nullable=False),
        Column("closed_by", String(100)),
        Column("closed_at", AT),
        Column("outcome", String(16), nullable=False),
    )
    for column in ("sitting_id", "number"):
        op.create_index(f"ix_certificate_orders_{column}", "certificate_orders", [column])


def _certificates() -> None:
    op.create_table(
        "certificates",
        Column("number", String(32), primary_key=True),
        Column("position", Integer, nullable=False, unique=True),
        Column("candidate_id", String(64), ForeignKey("candidates.id"), nullable=False),
        Column("sitting_id", String(64), ForeignKey("sittings.id"), nullable=False),
        Column("programme_id", String(64), nullable=False),
        Column("programme_version", Integer, nullable=False),
        Column("trade", String(64)),
        Column("level", String(64)),
        Column("result_version", Integer, nullable=False),
        Column("name", String(100), nullable=False),
        Column("parts", JSON, nullable=False),
        Column("total", String(32), nullable=False),
        Column("issued_on", Date, nullable=False),
        Column("valid_until", Date),
        Column("issued_at", AT, nullable=False),
        Column("issued_by", String(100), nullable=False),
        Column("second", String(100), nullable=False),
        Column("statement", Text, nullable=False),
        Column("object", String(64)),
        Column("pdf_sha256", String(64)),
        Column("reissue_of", String(32), unique=True),
        Column("revoked_at", AT),
        Column("revoked_reason", String(32), nullable=False),
    )
    op.create_index("ix_certificates_candidate_id", "certificates", ["candidate_id"])
    op.create_index("certificates_of_sitting", "certificates", ["sitting_id", "programme_id"])
    op.create_index("certificates_by_name", "certificates", ["name"])
