"""Runs of the comparison of answer sheets, and the pairs that they named."""

from alembic import op
from sqlalchemy import JSON, Column, DateTime, Float, ForeignKey, Integer, String

revision = "r0016_similarity"
down_revision = "r0015_challenges"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "similarity_runs",
        Column("id", String(64), primary_key=True),
        Column("cursor", Integer, nullable=False, unique=True),
        Column("sitting_id", String(64), nullable=False, index=True),
        Column("paper", String(64), nullable=False),
        Column("paper_id", String(64), nullable=False),
        Column("label", String(8), nullable=False),
        Column("programme_id", String(64), nullable=False),
        Column("username", String(100), nullable=False),
        Column("started_at", AT, nullable=False),
        Column("finished_at", AT, nullable=False),
        Column("parameters", JSON, nullable=False),
        Column("input_digest", String(64), nullable=False),
        Column("candidates", Integer, nullable=False),
        Column("compared", Integer, nullable=False),
        Column("strong", Integer, nullable=False),
        Column("notable", Integer, nullable=False),
        Column("texts", Integer, nullable=False),
        Column("summary", JSON, nullable=False),
    )
    op.create_table(
        "similarity_pairs",
        Column("id", String(64), primary_key=True),
        Column("run_id", String(64), ForeignKey("similarity_runs.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("first_centre", String(32), nullable=False),
        Column("first_attempt", String(64), nullable=False),
        Column("first_bundle", String(64), ForeignKey("bundles.id"), nullable=False),
        Column("first_room", String(64), nullable=False),
        Column("second_centre", String(32), nullable=False),
        Column("second_attempt", String(64), nullable=False),
        Column("second_bundle", String(64), ForeignKey("bundles.id"), nullable=False),
        Column("second_room", String(64), nullable=False),
        Column("level", String(16), nullable=False),
        Column("probability", Float, nullable=False),
        Column("holm", Float, nullable=False),
        Column("fdr", Float, nullable=False),
        Column("relation", String(16), nullable=False),
        Column("cluster", Integer, nullable=False),
        Column("facts", JSON, nullable=False),
    )
    op.create_index("similar_pairs_of_run", "similarity_pairs", ["run_id", "number"], unique=True)
