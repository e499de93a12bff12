"""Review: incidents with what people found, cases and their documents, bans; void parts (R21)."""

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    true,
)

revision = "r0013_review"
down_revision = "r0012_roles"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _incidents()
    _cases()
    op.create_table(
        "bans",
        Column("id", String(64), primary_key=True),
        Column("case_id", String(64), ForeignKey("review_cases.id"), nullable=False),
        Column("candidate_id", String(64), nullable=False, index=True),
        Column("name", String(100), nullable=False),
        Column("identity_no", String(32), nullable=False, index=True),
        Column("programme_id", String(64), nullable=False),
        Column("starts_at", AT, nullable=False),
        Column("until", AT, nullable=False),
        Column("lifted_at", AT),
        Column("lifted_by", String(100), nullable=False, server_default=""),
    )
    parts = Column("parts", JSON, nullable=False, server_default="[]")
    op.add_column("result_decisions", parts)


def _incidents() -> None:
    op.create_table(
        "review_attempts",
        Column("centre_code", String(32), primary_key=True),
        Column("attempt_id", String(64), primary_key=True),
        Column("bundle_id", String(64), nullable=False),
        Column("results_cursor", Integer, nullable=False, index=True),
    )
    op.create_table(
        "review_incidents",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("centre_code", String(32), nullable=False),
        Column("attempt_id", String(64), nullable=False),
        Column("incident_id", String(64), nullable=False),
        Column("source", String(16), nullable=False),
        Column("rule", String(64), nullable=False),
        Column("sitting_id", String(64), nullable=False),
        Column("programme_id", String(64)),
        Column("room", String(64), nullable=False),
        Column("candidate_id", String(64), nullable=False),
        Column("admission_no", String(32), nullable=False),
        Column("started_at", AT, nullable=False),
        Column("ended_at", AT),
        Column("measured", Float),
        Column("threshold", Float),
        Column("frame_interval_ms", Integer),
        Column("severity", Integer, nullable=False),
        Column("note", Text, nullable=False),
        Column("reported_by", String(100), nullable=False),
        Column("evidence", JSON, nullable=False),
        Column("present", Boolean, nullable=False, server_default=true()),
        Column("state", String(16), nullable=False),
        Column("outcome", String(16)),
        Column("reason", String(64), nullable=False),
        Column("first_judge", String(100), nullable=False),
        Column("changed_at", AT, nullable=False),
        UniqueConstraint("centre_code", "attempt_id", "incident_id"),
    )
    order = ["started_at", "number"]
    op.create_index("review_by_state", "review_incidents", ["state", *order])
    op.create_index("review_by_time", "review_incidents", order)
    op.create_index("review_by_sitting", "review_incidents", ["sitting_id", "state", *order])
    room = ["centre_code", "sitting_id", "room", "started_at"]
    op.create_index("review_by_room", "review_incidents", room)
    op.create_table(
        "review_acts",
        Column("incident", Integer, ForeignKey("review_incidents.number"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("kind", String(16), nullable=False),
        Column("by", String(100), nullable=False),
        Column("at", AT, nullable=False),
        Column("outcome", String(16)),
        Column("reason", String(64), nullable=False),
        Column("text", Text, nullable=False),
        Column("sampled", Boolean, nullable=False),
        Column("batch_id", String(64), index=True),
    )
    op.create_table(
        "review_batches",
        Column("id", String(64), primary_key=True),
        Column("criteria", JSON, nullable=False),
        Column("reason", String(64), nullable=False),
        Column("text", Text, nullable=False),
        Column("incidents", Integer, nullable=False),
        Column("by", String(100), nullable=False),
        Column("at", AT, nullable=False),
        Column("undone_at", AT),
        Column("undone_by", String(100)),
        Column("undone", Integer),
    )


def _cases() -> None:
    op.create_table(
        "review_cases",
        Column("id", String(64), primary_key=True),
        Column("number", Integer, nullable=False, unique=True),
        Column("centre_code", String(32), nullable=False),
        Column("attempt_id", String(64), nullable=False),
        Column("sitting_id", String(64), nullable=False),
        Column("programme_id", String(64)),
        Column("candidate_id", String(64), nullable=False),
        Column("admission_no", String(32), nullable=False),
        Column("origin", String(16), nullable=False),
        Column("state", String(16), nullable=False),
        Column("outcome", String(16)),
        Column("reason", String(64), nullable=False),
        Column("until", AT),
        Column("opened_by", String(100), nullable=False),
        Column("opened_at", AT, nullable=False),
        Column("changed_at", AT, nullable=False),
    )
    op.create_index("cases_of_attempt", "review_cases", ["centre_code", "attempt_id"])
    op.create_index("cases_by_state", "review_cases", ["state", "number"])
    op.create_index("cases_of_sitting", "review_cases", ["sitting_id", "state"])
    op.create_table(
        "case_acts",
        Column("case_id", String(64), ForeignKey("review_cases.id"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("step", String(16), nullable=False),
        Column("by", String(100), nullable=False),
        Column("at", AT, nullable=False),
        Column("sanction", JSON),
        Column("appeal", String(16)),
        Column("until", AT),
        Column("named", JSON, nullable=False),
    )
    case = Column("case_id", String(64), ForeignKey("review_cases.id"), nullable=False, index=True)
    op.create_table(
        "case_documents",
        Column("id", String(64), primary_key=True),
        case,
        Column("act", Integer, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("media", String(8), nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("size", Integer, nullable=False),
        Column("object", String(64)),
        Column("created_at", AT, nullable=False),
        Column("created_by", String(100), nullable=False),
        Column("deleted_at", AT),
    )
