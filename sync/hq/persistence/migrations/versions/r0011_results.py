"""Results: the current one of each attempt, its versions, and what they follow from.

The scores of bundles are dropped: they are computed again when the database is opened.
"""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, DateTime, ForeignKey, Integer, String, Text

revision = "r0011_results"
down_revision = "r0010_material"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "results",
        Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
        Column("attempt_id", String(64), primary_key=True),
        Column("cursor", Integer, nullable=False, unique=True),
        Column("version", Integer, nullable=False),
        Column("bundle_id", String(64), ForeignKey("bundles.id"), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("sitting_id", String(64), nullable=False),
        Column("candidate_id", String(64), nullable=False, index=True),
        Column("admission_no", String(32), nullable=False),
        Column("guest_name", String(100)),
        Column("paper", String(64), nullable=False),
        Column("programme_id", String(64)),
        Column("programme_version", Integer),
        Column("trade", String(64)),
        Column("level", String(64)),
        Column("room", String(64), nullable=False),
        Column("guest_seat", String(16)),
        Column("status", String(32), nullable=False),
        Column("remark", String(200), nullable=False),
        Column("objective", String(32)),
        Column("exact_total", String(32)),
        Column("total", String(32)),
        Column("passed", Boolean),
        Column("parts", JSON, nullable=False),
        Column("pending_count", Integer, nullable=False),
        Column("answered", Integer, nullable=False),
        Column("leaves", Integer, nullable=False),
        Column("incidents", Integer, nullable=False),
        Column("end_reason", String(32), nullable=False),
        Column("ended_at", AT, nullable=False),
        Column("part_times", JSON, nullable=False),
        Column("without", JSON, nullable=False),
        Column("answers_digest", String(64), nullable=False),
        Column("chain_ok", Boolean, nullable=False),
        Column("answer_findings", JSON(none_as_null=True)),
        Column("later_epochs", Integer, nullable=False),
        Column("received_at", AT, nullable=False),
        Column("changed_at", AT, nullable=False),
    )
    op.create_table(
        "result_versions",
        Column("centre_code", String(32), primary_key=True),
        Column("attempt_id", String(64), primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("bundle_id", String(64), ForeignKey("bundles.id"), nullable=False),
        Column("cause", String(16), nullable=False),
        Column("by", String(100), nullable=False),
        Column("at", AT, nullable=False),
        Column("sheet", JSON, nullable=False),
        Column("digest", String(64), nullable=False),
    )
    op.create_table(
        "final_marks",
        Column("centre_code", String(32), primary_key=True),
        Column("attempt_id", String(64), primary_key=True),
        Column("item_id", String(64), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("points", String(32), nullable=False),
        Column("answer_digest", String(64), nullable=False),
        Column("by", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", AT, nullable=False),
    )
    op.create_table(
        "result_decisions",
        Column("centre_code", String(32), primary_key=True),
        Column("attempt_id", String(64), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("kind", String(16), nullable=False),
        Column("reason_code", String(64), nullable=False),
        Column("text", Text, nullable=False),
        Column("by", String(100), nullable=False),
        Column("second", String(100), nullable=False),
        Column("at", AT, nullable=False),
        Column("case_id", String(64), nullable=False),
    )
    op.create_table(
        "item_rulings",
        Column("id", String(64), primary_key=True),
        Column("programme_id", String(64), nullable=False),
        Column("item_id", String(64), nullable=False),
        Column("sitting_id", String(64), nullable=False),
        Column("item_version", Integer),
        Column("kind", String(16), nullable=False),
        Column("key", JSON, nullable=False),
        Column("revokes", String(64)),
        Column("reason", Text, nullable=False),
        Column("proposed_by", String(100), nullable=False),
        Column("proposed_at", AT, nullable=False),
        Column("approved_by", String(100)),
        Column("rejected_at", AT),
        Column("applied_at", AT),
        Column("number", Integer, unique=True),
    )
    op.create_index("results_of_sitting", "results", ["sitting_id", "cursor"])
    op.create_index("results_by_status", "results", ["status", "cursor"])
    op.create_index("results_of_centre", "results", ["centre_code", "cursor"])
    op.create_index("results_of_examination", "results", ["programme_id", "sitting_id", "status"])
    op.create_index("rulings_of_item", "item_rulings", ["programme_id", "item_id"])
    op.drop_table("scores")
    # Whoever pulled results goes on from a bundle's number: all results are numbered above it.
    op.execute(
        "INSERT INTO counters (name, value)"
        " SELECT 'results', value FROM counters WHERE name = 'bundles'"
    )
