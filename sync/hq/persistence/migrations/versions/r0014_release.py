"""Release of results: acts of two people, published versions, recounts."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, DateTime, ForeignKey, Integer, String, Text

revision = "r0014_release"
down_revision = "r0013_review"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "release_acts",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("kind", String(16), nullable=False),
        Column("sitting_id", String(64), ForeignKey("sittings.id"), nullable=False),
        Column("programme_id", String(64), nullable=False),
        Column("attempts", JSON(none_as_null=True)),
        Column("reason", Text, nullable=False),
        Column("checks", JSON, nullable=False),
        Column("accepted", JSON, nullable=False),
        Column("basis", Integer, nullable=False),
        Column("proposed_by", String(100), nullable=False),
        Column("proposed_at", AT, nullable=False),
        Column("confirmed_by", String(100)),
        Column("rejected_by", String(100)),
        Column("rejected_reason", Text, nullable=False, server_default=""),
        Column("decided_at", AT),
        Column("published", Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "published_results",
        Column("cursor", Integer, primary_key=True, autoincrement=False),
        Column("centre_code", String(32), nullable=False),
        Column("attempt_id", String(64), nullable=False),
        Column("number", Integer, nullable=False),
        Column("newest", Boolean, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("act", Integer, ForeignKey("release_acts.id"), nullable=False),
        Column("sitting_id", String(64), nullable=False),
        Column("programme_id", String(64), nullable=False),
        Column("programme_version", Integer, nullable=False),
        Column("trade", String(64)),
        Column("level", String(64)),
        Column("candidate_id", String(64), nullable=False, index=True),
        Column("admission_no", String(32), nullable=False, index=True),
        Column("result_version", Integer, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("status", String(32), nullable=False),
        Column("total", String(32)),
        Column("passed", Boolean),
        Column("parts", JSON, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", AT, nullable=False),
    )
    op.create_table(
        "recounts",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("centre_code", String(32), nullable=False),
        Column("attempt_id", String(64), nullable=False),
        Column("sitting_id", String(64), nullable=False, index=True),
        Column("programme_id", String(64), nullable=False),
        Column("candidate_id", String(64), nullable=False),
        Column("published", Integer, ForeignKey("published_results.cursor"), nullable=False),
        Column("requested_at", AT, nullable=False),
        Column("requested_by", String(100), nullable=False),
        Column("text", Text, nullable=False),
        Column("state", String(16), nullable=False),
        Column("answer", Text, nullable=False, server_default=""),
        Column("answered_by", String(100)),
        Column("answered_at", AT),
    )
    op.create_index("release_acts_of_sitting", "release_acts", ["sitting_id", "programme_id"])
    op.create_index(
        "published_of_attempt",
        "published_results",
        ["centre_code", "attempt_id", "number"],
        unique=True,
    )
    op.create_index(
        "published_of_sitting", "published_results", ["sitting_id", "programme_id", "newest"]
    )
